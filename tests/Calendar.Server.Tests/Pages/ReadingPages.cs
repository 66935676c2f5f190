using System.Text.RegularExpressions;

namespace Calendar.Server.Tests.Pages;

/// <summary>Pages as a browser gets them.</summary>
public sealed partial class ReadingPages(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private static readonly (string Name, string Value) Browser = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

    private readonly CalendarService _service = calendar.Service;

    private static string Explanation { get; } = $"/v1/anniversaries/{FactId.OfKey("small/ties/US")}/35/explanation";

    [Theory]
    [InlineData("?lang=vi", null, "vi")]
    [InlineData("?lang=en", null, "en")]
    [InlineData("?lang=en", "vi", "en")]
    [InlineData("", "en-GB,en;q=0.9", "en")]
    [InlineData("", "vi-VN,vi;q=0.9,en;q=0.8", "vi")]
    [InlineData("", "fr,en;q=0.5,vi;q=0.4", "en")]
    [InlineData("", "fr", "vi")]
    [InlineData("", null, "vi")]
    public async Task Come_in_the_language_asked_for(string query, string? accepted, string language)
    {
        foreach (var path in new[] { "/", Explanation })
        {
            var answer = (await _service.GetAsync(path + query, [Browser, .. accepted is null ? [] : new[] { ("Accept-Language", accepted) }])).Is(200);
            Assert.Equal("text/html; charset=utf-8", answer["Content-Type"]);
            Assert.Contains($"<html lang=\"{language}\">", answer.Text, StringComparison.Ordinal);
            Assert.Contains(language is "vi" ? "Đăng ký lịch" : "Subscribe", System.Net.WebUtility.HtmlDecode(answer.Text), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_no_script_and_load_nothing_from_elsewhere()
    {
        foreach (var path in new[] { "/", Explanation })
        {
            var answer = await _service.GetAsync(path, Browser);
            Assert.Contains("default-src 'none'", answer["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.DoesNotContain("script", answer["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", answer["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
            Assert.DoesNotContain("<script", answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch("(?i)<[^>]*\\s(on[a-z]+|style)=", answer.Text);
            Assert.DoesNotMatch("(?i)(src|rel=\"stylesheet\" href)=\"https?:", answer.Text);
        }
    }

    [Fact]
    public async Task Show_what_is_coming_first()
    {
        var page = System.Net.WebUtility.HtmlDecode((await _service.GetAsync("/?lang=en", Browser)).Text);
        var dates = Times().Matches(page).Select(match => match.Groups["date"].Value).ToList();
        Assert.Equal("2027-02-28", dates[0]);
        Assert.Equal(dates.Order(StringComparer.Ordinal), dates);
        Assert.Contains("35 years of Viet Nam – Brunei diplomatic relations", page, StringComparison.Ordinal);
        Assert.Contains($"{CalendarService.PublicUrl}/feeds/anniversaries.ics?lang=en", page, StringComparison.Ordinal);
        Assert.Contains("webcal://calendar.example/feeds/anniversaries.ics?lang=en", page, StringComparison.Ordinal);

        var group = System.Net.WebUtility.HtmlDecode((await _service.GetAsync("/?lang=en&group=G7&tier=round", Browser)).Text);
        Assert.Contains($"{CalendarService.PublicUrl}/feeds/groups/G7.ics?tier=round&lang=en", group, StringComparison.Ordinal);
        Assert.DoesNotContain("Brunei", group, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lead_nowhere_that_is_not_there()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(["/", "/?lang=en", "/?lang=en&group=ASEAN&tier=half,other,round"]);
        while (waiting.TryDequeue(out var path) && seen.Count < 400)
        {
            if (!seen.Add(path))
            {
                continue;
            }

            var answer = await _service.GetAsync(path, Browser);
            Assert.True(answer.Status is 200 or 308, $"{path}: {answer}");
            if (answer["Content-Type"]!.StartsWith("text/html", StringComparison.Ordinal))
            {
                foreach (Match match in LinkTargets().Matches(answer.Text))
                {
                    var target = System.Net.WebUtility.HtmlDecode(match.Groups["target"].Value).Split('#')[0];
                    if (target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal))
                    {
                        waiting.Enqueue(target);
                    }
                }
            }
        }

        Assert.True(seen.Count > 30);
        Assert.Contains("/assets/calendar.css", seen);
        Assert.Contains("/openapi/v1.json", seen);
    }

    [Fact]
    public async Task Say_why_a_date_is_there_with_every_claim()
    {
        var page = System.Net.WebUtility.HtmlDecode((await _service.GetAsync(Explanation + "?lang=en", Browser)).Text);
        Assert.Contains("35 years of Viet Nam – United States diplomatic relations", page, StringComparison.Ordinal);
        Assert.Contains("Another source states 11 July 1995", page, StringComparison.Ordinal);
        Assert.Contains("Why this date is preferred: The day in Viet Nam", page, StringComparison.Ordinal);
        Assert.Contains("12 July 2030", page, StringComparison.Ordinal);
        Assert.Contains("Recorded on 23 November 2026 by a historian: 12 July 1995, from Báo chí Việt Nam (confirmed), is preferred to 11 July 1995, because: The day in Viet Nam.", page, StringComparison.Ordinal);
        var vietnamese = System.Net.WebUtility.HtmlDecode((await _service.GetAsync(Explanation + "?lang=vi", Browser)).Text);
        Assert.Contains("Ngày 23/11/2026, người ghi sử (historian) chọn ngày 12/7/1995, theo Báo chí Việt Nam (đã xác nhận), thay cho 11/7/1995, vì: Ngày theo giờ Việt Nam.", vietnamese, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Say_that_what_was_withdrawn_is_no_longer_there()
    {
        var address = $"/v1/anniversaries/{FactId.OfKey("small/milestones/FR/wrong")}/40/explanation";
        var page = System.Net.WebUtility.HtmlDecode((await _service.GetAsync(address + "?lang=en", Browser)).Is(200).Text);
        Assert.Contains("It never happened", page, StringComparison.Ordinal);
        Assert.Contains("no longer in the calendar", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_markup_as_text()
    {
        const string hostile = "<script>alert('x')</script><img src=x onerror=alert(1)>\\\" onmouseover=\\\"alert(1)";
        var stated = (await _service.PostAsync("/v1/relationships/JP~VN/facts", $$"""
            {"kind":"milestone_recorded","on":"2017-01-01","title":"{{hostile}}","note":"{{hostile}}",
             "source":{"citation":"{{hostile}}","url":"https://x.example/\"><script>1</script>","confidence":"confirmed"} }
            """)).Is(201);
        var fact = stated.Json.GetProperty("fact").GetString();
        (await _service.PostAsync($"/v1/facts/{fact}/claims", $$"""{"on":"2017-01-02","source":{"citation":"{{hostile}}","confidence":"disputed"},"prefer":"{{hostile}}"}""")).Is(201);
        foreach (var path in new[] { "/?lang=en", $"/v1/anniversaries/{fact}/10/explanation" })
        {
            var page = (await _service.GetAsync(path, Browser)).Is(200).Text;
            Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
            Assert.DoesNotMatch("(?i)<[^>]*\\son(error|mouseover)=", page);
        }
    }

    [Fact]
    public async Task Echo_no_markup_of_an_address()
    {
        // What cannot be used is refused, by a document that no browser takes for a page.
        (await _service.GetAsync($"{Explanation}?x=%22%3E%3Cscript%3E1%3C/script%3E", Browser)).IsProblem(422, "bad-query");
        (await _service.GetAsync($"{Explanation}?asOf=%22%3E%3Cscript%3E1%3C/script%3E", Browser)).IsProblem(422, "bad-query");
        (await _service.GetAsync("/?group=%3Cscript%3Ealert(1)%3C/script%3E", Browser)).IsProblem(422, "bad-query");
    }

    [GeneratedRegex("(?:href|src|action)=\"(?<target>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex LinkTargets();

    [GeneratedRegex("<time datetime=\"(?<date>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Times();
}
