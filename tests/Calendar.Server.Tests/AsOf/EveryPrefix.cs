using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Calendar.Server.Tests.AsOf;

/// <summary>
/// Any history, one event an hour: whatever is asked as of an event is answered as by a service that holds the events up to it
/// and no others.
/// </summary>
public sealed class EveryPrefix
{
    private static readonly Instant Start = Instant.FromUtc(2026, 11, 10, 0, 30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Is_answered_as_if_nothing_had_come_later(int seed)
    {
        var events = await WholeAsync(seed);
        await using var whole = await CalendarService.StartAsync(events.Connection);
        await using var prefix = await CalendarService.StartAsync(Holding.Nothing);
        for (var i = 0; i < events.Count; i++)
        {
            var at = Start + Duration.FromHours(i);
            prefix.Clock.Set(at);
            await CopyAsync(whole, prefix, i + 1);
            foreach (var path in await PathsAsync(prefix))
            {
                var then = await whole.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}asOf={at}");
                var alone = await prefix.GetAsync(path);
                Assert.Equal((i, path, alone.Status, Without(alone)), (i, path, then.Status, Without(then)));
            }
        }

        Assert.Equal(events.Count - 1, whole.Services.GetRequiredService<Calendar.Server.AsOf.PastAlmanacs>().Built);
    }

    private static string Without(Reply answer)
    {
        var json = JsonNode.Parse(answer.Body)!.AsObject();
        json.Remove("asOf");
        return json.ToJsonString();
    }

    private static async Task<IReadOnlyList<string>> PathsAsync(CalendarService service)
    {
        var facts = (await service.GetAsync("/v1/parties?limit=500")).Items.Count > 0
            ? service.Services.GetRequiredService<AlmanacFollower>().Current
            : null;
        List<string> paths = ["/v1/parties", "/v1/parties/JP", "/v1/relationships", "/v1/relationships/JP~VN", "/v1/relationships/JP~VN/history", "/v1/anniversaries", "/v1/anniversaries?year=2030&count=true"];
        for (var i = 0; i < facts?.FactCount; i++)
        {
            var fact = facts.FactAt(i).Id;
            paths.AddRange([$"/v1/facts/{fact}", $"/v1/anniversaries/{fact}/20", $"/v1/anniversaries/{fact}/20/explanation"]);
        }

        return paths;
    }

    // A log that holds only the first so many events of another.
    private static async Task CopyAsync(CalendarService from, CalendarService to, int number)
    {
        var stored = await from.QueryAsync<string>($"select to_jsonb(e)::text from calendar.mt_events e where seq_id = {number}");
        await using (var command = to.Source.CreateCommand("""
            with e as (select * from jsonb_populate_record(null::calendar.mt_events, $1)),
                 s as (insert into calendar.mt_streams (id, version, timestamp, created) select stream_id, version, timestamp, timestamp from e
                       on conflict (id) do update set version = excluded.version returning id)
            insert into calendar.mt_events select e.* from e join s on s.id = e.stream_id
            """))
        {
            command.Parameters.Add(new NpgsqlParameter { Value = stored, NpgsqlDbType = NpgsqlDbType.Jsonb });
            await command.ExecuteNonQueryAsync(to.Soon);
        }

        await to.ExecuteAsync($"notify calendar_log, '{number}'");
        await to.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(number, to.Soon);
    }

    private static async Task<(string Connection, int Count)> WholeAsync(int seed)
    {
        await using var service = await CalendarService.StartAsync(Holding.Nothing);
        foreach (var party in new[] { "VN", "JP", "LA", "US" })
        {
            (await service.PutAsync($"/v1/parties/{party}", $$"""{"kind":"state","name":"{{party}}"}""")).Is(201);
        }

        // Right and wrong commands about few facts, so that they meet, repeat and contradict each other.
        var random = new Random(seed);
        while (await service.CountAsync() < 36)
        {
            var (path, json) = Any(random);
            Assert.Contains((await service.PostAsync(path, json)).Status, new[] { 200, 201, 404, 409, 422 });
        }

        await service.ExecuteAsync($"update calendar.mt_events set timestamp = '{Start}'::timestamptz + (seq_id - 1) * interval '1 hour'");
        return (service.Connection, (int)await service.CountAsync());
    }

    private static (string Path, string Json) Any(Random random)
    {
        const string source = """{"citation":"Archive","confidence":"probable"}""";
        var fact = FactId.OfKey($"any/{random.Next(6)}");
        var claim = FactId.OfKey($"claim/{random.Next(3)}");
        var on = new[] { "1995-07-11", "1992-02-29", "2010-11", "2010", "2006-11-20" }[random.Next(5)];
        var about = $"/v1/facts/{fact}";
        return random.Next(12) switch
        {
            0 or 1 => (Ties(), $$"""{"fact":"{{fact}}","kind":"ties_established","on":"{{on}}","source":{{source}}}"""),
            2 => (Ties(), $$"""{"fact":"{{fact}}","kind":"ties_suspended","on":"{{on}}","source":{{source}}}"""),
            3 => (Ties(), $$"""{"fact":"{{fact}}","kind":"milestone_recorded","on":"{{on}}","title":"A visit","source":{{source}}}"""),
            4 => ($"/v1/parties/JP/party_renamed", $$"""{"fact":"{{fact}}","on":"{{on}}","name":"Name {{random.Next(9)}}","source":{{source}}}"""),
            5 => (about + "/claims", $$"""{"claim":"{{claim}}","on":"{{on}}","source":{{source}}}"""),
            6 => (about + "/preference", $$"""{"claim":"{{claim}}","reason":"Better"}"""),
            7 => (about + "/withdrawal", """{"reason":"Not so"}"""),
            8 => (about + "/reinstatement", """{"reason":"So after all"}"""),
            9 => (about + "/title", $$"""{"title":"Title {{random.Next(9)}}","reason":"Clearer"}"""),
            10 => (about + "/end", """{"on":"2028","reason":"Forgotten"}"""),
            _ => (about + "/resumption", """{"reason":"Remembered"}"""),
        };

        string Ties() => $"/v1/relationships/{new[] { "JP~VN", "LA~VN", "US~VN" }[random.Next(3)]}/facts";
    }
}
