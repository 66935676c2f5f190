using Calendar.EventStore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

public sealed class FollowingTheLog(PostgresFixture postgres) : LogDatabase(postgres)
{
    [Fact]
    public async Task What_is_there_comes_first_and_then_what_comes()
    {
        await AppendAsync(Append("party-VN", 0, events: 3));
        await using var follower = Follower.Start(Source, Log, after: 1, Soon);

        await follower.UntilAsync(count: 2);
        await AppendAsync(Append("party-VN", 3));
        await follower.UntilAsync(count: 3);

        Assert.Equal([2L, 3, 4], follower.Events.Select(e => e.Version));
        Assert.True(follower.Tail.Connected);
    }

    [Fact]
    public async Task Appends_of_other_instances_are_followed()
    {
        await using var follower = Follower.Start(Source, Log, after: 0, Soon);
        await using var otherSource = NpgsqlDataSource.Create(ConnectionString);
        await using var other = new EventLog(otherSource, NullLogger<EventLog>.Instance);

        for (var i = 0; i < 20; i++)
        {
            await other.AppendAsync(Append("party-VN", i), Soon);
            await follower.UntilAsync(count: i + 1);
        }

        Assert.Equal(20, follower.Events.Count);
    }

    [Fact]
    public async Task Lost_connections_are_made_again()
    {
        await using var tailSource = NpgsqlDataSource.Create(ConnectionString + ";Application Name=tail");
        await using var follower = Follower.Start(tailSource, Log, after: 0, Soon);

        for (var i = 0; i < 10; i++)
        {
            await AppendAsync(Append("party-VN", i));
            await follower.UntilAsync(count: i + 1);
            await KillAsync("tail");
        }

        Assert.Equal(await ReadAllAsync(), follower.Events, (a, b) => a.Id == b.Id);
    }

    [Theory]
    [InlineData("update calendar.mt_events set id = gen_random_uuid() where seq_id = 2")]
    [InlineData("delete from calendar.mt_events where seq_id = 2")]
    public async Task Another_event_at_the_own_position_means_another_log(string restore)
    {
        await using var tailSource = NpgsqlDataSource.Create(ConnectionString + ";Application Name=tail");
        await using var follower = Follower.Start(tailSource, Log, after: 0, Soon);
        await AppendAsync(Append("party-VN", 0, events: 2));
        await follower.UntilAsync(count: 2);

        await ExecuteAsync(restore);
        await KillAsync("tail");

        Assert.Equal(2, (await Assert.ThrowsAsync<LogReplacedException>(() => follower.Following)).Position);
        Assert.False(follower.Tail.Connected);
    }

    [Fact]
    public async Task A_position_beyond_the_log_means_another_log()
    {
        await using var follower = Follower.Start(Source, Log, after: 17, Soon);
        await Assert.ThrowsAsync<LogReplacedException>(() => follower.Following);
    }

    private Task KillAsync(string name) => ExecuteAsync(
        $"select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}' and datname = current_database()");
}
