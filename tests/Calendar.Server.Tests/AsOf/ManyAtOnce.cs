using Calendar.EventStore;
using Calendar.Server.AsOf;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Calendar.Server.Tests.AsOf;

/// <summary>Earlier almanacs are made on demand: once each, one at a time, two kept.</summary>
public sealed class ManyAtOnce : IAsyncLifetime
{
    private CalendarService _service = null!;

    private PastAlmanacs Past => _service.Services.GetRequiredService<PastAlmanacs>();

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Questions_for_few_instants_are_answered_from_one_fold_each()
    {
        int[] minutes = [5, 12, 20];
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _service.GetAsync(Parties(minutes[i % 3]))));
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Equal(minutes[i % 3] + 1, answers[i].Is(200).Json.GetProperty("asOf").GetProperty("number").GetInt64());
            Assert.Equal(Math.Min(minutes[i % 3] + 1, 9), answers[i].Items.Count);
        }

        // An instant asked for once more after two others may have had to be folded again.
        Assert.InRange(Past.Built, 3, 50);
    }

    [Fact]
    public async Task Each_position_is_folded_once_for_all_who_wait_for_it()
    {
        await using var holder = await HoldAsync();
        var waiting = Enumerable.Range(0, 50).Select(i => Past.AtAsync(new Place(0, 5 + (i % 3)), _service.Soon)).ToList();
        Assert.All(waiting, answer => Assert.False(answer.IsCompleted));
        await holder.CloseAsync();

        var almanacs = await Task.WhenAll(waiting);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 5L + (i % 3)), almanacs.Select(almanac => almanac.Position));
        Assert.Equal(3, almanacs.Distinct().Count());
        Assert.Equal(3, Past.Built);
    }

    [Fact]
    public async Task The_two_used_last_are_kept()
    {
        foreach (var (minute, built) in new[] { (5, 1), (12, 2), (5, 2), (20, 3), (5, 3), (20, 3), (12, 4), (20, 4), (5, 5) })
        {
            (await _service.GetAsync(Parties(minute))).Is(200);
            Assert.Equal((minute, built), (minute, Past.Built));
        }
    }

    [Fact]
    public async Task Who_goes_away_leaves_the_others_their_answer()
    {
        await using var holder = await HoldAsync();

        using var impatient = new CancellationTokenSource();
        var first = Past.AtAsync(new Place(0, 5), impatient.Token);
        var second = Past.AtAsync(new Place(0, 5), _service.Soon);
        var queued = Past.AtAsync(new Place(0, 7), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        await holder.CloseAsync();

        Assert.Equal(5, (await second).Position);
        Assert.Equal(7, (await Past.AtAsync(new Place(0, 7), _service.Soon)).Position);
        Assert.Equal(2, Past.Built);
    }

    [Fact]
    public async Task No_more_than_a_few_positions_are_waited_for()
    {
        await using var holder = await HoldAsync();

        var waiting = Enumerable.Range(1, 16).Select(position => Past.AtAsync(new Place(0, position), _service.Soon)).ToList();
        var busy = await Assert.ThrowsAsync<LogUnavailableException>(() => Past.AtAsync(new Place(0, 17), _service.Soon));
        Assert.Equal(LogUnavailableReason.Busy, busy.Reason);
        await holder.CloseAsync();
        Assert.Equal(Enumerable.Range(1, 16).Select(position => (long)position), (await Task.WhenAll(waiting)).Select(almanac => almanac.Position));
    }

    [Fact]
    public async Task Without_the_database_what_is_kept_is_answered_and_a_failed_fold_is_tried_again()
    {
        (await _service.GetAsync(Parties(5))).Is(200);
        await AllowAsync(false);
        (await _service.GetAsync(Parties(5))).Is(200);
        (await _service.GetAsync("/v1/relationships?asOf=2026-11-23T00:05:00Z")).Is(200);
        var away = (await _service.GetAsync(Parties(12))).IsProblem(503, "past-unavailable");
        Assert.Equal("5", away["Retry-After"]);
        (await _service.GetAsync("/v1/parties")).Is(200);

        await AllowAsync(true);
        Assert.Equal(13, (await _service.GetAsync(Parties(12))).Is(200).Json.GetProperty("asOf").GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task A_position_that_is_gone_is_no_almanac() =>
        await Assert.ThrowsAsync<LogReplacedException>(() => Past.AtAsync(new Place(0, 1000), _service.Soon));

    [Fact]
    public async Task Over_a_long_log_a_token_is_asked_for()
    {
        await using var strict = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.SmallLog), asOfEvents: 10);
        (await strict.GetAsync(Parties(9))).Is(200);
        var refused = (await strict.GetAsync(Parties(10))).IsProblem(401, "as-of-needs-token");
        Assert.Equal("Bearer", refused["WWW-Authenticate"]);
        (await strict.GetAsync(Parties(10), CalendarService.Bearer(Calendar.Server.Access.Token.New()))).IsProblem(401, "unauthenticated");
        (await strict.GetAsync("/v1/parties")).Is(200);
        Assert.Equal(1, strict.Services.GetRequiredService<PastAlmanacs>().Built);

        foreach (var role in new[] { "historian", "planner", "association" })
        {
            var answer = (await strict.GetAsync(Parties(10), CalendarService.Bearer(await strict.TokenAsync(role)))).Is(200);
            Assert.Equal(("private, no-store", "11"), (answer["Cache-Control"], answer["Calendar-Number"]));
        }
    }

    [Fact]
    public async Task An_empty_log_was_never_anything()
    {
        await using var empty = await CalendarService.StartAsync(Holding.Nothing);
        (await empty.GetAsync("/v1/parties?asOf=2026-11-01")).IsProblem(422, "bad-query").Names("asOf", "nothing-recorded");
    }

    // All that is read waits for the table: what has begun to be folded cannot end until the connection is closed.
    private async Task<NpgsqlConnection> HoldAsync()
    {
        var holder = new NpgsqlConnection(_service.Connection + ";Pooling=false");
        await holder.OpenAsync(_service.Soon);
        await using var hold = new NpgsqlCommand("begin; lock table calendar.mt_events in access exclusive mode", holder);
        await hold.ExecuteNonQueryAsync(_service.Soon);
        return holder;
    }

    // The small log has an event a minute.
    private static string Parties(int minute) => $"/v1/parties?asOf=2026-11-23T00:{minute:D2}:00Z";

    private async Task AllowAsync(bool connections)
    {
        var builder = new NpgsqlConnectionStringBuilder(_service.Connection);
        var database = builder.Database;
        builder.Database = "postgres";
        await using var source = NpgsqlDataSource.Create(builder.ConnectionString + ";Pooling=false");
        await using (var allow = source.CreateCommand($"alter database {database} with allow_connections {connections}"))
        {
            await allow.ExecuteNonQueryAsync(_service.Soon);
        }

        await using var end = source.CreateCommand($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}' and not {connections}");
        await end.ExecuteNonQueryAsync(_service.Soon);
    }
}
