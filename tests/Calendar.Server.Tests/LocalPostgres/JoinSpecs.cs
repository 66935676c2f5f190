using static Calendar.Server.Tests.LocalPostgres.DataFolder;

namespace Calendar.Server.Tests.LocalPostgres;

public sealed class Joining
{
    [Fact]
    public async Task Beside_a_running_server_uses_its_cluster_and_leaves_it_running()
    {
        await using var folder = new DataFolder();
        await using var server = await folder.StartAsync();

        await using (var joined = await folder.JoinAsync())
        {
            Assert.True(joined.Adopted);
            Assert.Equal(server.ConnectionString, joined.ConnectionString);
        }

        Assert.Equal(1, await AskAsync(server, "select 1"));
    }

    [Fact]
    public async Task Without_a_server_starts_the_cluster_and_stops_it()
    {
        await using var folder = new DataFolder();
        await using (var joined = await folder.JoinAsync())
        {
            Assert.False(joined.Adopted);
            Assert.Equal(1, await AskAsync(joined, "select 1"));
        }

        Assert.False(File.Exists(folder.PidFile));
    }

    [Fact]
    public async Task By_two_at_the_same_moment_makes_one_cluster_that_the_last_of_them_stops()
    {
        await using var folder = new DataFolder();
        var both = await Task.WhenAll(folder.JoinAsync(), folder.JoinAsync());
        var starter = Assert.Single(both, joined => !joined.Adopted);
        var other = Assert.Single(both, joined => joined.Adopted);

        await starter.DisposeAsync();
        Assert.Equal(1, await AskAsync(other, "select 1"));

        await other.DisposeAsync();
        Assert.False(File.Exists(folder.PidFile));
    }

    [Fact]
    public async Task Lets_the_server_go_first_and_the_next_one_adopt()
    {
        await using var folder = new DataFolder();
        var server = await folder.StartAsync();
        await using var joined = await folder.JoinAsync();

        await server.StopAsync(Bounded());
        Assert.Equal(1, await AskAsync(joined, "select 1"));

        await using var next = await folder.StartAsync();
        Assert.True(next.Adopted);
    }

    [Fact]
    public async Task The_cluster_of_a_killed_server_leaves_it_to_the_next_server()
    {
        await using var folder = new DataFolder();
        using (var child = await ChildServer.StartedAsync(folder.Path))
        {
            child.Kill();
        }

        await (await folder.JoinAsync()).DisposeAsync();

        await using var next = await folder.StartAsync();
        Assert.True(next.Adopted);
    }
}
