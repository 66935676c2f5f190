using System.Globalization;

namespace Calendar.LocalPostgres;

/// <summary><c>postmaster.pid</c>: PostgreSQL's lock on its data folder, which may outlive the process, and tells where its socket is.</summary>
/// <param name="Pid">May by now be another process, after a crash or a restart of the machine.</param>
/// <param name="SocketFolder">Null at the very beginning.</param>
/// <param name="Starting">It recovers, or did when it died.</param>
internal sealed record PidFile(int Pid, string? SocketFolder, bool Starting)
{
    public static PidFile? Read(string dataFolder)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(dataFolder, "postmaster.pid"));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // Lines: pid (negative: a backend on its own), data folder, start time, port, socket folder, address, shared memory, status.
        var pid = lines.Length > 0 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var number) ? number : 0;
        return new PidFile(
            Math.Abs(pid),
            lines.Length > 4 && lines[4].Length > 0 ? lines[4] : null,
            lines.Length < 8 || lines[7].StartsWith("starting", StringComparison.Ordinal));
    }

    /// <summary>Whether the process is the cluster's, not one that got its number later.</summary>
    public async Task<bool> IsServingAsync(Programs programs, CancellationToken ct)
    {
        // All processes of a cluster stand in its data folder. Asked as its own user: in containers even root may not ask for others.
        if (OperatingSystem.IsLinux())
        {
            string[] sameFolder = ["test", string.Create(CultureInfo.InvariantCulture, $"/proc/{Pid}/cwd"), "-ef", Cluster.DataFolderName];
            return (await programs.RunAsync(sameFolder, ct)).ExitCode == 0;
        }

        var ps = await programs.RunAsync(["ps", "-o", "comm=", "-p", Pid.ToString(CultureInfo.InvariantCulture)], ct);
        return ps.ExitCode == 0 && ps.Output.EndsWith("postgres", StringComparison.Ordinal);
    }
}
