using System.Threading.Channels;
using Calendar.Server.Rounds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Rounds;

public sealed class RunningRounds : IAsyncLifetime
{
    private readonly FixedClock _clock = new();
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync() => _source = NpgsqlDataSource.Create(await Postgres.NewDatabaseAsync(_soon));

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public async Task The_first_pass_is_at_the_start_and_the_next_one_when_woken()
    {
        var round = new Counting("a");
        using var runner = Runner(round);
        await runner.StartAsync(_soon);

        await round.UntilAsync(1, _soon);
        round.Wake();
        await round.UntilAsync(2, _soon);

        await runner.StopAsync(_soon);
        Assert.Equal(2, round.Passes);
    }

    [Fact]
    public async Task What_is_due_follows_at_once_and_does_not_wait_for_other_rounds()
    {
        var (frequent, other) = (new Counting("frequent", Duration.Zero), new Counting("blocked") { Blocked = true });
        using var runner = Runner(frequent, other);
        await runner.StartAsync(_soon);

        await frequent.UntilAsync(5, _soon);

        await runner.StopAsync(_soon);
        Assert.Equal(0, other.Passes);
    }

    [Fact]
    public async Task What_wakes_a_round_while_it_rests_is_one_pass_and_waits_for_its_time()
    {
        var (resting, frequent) = (new Counting("resting") { Rests = TimeSpan.FromHours(1) }, new Counting("frequent", Duration.Zero));
        using var runner = Runner(resting, frequent);
        await runner.StartAsync(_soon);
        await resting.UntilAsync(1, _soon);

        resting.Wake();
        resting.Wake();
        await frequent.UntilAsync(10, _soon);

        await runner.StopAsync(_soon);
        Assert.Equal(1, resting.Passes);
    }

    [Fact]
    public async Task A_pass_that_fails_is_tried_again_and_ends_nothing()
    {
        var round = new Counting("failing") { Failures = 2 };
        using var runner = Runner(round);
        await runner.StartAsync(_soon);

        await round.UntilTriedAsync(1, _soon);
        round.Wake();
        await round.UntilTriedAsync(2, _soon);
        round.Wake();
        await round.UntilAsync(1, _soon);

        await runner.StopAsync(_soon);
    }

    [Fact]
    public async Task Stopping_interrupts_both_a_pass_and_the_waiting()
    {
        var (blocked, waiting) = (new Counting("blocked") { Blocked = true }, new Counting("waiting"));
        using var runner = Runner(blocked, waiting);
        await runner.StartAsync(_soon);
        await blocked.UntilTriedAsync(1, _soon);
        await waiting.UntilAsync(1, _soon);

        await runner.StopAsync(_soon);

        Assert.True(runner.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task One_instance_at_a_time_makes_a_pass()
    {
        var (first, second) = (new Counting("same") { Blocked = true }, new Counting("same"));
        using var stop = new CancellationTokenSource();
        var passing = RoundRunner.PassAsync(first, _source, stop.Token);
        await first.UntilTriedAsync(1, _soon);

        Assert.False(await RoundRunner.PassAsync(second, _source, _soon));
        Assert.Equal(0, second.Passes);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => passing);
        Assert.True(await RoundRunner.PassAsync(second, _source, _soon));
    }

    [Fact]
    public async Task The_service_seals_what_is_older_than_an_hour_and_nobody_sees_it()
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        await service.ExecuteAsync("update calendar.mt_events set timestamp = now() - interval '61 minutes'; truncate calendar.seals");
        string[] addresses = ["/feeds/anniversaries.ics", "/v1/anniversaries?year=2033", "/v1/relationships/JP~VN", "/health/ready"];
        var before = await Task.WhenAll(addresses.Select(address => service.GetAsync(address)));

        await service.Services.GetRequiredService<SealRound>().PassAsync(service.Soon);

        Assert.Equal(before.Select(answer => answer.Text), (await Task.WhenAll(addresses.Select(address => service.GetAsync(address)))).Select(answer => answer.Text));
        Assert.Equal(await service.CountAsync(), await service.QueryAsync<long>("select sum(events)::bigint from calendar.seals"));
        Assert.Contains(service.Services.GetServices<IHostedService>(), hosted => hosted is RoundRunner);
    }

    private RoundRunner Runner(params Round[] rounds) =>
        new(rounds, _source, new CivilClock(_clock, DateTimeZone.Utc), NullLogger<RoundRunner>.Instance);

    /// <summary>Counts its passes; due again after an hour unless told otherwise.</summary>
    private sealed class Counting(string name, Duration? every = null) : Round(name)
    {
        private readonly Channel<int> _more = Channel.CreateUnbounded<int>();
        private int _tried;
        private int _passes;

        public bool Blocked { get; init; }

        public int Failures { get; init; }

        public TimeSpan Rests { get; init; }

        public override TimeSpan Rest => Rests;

        public int Passes => Volatile.Read(ref _passes);

        public override async Task PassAsync(CancellationToken ct)
        {
            var tried = Interlocked.Increment(ref _tried);
            _more.Writer.TryWrite(1);
            if (Blocked)
            {
                await new TaskCompletionSource().Task.WaitAsync(ct);
            }

            if (tried <= Failures)
            {
                throw new InvalidOperationException("It does not work yet.");
            }

            Interlocked.Increment(ref _passes);
            _more.Writer.TryWrite(1);
        }

        public override Instant NextAfter(Instant pass) => pass + (every ?? Duration.FromHours(1));

        public Task UntilAsync(int passes, CancellationToken ct) => UntilAsync(() => Passes >= passes, ct);

        public Task UntilTriedAsync(int tries, CancellationToken ct) => UntilAsync(() => Volatile.Read(ref _tried) >= tries, ct);

        private async Task UntilAsync(Func<bool> done, CancellationToken ct)
        {
            while (!done())
            {
                await _more.Reader.ReadAsync(ct);
            }
        }
    }
}
