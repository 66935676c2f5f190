using System.Net.Sockets;
using Calendar.Anniversaries;
using Calendar.EventStore;
using Calendar.Feeds;
using Calendar.Server.Access;
using Calendar.Server.Feeds;
using Calendar.Server.Health;
using Calendar.Server.Imports;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using Calendar.Server.Subscriptions;
using Microsoft.AspNetCore.Connections;
using NodaTime;

namespace Calendar.Server.Cli;

/// <summary><c>serve</c>: the service, in the foreground until Ctrl-C or SIGTERM.</summary>
internal static class ServeCommand
{
    public static System.CommandLine.Command Create()
    {
        var serve = new System.CommandLine.Command("serve", "Runs the service on CALENDAR_URL with data in CALENDAR_DATA, until Ctrl-C or SIGTERM.");
        serve.SetAction((_, ct) => RunAsync(Settings.Read(Environment.GetEnvironmentVariable), ct));
        return serve;
    }

    private static async Task<int> RunAsync(Settings settings, CancellationToken ct)
    {
        // Before anything is started: a wrong name must not leave a cluster behind.
        _ = settings.Pack is { } pack ? Pack.Find(pack) : null;
        await using var database = await Database.OpenAsync(settings, owner: true, Console.WriteLine, ct);
        await database.MigrateAsync(ct);
        if (settings.Database is not null && !await database.HasSynchronousStandbyAsync(ct))
        {
            Console.WriteLine("Warning: the database has no synchronous standby (synchronous_standby_names): what has been acknowledged is lost with its disk.");
        }

        await using var app = CalendarApp.Create(settings, database.Source, SystemClock.Instance);
        var token = await EnsureTokenAsync(app, settings, ct);
        try
        {
            await ServeAsync(app, settings, token, ct);
        }
        catch
        {
            // What has been started is not taken apart while it runs.
            await app.StopAsync(CancellationToken.None);
            throw;
        }

        return ExitCodes.Done;
    }

    private static async Task ServeAsync(WebApplication app, Settings settings, string? token, CancellationToken ct)
    {
        await ListenAsync(app, settings, ct);
        var follower = app.Services.GetRequiredService<AlmanacFollower>();
        await follower.Folded.WaitAsync(ct);
        await app.Services.GetRequiredService<TokenFollower>().Loaded.WaitAsync(ct);
        await app.Services.GetRequiredService<SubscriptionFollower>().Loaded.WaitAsync(ct);
        var report = await app.Services.GetRequiredService<PackLoader>().LoadAsync(Console.WriteLine, ct);
        if (report is not null)
        {
            await ReportWriter.WriteAsync(Console.Out, report, dryRun: false);
        }

        if (follower.State != FoldState.Stopped)
        {
            await app.Services.GetRequiredService<Readiness>().Planned.WaitAsync(ct);
        }
        else
        {
            await Console.Error.WriteLineAsync("The log cannot be read to its end: lists show what lies before, feeds and commands answer 503. Run verify.");
        }

        await WelcomeAsync(Console.Out, app, settings, token);
        await app.WaitForShutdownAsync(ct);
    }

    private static async Task ListenAsync(WebApplication app, Settings settings, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            var address = settings.Url.GetLeftPart(UriPartial.Authority);
            throw new SettingException(e.InnerException is AddressInUseException
                ? $"CALENDAR_URL: another process listens on {address}. Stop it, or choose another address."
                : $"CALENDAR_URL: {address} cannot be listened on: {e.GetBaseException().Message}.");
        }
    }

    private static async Task<string?> EnsureTokenAsync(WebApplication app, Settings settings, CancellationToken ct)
    {
        var tokens = app.Services.GetRequiredService<TokenTable>();
        await using var alone = await AdvisoryLock.AcquireAsync(app.Services.GetRequiredService<Npgsql.NpgsqlDataSource>(), "calendar.tokens", ct);
        return await AdminToken.EnsureAsync(tokens, settings.DataFolder, app.Services.GetRequiredService<CivilClock>().Now, ct);
    }

    // What a person needs to go on: what is next, where it is, what to subscribe to, where the token lies.
    private static async Task WelcomeAsync(TextWriter output, WebApplication app, Settings settings, string? token)
    {
        var almanac = app.Services.GetRequiredService<AlmanacFollower>().Current;
        var today = app.Services.GetRequiredService<CivilClock>().Today;
        var next = almanac.Anniversaries(new AnniversaryQuery(today, today.PlusYears(3)) { Tiers = FeedFilter.DefaultTiers }, limit: 5);
        await output.WriteLineAsync();
        foreach (var anniversary in next)
        {
            await output.WriteLineAsync($"  {anniversary.Date,-10}  {anniversary.Title.Vi}");
            await output.WriteLineAsync($"              {anniversary.Title.En}");
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync($"  Open       {settings.PublicUrl}/");
        await output.WriteLineAsync($"  Subscribe  {settings.PublicUrl}{FeedVariant.Path}  (English: ?lang=en)");
        if (File.Exists(AdminToken.PathIn(settings.DataFolder)))
        {
            await output.WriteLineAsync($"  Token      {AdminToken.PathIn(settings.DataFolder)}{(token is null ? "" : $"  (new: {token})")}");
        }

        if (app.Services.GetRequiredService<IMailWay>() is MailFolder mails)
        {
            await output.WriteLineAsync($"  Mails      {mails.Path}  (no mail server is set: CALENDAR_SMTP)");
        }

        if (await app.Services.GetRequiredService<DeliveryGuard>().FindAsync(CancellationToken.None) is { IsHeld: true } hold)
        {
            await output.WriteLineAsync($"  Reminders  {ReleaseCommand.Words(hold, app.Services.GetRequiredService<CivilClock>())}. See release-deliveries");
        }

        await output.WriteLineAsync("  Stop       Ctrl-C");
        await output.WriteLineAsync();
    }
}
