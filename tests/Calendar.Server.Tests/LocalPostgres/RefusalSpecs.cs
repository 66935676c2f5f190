using Calendar.LocalPostgres;
using static Calendar.Server.Tests.LocalPostgres.DataFolder;

namespace Calendar.Server.Tests.LocalPostgres;

public sealed class NoProgramsThere
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_that_lacks_some_of_them_is_refused_by_name(bool some)
    {
        await using var folder = new DataFolder();
        var binaries = Directory.CreateDirectory(Path.Combine(folder.Path, "bin")).FullName;
        if (some)
        {
            File.CreateSymbolicLink(Path.Combine(binaries, "initdb"), "/bin/true");
        }

        var refusal = await Assert.ThrowsAsync<LocalPostgresException>(
            () => LocalPostgresServer.StartAsync(folder.Options with { BinariesFolder = binaries }, Bounded()));

        Assert.Equal(LocalPostgresProblem.BinariesNotFound, refusal.Problem);
        Assert.Contains(binaries, refusal.Message, StringComparison.Ordinal);
    }
}

public sealed class FolderThatCannotBeUsed
{
    [Fact]
    public async Task A_file_in_its_place_is_not_writable()
    {
        await using var folder = new DataFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Path)!);
        await File.WriteAllTextAsync(folder.Path, "", Bounded());

        var refusal = await folder.RefusalAsync();

        Assert.Equal(LocalPostgresProblem.FolderNotWritable, refusal.Problem);
        Assert.Contains(folder.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_root_the_folder_through_which_PostgreSQL_cannot_pass_is_named()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return; // nobody else is concerned
        }

        await using var folder = new DataFolder();
        var closed = Directory.CreateDirectory(Path.GetDirectoryName(folder.Path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var refusal = await folder.RefusalAsync();

        Assert.Equal(LocalPostgresProblem.FolderNotWritable, refusal.Problem);
        Assert.Contains($"chmod o+x {closed.FullName}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_in_the_place_of_the_cluster_is_left_alone()
    {
        await using var folder = new DataFolder();
        var other = Path.Combine(Directory.CreateDirectory(folder.ClusterFolder).FullName, "letter.txt");
        await File.WriteAllTextAsync(other, "not ours", Bounded());

        Assert.Equal(LocalPostgresProblem.NotACluster, (await folder.RefusalAsync()).Problem);
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task A_second_server_is_refused_in_the_same_process()
    {
        await using var folder = new DataFolder();
        await using (await folder.StartAsync())
        {
            Assert.Equal(LocalPostgresProblem.FolderInUse, (await folder.RefusalAsync()).Problem);
        }

        await using var next = await folder.StartAsync();
        Assert.False(next.Adopted);
    }

    [Fact]
    public async Task A_second_server_is_refused_while_another_process_lives_and_no_longer()
    {
        await using var folder = new DataFolder();
        using var child = await ChildServer.StartedAsync(folder.Path);
        Assert.Equal(LocalPostgresProblem.FolderInUse, (await folder.RefusalAsync()).Problem);

        child.Kill();

        await using var next = await folder.StartAsync();
        Assert.True(next.Adopted);
    }
}

public sealed class ClusterThatDoesNotStart
{
    [Fact]
    public async Task One_of_another_major_version_is_left_alone_and_the_way_out_is_told()
    {
        await using var folder = new DataFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.ClusterFolder, "PG_VERSION"), "9\n", Bounded());

        var refusal = await folder.RefusalAsync();

        Assert.Equal(LocalPostgresProblem.OtherMajorVersion, refusal.Problem);
        var lines = refusal.Message.Split('\n');
        Assert.Contains("/usr/lib/postgresql/9/bin/pg_dumpall", lines[^2], StringComparison.Ordinal);
        Assert.Contains("psql", lines[^1], StringComparison.Ordinal);
        Assert.Contains("postgres-9.sql", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_its_log_says_why()
    {
        await using var folder = new DataFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await File.AppendAllTextAsync(Path.Combine(folder.ClusterFolder, "postgresql.conf"), "no_such_setting = 1\n", Bounded());

        var refusal = await folder.RefusalAsync();

        Assert.Equal(LocalPostgresProblem.StartFailed, refusal.Problem);
        Assert.Contains("no_such_setting", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("postgres.log", refusal.Message, StringComparison.Ordinal);
    }
}
