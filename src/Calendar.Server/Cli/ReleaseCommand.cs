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

    private const string _coming = "select count(*), min(moment) from calendar.reminders where state = 'queued' and moment > $1";

    public static System.CommandLine.Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Releases them; without it what would go out is only shown." };
        var again = new Option<bool>("--send-again") { Description = "Sends what is due although it may have been sent since the backup was made. Without it that is told of in the next digest as perhaps sent." };
        var release = new System.CommandLine.Command("release-deliveries", "Shows what a restored database would send, and releases deliveries that are held.") { yes, again };
        release.SetAction((parsed, ct) => RunAsync(parsed.GetValue(yes), parsed.GetValue(again), ct));
        return release;
    }

    private static async Task<int> RunAsync(bool yes, bool again, CancellationToken ct)
    {
        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        var clock = new CivilClock(SystemClock.Instance, settings.Zone);
        var guard = new DeliveryGuard(database.Source, settings, clock);
        var hold = await guard.LookAsync(ct);
        if (!hold.IsHeld)
        {
            await Console.Out.WriteLineAsync("Deliveries are not held: nothing to release.");
            return ExitCodes.Done;
        }

        await Console.Out.WriteLineAsync($"Deliveries are held since {Local(hold.Since!.Value, clock)}: {Words(hold.Reason)}.");
        await Console.Out.WriteLineAsync(hold.Noted is { } noted ? $"What this database knows ends about {Local(noted, clock)}." : "This database has never delivered anything.");
        await ShowAsync(database, clock, again, ct);
        if (!yes)
        {
            await Console.Out.WriteLineAsync("Nothing was changed. With --yes deliveries are released.");
            return ExitCodes.Done;
        }

        var marked = await guard.ReleaseAsync(again, ct);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Released. {marked} marked as perhaps sent."));
        return ExitCodes.Done;
    }

    private static async Task ShowAsync(Database database, CivilClock clock, bool again, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(_due);
        command.Parameters.AddWithValue(clock.Now.ToDateTimeUtc());
        command.Parameters.AddWithValue(_shown);
        var shown = 0L;
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                if (shown++ == 0)
                {
                    await Console.Out.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{reader.GetInt64(3)} are due by now and may have been sent since the backup was made; they {(again ? "go out (again)" : "are told of as perhaps sent")}:"));
                }

                await Console.Out.WriteLineAsync($"  {Local(Instant.FromDateTimeUtc(reader.GetDateTime(0)), clock)}  {reader.GetString(2)}  {reader.GetString(1)}");
            }
        }

        if (shown == 0)
        {
            await Console.Out.WriteLineAsync("Nothing is due by now.");
        }

        await using var coming = database.Source.CreateCommand(_coming);
        coming.Parameters.AddWithValue(clock.Now.ToDateTimeUtc());
        await using var next = await coming.ExecuteReaderAsync(ct);
        await next.ReadAsync(ct);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{next.GetInt64(0)} are to come{(next.IsDBNull(1) ? "" : $", the first on {Local(Instant.FromDateTimeUtc(next.GetDateTime(1)), clock)}")}."));
    }

    private static string Words(HoldReason? reason) => reason switch
    {
        HoldReason.AnotherCluster => "the database lies in another cluster than the one that deliveries were made from; a backup was restored, or the database was copied",
        HoldReason.OlderDatabase => "the database ends before what was delivered from it; an older backup was restored",
        HoldReason.AnotherHistory => "the log holds another event where deliveries were made; another backup was restored",
        _ => "another build has held them",
    };

    private static string Local(Instant at, CivilClock clock) => at.InZone(clock.Zone).ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
