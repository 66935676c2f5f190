using Calendar.EventStore;
using static Calendar.EventStore.AppendResult;

namespace Calendar.Server.Tests.EventStore;

public sealed class AppendingInGroups(PostgresFixture postgres) : LogDatabase(postgres)
{
    [Fact]
    public async Task A_stale_version_leaves_the_neighbours_stored()
    {
        await AppendAsync(Append("party-VN", 0));

        var answers = await AppendAsGroupAsync(Append("party-JP", 0, events: 2), Append("party-VN", 0), Append("party-FR", 0));

        Assert.Equal(2, Assert.IsType<Appended>(await answers[0]).Version);
        Assert.Equal(new Conflict(1), await answers[1]);
        Assert.IsType<Appended>(await answers[2]);
        Assert.Equal(2, (await Log.ReadStreamAsync("party-JP", Soon)).Count);
        Assert.Single(await Log.ReadStreamAsync("party-VN", Soon));
    }

    [Fact]
    public async Task The_second_append_to_a_stream_is_checked_against_what_the_first_leaves()
    {
        var answers = await AppendAsGroupAsync(Append("party-VN", 0, events: 2), Append("party-VN", 2), Append("party-VN", 2), Append("party-VN", 0));

        Assert.Equal(2, Assert.IsType<Appended>(await answers[0]).Version);
        Assert.Equal(3, Assert.IsType<Appended>(await answers[1]).Version);
        Assert.Equal(new Conflict(3), await answers[2]);
        Assert.Equal(new Conflict(3), await answers[3]);
        Assert.Equal([1L, 2, 3], (await Log.ReadStreamAsync("party-VN", Soon)).Select(e => e.Version));
        Assert.Equal(3L, await QueryAsync<long>("select version from calendar.mt_streams where id = 'party-VN'"));
    }

    [Fact]
    public async Task After_a_stale_first_append_the_second_one_is_judged_by_the_log()
    {
        await AppendAsync(Append("party-VN", 0, events: 5));

        var answers = await AppendAsGroupAsync(Append("party-VN", 3), Append("party-VN", 5));

        Assert.Equal(new Conflict(5), await answers[0]);
        Assert.Equal(6, Assert.IsType<Appended>(await answers[1]).Version);
    }

    [Fact]
    public async Task What_was_decided_on_two_streams_is_judged_by_what_the_group_has_made_of_both()
    {
        await AppendAsync(Append("sealed-1", 0));
        await AppendAsync(Append("sealed-2", 0));

        // One is withdrawn before it is published, the other after: of each pair the first stands.
        var answers = await AppendAsGroupAsync(
            Append("sealed-1", 1) with { Beside = ("party-VN", 0) },
            Append("party-VN", 0) with { Beside = ("sealed-1", 1) },
            Append("party-JP", 0) with { Beside = ("sealed-2", 1) },
            Append("sealed-2", 1) with { Beside = ("party-JP", 0) },
            Append("sealed-2", 1) with { Beside = ("party-JP", 1) });

        Assert.Equal(2, Assert.IsType<Appended>(await answers[0]).Version);
        Assert.Equal(new Conflict(2, "sealed-1"), await answers[1]);
        Assert.Equal(1, Assert.IsType<Appended>(await answers[2]).Version);
        Assert.Equal(new Conflict(1, "party-JP"), await answers[3]);
        Assert.Equal(2, Assert.IsType<Appended>(await answers[4]).Version);
    }

    [Theory]
    [InlineData("ties_established", """{"n":1e999999}""", "data")]
    [InlineData(null, """{"n":1}""", "data")]
    public async Task What_PostgreSQL_refuses_fails_alone(string? type, string json, string reason)
    {
        var answers = await AppendAsGroupAsync(
            Append("party-JP", 0), Append("party-VN", 0, Event(json, type ?? new string('x', 501))), Append("party-FR", 0));

        Assert.IsType<Appended>(await answers[0]);
        Assert.Equal(reason, (await Assert.ThrowsAsync<EventRefusedException>(() => answers[1])).Reason);
        Assert.IsType<Appended>(await answers[2]);
        Assert.Empty(await Log.ReadStreamAsync("party-VN", Soon));
    }

    [Fact]
    public async Task JSON_too_deep_for_PostgreSQL_fails_alone()
    {
        var deep = $$"""{"a":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""";
        var answers = await AppendAsGroupAsync(Append("party-JP", 0), Append("party-VN", 0, Event(deep)));

        Assert.IsType<Appended>(await answers[0]);
        Assert.Equal("limit", (await Assert.ThrowsAsync<EventRefusedException>(() => answers[1])).Reason);
    }

    [Fact]
    public async Task A_broken_constraint_fails_alone_also_among_stale_appends()
    {
        await ExecuteAsync("alter table calendar.mt_events add constraint no_vn check (stream_id <> 'party-VN')");

        var answers = await AppendAsGroupAsync(Append("party-JP", 7), Append("party-VN", 0), Append("party-FR", 0));

        Assert.Equal(new Conflict(0), await answers[0]);
        Assert.Equal("constraint", (await Assert.ThrowsAsync<EventRefusedException>(() => answers[1])).Reason);
        Assert.IsType<Appended>(await answers[2]);
    }

    [Fact]
    public async Task A_group_is_stored_in_the_order_its_appends_came()
    {
        var appends = Enumerable.Range(0, 200).Select(i => Append(Party(i), 0, events: 2)).ToArray();
        var answers = await AppendAsGroupAsync(appends);

        var expected = appends.SelectMany(a => a.Events).Select(e => e.Id);
        var all = await ReadAllAsync();
        Assert.Equal(expected, all.Where(e => e.StreamId is not "held-up").Select(e => e.Id));
        Assert.Equal(all.Skip(1).Where((_, i) => i % 2 == 1).Select(e => e.Position), answers.Select(a => ((Appended)a.Result).Position));
    }
}
