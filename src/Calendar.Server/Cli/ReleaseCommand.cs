using System.CommandLine;
using System.Globalization;
using Calendar.Server.Reminders;
using NodaTime;

namespace Calendar.Server.Cli;

/// <summary><c>release-deliveries</c>: shows what a restored database would send, and lets it.</summary>
internal static class ReleaseCommand
{
    private const int _shown = 20;

    private const string _due = """
        select moment, subject, channel, count(*) over () from calendar.reminders where state in ('queued', 'attempting') and moment <= $1 order by moment, id limit $2
        """;

    private const string _coming = "select count(*), count(*) filter (where moment <= $2), min(moment) from calendar.reminders where state = 'queued' and moment > $1";

    public static System.CommandLine.Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Releases them; without it what would go out is only shown." };
        var again = new Option<bool>("--send-again") { Description = "Sends what is due although it may have been sent since the backup was made. Without it that is told of in the next digest as perhaps sent." };
        var release = new System.CommandLine.Command("release-deliveries", "Shows what a restored database would send, and releases deliveries that are held.") { yes, again };
        release.SetAction((parsed, ct) => RunAsync(parsed.GetValue(yes), parsed.GetValue(again), ct));
        return release;
    }

    /// <summary>Since when they are held and why, in one line.</summary>
    public static string Words(DeliveryHold hold, CivilClock clock) => $"held since {Local(hold.Since!.Value, clock)}: " + hold.Reason switch
    {
        HoldReason.AnotherDatabase => "this is not the database that was delivered from; a backup was restored, or the database or the data folder was copied or exchanged",
        HoldReason.OlderDatabase => "the database ends before what was delivered from it; an older backup was restored",
        HoldReason.AnotherHistory => "the log holds another event where deliveries were made; another backup was restored",
        HoldReason.UnreadableNote => "deliveries.json in the data folder, which says how far deliveries had come, could not be read",
        _ => "another build has held them",
    };

    private static async Task<int> RunAsync(bool yes, bool again, CancellationToken ct)
    {
        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        var clock = new CivilClock(SystemClock.Instance, settings.Zone);
        var guard = new DeliveryGuard(database.Source, settings, clock);
        var hold = await guard.FindAsync(ct);
        if (!hold.IsHeld)
        {
            await Console.Out.WriteLineAsync("Deliveries are not held: nothing to release.");
            return ExitCodes.Done;
        }

        await Console.Out.WriteLineAsync($"Deliveries are {Words(hold, clock)}.");
        await Console.Out.WriteLineAsync(hold.Noted is { } noted ? $"What this database knows of them ends about {Local(noted, clock)}." : "This database has never delivered anything.");
        await ShowDueAsync(database, hold.Since!.Value, clock, again, ct);
        await ShowComingAsync(database, hold.Since!.Value, clock, ct);
        if (!yes)
        {
            await Console.Out.WriteLineAsync("Nothing was changed. With --yes deliveries are released.");
            return ExitCodes.Done;
        }

        var marked = await guard.ReleaseAsync(hold, again, ct);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Released. {marked} {(again ? "go out (again)" : "marked as perhaps sent")}."));
        return ExitCodes.Done;
    }

    private static async Task ShowDueAsync(Database database, Instant held, CivilClock clock, bool again, CancellationToken ct)
    {
        await using var command = database.Source.Command(_due, held.ToDateTimeUtc(), _shown);
        await using var reader = await command.ExecuteReaderAsync(ct);
        for (var shown = 0; await reader.ReadAsync(ct); shown++)
        {
            if (shown == 0)
            {
                await Console.Out.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reader.GetInt64(3)} were due by then and may have been sent since the backup was made; they {(again ? "go out (again)" : "are told of as perhaps sent")}:"));
            }

            await Console.Out.WriteLineAsync($"  {Local(Instant.FromDateTimeUtc(reader.GetDateTime(0)), clock)}  {reader.GetString(2)}  {reader.GetString(1)}");
        }
    }

    private static async Task ShowComingAsync(Database database, Instant held, CivilClock clock, CancellationToken ct)
    {
        await using var command = database.Source.Command(_coming, held.ToDateTimeUtc(), clock.Now.ToDateTimeUtc());
        await using var next = await command.ExecuteReaderAsync(ct);
        await next.ReadAsync(ct);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{next.GetInt64(1)} have come due since and leave at once, {next.GetInt64(0) - next.GetInt64(1)} later{(next.IsDBNull(2) ? "" : $"; the first is of {Local(Instant.FromDateTimeUtc(next.GetDateTime(2)), clock)}")}."));
    }

    private static string Local(Instant at, CivilClock clock) => at.InZone(clock.Zone).ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
