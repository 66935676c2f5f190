using System.CommandLine;
using Calendar.LocalPostgres;
using Calendar.Server;
using Calendar.Server.Cli;

var root = new RootCommand("Calendar: diplomatic anniversaries as a record, a service and calendar feeds. Settings are environment variables CALENDAR_*; see the README.")
{
    ServeCommand.Create(),
    ImportCommand.Create(),
    VerifyCommand.Create(),
};

try
{
    CalendarApp.SetUpText();
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is SettingException or LocalPostgresException or Calendar.EventStore.MigrationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCodes.Failed;
}
catch (OperationCanceledException)
{
    return ExitCodes.Interrupted;
}
