using System.Diagnostics;
using System.Globalization;
using Calendar.LocalPostgres;
using static Calendar.Server.Tests.LocalPostgres.DataFolder;

namespace Calendar.Server.Tests.LocalPostgres;

public sealed class FirstStart
{
    [Fact]
    public async Task Makes_a_cluster_of_known_settings_that_nobody_reaches_from_outside()
    {
        await using var folder = new DataFolder();
        await using var server = await folder.StartAsync();

        Assert.False(server.Adopted);
        Assert.Equal("calendar/postgres", await AskAsync(server, "select current_database() || '/' || current_user"));
        Assert.Equal("UTF8 C C on UTC UTC C on 100", await AskAsync(server, """
            select concat_ws(' ', current_setting('server_encoding'), current_setting('lc_collate'), current_setting('lc_ctype'),
              current_setting('data_checksums'), current_setting('timezone'), current_setting('log_timezone'),
              current_setting('lc_messages'), current_setting('fsync'), current_setting('max_connections'))
            """));
        Assert.Equal("", await AskAsync(server, "select current_setting('listen_addresses')"));
        Assert.Equal("1", await AskAsync(server, "select count(*)::text from pg_database where datname = 'calendar'"));
        if (!OperatingSystem.IsWindows())
        {
            var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(folder.Path, "run")));
            Assert.Equal(owner, File.GetUnixFileMode(folder.ClusterFolder));
        }
    }

    [Fact]
    public async Task Gives_the_cluster_a_session_of_its_own()
    {
        await using var folder = new DataFolder();
        await using var server = await folder.StartAsync();

        // Fields of /proc/N/stat: number, (name), state, parent, group, session. Its leader's session has its number.
        var stat = await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{folder.Postmaster}/stat"), Bounded());
        Assert.Equal(folder.Postmaster.ToString(CultureInfo.InvariantCulture), stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]);
    }

    [Fact]
    public async Task Works_after_an_initdb_that_was_killed_with_its_server()
    {
        await using var folder = new DataFolder();
        using (var child = await ChildServer.UntilAsync(folder.Path, "Creating"))
        {
            child.Kill();
        }

        Assert.False(Directory.Exists(folder.ClusterFolder));
        await using var server = await folder.StartAsync();
        Assert.Equal(1, await AskAsync(server, "select 1"));
    }

    [Fact]
    public async Task Removes_what_an_interrupted_initdb_left()
    {
        await using var folder = new DataFolder();
        var half = Directory.CreateDirectory(Path.Combine(folder.Path, "postgres.new-0a1b2c3d")).FullName;
        await File.WriteAllTextAsync(Path.Combine(half, "PG_VERSION"), "15\n", Bounded());

        await using var server = await folder.StartAsync();

        Assert.Equal(folder.ClusterFolder, Assert.Single(Directory.GetDirectories(folder.Path, "postgres*")));
    }

    [Fact]
    public async Task When_cancelled_leaves_nothing_running()
    {
        await using var folder = new DataFolder();
        using var cancel = new CancellationTokenSource();
        var options = folder.Options with { Progress = step => CancelAtStart(step, cancel) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LocalPostgresServer.StartAsync(options, cancel.Token));

        Assert.False(File.Exists(folder.PidFile));
        await using var server = await folder.StartAsync();
        Assert.False(server.Adopted);
    }

    private static void CancelAtStart(string step, CancellationTokenSource cancel)
    {
        if (step.StartsWith("Starting", StringComparison.Ordinal))
        {
            cancel.Cancel();
        }
    }
}

public sealed class LaterStart
{
    [Fact]
    public async Task Finds_the_data_after_a_clean_stop()
    {
        await using var folder = new DataFolder();
        await using (var first = await folder.StartAsync())
        {
            await AskAsync(first, "create table kept as select 1973 as year");
        }

        Assert.False(File.Exists(folder.PidFile));
        await using var second = await folder.StartAsync();
        Assert.False(second.Adopted);
        Assert.Equal(1973, await AskAsync(second, "select year from kept"));
    }

    [Fact]
    public async Task Finds_the_data_after_PostgreSQL_itself_was_killed()
    {
        await using var folder = new DataFolder();
        await using var first = await folder.StartAsync();
        await AskAsync(first, "create table kept as select 1973 as year");
        Process.GetProcessById(folder.Postmaster).Kill();
        await first.StopAsync(Bounded());

        await using var second = await folder.StartAsync(); // while the processes of the first are still ending
        Assert.False(second.Adopted);
        Assert.Equal(1973, await AskAsync(second, "select year from kept"));
    }

    [Fact]
    public async Task Adopts_the_cluster_of_a_server_that_was_killed_and_stops_it_in_the_end()
    {
        await using var folder = new DataFolder();
        using (var child = await ChildServer.StartedAsync(folder.Path))
        {
            child.Kill();
        }

        var before = folder.Postmaster;
        await using (var server = await folder.StartAsync())
        {
            Assert.True(server.Adopted);
            Assert.Equal(before, folder.Postmaster);
            Assert.Equal(1, await AskAsync(server, "select 1"));
        }

        Assert.False(File.Exists(folder.PidFile));
    }

    [Fact]
    public async Task Is_not_stopped_by_a_pid_file_that_names_a_living_foreign_process()
    {
        await using var folder = new DataFolder();
        await using var first = await folder.StartAsync();
        await AskAsync(first, "create table kept as select 1973 as year");
        Process.GetProcessById(folder.Postmaster).Kill();
        await first.StopAsync(Bounded());

        // As after a restart of the machine, when the number went to another process of the same user, which PostgreSQL refuses.
        string[] asPostgres = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--clear-groups"] : [];
        string[] sleep = [.. asPostgres, "sh", "-c", "echo asleep; exec sleep 600"];
        using var foreign = Process.Start(
            new ProcessStartInfo(sleep[0], sleep[1..]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        Assert.Equal("asleep", await foreign.StandardOutput.ReadLineAsync(Bounded()));
        try
        {
            var lines = await File.ReadAllLinesAsync(folder.PidFile, Bounded());
            lines[0] = foreign.Id.ToString(CultureInfo.InvariantCulture);
            await File.WriteAllLinesAsync(folder.PidFile, lines, Bounded());

            await using var second = await folder.StartAsync();

            Assert.False(second.Adopted);
            Assert.NotEqual(foreign.Id, folder.Postmaster);
            Assert.False(foreign.HasExited);
            Assert.Equal(1973, await AskAsync(second, "select year from kept"));
        }
        finally
        {
            foreign.Kill();
        }
    }
}

public sealed class AwkwardFolders
{
    [Fact]
    public async Task A_path_too_long_for_a_socket_gets_a_short_private_socket_folder_that_is_found_again_and_removed()
    {
        await using var folder = new DataFolder(new string('d', 120));
        using (var child = await ChildServer.StartedAsync(folder.Path))
        {
            child.Kill();
        }

        var server = await folder.StartAsync();
        var sockets = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString).Host!;
        Assert.True(server.Adopted);
        Assert.True(sockets.Length <= 90);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(sockets));
        }

        await server.StopAsync(Bounded());
        Assert.False(Directory.Exists(sockets));
    }

    [Theory]
    [InlineData("Lịch năm 2033")]
    [InlineData("it's \"one\", $HOME `two` \\ three;")]
    public async Task Any_name_will_do(string name)
    {
        await using var folder = new DataFolder(name);
        await using var server = await folder.StartAsync();
        Assert.Equal(1, await AskAsync(server, "select 1"));
    }
}
