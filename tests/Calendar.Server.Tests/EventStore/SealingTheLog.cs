using System.Globalization;
using Calendar.EventStore;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.EventStore;

public sealed class SealingTheLog(PostgresFixture postgres) : LogDatabase(postgres)
{
    private static readonly Duration Hour = Duration.FromHours(1);

    private Seals Seals => new(Source);

    [Fact]
    public async Task Every_full_thousand_is_sealed_and_the_rest_once_it_is_old_enough()
    {
        await AppendManyAsync(2500);

        Assert.Equal(2000, await Seals.SealAsync(Hour, Soon));
        Assert.Equal(0, await Seals.SealAsync(Hour, Soon));
        Assert.Equal(500, await Seals.SealAsync(Duration.Zero, Soon));
        Assert.Equal(0, await Seals.SealAsync(Duration.Zero, Soon));

        Assert.Equal([1000L, 1000, 500], (await SealsAsync()).Select(seal => seal.Events));
        Assert.Null(await FindFaultAsync());
    }

    [Fact]
    public async Task An_empty_log_and_one_that_is_sealed_get_no_seal()
    {
        Assert.Equal(0, await Seals.SealAsync(Duration.Zero, Soon));
        await AppendManyAsync(3);
        Assert.Equal(3, await Seals.SealAsync(Duration.Zero, Soon));
        Assert.Equal(0, await Seals.SealAsync(Duration.Zero, Soon));
        Assert.Single(await SealsAsync());
    }

    [Fact]
    public async Task Gaps_between_positions_are_no_gaps_in_a_seal()
    {
        await AppendManyAsync(5);
        await ExecuteAsync("select nextval('calendar.mt_events_sequence') from generate_series(1, 100)");
        await AppendAsync(Append("party-VN", 0, events: 5));

        await Seals.SealAsync(Duration.Zero, Soon);

        Assert.Equal((110L, 10L), (await SealsAsync()).Select(seal => (seal.UpTo, seal.Events)).Single());
        Assert.Null(await FindFaultAsync());
    }

    [Fact]
    public async Task Seals_that_are_made_at_the_same_time_never_fork_the_chain()
    {
        await AppendManyAsync(5000);

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Seals.SealAsync(Duration.Zero, Soon)));

        Assert.Equal(5000, made.Sum());
        Assert.Equal(5, (await SealsAsync()).Count);
        Assert.Null(await FindFaultAsync());
    }

    [Fact]
    public async Task Seals_taken_away_from_the_end_are_made_again()
    {
        await AppendManyAsync(3000);
        await Seals.SealAsync(Duration.Zero, Soon);
        await ExecuteAsync("update calendar.mt_events set headers = '{}' where seq_id = 1500");
        Assert.Equal(1500, (await FindFaultAsync())?.Position);

        await ExecuteAsync("delete from calendar.seals where up_to >= 1500");
        Assert.Equal(2000, await Seals.SealAsync(Duration.Zero, Soon));

        Assert.Null(await FindFaultAsync());
    }

    [Fact]
    public async Task A_seal_has_one_successor()
    {
        await AppendManyAsync(4);
        await Seals.SealAsync(Duration.Zero, Soon);
        await AppendAsync(Append("party-VN", 0, events: 2));
        await ExecuteAsync("insert into calendar.seals (up_to, previous, events, sha256, marks) values (5, 4, 1, sha256(''), '\\x00000000')");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(
            "insert into calendar.seals (up_to, previous, events, sha256, marks) values (6, 4, 2, sha256(''), '\\x0000000000000000')"));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
    }

    [Theory]
    [InlineData("update calendar.mt_events set data = jsonb_set(data, '{on}', '\"1973-09-22\"') where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set timestamp = timestamp + interval '1 microsecond' where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set headers = headers || '{\"role\":\"admin\"}' where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set headers = null where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set correlation_id = 'request-2' where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set causation_id = '' where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set id = gen_random_uuid() where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set type = 'ties_resumed' where seq_id = 7", 7)]
    [InlineData("update calendar.mt_events set mt_dotnet_type = null where seq_id = 7", 7)]
    [InlineData("delete from calendar.mt_events where seq_id = 7", 8)]
    [InlineData("delete from calendar.mt_events where seq_id between 7 and 9", 10)]
    [InlineData("delete from calendar.mt_events where seq_id = 10", 11)]
    [InlineData("delete from calendar.mt_events where seq_id = 20", 21)]
    [InlineData("delete from calendar.mt_events where seq_id > 10", 20)]
    [InlineData("delete from calendar.mt_events", 10)]
    [InlineData("update calendar.mt_events set seq_id = 100 where seq_id = 7", 8)]
    [InlineData("update calendar.mt_events set seq_id = 1000 where seq_id = 7; update calendar.mt_events set seq_id = 7 where seq_id = 8; update calendar.mt_events set seq_id = 8 where seq_id = 1000", 7)]
    [InlineData("delete from calendar.seals where up_to = 10", 20)]
    [InlineData("delete from calendar.seals where up_to = 10; update calendar.seals set previous = 0", 1)]
    [InlineData("update calendar.seals set sha256 = sha256('') where up_to = 10", 10)]
    [InlineData("update calendar.seals set marks = set_byte(marks, 0, 255 - get_byte(marks, 0)) where up_to = 20", 11)]
    public async Task What_happens_to_a_sealed_log_shows_at_the_first_place(string damage, long position)
    {
        await AppendAsync(Append("ties-JP~VN", 0, events: 10));
        await Seals.SealAsync(Duration.Zero, Soon);
        await AppendAsync(Append("ties-LA~VN", 0, events: 10));
        await Seals.SealAsync(Duration.Zero, Soon);
        await AppendAsync(Append("ties-KH~VN", 0, events: 1));
        Assert.Null(await FindFaultAsync());

        await ExecuteAsync(damage);

        var fault = await FindFaultAsync();
        Assert.Equal(position, fault?.Position);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"Position {position}"), fault!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_put_into_a_sealed_stretch_shows()
    {
        await AppendAsync(Append("ties-JP~VN", 0, events: 3));
        await ExecuteAsync("select nextval('calendar.mt_events_sequence')");
        await AppendAsync(Append("ties-LA~VN", 0, events: 3));
        await Seals.SealAsync(Duration.Zero, Soon);

        await ExecuteAsync("""
            insert into calendar.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            select 4, gen_random_uuid(), stream_id, 4, data, type, timestamp from calendar.mt_events where seq_id = 3
            """);

        Assert.Equal(4, (await FindFaultAsync())?.Position);
    }

    private async Task AppendManyAsync(int events)
    {
        for (var i = 0; i < events; i += 500)
            await AppendAsync(Append(Party(i), 0, Math.Min(500, events - i)));
    }

    private async Task<List<Seal>> SealsAsync()
    {
        await using var snapshot = await LogSnapshot.OpenAsync(Source, Soon);
        return await snapshot.SealsAsync(Soon).ToListAsync(Soon);
    }

    private async Task<LogFault?> FindFaultAsync()
    {
        using var check = new SealCheck(await SealsAsync());
        await using var snapshot = await LogSnapshot.OpenAsync(Source, Soon);
        await foreach (var batch in snapshot.RowsAsync(0, Soon))
        {
            foreach (var row in batch)
            {
                if (check.Add(row) is { } fault)
                    return fault;
            }
        }

        return check.End();
    }
}
