using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Calendar.Benchmarks;

/// <summary>What the feed is compared with: default Kestrel, one route a body, bytes from memory, no more headers than needed.</summary>
internal static class BareEndpoint
{
    /// <param name="folder">Holds the bodies; each file is a route.</param>
    public static async Task RunAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(Environment.GetEnvironmentVariable("CALENDAR_URL")!);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var (route, body) = (Path.GetFileName(file), await File.ReadAllBytesAsync(file));
            var coding = Path.GetExtension(file) == ".gz" ? "gzip" : null;
            app.MapGet(route, context =>
            {
                context.Response.ContentType = "text/calendar; charset=utf-8";
                context.Response.ContentLength = body.Length;
                context.Response.Headers.ContentEncoding = coding;
                return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
            });
        }

        app.MapGet("304", context =>
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        });
        await app.RunAsync();
    }
}
