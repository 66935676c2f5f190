using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Ten thousand names of parties and titles of facts, recorded over HTTP and read back from feeds by libraries of others.</summary>
public sealed class NamesOfAnyKind(EmptyCalendar calendar) : IClassFixture<EmptyCalendar>
{
    private const int _parties = 2000;
    private const int _titles = 3000;

    // Escaped as JSON can be and as it need not be.
    private static readonly JsonSerializerOptions[] _spellings = [new(), new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];

    private static readonly string[] _misread = ["\\", "%2C", "%3A", "%3B", "%5C"];

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Come_back_as_they_were_recorded()
    {
        var names = new AnyName(20261201);
        Text[] parties = [.. Enumerable.Range(0, _parties).Select(_ => new Text(names.Next(), names.Next()))];
        Text[] titles = [.. Enumerable.Range(0, _titles).Select(_ => new Text(names.Next(), names.Next()))];
        await RecordAsync(parties, titles);

        byte[][] bodies = [Render("tier=round&ahead=8"), Render("tier=round&ahead=8&lang=en")];
        var (python, javaScript) = (FeedReader.PythonAsync(bodies, _service.Soon), FeedReader.JavaScriptAsync(bodies, _service.Soon));
        foreach (var (language, one, other) in new[] { Language.Vi, Language.En }.Zip(await javaScript, await python))
        {
            var recorded = Phrases(parties, titles, language);
            Assert.Equal(recorded, Found(one, recorded));

            // The other library takes a backslash and these codes for its own escapes once more.
            var plain = recorded.Where(entry => !_misread.Any(code => entry.Value.Contains(code, StringComparison.Ordinal))).ToDictionary(StringComparer.Ordinal);
            Assert.InRange(plain.Count, recorded.Count / 2, recorded.Count);
            Assert.Equal(plain, Found(other, plain));
        }
    }

    // What the entries of this many years are to be called, by their UIDs. A line separator is a line break to a calendar.
    private static Dictionary<string, string> Phrases(Text[] parties, Text[] titles, Language language)
    {
        var isVi = language == Language.Vi;
        return parties.Select((name, i) => (Key: $"names/ties/{i}", Phrase: isVi
                ? $"30 năm thiết lập quan hệ Việt Nam – {Recorded(name)}"
                : $"30 years of Viet Nam – {Recorded(name)} diplomatic relations"))
            .Concat(titles.Select((title, i) => (Key: $"names/titles/{i}", Phrase: isVi ? $"30 năm {Recorded(title)}" : $"30 years: {Recorded(title)}")))
            .ToDictionary(
                named => $"{FactId.OfKey(named.Key)}-30@anniversaries.calendar",
                named => named.Phrase.Replace('\u2028', '\n').Replace('\u2029', '\n').Normalize(), StringComparer.Ordinal);

        string Recorded(Text text) => text.In(language).Normalize().Trim();
    }

    private static Dictionary<string, string> Found(string read, Dictionary<string, string> asked)
    {
        var events = FeedReader.Parse(read).Events;
        Assert.Equal(_parties + _titles, events.Count);
        return events.Where(entry => asked.ContainsKey(entry.Uid)).ToDictionary(entry => entry.Uid, entry => entry.Summary, StringComparer.Ordinal);
    }

    private async Task RecordAsync(Text[] parties, Text[] titles)
    {
        object source = new { citation = "c", confidence = "confirmed" };
        object[] lines =
        [
            new { key = "names/parties/VN", @do = "register_party", party = "VN", kind = "state", name = new { vi = "Việt Nam", en = "Viet Nam" } },
            .. parties.Select((name, i) => new { key = $"names/parties/{i}", @do = "register_party", party = $"P{i}", kind = "organisation", name = new { vi = name.Vi, en = name.En } }),
            .. parties.Select((_, i) => new { key = $"names/ties/{i}", @do = "record_fact", relationship = $"P{i}~VN", kind = "ties_established", on = "1999-03-04", source }),
            .. titles.Select((title, i) => new { key = $"names/titles/{i}", @do = "record_fact", relationship = $"P{i % _parties}~VN", kind = "milestone_recorded", on = "1999-05-06", title = new { vi = title.Vi, en = title.En }, source }),
        ];
        var body = string.Concat(lines.Select((line, i) => JsonSerializer.Serialize(line, _spellings[i % 2]) + "\n"));
        using var content = new StringContent(body, Encoding.UTF8, "application/x-ndjson");
        var answer = (await _service.SendAsync("POST", "/v1/imports", content, CalendarService.Bearer(_service.Admin!))).Is(200);
        Assert.True(answer.Json.GetProperty("recorded").GetInt32() == lines.Length, answer.ToString());
    }

    private byte[] Render(string query)
    {
        var almanac = _service.Services.GetRequiredService<AlmanacFollower>().Current;
        var variant = FeedVariant.Read(new QueryReader(new DefaultHttpContext { Request = { QueryString = new QueryString("?" + query) } }.Request), almanac);
        return new FeedWriter(CalendarService.PublicUrl, DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]).Write(almanac, variant, new LocalDate(2026, 12, 1), budget: int.MaxValue)!.Octets;
    }
}
