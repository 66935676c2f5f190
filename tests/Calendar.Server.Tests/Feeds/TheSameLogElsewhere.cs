using Calendar.Server.Feeds;
using Npgsql;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The same log in other processes and other databases, under other clocks' zones and languages: the same octets.</summary>
public sealed class TheSameLogElsewhere
{
    private static readonly string[] _feeds =
    [
        FeedVariant.Path, FeedVariant.Path + "?lang=en&alarm=P7D&detail=full", FeedVariant.Path + "?group=ASEAN&tier=round,half,other&imprecise=year",
        FeedVariant.Path + "?tier=round,half,other&ahead=12", FeedVariant.Path + "?party=VN-HN&kind=treaty_signed",
        "/feeds/parties/JP.ics", "/feeds/groups/ASEAN.ics?lang=en", "/feeds/tiers/round.ics", "/feeds/national-days.ics?ahead=2",
    ];

    private static readonly string[] _answers =
    [
        "/v1/anniversaries?year=2028&limit=500", "/v1/parties?limit=500", "/v1/relationships/JP~VN/history", "/?lang=vi", "/openapi/v1.json",
        $"/v1/anniversaries/{FactId.OfKey("vietnam/ties/JP")}/60/explanation",
    ];

    // Right-to-left digits, Buddhist years, a Turkish i: none of it belongs to the log.
    private static readonly (string Zone, string Locale)[] _places =
    [
        ("Asia/Ho_Chi_Minh", "vi_VN.UTF-8"), ("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/Anchorage", "ar_SA.UTF-8"), ("Asia/Bangkok", "th_TH.UTF-8"),
    ];

    [Fact]
    public async Task Gives_the_same_octets_and_tags()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var ct = soon.Token;
        var first = await CalendarService.DatabaseAsync(Holding.Vietnam);
        var second = await CalendarService.DatabaseAsync(Holding.Vietnam);
        await ScrambleAsync(second, ct);

        var here = await ServeAsync(first, 0, ct);
        IReadOnlyList<Answer> answers;
        await using (here.Process)
        {
            answers = await ReadAsync(here.Client, ct);
            Assert.All(answers, answer => Assert.True(answer.Body.Length > 200, answer.Address));

            // A second instance over the same database, and one over the same rows in another.
            Assert.Equal(answers, await ServedAsync(first, 1, ct));
            Assert.Equal(answers, await ServedAsync(second, 2, ct));
        }

        // The first one ended without a word, and another took its place.
        Assert.Equal(answers, await ServedAsync(first, 3, ct));
    }

    private static async Task<IReadOnlyList<Answer>> ServedAsync(string database, int place, CancellationToken ct)
    {
        var (process, client) = await ServeAsync(database, place, ct);
        await using (process)
        {
            return await ReadAsync(client, ct);
        }
    }

    private static Task<(CalendarProcess Process, HttpClient Client)> ServeAsync(string database, int place, CancellationToken ct)
    {
        var (zone, locale) = _places[place];
        return CalendarProcess.ServeAsync(database, ct, ("TZ", zone), ("LC_ALL", locale), ("LANG", locale));
    }

    // Feeds in every coding: what a cache keeps of one instance must be good for all.
    private static async Task<IReadOnlyList<Answer>> ReadAsync(HttpClient client, CancellationToken ct)
    {
        var answers = new List<Answer>();
        foreach (var (address, coding) in _feeds.SelectMany(feed => new[] { (feed, "identity"), (feed, "gzip"), (feed, "br") }).Concat(_answers.Select(other => (other, "identity"))))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
            using var response = await client.SendAsync(request, ct);
            response.EnsureSuccessStatusCode();
            answers.Add(new Answer(
                address, coding, response.Headers.ETag?.ToString(), response.Content.Headers.LastModified?.ToString("r", null),
                Convert.ToBase64String(await response.Content.ReadAsByteArrayAsync(ct))));
        }

        return answers;
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

    private sealed record Answer(string Address, string Coding, string? Tag, string? Modified, string Body);
}
