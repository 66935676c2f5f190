using Calendar.Server.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Calendar.Server.Tests.Subscriptions;

/// <summary>Somebody holds a lock that subscriptions need.</summary>
public sealed class WhileTheDatabaseIsSlow : IAsyncLifetime
{
    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task What_has_been_stored_is_answered_without_asking_how_it_is_read()
    {
        var made = await _service.SubscribeAsync();
        await using var holder = await HoldAsync("lock table calendar.subscription_health in access exclusive mode");

        var other = await _service.SubscribeAsync();
        var rotated = await _service.RotateAsync(made);
        (await _service.PostAsync(made.Self + "/name", """{"name":"Mới"}""")).Is(200);
        foreach (var link in new[] { made, other, rotated })
        {
            (await _service.GetAsync(link.Path)).Is(200);
        }
    }

    [Fact]
    public async Task Changes_wait_in_a_short_line_and_leave_the_connections_to_others()
    {
        await using var holder = await HoldAsync("select pg_advisory_xact_lock(hashtextextended('calendar.subscriptions', 0))");
        var posts = Enumerable.Range(0, 130).Select(_ => _service.PostAsync(Subscribing.Collection, """{"name":"x"}""")).ToList();
        while (posts.Count(post => post.IsCompleted) < 130 - SubscriptionTable.MostInLine && await WaitingAsync(holder) < 10)
        {
            Assert.False(_service.Soon.IsCancellationRequested, "Nobody waits and nobody is refused.");
        }

        (await _service.PostAsync("/v1/relationships/JP~VN/facts", """{"kind":"milestone_recorded","on":"2017-03-01","title":"t","source":{"citation":"c","confidence":"confirmed"}}""")).Is(201);
        await holder.CloseAsync();

        var answers = await Task.WhenAll(posts);
        var refused = answers.Where(answer => answer.Status != 201).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => answer.IsProblem(503, "busy"));
        Assert.Equal(answers.Length - refused.Count, await _service.QueryAsync<long>("select count(*) from calendar.subscriptions"));
    }

    [Fact]
    public async Task They_are_listed_from_memory_without_how_they_are_read()
    {
        var made = await _service.SubscribeAsync();
        await using var holder = await HoldAsync("lock table calendar.subscription_health in access exclusive mode");

        // What stores meanwhile hangs, and nobody waits behind it.
        (await _service.GetAsync(made.Path)).Is(200);
        var storing = _service.Services.GetRequiredService<SubscriptionHealth>().StoreAsync(_service.Soon);
        var listed = Assert.Single((await _service.GetAsync(Subscribing.Collection, CalendarService.Bearer(_service.Admin!))).Is(200).Items);
        var one = (await _service.GetAsync(made.Self, CalendarService.Bearer(_service.Admin!))).Is(200).Json;
        foreach (var seen in new[] { listed, one })
        {
            Assert.Equal(made.Id, seen.GetProperty("id").GetString());
            Assert.False(seen.TryGetProperty("health", out _));
        }

        Assert.False(storing.IsCompleted);
        await holder.CloseAsync();
        await storing;
        Assert.Equal(1, (await _service.HealthAsync(made)).GetProperty("fetches").GetInt64());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_revoked_while_it_is_shown_is_shown_as_it_was(bool inList)
    {
        var made = await _service.SubscribeAsync("""{"name":"Trước","filter":{"party":["JP"]}}""");
        var book = _service.Services.GetRequiredService<SubscriptionBook>();
        await using var holder = await HoldAsync("lock table calendar.subscription_health in access exclusive mode");
        var asking = _service.GetAsync(inList ? Subscribing.Collection : made.Self, CalendarService.Bearer(_service.Admin!));
        while (await WaitingAsync(holder) == 0)
        {
            Assert.False(asking.IsCompleted, "It does not ask how it is read.");
        }

        var held = book.Find(Guid.Parse(made.Id))!.Current;
        book.Apply(held with { Revoked = FixedClock.Start, Name = null, Variant = null, Changed = held.Changed + 1 });
        await holder.CloseAsync();

        var answer = (await asking).Is(200);
        var seen = inList ? Assert.Single(answer.Items) : answer.Json;
        Assert.Equal("Trước", seen.GetProperty("name").GetString());
        Assert.Equal("""{"party":["JP"]}""", seen.GetProperty("filter").GetRawText());
    }

    private async Task<long> WaitingAsync(NpgsqlConnection holder)
    {
        await using var command = new NpgsqlCommand("select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())", holder);
        return (long)(await command.ExecuteScalarAsync(_service.Soon))!;
    }

    // Until the connection is closed.
    private async Task<NpgsqlConnection> HoldAsync(string sql)
    {
        var holder = new NpgsqlConnection(_service.Connection + ";Pooling=false");
        await holder.OpenAsync(_service.Soon);
        await using var command = new NpgsqlCommand("begin; " + sql, holder);
        await command.ExecuteNonQueryAsync(_service.Soon);
        return holder;
    }
}
