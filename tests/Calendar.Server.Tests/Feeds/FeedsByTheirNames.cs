using Calendar.Server.Feeds;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Feeds per party, group and tier, and of national days; and the one address that each variant has.</summary>
public sealed class FeedsByTheirNames(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("/feeds/parties/JP.ics", "?party=JP", "Việt Nam – Nhật Bản")]
    [InlineData("/feeds/parties/JP.ics?tier=round,half,other&lang=en", "?tier=other,round,half&lang=en&party=JP", "Diplomatic anniversaries: Viet Nam – Japan (every year)")]
    [InlineData("/feeds/groups/ASEAN.ics?lang=en", "?lang=en&group=ASEAN", "Diplomatic anniversaries: Viet Nam – ASEAN")]
    [InlineData("/feeds/tiers/round.ics", "?tier=round", "Việt Nam (năm tròn)")]
    [InlineData("/feeds/national-days.ics?lang=en", "?kind=national_day&lang=en", "National days: Viet Nam")]
    [InlineData("/feeds/parties/JP.ics?kind=national_day", "?kind=national_day&party=JP", "Ngày quốc khánh: Việt Nam – Nhật Bản")]
    [InlineData("/feeds/parties/FR.ics?group=G7", "?party=FR&group=G7", "Việt Nam – Pháp\\, G7")]
    public async Task Are_the_same_octets_as_the_filter_they_stand_for(string address, string query, string name)
    {
        var named = (await _service.GetAsync(address)).Is(200);
        var filtered = (await _service.GetAsync(FeedVariant.Path + query)).Is(200);

        Assert.Equal((filtered.ETag, filtered.Text), (named.ETag, named.Text));
        Assert.Contains($"SOURCE;VALUE=URI:{CalendarService.PublicUrl}{address}\r\n", Unfold(named.Text), StringComparison.Ordinal);
        Assert.Contains(name, Unfold(named.Text), StringComparison.Ordinal);
        (await _service.GetAsync(address, ("If-None-Match", filtered.ETag))).Is(304);
    }

    [Theory]
    [InlineData("/feeds/parties/XX.ics")]
    [InlineData("/feeds/parties/jp.ics")]
    [InlineData("/feeds/groups/Atlantis.ics")]
    [InlineData("/feeds/tiers/silver.ics")]
    [InlineData("/feeds/tiers/round")]
    [InlineData("/feeds/parties/.ics")]
    public async Task Are_not_found_where_there_is_none(string address) => (await _service.GetAsync(address)).IsProblem(404, "not-found");

    [Theory]
    [InlineData("/feeds/parties/JP.ics?party=LA", "parameter-twice")]
    [InlineData("/feeds/tiers/round.ics?tier=half", "parameter-twice")]
    [InlineData("/feeds/national-days.ics?kind=treaty_signed", "parameter-twice")]
    [InlineData("/feeds/groups/ASEAN.ics?teir=round", "unknown-parameter")]
    [InlineData("/feeds/parties/JP.ics?alarm=EMAIL", "malformed-alarm")]
    public async Task Refuse_what_contradicts_their_name(string address, string code) =>
        Assert.Contains(code, (await _service.GetAsync(address)).IsProblem(422, "bad-query").Text, StringComparison.Ordinal);

    [Fact]
    public async Task Every_address_is_short_and_the_canonical_of_itself()
    {
        string[][] choices =
        [
            ["", "party=JP", "party=FR,JP,LA", "party=" + string.Join(',', "AQ,BN,CN,CU,DE,FR,GB,JP,KH,LA,MM,MY,PH,RU,SG,TH,US".Split(',').Where(Known))],
            ["", "group=ASEAN", "group=ASEAN,G7"],
            ["", "tier=round", "tier=other,half,round"],
            ["", "kind=national_day", "kind=treaty_signed,ties_established", "kind=ties_established,partnership_elevated,treaty_signed,milestone_recorded,accord_concluded,accord_joined", "kind=ties_established,partnership_elevated,treaty_signed,milestone_recorded,accord_concluded,accord_joined,national_day"],
            ["", "lang=en"],
            ["alarm=P366D&imprecise=year&ahead=12&detail=full", ""],
        ];
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parts in choices.Aggregate((IEnumerable<string[]>)[[]], (all, next) => all.SelectMany(_ => next, (some, one) => one.Length == 0 ? some : (string[])[.. some, one])))
        {
            var answer = await _service.SendAsync("GET", $"{FeedVariant.Path}?{string.Join('&', parts)}", null);
            if (answer.Status == 422)
            {
                answer.IsProblem(422, "address-too-long");
                Assert.Contains("/v1/subscriptions", answer.Text, StringComparison.Ordinal);
                continue;
            }

            var source = Unfold(answer.Is(200).Text).Split("\r\n").Single(line => line.StartsWith("SOURCE", StringComparison.Ordinal))["SOURCE;VALUE=URI:".Length..];
            Assert.True(source.Length <= FeedVariant.MaxAddress, source);
            Assert.EndsWith(".ics", new Uri(source).AbsolutePath, StringComparison.Ordinal);
            var again = (await _service.GetAsync(source[CalendarService.PublicUrl.Length..])).Is(200);
            Assert.Equal(answer.ETag, again.ETag);
            Assert.True(addresses.TryAdd(source, answer.ETag!) || addresses[source] == answer.ETag, source);
        }

        Assert.InRange(addresses.Count, 300, 1000);

        bool Known(string code) => _service.GetAsync("/v1/parties/" + code).GetAwaiter().GetResult().Status == 200;
    }

    [Theory]
    [InlineData("?kind=ties_established,partnership_elevated,treaty_signed,milestone_recorded,accord_concluded,accord_joined", "/feeds/anniversaries.ics")]
    [InlineData("?tier=half,round&ahead=7&imprecise=span&lang=vi", "/feeds/anniversaries.ics")]
    [InlineData("?kind=national_day&tier=other", "/feeds/national-days.ics")]
    [InlineData("?party=&group=&tier=", "/feeds/anniversaries.ics")]
    [InlineData("?party=LA,JP,LA&alarm=PT168H", "/feeds/anniversaries.ics?party=JP,LA&alarm=P7D")]
    public async Task Defaults_and_repeats_are_left_out(string query, string address) => Assert.Contains(
        $"SOURCE;VALUE=URI:{CalendarService.PublicUrl}{address}\r\n", Unfold((await _service.GetAsync(FeedVariant.Path + query)).Is(200).Text), StringComparison.Ordinal);

    [Fact]
    public async Task An_address_that_clients_would_cut_is_refused_with_a_way_out()
    {
        await using var service = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.SmallLog), publicUrl: "https://" + string.Join('.', Enumerable.Repeat("calendar", 24)) + ".example");
        (await service.GetAsync(FeedVariant.Path)).Is(200);
        (await service.GetAsync(FeedVariant.Path + "?kind=national_day,ties_established&lang=en")).IsProblem(422, "address-too-long");
    }

    private static string Unfold(string text) => text.Replace("\r\n ", "", StringComparison.Ordinal);
}
