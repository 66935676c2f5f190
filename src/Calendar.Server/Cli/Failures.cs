using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.LocalPostgres;
using Npgsql;

namespace Calendar.Server.Cli;

/// <summary>What stops a verb without being a mistake of ours, told in a line that says what to do.</summary>
internal static class Failures
{
    /// <returns>Null for a mistake of ours, whose trace is wanted.</returns>
    public static string? Tell(Exception e) => e switch
    {
        SettingException or LocalPostgresException or MigrationException => e.Message,
        LogBrokenException => $"The log is not in order. {e.Message} Run verify; restore the log, or start the build that wrote it.",
        PostgresException refused => $"The database refuses: {refused.MessageText} ({refused.SqlState}). Check CALENDAR_DATABASE, if it is set.",
        IOException or UnauthorizedAccessException => e.Message,
        NpgsqlException or LogUnavailableException => $"The database cannot be reached: {Cause(e)} Check CALENDAR_DATABASE, if it is set.",
        _ => null,
    };

    private static string Cause(Exception e) => e.GetBaseException().Message.TrimEnd('.') + ".";
}
