using Calendar.EventStore;
using Calendar.Server.Sealed;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Calendar.Server.Tests.Sealed;

/// <summary>Facts that are agreed and not public yet, and everything that everybody may ask.</summary>
internal static class Embargo
{
    public static readonly Instant Until = FixedClock.Start + Duration.FromDays(30);

    private const string Source = """{"citation":"Thỏa thuận chưa công bố","confidence":"confirmed"}""";

    public static FactId Statement { get; } = FactId.OfKey("embargo/statement");

    /// <summary>Facts of every kind of stream; each would change names, dates, suspensions, searches and gaps if it were seen.</summary>
    public static IReadOnlyList<(string Path, string Json)> Commands { get; } =
    [
        ("/v1/relationships/JP~VN/facts", Fact("statement", """ "kind":"milestone_recorded","on":"2026-11-30","title":{"vi":"Tuyên bố chung Mật Ngọt","en":"Sweet Secret statement"}""")),
        ("/v1/relationships/JP~VN/facts", Fact("suspension", """ "kind":"ties_suspended","on":"2026-01-01" """)),
        ("/v1/relationships/AQ~VN/facts", Fact("ties", """ "kind":"ties_established","on":"2026-12-31" """)),
        ("/v1/relationships/FR~VN/facts", Fact("replacing", $""" "kind":"milestone_recorded","on":"1989-11-18","title":"Ghi lại","replaces":"{FactId.OfKey("small/milestones/FR/wrong")}" """)),
        ("/v1/parties/JP/party_renamed", Fact("name", """ "on":"2027-01-01","name":{"vi":"Nhật Bản mới","en":"New Japan"}""")),
        ("/v1/parties/LA/national_day", Fact("day", """ "day":"--12-02","name":"Ngày Quốc khánh" """)),
        ("/v1/accords", Fact("accord", """ "accord":"secret-accord","on":"2026-11-29","title":"Hiệp định kín","parties":["VN","JP","LA"]""")),
        ("/v1/accords/asean-charter/joining", Fact("joining", """ "on":"2026-11-28","party":"JP" """)),
    ];

    public static IReadOnlyList<FactId> Facts { get; } =
        [.. new[] { "statement", "suspension", "ties", "replacing", "name", "day", "accord", "joining" }.Select(name => FactId.OfKey("embargo/" + name))];

    /// <summary>Whatever anybody may ask about the record.</summary>
    public static IEnumerable<string> Addresses()
    {
        string[] record =
        [
            "/v1/parties", "/v1/parties?count=true&limit=2", "/v1/parties?q=nhat", "/v1/parties/JP", "/v1/parties/LA", "/v1/parties/ZZ", "/v1/relationships", "/v1/relationships?count=true&limit=2",
            "/v1/relationships?q=laos", "/v1/relationships/JP~VN", "/v1/relationships/JP~VN/history", "/v1/relationships/AQ~VN", "/v1/relationships/AQ~VN/history", "/v1/relationships/FR~VN/history",
            "/v1/relationships/LA~VN/history", "/v1/anniversaries?count=true&limit=3", "/v1/anniversaries?year=2036&count=true", "/v1/anniversaries?from=2026-11-01&to=2040-01-01&limit=500", "/v1/anniversaries?q=secret&count=true",
            "/v1/anniversaries?q=nhat&count=true&limit=2", "/v1/anniversaries?year=2030&party=JP,AQ", "/v1/anniversaries?year=2030&kind=national_day,accord_concluded", "/v1/rules",
            $"/v1/facts/{FactId.OfKey("small/milestones/FR/wrong")}", $"/v1/facts/{FactId.OfKey("small/ties/JP")}", $"/v1/anniversaries/{FactId.OfKey("small/ties/JP")}/60",
            $"/v1/anniversaries/{FactId.OfKey("small/ties/JP")}/60/explanation", $"/v1/anniversaries/{FactId.OfKey("small/milestones/FR/wrong")}/50/explanation",
        ];
        return
        [
            .. record, .. Facts.SelectMany(fact => new[] { $"/v1/facts/{fact}", $"/v1/anniversaries/{fact}/10", $"/v1/anniversaries/{fact}/10/explanation" }),
            "/v1/facts?count=true&limit=500", "/v1/facts?limit=3", "/v1/facts?format=csv", "/v1/anniversaries?year=2036&format=csv", "/v1/anniversaries?kind=secret", "/v1/gaps", "/v1/gaps?party=AQ",
            "/v1/holidays?party=VN&from=2027-01-01&to=2028-01-01", "/v1/holidays?party=LA&from=2027-01-01&to=2028-01-01", "/v1/years/2036", "/v1/years?from=2027&to=2037", "/v1/changes?from=2026-11-01&to=2026-12-01",
            "/v1/changes?from=2026-11-01&to=2026-12-01&within=2026-01-01/2046-01-01", "/feeds/anniversaries.ics", "/feeds/anniversaries.ics?lang=en&detail=full&tier=round,half,other&alarm=P7D",
            "/feeds/anniversaries.ics?party=JP&ahead=12", "/feeds/anniversaries.ics?party=AQ", "/feeds/anniversaries.ics?kind=accord_concluded,accord_joined&tier=other,round,half", "/feeds/changes.atom",
            "/health/live", "/health/ready", "/health/write", "/", "/?party=JP", "/v1/sealed", $"/v1/sealed/{Statement}", "/v1/nothing",
            .. record.Where(path => !path.Contains("rules", StringComparison.Ordinal)).Select(path => path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "asOf=2026-11-24"),
        ];
    }

