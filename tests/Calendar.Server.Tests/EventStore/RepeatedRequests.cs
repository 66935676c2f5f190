using Calendar.EventStore;
using static Calendar.EventStore.AppendResult;

namespace Calendar.Server.Tests.EventStore;

public sealed class RepeatedRequests(PostgresFixture postgres) : LogDatabase(postgres)
{
    private static readonly byte[] Hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly Idempotency Guard = new("token-1", "key-1", Hash, 201);

    [Fact]
    public async Task A_repeat_stores_nothing_and_is_told_the_outcome()
    {
        await AppendAsync(Append("party-VN", 0, events: 2) with { Idempotency = Guard });

        // Decided anew on the stream as it is now, as a handler would.
        var repeat = Assert.IsType<Repeated>(await AppendAsync(Append("party-VN", 2) with { Idempotency = Guard }));

        Assert.Equal(Hash, repeat.Outcome.RequestHash.ToArray());
        Assert.Equal((201, "party-VN", 2L), (repeat.Outcome.Status, repeat.Outcome.StreamId, repeat.Outcome.Version));
        Assert.Equal(2, (await ReadAllAsync()).Count);
        Assert.Equal(2, (await Log.FindOutcomeAsync("token-1", "key-1", Soon))!.Version);
    }

    [Fact]
    public async Task A_repeat_in_the_same_group_leaves_the_neighbours_stored()
    {
        var answers = await AppendAsGroupAsync(
            Append("party-VN", 0) with { Idempotency = Guard },
            Append("party-VN", 0) with { Idempotency = Guard },
            Append("party-JP", 0));

        Assert.IsType<Appended>(await answers[0]);
        Assert.Equal(1, Assert.IsType<Repeated>(await answers[1]).Outcome.Version);
        Assert.IsType<Appended>(await answers[2]);
    }

    [Fact]
    public async Task An_outcome_without_events_is_kept_too()
    {
        await AppendAsync(Append("party-VN", 0));

        var none = await AppendAsync(Append("party-VN", 1, events: 0) with { Idempotency = Guard });
        var nowhere = await AppendAsync(Append("", 0, events: 0) with { Idempotency = Guard with { Key = "key-2" } });

        Assert.Equal(new Appended(1, 0), none);
        Assert.Equal(new Appended(0, 0), nowhere);
        Assert.Equal(("party-VN", 1L), await Log.FindOutcomeAsync("token-1", "key-1", Soon) is { } kept ? (kept.StreamId, kept.Version) : default);
        Assert.Null((await Log.FindOutcomeAsync("token-1", "key-2", Soon))!.StreamId);
    }

    [Fact]
    public async Task A_conflict_keeps_no_outcome()
    {
        Assert.Equal(new Conflict(0), await AppendAsync(Append("party-VN", 3) with { Idempotency = Guard }));
        Assert.Null(await Log.FindOutcomeAsync("token-1", "key-1", Soon));
    }

    [Fact]
    public async Task Keys_of_different_callers_never_meet()
    {
        await AppendAsync(Append("party-VN", 0) with { Idempotency = Guard });
        Assert.IsType<Appended>(await AppendAsync(Append("party-VN", 1) with { Idempotency = Guard with { Caller = "token-2" } }));
    }

    [Fact]
    public async Task Outcomes_are_removed_after_two_days()
    {
        await ExecuteAsync("""
            insert into calendar.idempotency (caller, key, request_hash, status, version, recorded)
            values ('t', 'old', '', 200, 0, now() - interval '48 hours 1 minute'), ('t', 'young', '', 200, 0, now() - interval '47 hours')
            """);

        await AppendAsync(Append("party-VN", 0));

        await UntilAsync("select not exists (select from calendar.idempotency where key = 'old')");
        Assert.NotNull(await Log.FindOutcomeAsync("t", "young", Soon));
    }
}
