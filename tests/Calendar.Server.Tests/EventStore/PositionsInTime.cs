using Calendar.EventStore;
using NodaTime;

namespace Calendar.Server.Tests.EventStore;

public sealed class PositionsInTime(PostgresFixture postgres) : LogDatabase(postgres)
{
    private static readonly Instant Start = Instant.FromUtc(2026, 12, 1, 0, 0);

    [Fact]
    public async Task The_empty_log_is_at_no_position_at_any_time()
    {
        foreach (var at in new[] { Instant.MinValue, Start, Instant.FromUtc(9999, 12, 31, 0, 0) })
            Assert.Equal(new PlaceInLog(0, false), await Log.PositionAtAsync(at, Soon));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task An_instant_is_at_the_longest_prefix_that_had_been_recorded(int events)
    {
        await AppendAsync(Append(Party(1), 0, events));

        // Positions with gaps, and groups of events with one timestamp: whatever the log may hold.
        await ExecuteAsync($"""
            update calendar.mt_events set seq_id = -seq_id;
            update calendar.mt_events set seq_id = 3 + seq_id * seq_id % 7 + 10 * -seq_id, timestamp = '2026-12-01Z'::timestamptz + (-seq_id / 4) * interval '1 minute'
            """);
        var all = await ReadAllAsync();
        foreach (var at in all.Select(e => e.Timestamp).Distinct().Prepend(Start - Duration.FromMinutes(1)).SelectMany(Around))
        {
            var prefix = all.TakeWhile(e => e.Timestamp <= at).ToList();
            Assert.Equal(new PlaceInLog(prefix.LastOrDefault()?.Position ?? 0, prefix.Count < all.Count), await Log.PositionAtAsync(at, Soon));
        }

        // The log counts microseconds.
        static IEnumerable<Instant> Around(Instant at) => [at - Duration.FromNanoseconds(1), at, at + Duration.FromNanoseconds(999), at + Duration.FromSeconds(59)];
    }

    [Fact]
    public async Task The_log_is_read_up_to_a_position_and_no_further()
    {
        await AppendAsync(Append(Party(1), 0, 3000));
        var all = await ReadAllAsync();
        foreach (var last in new[] { 0, 1, 1023, 1024, 1025, 2048, 2999, 3000, 4000 })
        {
            var read = new List<RecordedEvent>();
            await foreach (var batch in Log.ReadRangeAsync(0, last, Soon))
            {
                Assert.NotEmpty(batch);
                read.AddRange(batch);
            }

            Assert.Equal(all.Where(e => e.Position <= last).Select(e => e.Id), read.Select(e => e.Id));
        }
    }
}
