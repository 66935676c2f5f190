using System.Text;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The byte budget: calendar clients drop what is longer, in silence.</summary>
public sealed class AFeedThatIsTooLarge(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private static readonly LocalDate Today = new(2026, 12, 1);

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public void Leaves_out_whole_far_years_and_says_so()
    {
        var whole = Render("", FeedWriter.Budget)!;
        Assert.DoesNotContain("Lịch này dừng ở năm", Unfold(whole), StringComparison.Ordinal);

        var trimmed = Render("", whole.Length - 1)!;
        Assert.InRange(trimmed.Length, 1, whole.Length - 1);
        Assert.Contains("Lịch này dừng ở năm 2032 vì giới hạn dung lượng", Unfold(trimmed), StringComparison.Ordinal);
        Assert.DoesNotContain("DTSTART;VALUE=DATE:2033", Unfold(trimmed), StringComparison.Ordinal);
        Assert.Equal(Events(whole).Where(entry => !entry.Contains("DTSTART;VALUE=DATE:2033", StringComparison.Ordinal)), Events(trimmed));
    }

    [Fact]
    public void Ends_with_the_same_year_in_both_languages()
    {
        for (var budget = 60_000; budget <= 400_000; budget += 20_000)
        {
            var (vi, en) = (Render("", budget), Render("lang=en", budget));
            Assert.Equal(LastYear(vi), LastYear(en));
            Assert.True((vi?.Length ?? 0) <= budget && (en?.Length ?? 0) <= budget);
        }

        static string LastYear(byte[]? feed) => feed is null ? "" : Unfold(feed).Split("DTSTART;VALUE=DATE:").Skip(1).Select(rest => rest[..4]).Max(StringComparer.Ordinal)!;
    }

    [Fact]
    public void Is_refused_when_this_and_next_year_do_not_fit() => Assert.Null(Render("", 10_000));

    [Fact]
    public async Task Is_trimmed_or_refused_when_it_is_asked_for()
    {
        const string every = "?tier=round,half,other&ahead=12";
        var trimmed = (await _service.GetAsync(FeedVariant.Path + every)).Is(200);
        Assert.InRange(trimmed.Body.Length, 100_000, FeedWriter.Budget);
        Assert.Contains("Lịch này dừng ở năm", Unfold(trimmed.Body), StringComparison.Ordinal);

        const string more = "&imprecise=year&detail=full&alarm=P7D&kind=accord_concluded,accord_joined,milestone_recorded,national_day,partnership_elevated,ties_established,treaty_signed";
        (await _service.GetAsync(FeedVariant.Path + every + more)).IsProblem(422, "feed-too-large");

        // Nor is a private link given out that nobody could read.
        (await _service.PostAsync("/v1/subscriptions", """
            {"name":"x","filter":{"tier":["half","other","round"],"kind":["accord_concluded","accord_joined","milestone_recorded","national_day","partnership_elevated","ties_established","treaty_signed"]},
             "ahead":12,"imprecise":"year","detail":"full","alarm":"P7D"}
            """)).IsProblem(422, "feed-too-large");
    }

    private static string Unfold(byte[] feed) => Encoding.UTF8.GetString(feed).Replace("\r\n ", "", StringComparison.Ordinal);

    private static IEnumerable<string> Events(byte[] feed) => Unfold(feed).Split("BEGIN:VEVENT").Skip(1).Select(entry => entry.Split("END:VEVENT")[0]);

    private byte[]? Render(string query, int budget)
    {
        var almanac = _service.Services.GetRequiredService<AlmanacFollower>().Current;
        var variant = FeedVariant.Read(new QueryReader(new DefaultHttpContext { Request = { QueryString = new QueryString("?" + query) } }.Request), almanac);
        return new FeedWriter(CalendarService.PublicUrl, DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]).Write(almanac, variant, Today, budget: budget)?.Octets;
    }
}
