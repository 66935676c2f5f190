using Calendar.Server;
using Calendar.Server.Access;
using Calendar.Server.Feeds;
using Calendar.Server.Imports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;
using Npgsql;

namespace Calendar.Benchmarks;

/// <summary>The service as <c>serve</c> runs it over a migrated database, and one route more: how many feeds it has rendered.</summary>
internal static class CountedService
{
    public const string Verb = "counted";
    public const string Renders = "/renders";

    public static async Task RunAsync(CancellationToken ct)
    {
        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var source = NpgsqlDataSource.Create(settings.Database!);
        await using var app = CalendarApp.Create(settings, source, SystemClock.Instance);
        app.MapGet(Renders, (FeedCache feeds) => feeds.Renders).NeedsNothing();
        await AdminToken.EnsureAsync(app.Services.GetRequiredService<TokenTable>(), settings.DataFolder, SystemClock.Instance.GetCurrentInstant(), ct);
        await app.StartAsync(ct);
        await app.Services.GetRequiredService<AlmanacFollower>().Folded.WaitAsync(ct);
        await app.Services.GetRequiredService<PackLoader>().LoadAsync(_ => { }, ct);
        await app.WaitForShutdownAsync(ct);
    }
}
