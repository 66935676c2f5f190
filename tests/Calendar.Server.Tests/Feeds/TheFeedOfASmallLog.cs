using System.Globalization;
using System.IO.Compression;
using System.Text;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Feeds;

/// <summary>What subscribers get, octet for octet.</summary>
public sealed class TheFeedOfASmallLog(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("", "default.ics")]
    [InlineData("?lang=en&imprecise=year&alarm=P7D&detail=full&ahead=3&kind=accord_concluded,milestone_recorded,national_day,partnership_elevated,ties_established,treaty_signed&tier=half,other,round&party=FR,JP", "full.ics")]
    [InlineData("?party=AQ", "empty.ics")]
    [InlineData("?party=AQ&lang=en", "empty-en.ics")]
    public async Task Is_the_golden_file(string query, string file)
    {
        var answer = (await _service.GetAsync(FeedVariant.Path + query)).Is(200);
        Golden.Is(CalendarService.FileBeside("Golden/" + file), answer.Body);
    }

    [Fact]
    public async Task Has_the_headers_of_a_subscription()
    {
        var answer = (await _service.GetAsync(FeedVariant.Path)).Is(200);

        Assert.Equal("text/calendar; charset=utf-8", answer["Content-Type"]);
        Assert.StartsWith("inline", answer["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal("max-age=3600, stale-if-error=604800", answer["Cache-Control"]);
        Assert.Equal("Accept-Encoding", answer["Vary"]);
        Assert.Matches("^\"[0-9a-f]{24}\"$", answer.ETag);
        Assert.Equal("Mon, 23 Nov 2026 00:27:00 GMT", answer["Last-Modified"]);
        Assert.Equal(answer.Body.Length.ToString(CultureInfo.InvariantCulture), answer["Content-Length"]);
        Assert.Null(answer["Set-Cookie"]);
        Assert.Null(answer["Server"]);
        Assert.Null(answer["Content-Encoding"]);
    }

    [Fact]
    public async Task Is_answered_to_HEAD_with_the_headers_alone()
    {
        var get = await _service.GetAsync(FeedVariant.Path, ("Accept-Encoding", "gzip"));
        var head = (await _service.SendAsync("HEAD", FeedVariant.Path, null, ("Accept-Encoding", "gzip"))).Is(200);

        Assert.Empty(head.Body);
        Assert.Equal(Told(get), Told(head));
        (await _service.SendAsync("HEAD", FeedVariant.Path, null, ("Accept-Encoding", "gzip"), ("If-None-Match", get.ETag))).Is(304);

        static IEnumerable<string> Told(Reply answer) =>
            answer.Headers.Where(header => header.Key is not "Date").Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Is_not_sent_again_to_who_has_it()
    {
        var plain = await _service.GetAsync(FeedVariant.Path);
        string[] known = [plain.ETag, "W/" + plain.ETag, $"\"a\", {plain.ETag}", $"\"a\",W/{plain.ETag},\"b\"", "*", $"  {plain.ETag}  "];
        foreach (var tags in known)
        {
            var answer = (await _service.GetAsync(FeedVariant.Path, ("If-None-Match", tags))).Is(304);
            Assert.Empty(answer.Body);
            Assert.Equal(
                (plain.ETag, plain["Cache-Control"], plain["Vary"], plain["Last-Modified"]),
                (answer.ETag, answer["Cache-Control"], answer["Vary"], answer["Last-Modified"]));
        }

        string[] unknown = ["\"a\"", plain.ETag.Replace("\"", "", StringComparison.Ordinal), plain.ETag[..^1] + "-gzip\"", "\"*\"", "", "W/\"a\""];
        foreach (var tags in unknown)
        {
            Assert.Equal(plain.Body, (await _service.GetAsync(FeedVariant.Path, ("If-None-Match", tags))).Is(200).Body);
        }
    }

    [Theory]
    [InlineData("Mon, 23 Nov 2026 00:27:00 GMT", 304)]
    [InlineData("Mon, 23 Nov 2026 00:27:01 GMT", 304)]
    [InlineData("Fri, 01 Jan 2100 00:00:00 GMT", 304)]
    [InlineData("Monday, 23-Nov-26 00:27:00 GMT", 304)]
    [InlineData("Mon Nov 23 00:27:00 2026", 304)]
    [InlineData("Mon, 23 Nov 2026 00:26:59 GMT", 200)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 200)]
    [InlineData("yesterday", 200)]
    [InlineData("", 200)]
    public async Task Is_not_sent_again_to_who_has_it_since(string date, int status) =>
        (await _service.GetAsync(FeedVariant.Path, ("If-Modified-Since", date))).Is(status);

    [Fact]
    public async Task A_date_says_nothing_beside_a_tag() =>
        (await _service.GetAsync(FeedVariant.Path, ("If-None-Match", "\"other\""), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"))).Is(200);

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip, br;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("GZIP", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*;q=0, gzip", "gzip")]
    [InlineData("gzip;q=0", null)]
    [InlineData("br;q=0.000, gzip;q=0.0", null)]
    [InlineData("*;q=0", null)]
    [InlineData("identity", null)]
    [InlineData("identity;q=1, gzip;q=0.5", null)]
    [InlineData("gzip;q=0.5, identity;q=0.5", "gzip")]
    [InlineData("deflate", null)]
    [InlineData("zstd;q=1", null)]
    [InlineData("", null)]
    public async Task Every_coding_holds_the_same_octets_under_a_tag_of_its_own(string accepted, string? coding)
    {
        var plain = await _service.GetAsync(FeedVariant.Path);
        var answer = (await _service.GetAsync(FeedVariant.Path, ("Accept-Encoding", accepted))).Is(200);

        Assert.Equal(coding, answer["Content-Encoding"]);
        Assert.Equal("Accept-Encoding", answer["Vary"]);
        Assert.Equal(plain.Body, Decoded(answer));
        Assert.Equal(coding is null ? plain.ETag : $"{plain.ETag[..^1]}-{coding}\"", answer.ETag);
        (await _service.GetAsync(FeedVariant.Path, ("Accept-Encoding", accepted), ("If-None-Match", answer.ETag))).Is(304);
        if (coding is not null)
        {
            (await _service.GetAsync(FeedVariant.Path, ("Accept-Encoding", accepted), ("If-None-Match", plain.ETag))).Is(200);
        }
    }

    [Fact]
    public async Task The_order_and_spelling_of_a_filter_do_not_matter()
    {
        string[][] same =
        [
            ["", "?tier=half,round", "?tier=round,half", "?lang=vi", "?ahead=7&imprecise=span", "?party="],
            ["?party=JP,LA&kind=treaty_signed,ties_established", "?kind=ties_established,treaty_signed&party=LA,JP", "?party=LA%2CJP,LA&kind=treaty_signed%2Cties_established&tier=half,round"],
            ["?alarm=P7D", "?alarm=P1W", "?alarm=PT168H", "?alarm=P6DT24H"],
        ];
        foreach (var alike in same)
        {
            var answers = await Task.WhenAll(alike.Select(query => _service.GetAsync(FeedVariant.Path + query)));
            Assert.Single(answers.Select(answer => answer.Is(200).Text).Distinct(StringComparer.Ordinal));
            Assert.Single(answers.Select(answer => answer.ETag).Distinct(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Its_address_stays_short() => Assert.All(
        (await TextAsync("?lang=en")).Split("\r\n").Where(line => line.StartsWith("SOURCE", StringComparison.Ordinal)), line => Assert.True(line.Length < 256));

    [Fact]
    public async Task An_alarm_stands_in_every_entry_that_stands()
    {
        var text = await TextAsync("?alarm=P7D");
        Assert.Equal(Count(text, "BEGIN:VEVENT") - Count(text, "STATUS:CANCELLED"), Count(text, "TRIGGER:-P7D\r\n"));
        Assert.DoesNotContain("EMAIL", text, StringComparison.Ordinal);
        Assert.DoesNotContain("VALARM", await TextAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_known_by_month_or_year_spans_it_or_stays_out()
    {
        // The visit of February 1993 and the ship of 1653, in 2028 and 2033.
        var span = await TextAsync("?party=FR&tier=round,half,other&lang=en");
        Assert.Contains("DTSTART;VALUE=DATE:20280201\r\nDTEND;VALUE=DATE:20280301\r\n", span, StringComparison.Ordinal);
        Assert.DoesNotContain("The first ship", span, StringComparison.Ordinal);

        Assert.DoesNotContain("DTSTART;VALUE=DATE:20280201\r\n", await TextAsync("?party=FR&tier=round,half,other&imprecise=omit"), StringComparison.Ordinal);

        var year = await TextAsync("?party=FR&tier=round,half,other&imprecise=year&lang=en");
        Assert.Contains("DTSTART;VALUE=DATE:20280101\r\nDTEND;VALUE=DATE:20290101\r\nSUMMARY;LANGUAGE=en:375 years: The first ship\r\n", year, StringComparison.Ordinal);
        Assert.Contains("DTSTART;VALUE=DATE:20280201\r\n", year, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2025, 2033)]
    [InlineData("ahead=1&", 2025, 2027)]
    [InlineData("ahead=12&", 2025, 2038)]
    public async Task It_looks_as_far_ahead_as_it_is_asked(string ahead, int first, int last)
    {
        var years = (await TextAsync($"?{ahead}tier=round,half,other&party=JP")).Split("\r\n").Where(line => line.StartsWith("DTSTART", StringComparison.Ordinal))
            .Select(line => int.Parse(line["DTSTART;VALUE=DATE:".Length..][..4], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal((first, last), (years.Min(), years.Max()));
    }

    [Fact]
    public async Task Links_and_concepts_come_with_full_detail_only()
    {
        var full = await TextAsync("?detail=full&party=JP");
        Assert.Contains("LINK;VALUE=URI;LINKREL=describedby;FMTTYPE=application/json:", Unfold(full), StringComparison.Ordinal);
        Assert.Contains("CONCEPT:https://calendar.example/v1/anniversaries?kind=ties_established", Unfold(full), StringComparison.Ordinal);
        Assert.DoesNotContain("LINK;", await TextAsync("?party=JP"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task National_days_are_every_years_and_only_where_they_are_named()
    {
        var text = await TextAsync("?kind=national_day&lang=en");
        Assert.Equal(9, Count(text, "SUMMARY;LANGUAGE=en:Japan: The Emperor's Birthday\r\n"));
        Assert.DoesNotContain("Emperor", await TextAsync("?lang=en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_that_of_the_anniversarys_day()
    {
        var text = Unfold(await TextAsync("?party=KH&kind=ties_established&lang=en"));
        Assert.Contains("60 years of Viet Nam – Cambodia diplomatic relations", text, StringComparison.Ordinal);
        Assert.Contains("65 years of Viet Nam – Kingdom of Cambodia diplomatic relations", text, StringComparison.Ordinal);
        Assert.Contains("Ties are suspended.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uids_are_unique_and_lines_are_short()
    {
        var text = await TextAsync("?tier=round,half,other&imprecise=year&kind=accord_concluded,milestone_recorded,national_day,partnership_elevated,ties_established,treaty_signed");
        var uids = Unfold(text).Split("\r\n").Where(line => line.StartsWith("UID:", StringComparison.Ordinal)).ToList();
        Assert.Equal(uids.Count, uids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(text.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75));
        Assert.True(text.IsNormalized(NormalizationForm.FormC));
    }

    [Theory]
    [InlineData("Accept-Encoding", "gzip;q=banana, br;;;=, \u0001")]
    [InlineData("Accept-Encoding", "identity, gzip;q=0.5")]
    [InlineData("If-None-Match", "\"\"\"\"\"\"")]
    [InlineData("If-None-Match", "W/\"unfinished")]
    [InlineData("If-None-Match", "*, *, \"x\"")]
    [InlineData("If-Modified-Since", "Fri, 31 Feb 2026 99:99:99 GMT")]
    [InlineData("If-Modified-Since", "-1")]
    [InlineData("Range", "bytes=0-10, 5-")]
    [InlineData("Accept", "application/json")]
    [InlineData("If-Match", "\"v9-x\"")]
    [InlineData("Cookie", "session=1; ;;=")]
    public async Task Whatever_else_a_client_says_it_gets_the_whole_feed(string header, string value)
    {
        var plain = await _service.GetAsync(FeedVariant.Path);
        Assert.Equal(plain.Body, (await _service.GetAsync(FeedVariant.Path, (header, value))).Is(200).Body);
    }

    [Fact]
    public async Task Thousands_of_tags_are_read_or_ignored_and_never_a_failure()
    {
        var tag = (await _service.GetAsync(FeedVariant.Path)).ETag!;
        var many = string.Join(", ", Enumerable.Range(0, 700).Select(i => $"\"{i:x24}\""));
        (await _service.GetAsync(FeedVariant.Path, ("If-None-Match", many))).Is(200);
        (await _service.GetAsync(FeedVariant.Path, ("If-None-Match", many + ", " + tag))).Is(304);
    }

    [Fact]
    public async Task An_address_beyond_all_reason_is_refused_in_words()
    {
        (await _service.GetAsync($"{FeedVariant.Path}?party={new string('A', 10_000)}")).IsProblem(414, "address-too-long");
        (await _service.GetAsync($"{FeedVariant.Path}?party={new string('A', 3_000)}")).IsProblem(422, "bad-query").Names("party", "too-long");
        (await _service.GetAsync($"/feeds/parties/{new string('A', 10_000)}.ics")).IsProblem(414, "address-too-long");
        (await _service.GetAsync($"{FeedVariant.Path}?{string.Join('&', Enumerable.Range(0, 400).Select(i => $"p{i}=1"))}")).IsProblem(422, "bad-query");
    }

    [Fact]
    public async Task A_thousand_requests_at_once_render_once()
    {
        var cache = _service.Services.GetRequiredService<FeedCache>();
        var before = cache.Renders;
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i =>
            _service.GetAsync(i % 2 == 0 ? FeedVariant.Path + "?ahead=9&party=LA" : "/feeds/parties/LA.ics?ahead=9")));

        Assert.Single(answers.Select(answer => answer.Is(200).Text).Distinct(StringComparer.Ordinal));
        Assert.Equal(1, cache.Renders - before);
    }

    private static string Unfold(string text) => text.Replace("\r\n ", "", StringComparison.Ordinal);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static byte[] Decoded(Reply answer)
    {
        using var body = new MemoryStream(answer.Body);
        using Stream coded = answer["Content-Encoding"] switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var whole = new MemoryStream();
        coded.CopyTo(whole);
        return whole.ToArray();
    }

    private FeedVariant Read(string query) => FeedVariant.Read(new QueryReader(Asking(query)), Almanac);

    private static HttpRequest Asking(string query) => new DefaultHttpContext { Request = { QueryString = new QueryString("?" + query) } }.Request;

    private Almanac Almanac => _service.Services.GetRequiredService<AlmanacFollower>().Current;

    private async Task<string> TextAsync(string query) => (await _service.GetAsync(FeedVariant.Path + query)).Is(200).Text;
}
