using System.Diagnostics;
using Calendar.Server.Tests.Reminders;

namespace Calendar.Server.Tests.Faults;

[Collection(FaultsCollection.Name)]
public sealed class HeldDeliveries
{
    [Fact]
    public async Task The_start_says_where_mails_go_and_after_a_restore_that_deliveries_are_held()
    {
        // Its cluster and data folder were copied together, as they were: nothing is held.
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        var server = await folder.StartAsync();
        Assert.Contains($"  Mails      {folder.Path}/mails  (no mail server is set: CALENDAR_SMTP)", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("held since", server.Output, StringComparison.Ordinal);
        Assert.Contains("Deliveries are not held", (await folder.RunAsync("release-deliveries", "--yes")).Output, StringComparison.Ordinal);
        var backup = await folder.RunAsync("backup", Path.Combine(folder.Path, "backups"));
        Assert.Equal(200, (await server.ImportAsync(OneTask.Lines())).Status);
        Assert.Equal(0, await server.StopAsync());

        using (var shell = Process.Start(new ProcessStartInfo("sh", ["-c", backup.Output.TrimEnd('\n').Split('\n')[^1] + " >/dev/null 2>&1"]))!)
        {
            await shell.WaitForExitAsync(CalendarFolder.Bounded());
            Assert.Equal(0, shell.ExitCode);
        }

        var restored = await folder.StartAsync();
        Assert.Contains("  Reminders  held since ", restored.Output, StringComparison.Ordinal);
        await restored.UntilAsync("/health/ready", answer => answer.Json.GetProperty("degraded").GetBoolean());
        Assert.Contains("Deliveries are held (another_database)", restored.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", (await folder.RunAsync("release-deliveries")).Output, StringComparison.Ordinal);
        Assert.Contains("Released.", (await folder.RunAsync("release-deliveries", "--yes")).Output, StringComparison.Ordinal);
        await restored.UntilAsync("/health/ready", answer => !answer.Json.GetProperty("degraded").GetBoolean());
        Assert.Equal(0, await restored.StopAsync());
    }
}
