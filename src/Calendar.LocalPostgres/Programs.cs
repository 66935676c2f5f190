using System.Diagnostics;

namespace Calendar.LocalPostgres;

internal sealed record ProgramResult(int ExitCode, string Output);

/// <summary>Runs programs in the data folder: as they are, or as OS user <c>postgres</c> if we are root, which PostgreSQL refuses.</summary>
internal sealed class Programs
{
    private const string OtherUser = "postgres";

    private readonly string folder;
    private readonly string[] asUser;

    private Programs(string folder, string[] asUser) => (this.folder, this.asUser) = (folder, asUser);

    /// <summary>The OS user, if it is not ourselves.</summary>
    public string? User => asUser.Length == 0 ? null : OtherUser;

    /// <summary>What stands before a program's name in a shell to run it as that user.</summary>
    public string Prefix => string.Concat(asUser.Select(word => word + " "));

    /// <exception cref="LocalPostgresException">We are root, and nobody else can run PostgreSQL or reach the folder.</exception>
    public static async Task<Programs> InAsync(string folder, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new Programs(folder, []);
        }

        // setpriv first: it becomes the program, runuser may stay beside it.
        string[][] ways = [["setpriv", "--reuid=" + OtherUser, "--regid=" + OtherUser, "--init-groups", "--"], ["runuser", "-u", OtherUser, "--"]];
        foreach (var way in ways)
        {
            var programs = new Programs(folder, way);
            if (await programs.TryRunAsync(["true"], ct))
            {
                await programs.CheckReachAsync(ct);
                return programs;
            }
        }

        throw new LocalPostgresException(
            LocalPostgresProblem.NoUserForPostgres,
            $"PostgreSQL does not run as root, and root cannot run it as OS user '{OtherUser}' (setpriv, runuser). "
            + "Install it with its user (apt-get install postgresql), or start Calendar as an ordinary user.");
    }

    /// <summary>Runs to the end, as the cluster's OS user. PostgreSQL sees none of our own PG* variables, and speaks C.</summary>
    public Task<ProgramResult> RunAsync(IEnumerable<string> command, CancellationToken ct) =>
        RunAsync(folder, [.. asUser, .. command], ct);

    /// <summary>Gives a folder or file that lies in a folder of ours to the cluster's OS user.</summary>
    public async Task GiveAsync(string path, CancellationToken ct)
    {
        if (asUser.Length == 0)
        {
            return;
        }

        // Neither recursive nor through links: that user writes below, and must not choose what root gives away.
        var result = await RunAsync(folder, ["chown", "-h", OtherUser, path], ct);
        if (result.ExitCode != 0)
        {
            throw new LocalPostgresException(
                LocalPostgresProblem.FolderNotWritable, $"{path} cannot be given to OS user '{OtherUser}': {result.Output}");
        }
    }

    /// <summary>Runs a program as ourselves.</summary>
    /// <returns>Standard output and error, in this order, trimmed.</returns>
    public static Task<ProgramResult> RunAsync(string folder, IReadOnlyList<string> command, CancellationToken ct) =>
        RunAsync(folder, command, [], ct);

    /// <param name="environment">Set for the program, which sees no other PG* variable.</param>
    public static async Task<ProgramResult> RunAsync(
        string folder, IReadOnlyList<string> command, IEnumerable<(string Name, string Value)> environment, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        start.Environment["PGDATA"] = Cluster.DataFolderName;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var error = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            return new ProgramResult(process.ExitCode, (await output + await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private async Task CheckReachAsync(CancellationToken ct)
    {
        if (await TryRunAsync(["test", "-x", folder], ct))
        {
            return;
        }

        // From the top, so that the first closed folder is the one that is named.
        var ancestors = new List<string>();
        for (var path = folder; path is not null; path = Path.GetDirectoryName(path))
        {
            ancestors.Insert(0, path);
        }

        foreach (var ancestor in ancestors)
        {
            if (!await TryRunAsync(["test", "-x", ancestor], ct))
            {
                throw new LocalPostgresException(
                    LocalPostgresProblem.FolderNotWritable,
                    $"Under root PostgreSQL runs as OS user '{OtherUser}', who cannot pass through {ancestor}. "
                    + $"Choose another data folder (CALENDAR_DATA), or let users pass: chmod o+x {ShellText.Quote(ancestor)}");
            }
        }
    }

    private async Task<bool> TryRunAsync(string[] command, CancellationToken ct)
    {
        try
        {
            // In the root folder: ours may be closed to the user.
            return (await RunAsync("/", [.. asUser, .. command], ct)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
