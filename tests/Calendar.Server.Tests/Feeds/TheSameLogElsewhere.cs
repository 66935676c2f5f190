using System.Net.Http.Headers;
using Calendar.Server.Feeds;
using Npgsql;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The same log in other databases, served under other clocks' zones and languages: the same octets.</summary>
public sealed class TheSameLogElsewhere
{
    private static readonly string[] _addresses =
    [
        FeedVariant.Path, FeedVariant.Path + "?lang=en&alarm=P7D&detail=full", FeedVariant.Path + "?group=ASEAN&tier=round,half,other&imprecise=year",
        "/v1/anniversaries?year=2028&limit=500", "/v1/parties?limit=500", "/v1/relationships/JP~VN/history", "/?lang=vi", "/openapi/v1.json",
        $"/v1/anniversaries/{FactId.OfKey("vietnam/ties/JP")}/60/explanation",
    ];

    [Fact]
    public async Task Gives_the_same_octets_and_tags()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var first = await CalendarService.DatabaseAsync(Holding.Vietnam);
        var second = await CalendarService.DatabaseAsync(Holding.Vietnam);
        await ScrambleAsync(second, soon.Token);

        var (here, client) = await CalendarProcess.ServeAsync(first, soon.Token, ("TZ", "Asia/Ho_Chi_Minh"), ("LC_ALL", "vi_VN.UTF-8"), ("LANG", "vi_VN.UTF-8"));
        var (there, other) = await CalendarProcess.ServeAsync(second, soon.Token, ("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8"));
        await using (here)
        await using (there)
        {
            foreach (var address in _addresses)
            {
                var (one, two) = (await ReadAsync(client, address), await ReadAsync(other, address));
                Assert.True(one.Body.Length > 200, address);
                Assert.Equal(one, two);
            }
        }
    }

    // The same rows in another physical order, as a dump and restore would leave them.
    private static async Task ScrambleAsync(string connection, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("""
            create temporary table events as select * from calendar.mt_events order by md5(id::text);
            delete from calendar.mt_events;
            insert into calendar.mt_events select * from events;
            """);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<(string Tag, string? Modified, string Body)> ReadAsync(HttpClient client, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } } };
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (response.Headers.ETag?.ToString() ?? "", response.Content.Headers.LastModified?.ToString("r", null), await response.Content.ReadAsStringAsync());
    }
}
