using Calendar.Server.Subscriptions;
using Calendar.Server.Tests.Subscriptions;
using NodaTime;

namespace Calendar.Server.Tests.Pages;

/// <summary>A calendar's link, opened in a browser.</summary>
public sealed class OpeningCalendarLinks(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("?lang=vi", "Lịch riêng của bạn", "Ngày kỷ niệm đối ngoại: Việt Nam – Nhật Bản", "Đừng đưa liên kết này cho ai")]
    [InlineData("?lang=en", "A calendar of your own", "Diplomatic anniversaries: Viet Nam – Japan", "Do not pass this link on")]
    public async Task A_private_one_shows_how_to_subscribe(string query, params string[] words)
    {
        var made = await _service.SubscribeAsync("""{"name":"Tên kín của tôi","filter":{"party":["JP"]}}""");
        var page = await PageAsync(made.Path + query, 200);
        Assert.All(words, word => Assert.Contains(word, page, StringComparison.Ordinal));
        Assert.Contains($"href=\"webcal{made.Url["https".Length..]}\"", page, StringComparison.Ordinal);
        Assert.Contains($"<code>{made.Url}</code>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Tên kín của tôi", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_one_tells_nobody_where_it_is()
    {
        var made = await _service.SubscribeAsync();
        var answer = (await _service.GetAsync(made.Path, Subscribing.Browser, Subscribing.Navigating)).Is(200);
        Assert.Equal("private, no-store", answer["Cache-Control"]);
        Assert.Equal("no-referrer", answer["Referrer-Policy"]);
        Assert.Equal("noindex", answer["X-Robots-Tag"]);
        Assert.Contains("default-src 'none'", answer["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(2, answer.Text.Split(made.Token).Length - 1);
        Assert.DoesNotMatch("(?i)(src|href)=\"https?:", answer.Text);
        Assert.DoesNotMatch("(?i)<script|\\s(on[a-z]+|style)=", answer.Text);
    }

    [Fact]
    public async Task A_replaced_one_says_until_when_and_offers_itself_no_more()
    {
        var made = await _service.SubscribeAsync();
        await _service.RotateAsync(made);
        var page = await PageAsync(made.Path + "?lang=en", 200);
        Assert.Contains("This calendar link has been replaced and ends on 31 December 2026: please subscribe again with the new link.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("webcal:", page, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Token, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_that_say_they_take_pages_get_the_calendar()
    {
        // Java's HTTP client, Outlook and scripts behind a browser's Accept: they do not navigate.
        var path = (await _service.SubscribeAsync()).Path;
        (string, string)[][] programs =
        [
            [("Accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")], [Subscribing.Browser], [Subscribing.Browser, ("Sec-Fetch-Mode", "no-cors")],
            [("Accept", "text/calendar, text/html"), Subscribing.Navigating], [("Accept", "*/*"), Subscribing.Navigating], [Subscribing.Navigating],
        ];
        foreach (var headers in programs)
        {
            Assert.Equal("text/calendar; charset=utf-8", (await _service.GetAsync(path, headers)).Is(200)["Content-Type"]);
        }
    }

    [Theory]
    [InlineData("en", "No private calendar is behind this link", "Copy the whole link once more", "See the public calendars")]
    [InlineData("vi", "Không có lịch riêng nào sau liên kết này", "Sao chép lại toàn bộ liên kết", "Xem các lịch công khai")]
    public async Task An_unknown_one_says_so(string language, params string[] words)
    {
        foreach (var path in new[] { LinkToken.New() + ".ics", "cal_feed_abc.ics", "x.ics", "cal_feed_abc", "" })
        {
            var page = await PageAsync($"{PrivateFeedEndpoint.Folder}{path}?lang={language}", 404);
            Assert.All(words, word => Assert.Contains(word, page, StringComparison.Ordinal));
            Assert.DoesNotContain("cal_feed", page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("en", "This calendar link has been revoked", "Remove it from your calendar app")]
    [InlineData("vi", "Liên kết lịch này đã bị thu hồi", "Xóa lịch này khỏi ứng dụng lịch của bạn")]
    public async Task A_revoked_one_says_so(string language, params string[] words)
    {
        var made = await _service.SubscribeAsync();
        await _service.RevokeAsync(made);
        var page = await PageAsync($"{made.Path}?lang={language}", 410);
        Assert.All(words, word => Assert.Contains(word, page, StringComparison.Ordinal));
        Assert.DoesNotContain(made.Token, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "This calendar link has been replaced by a new one", "Ask whoever gave it to you for the new link")]
    [InlineData("vi", "Liên kết lịch này đã được thay bằng liên kết mới", "Xin liên kết mới từ người đã đưa liên kết này cho bạn")]
    public async Task One_that_has_ended_says_so(string language, params string[] words)
    {
        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var made = await service.SubscribeAsync();
        await service.RotateAsync(made);
        service.Clock.Set(FixedClock.Start + Duration.FromDays(31));
        var page = System.Net.WebUtility.HtmlDecode((await service.GetAsync($"{made.Path}?lang={language}", Subscribing.Browser)).Is(410).Text);
        Assert.All(words, word => Assert.Contains(word, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/feeds/anniversary.ics")]
    [InlineData("/feeds/parties/ZZ.ics")]
    [InlineData("/feeds/groups/NATO.ics")]
    [InlineData("/feeds/tiers/square.ics")]
    [InlineData("/feeds/parties/")]
    [InlineData("/feeds/")]
    [InlineData("/feeds")]
    [InlineData("/feeds/%3Cscript%3Ealert(1)%3C/script%3E.ics")]
    public async Task A_name_that_no_feed_has_says_so(string path)
    {
        var page = await PageAsync(path + "?lang=en", 404);
        Assert.Contains("There is no calendar at this address", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", page, StringComparison.Ordinal);
        Assert.Contains("Không có lịch nào ở địa chỉ này", await PageAsync(path, 404), StringComparison.Ordinal);
        (await _service.GetAsync(path)).IsProblem(404, "not-found");
        (await _service.GetAsync(path, ("Accept", "text/calendar, text/html"))).IsProblem(404, "not-found");
        Assert.Empty((await _service.SendAsync("HEAD", path, null, Subscribing.Browser)).Is(404).Body);
    }

    [Theory]
    [InlineData("en-GB,en;q=0.9", "en")]
    [InlineData("vi-VN", "vi")]
    [InlineData("fr", "vi")]
    public async Task The_browsers_language_is_spoken_and_the_other_one_is_a_click_away(string accepted, string language)
    {
        var made = await _service.SubscribeAsync();
        foreach (var path in new[] { made.Path, "/feeds/s/x.ics", "/feeds/x.ics" })
        {
            var page = (await _service.GetAsync(path, Subscribing.Browser, Subscribing.Navigating, ("Accept-Language", accepted))).Text;
            Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
            Assert.Contains(language is "vi" ? "href=\"?lang=en\"" : "href=\"?lang=vi\"", page, StringComparison.Ordinal);
        }
    }

    private async Task<string> PageAsync(string path, int status)
    {
        var answer = (await _service.GetAsync(path, Subscribing.Browser, Subscribing.Navigating)).Is(status);
        Assert.Equal("text/html; charset=utf-8", answer["Content-Type"]);
        return System.Net.WebUtility.HtmlDecode(answer.Text);
    }
}
