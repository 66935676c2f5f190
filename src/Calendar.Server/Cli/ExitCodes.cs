namespace Calendar.Server.Cli;

/// <summary>What the process says to the shell.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Done in part: some lines refused, or the log is not in order.</summary>
    public const int Findings = 1;

    /// <summary>It could not start or go on.</summary>
    public const int Failed = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
