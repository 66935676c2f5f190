using static Calendar.EventStore.AppendResult;

namespace Calendar.Server.Tests.EventStore;

public sealed class UniqueFacts(PostgresFixture postgres) : LogDatabase(postgres)
{
    private readonly Guid fact = Guid.NewGuid();

    [Fact]
    public async Task A_fact_is_taken_by_the_first_stream_that_names_it()
    {
        await AppendAsync(Append("ties-JP~VN", 0) with { NewFacts = [fact] });

        Assert.Equal(new FactTaken(fact, "ties-JP~VN"), await AppendAsync(Append("ties-FR~VN", 0) with { NewFacts = [Guid.NewGuid(), fact] }));
        Assert.Single(await ReadAllAsync());
        Assert.Equal(1L, await QueryAsync<long>("select count(*) from calendar.fact_ids"));
    }

    [Fact]
    public async Task A_taken_fact_in_a_group_leaves_the_neighbours_stored()
    {
        var answers = await AppendAsGroupAsync(
            Append("ties-JP~VN", 0) with { NewFacts = [fact] },
            Append("ties-FR~VN", 0) with { NewFacts = [fact] },
            Append("ties-US~VN", 0) with { NewFacts = [Guid.NewGuid()] });

        Assert.IsType<Appended>(await answers[0]);
        Assert.Equal(new FactTaken(fact, "ties-JP~VN"), await answers[1]);
        Assert.IsType<Appended>(await answers[2]);
    }

    [Fact]
    public async Task An_append_that_conflicts_takes_no_fact()
    {
        await AppendAsync(Append("ties-JP~VN", 9) with { NewFacts = [fact] });
        Assert.IsType<Appended>(await AppendAsync(Append("ties-FR~VN", 0) with { NewFacts = [fact] }));
    }

    [Fact]
    public async Task A_moved_fact_belongs_to_its_new_stream()
    {
        await AppendAsync(Append("sealed-1", 0) with { NewFacts = [fact] });
        await AppendAsync(Append("ties-JP~VN", 0) with { MovedFacts = [fact] });

        Assert.Equal(new FactTaken(fact, "ties-JP~VN"), await AppendAsync(Append("ties-FR~VN", 0) with { NewFacts = [fact] }));
    }
}
