using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Calendar.LocalPostgres;

/// <summary>The cluster of one data folder: made, started, adopted, stopped. Its callers take turns.</summary>
internal sealed class Cluster(LocalPostgresOptions options, string folder, Programs programs)
{
    public const string DataFolderName = "postgres";

    public static readonly string[] InitDbArguments =
        ["-U", "postgres", "-E", "UTF8", "--locale=C", "--data-checksums", "--auth-local=trust", "--auth-host=reject"];

    // What postgresql.conf does not decide; the rest is initdb's: 128 MB of shared buffers, 100 connections.
    private static readonly string[] Settings =
    [
        "listen_addresses=",
        "port=5432",
        "cluster_name=calendar",
        "timezone=UTC",
        "log_timezone=UTC",
        "lc_messages=C",
        "log_destination=stderr",
        "logging_collector=off",
        "log_line_prefix=%m [%p] %e ",
    ];

    private const string Unfinished = DataFolderName + ".new-";
    private const string LogName = "postgres.log";
    private const int LogLimit = 4 << 20; // bytes; a longer one is set aside at the next start
    private const string LockHeld = " F0001 "; // SQLSTATE lock_file_exists, as our log_line_prefix writes it
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // with processes that are about to end

    private readonly string dataFolder = Path.Combine(folder, DataFolderName);
    private readonly string log = Path.Combine(folder, LogName);

    /// <summary>A cluster that answers: the running one, or one started, or one made.</summary>
    public async Task<(string SocketFolder, bool Adopted)> RunAsync(CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            string obstacle;
            var pidFile = PidFile.Read(dataFolder);
            if (pidFile is not null && await pidFile.IsServingAsync(programs, ct))
            {
                var silence = pidFile.SocketFolder is { } known ? await SocketFolder.SilenceAsync(known, ct) : "no socket yet";
                if (silence is null)
                {
                    return (pidFile.SocketFolder!, Adopted: true);
                }

                obstacle = string.Create(CultureInfo.InvariantCulture, $"process {pidFile.Pid} holds it and does not answer ({silence})");
                if (pidFile.Starting)
                {
                    waited.Restart(); // recovering: it ends by itself, and how long it takes depends on what there is to recover
                }
            }
            else
            {
                if (await StartAsync(pidFile?.Pid, ct) is { } socketFolder)
                {
                    return (socketFolder, Adopted: false);
                }

                obstacle = "processes of its last run have not ended";
            }

            if (waited.Elapsed > Patience)
            {
                throw new LocalPostgresException(
                    LocalPostgresProblem.StartFailed,
                    string.Create(CultureInfo.InvariantCulture, $"The cluster in {dataFolder} has been unusable for {Patience.TotalSeconds} s: {obstacle}. ")
                    + $"End that process, leave postmaster.pid alone, and start again. The log is {log}.");
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Fast shutdown: open transactions are rolled back. Nothing to do if nothing runs.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        var pidFile = PidFile.Read(dataFolder);
        if (pidFile is null || !await pidFile.IsServingAsync(programs, ct))
        {
            return;
        }

        // Any version can stop it: pg_ctl reads the pid file and sends a signal.
        var binaries = await Binaries.FindAsync(options.BinariesFolder, ReadMajor(), ct);
        var stop = await programs.RunAsync([binaries.PgCtl, "stop", "-s", "-w", "-m", "fast", "-t", "60"], ct);

        // It may also have died meanwhile: its pid file is left, pg_ctl complains, and the next start recovers.
        if (stop.ExitCode != 0 && PidFile.Read(dataFolder) is { } left && await left.IsServingAsync(programs, ct))
        {
            throw new LocalPostgresException(
                LocalPostgresProblem.StopFailed, $"PostgreSQL in {dataFolder} did not stop: {stop.Output}\n{log} ends:\n{LogTail(0)}");
        }

        if (pidFile.SocketFolder is { } socketFolder)
        {
            SocketFolder.Forget(socketFolder);
        }
    }

    /// <summary>The line for a shell that runs another one while the cluster runs, which it otherwise does not.</summary>
    public async Task<string> LoadLineAsync(string load, CancellationToken ct)
    {
        var binaries = await Binaries.FindAsync(options.BinariesFolder, ReadMajor(), ct);
        var socketFolder = PidFile.Read(dataFolder)?.SocketFolder ?? SocketFolder.Choose(folder);
        return MoveLines.Load(folder, binaries.Folder, socketFolder, load, programs);
    }

    // foreignPid: the process that a left-over pid file names. Null: processes of the last run still hold the cluster.
    private async Task<string?> StartAsync(int? foreignPid, CancellationToken ct)
    {
        var binaries = await PrepareAsync(ct);
        var socketFolder = SocketFolder.Choose(folder);
        await MakePrivateFolderAsync(socketFolder, ct);
        await PrepareLogAsync(ct);
        options.Progress?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Starting PostgreSQL {binaries.Major} in {dataFolder}"));

        var logStart = new FileInfo(log).Length;
        var start = programs.RunAsync(StartCommand(binaries, socketFolder, foreignPid), CancellationToken.None);
        var answers = false;
        try
        {
            answers = await AnswersAsync(socketFolder, start, ct);
            if (answers)
            {
                return socketFolder;
            }

            var written = LogTail(logStart);
            return written.Contains(LockHeld, StringComparison.Ordinal)
                ? null
                : throw new LocalPostgresException(
                    LocalPostgresProblem.StartFailed,
                    $"PostgreSQL did not start in {dataFolder}. {(await start).Output}\n{log} ends:\n{written}");
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(start, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None)); // there is no pid file at once
            await StopAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            if (!answers)
            {
                SocketFolder.Forget(socketFolder);
            }
        }
    }