    /// <summary>The answers to these, with every header but the moment of answering, and those behind next links.</summary>
    public static async Task<IReadOnlyList<string>> AnswersAsync(this CalendarService service, IEnumerable<string> addresses, params (string Name, string Value)[] headers)
    {
        var answers = new List<string>();
        foreach (var address in addresses)
        {
            for (var next = address; next is not null;)
            {
                var answer = await service.GetAsync(next, headers);
                Assert.InRange(answer.Status, 200, 499);
                var told = answer.Headers.Where(header => header.Key is not "Date").OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}");
                answers.Add($"{next} → {answer.Status}\n{string.Join('\n', told)}\n\n{answer.Text}");
                next = answer.Next;
            }
        }

        return answers;
    }

    public static string Sealed(string json, Instant? until = null) => json.Insert(1, $"\"sealedUntil\":\"{until ?? Until}\",");

    public static async Task SealAsync(this CalendarService service, Instant? until = null)
    {
        foreach (var (path, json) in Commands)
        {
            var answer = (await service.PostAsync(path, Sealed(json, until))).Is(201);
            Assert.StartsWith("/v1/sealed/", answer["Location"], StringComparison.Ordinal);
        }
    }

    /// <summary>The instant has come.</summary>
    public static async Task ReleaseAsync(this CalendarService service, Instant? at = null)
    {
        service.Clock.Set(at ?? Until);
        await FoldedAsync(service);
        await service.Services.GetRequiredService<ReleaseRound>().PassAsync(service.Soon);

        // The service's own pass may have been a moment earlier: what it has recorded is there when it is folded.
        await FoldedAsync(service);
    }

    /// <summary>An event as no command would make it.</summary>
    public static async Task AppendAsync(this CalendarService service, string stream, IEvent e)
    {
        var append = EventMapping.ToAppend(new Decided(stream, 0, Decision.Of(e)), new Actor("tests", Role.Historian), null);
        var appended = Assert.IsType<AppendResult.Appended>(await service.Services.GetRequiredService<EventLog>().AppendAsync(append, service.Soon));
        await service.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(appended.Position, service.Soon);
    }

    private static async Task FoldedAsync(CalendarService service)
    {
        var head = await service.QueryAsync<long>("select coalesce(max(seq_id), 0) from calendar.mt_events");
        await service.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(head, service.Soon);
    }

    private static string Fact(string name, string members) => $$"""{"fact":"{{FactId.OfKey("embargo/" + name)}}","source":{{Source}},{{members}}}""";
}
