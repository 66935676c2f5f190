using System.CommandLine;
using Calendar.Server;
using Calendar.Server.Cli;

var root = new RootCommand("Calendar: diplomatic anniversaries as a record, a service and calendar feeds. Settings are environment variables CALENDAR_*; see the README.")
{
    ServeCommand.Create(),
    ImportCommand.Create(),
    ExportCommand.Create(),
    RestoreCommand.Create(),
    BackupCommand.Create(),
    VerifyCommand.Create(),
    TokenCommand.Create(),
    ReleaseCommand.Create(),
};

try
{
    CalendarApp.SetUpText();
    var parsed = root.Parse(args);

    // Longer than the host and PostgreSQL take to stop: cut short, a PostgreSQL would be left running.
    var ended = await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(100) });
    return parsed.Errors.Count == 0 ? ended : ExitCodes.Failed;
}
catch (Exception e) when (Failures.Tell(e) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return ExitCodes.Failed;
}
catch (OperationCanceledException)
{
    return ExitCodes.Interrupted;
}