    /// <summary>Asks until it answers or <c>pg_ctl</c> gives up; that one itself looks only every 100 ms, and is not waited for.</summary>
    private static async Task<bool> AnswersAsync(string socketFolder, Task start, CancellationToken ct)
    {
        while (true)
        {
            var last = start.IsCompleted;
            if (await SocketFolder.SilenceAsync(socketFolder, ct) is null)
            {
                return true;
            }

            if (last)
            {
                return false;
            }

            await Task.WhenAny(start, Task.Delay(Pause, ct));
        }
    }

    /// <summary>By <c>pg_ctl</c>, which makes a session of its own. Paths are relative, as PGDATA is: it does not quote them.</summary>
    private static string[] StartCommand(Binaries binaries, string socketFolder, int? foreignPid)
    {
        var settings = Settings.Append($"unix_socket_directories=\"{socketFolder}\"");
        var arguments = string.Join(' ', settings.Select(setting => "-c " + ShellText.Quote(setting)));
        string[] start = [binaries.PgCtl, "start", "-s", "-w", "-t", "3600", "-l", LogName];
        if (foreignPid is null)
        {
            return [.. start, "-o", arguments];
        }

        // PostgreSQL would refuse: the pid file names a living process. One that names its grandparent it takes for stale, and
        // still looks whether anybody uses the cluster's shared memory. So no lock file is ever deleted by us.
        var grandparent = string.Create(CultureInfo.InvariantCulture, $"PG_GRANDPARENT_PID={foreignPid} ");
        return [.. start, "-p", "/usr/bin/env", "-o", grandparent + ShellText.Quote(binaries.Postgres) + " " + arguments];
    }

    /// <summary>The programs that fit the cluster, which is made if there is none.</summary>
    private async Task<Binaries> PrepareAsync(CancellationToken ct)
    {
        var made = ReadMajor();
        var binaries = await Binaries.FindAsync(options.BinariesFolder, made, ct);
        if (made is null)
        {
            await InitializeAsync(binaries, ct);
        }
        else if (made != binaries.Major)
        {
            throw OtherMajorVersion(made.Value, binaries);
        }

        return binaries;
    }

