using System.Text.Json;
using Microsoft.IO;
using Microsoft.Net.Http.Headers;

namespace Calendar.Server.Http;

/// <summary>A JSON answer with an entity tag, conditional, HEAD included.</summary>
internal static class Answers
{
    // Pages of hundreds of kilobytes would otherwise be arrays on the large object heap, whose collection stops everybody.
    private static readonly RecyclableMemoryStreamManager _buffers = new(new RecyclableMemoryStreamManager.Options { MaximumSmallPoolFreeBytes = 32 << 20 });

    /// <summary>The middleware that keeps answers to requests with credentials out of caches, whatever they are.</summary>
    public static Task KeepPrivate(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.Authorization.Count > 0)
        {
            DependOnCaller(context);
        }

        return next(context);
    }

    /// <summary>The answer depends on who asks.</summary>
    public static void DependOnCaller(HttpContext context) => context.Response.OnStarting(static state =>
    {
        var (request, headers) = (((HttpContext)state).Request, ((HttpContext)state).Response.Headers);
        if (request.Headers.Authorization.Count > 0)
        {
            headers.CacheControl = "private, no-store";
        }

        if (!headers.Vary.ToString().Contains(HeaderNames.Authorization, StringComparison.Ordinal))
        {
            headers.Append(HeaderNames.Vary, HeaderNames.Authorization);
        }

        return Task.CompletedTask;
    }, context);

    /// <param name="version">The stream's version for an answer of one stream; null for lists.</param>
    public static IResult Tagged<T>(T value, long? version = null, int status = StatusCodes.Status200OK) => new TaggedAnswer<T>(value, version, status);

    /// <summary>Sets the headers that tell caches what this is. Whoever has it already needs no more: then the answer is complete.</summary>
    public static bool IsKnown(HttpContext context, string tag, int status = StatusCodes.Status200OK)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept, Authorization, Cookie";
        response.Headers.CacheControl = "no-cache";
        var known = status == StatusCodes.Status200OK && HttpMethods.IsGet(request.Method) && ETags.IsNotModified(request, tag, null);
        response.StatusCode = known ? StatusCodes.Status304NotModified : status;
        return known;
    }

    private sealed class TaggedAnswer<T>(T value, long? version, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var body = _buffers.GetStream();
            JsonSerializer.Serialize(body, value, Json.Options);
            body.Position = 0;
            var hash = ETags.Hash(body);
            if (IsKnown(httpContext, version is null ? $"\"{hash}\"" : $"\"v{version}-{hash}\"", status))
            {
                return;
            }

            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = body.Length;
            foreach (var block in body.GetReadOnlySequence())
            {
                await response.BodyWriter.WriteAsync(block, httpContext.RequestAborted);
            }
        }
    }
}
