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