    private int? ReadMajor()
    {
        var file = Path.Combine(dataFolder, "PG_VERSION");
        return File.Exists(file) ? Binaries.LeadingNumber(File.ReadAllText(file)) : null;
    }

    /// <summary>Made beside its place and moved there when whole: what lies in the place is never half a cluster.</summary>
    private async Task InitializeAsync(Binaries binaries, CancellationToken ct)
    {
        ClearPlace();
        options.Progress?.Invoke($"Creating a PostgreSQL cluster in {dataFolder}");
        var name = Unfinished + RandomNumberGenerator.GetHexString(8, lowercase: true); // an initdb may have outlived its server
        var unfinished = Path.Combine(folder, name);
        await MakePrivateFolderAsync(unfinished, ct);
        var initdb = await programs.RunAsync([binaries.InitDb, "-D", name, .. InitDbArguments], ct);
        if (initdb.ExitCode != 0)
        {
            TryDelete(unfinished);
            throw new LocalPostgresException(
                LocalPostgresProblem.StartFailed, $"initdb could not create a cluster in {unfinished}:\n{initdb.Output}");
        }

        Directory.Move(unfinished, dataFolder);
        await Programs.RunAsync(folder, ["sync", folder], ct); // the new name, before anything is stored under it
    }

    private void ClearPlace()
    {
        if (Directory.Exists(dataFolder))
        {
            if (Directory.EnumerateFileSystemEntries(dataFolder).Any())
            {
                throw new LocalPostgresException(
                    LocalPostgresProblem.NotACluster,
                    $"{dataFolder} is not empty and no PostgreSQL cluster (no PG_VERSION). Move it away, or choose another data folder (CALENDAR_DATA).");
            }

            Directory.Delete(dataFolder);
        }

        foreach (var leftOver in Directory.EnumerateDirectories(folder, Unfinished + "*"))
        {
            TryDelete(leftOver);
        }
    }

    private static void TryDelete(string unfinished)
    {
        try
        {
            Directory.Delete(unfinished, recursive: true);
        }
        catch (IOException)
        {
            // An initdb that outlived its server still writes there; a later start deletes it.
        }
    }

    private async Task MakePrivateFolderAsync(string path, CancellationToken ct)
    {
        Folders.MakePrivate(path);
        await programs.GiveAsync(path, ct);
    }

    private async Task PrepareLogAsync(CancellationToken ct)
    {
        if (File.Exists(log) && new FileInfo(log).Length > LogLimit)
        {
            File.Move(log, log + ".1", overwrite: true);
        }

        await Folders.OpenPrivate(log, FileShare.ReadWrite).DisposeAsync();
        await programs.GiveAsync(log, ct);
    }

    /// <summary>The last lines written since then.</summary>
    private string LogTail(long since)
    {
        const int Longest = 8192; // bytes
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Max(since, file.Length - Longest);
        using var reader = new StreamReader(file);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(20));
    }

    private LocalPostgresException OtherMajorVersion(int made, Binaries installed)
    {
        var old = string.Create(CultureInfo.InvariantCulture, $"/usr/lib/postgresql/{made}/bin");
        var socketFolder = SocketFolder.Choose(folder);
        return new LocalPostgresException(LocalPostgresProblem.OtherMajorVersion, string.Create(CultureInfo.InvariantCulture, $"""
            The cluster in {dataFolder} was made by PostgreSQL {made}; {installed.Folder} holds {installed.Major}.
            Install PostgreSQL {made} beside it (apt-get install postgresql-{made}): it is used by itself. To go on with {installed.Major}, then run these two lines:
            {MoveLines.Dump(folder, old, made, socketFolder, programs)}
            {MoveLines.Restore(folder, installed.Folder, made, socketFolder, programs)}
            """));
    }
}
