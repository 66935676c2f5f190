using System.Text;
using Calendar.Server.Feeds;

namespace Calendar.Server.Tests.Associations;

/// <summary>The associations of Viet Nam, and what lists and feeds are of them.</summary>
public sealed class ListingAssociations(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Everybody_may_see_them_by_their_Vietnamese_names()
    {
        var all = (await _service.GetAsync("/v1/associations?limit=500&count=true")).Is(200);
        var names = all.Items.Select(one => one.GetProperty("name").GetProperty("vi").GetString()!).ToList();

        Assert.Equal(155, all.Json.GetProperty("count").GetInt32());
        Assert.Equal(names.Order(VietnameseOrder.Instance), names);
        Assert.DoesNotContain("muted", all.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_together_are_the_whole()
    {
        var pages = new List<string>();
        for (var next = "/v1/associations?limit=40"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            pages.AddRange(page.Items.Select(one => one.GetRawText()));
            next = page.Next;
        }

        Assert.Equal((await _service.GetAsync("/v1/associations?limit=500")).Is(200).Items.Select(one => one.GetRawText()), pages);
    }

    [Theory]
    [InlineData("party=JP", "vn-jp vn-jp-hanoi vn-jp-hcmc")]
    [InlineData("party=JP-40", "vn-jp vn-jp-hanoi vn-jp-hcmc")]
    [InlineData("party=TL,CU&scope=central", "vn-asean vn-cu")]
    [InlineData("scope=umbrella", "vufo")]
    [InlineData("scope=abroad", "aafv au-vn cu-vn dz-vn icap ph-vn th-vn")]
    [InlineData("parent=haufo", "vn-au-hanoi vn-bg-hanoi vn-cu-hanoi vn-jp-hanoi vn-ps-hanoi")]
    [InlineData("parent=haufo,dufo&party=LA", "vn-asean-dong-nai")]
    [InlineData("party=PE", "")]
    public async Task Filters_leave_those_that_fit(string filter, string slugs) => Assert.Equal(
        slugs, string.Join(' ', (await _service.GetAsync($"/v1/associations?{filter}")).Is(200).Items.Select(Slug).Order(StringComparer.Ordinal)));

    [Fact]
    public async Task A_search_finds_them_without_marks_and_the_best_first()
    {
        Assert.Equal(["vn-jp", "vn-jp-hanoi", "vn-jp-hcmc"], (await _service.GetAsync("/v1/associations?q=hoi+huu+nghi+nhat+ban")).Is(200).Items.Select(Slug).Order(StringComparer.Ordinal));
        Assert.Equal("hufo", Slug((await _service.GetAsync("/v1/associations?q=HUFO")).Is(200).Items[0]));
    }

    [Theory]
    [InlineData("party=XX", "party", "unknown-value")]
    [InlineData("scope=regional", "scope", "unknown-value")]
    [InlineData("parent=nobody", "parent", "unknown-value")]
    [InlineData("muted=true", "muted", "unknown-parameter")]
    public async Task A_parameter_that_cannot_be_used_is_named(string query, string parameter, string code) =>
        (await _service.GetAsync($"/v1/associations?{query}")).IsProblem(422, "bad-query").Names(parameter, code);

    [Fact]
    public async Task A_table_has_the_same_rows()
    {
        var json = (await _service.GetAsync("/v1/associations?limit=20")).Is(200);
        var csv = (await _service.GetAsync("/v1/associations?limit=20", ("Accept", "text/csv"))).Is(200);
        var lines = csv.Text.Split("\r\n");

        Assert.Equal("\uFEFFassociation,name_vi,name_en,scope,parent,partners,language,zone,closed,source,url,confidence", lines[0]);
        Assert.Equal(json.Items.Select(Slug), lines[1..^1].Select(line => line.Split(',')[0]));
        Assert.Equal(json.Next, csv.Next);
        Assert.StartsWith("PK", Encoding.ASCII.GetString((await _service.GetAsync("/v1/associations?format=xlsx")).Is(200).Body, 0, 2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_tells_of_the_union_above_and_those_below()
    {
        var haufo = (await _service.GetAsync("/v1/associations/haufo")).Is(200);

        Assert.Equal("vufo", haufo.Json.GetProperty("parent").GetString());
        Assert.Equal(["vn-au-hanoi", "vn-bg-hanoi", "vn-cu-hanoi", "vn-jp-hanoi", "vn-ps-hanoi"], haufo.Json.GetProperty("children").EnumerateArray().Select(child => child.GetString()));
        Assert.Equal("confirmed", haufo.Json.GetProperty("source").GetProperty("confidence").GetString());
        Assert.False(haufo.Json.TryGetProperty("muted", out _));
        Assert.DoesNotMatch("^\"v", haufo.ETag);
        (await _service.GetAsync(haufo.Json.GetProperty("links").GetProperty("parent").GetString()!)).Is(200);
        (await _service.GetAsync("/v1/associations/haufo", ("If-None-Match", haufo.ETag))).Is(304);
        Assert.True((await _service.GetAsync("/v1/associations/viet-hoa")).Is(200).Json.GetProperty("closed").GetBoolean());
    }

    [Theory]
    [InlineData("/v1/associations/nobody")]
    [InlineData("/v1/associations/VUFO")]
    [InlineData("/v1/associations/vufo?asOf=2026-11-23&x=1")]
    public async Task What_is_not_there_is_said_so(string path) => Assert.InRange((await _service.GetAsync(path)).Status, 404, 422);

    [Fact]
    public async Task As_the_record_was_they_are_as_they_were() =>
        Assert.Equal("vn-jp", Slug((await _service.GetAsync("/v1/associations/vn-jp?asOf=2026-11-30")).Is(200).Json));

    [Fact]
    public async Task Anniversaries_of_an_association_are_those_it_covers()
    {
        var of = (await _service.GetAsync("/v1/anniversaries?association=vn-jp&year=2033&limit=500")).Is(200).Items;

        Assert.NotEmpty(of);
        Assert.All(of, one => Assert.All(one.GetProperty("partners").EnumerateArray(), partner => Assert.Matches("^(JP|VN-)", partner.GetString())));
        Assert.Equal(
            of.Concat((await _service.GetAsync("/v1/anniversaries?association=vn-cu&year=2033&limit=500")).Is(200).Items).Select(Id).Order(StringComparer.Ordinal),
            (await _service.GetAsync("/v1/anniversaries?association=vn-cu,vn-jp&year=2033&limit=500")).Is(200).Items.Select(Id).Order(StringComparer.Ordinal));
        (await _service.GetAsync("/v1/anniversaries?association=nobody")).IsProblem(422, "bad-query").Names("association", "unknown-value");
        (await _service.GetAsync("/v1/years/2033?association=vn-jp")).Is(200);
        (await _service.GetAsync("/v1/changes?association=vn-jp")).Is(200);
    }

    [Fact]
    public async Task A_feed_of_an_association_names_it_and_has_one_address()
    {
        var feed = (await _service.GetAsync(FeedVariant.Path + "?association=vn-jp&lang=en")).Is(200);

        Assert.Contains("NAME;LANGUAGE=en:Diplomatic anniversaries: Viet Nam – Viet Nam – Japan Friendship", Unfolded(feed.Text), StringComparison.Ordinal);
        Assert.Contains("/feeds/anniversaries.ics?association=vn-jp&lang=en", Unfolded(feed.Text), StringComparison.Ordinal);
        Assert.Contains("60 years of Viet Nam – Japan diplomatic relations", Unfolded(feed.Text), StringComparison.Ordinal);
        Assert.DoesNotContain("Laos", feed.Text, StringComparison.Ordinal);
        Assert.Equal(feed.ETag, (await _service.GetAsync(FeedVariant.Path + "?lang=en&association=vn-jp")).Is(200).ETag);
        (await _service.GetAsync(FeedVariant.Path + "?association=nobody")).IsProblem(422, "bad-query").Names("association", "unknown-value");
    }

    private static string Unfolded(string feed) => feed.Replace("\r\n ", "", StringComparison.Ordinal);

    private static string Slug(System.Text.Json.JsonElement association) => association.GetProperty("association").GetString()!;

    private static string Id(System.Text.Json.JsonElement anniversary) => anniversary.GetProperty("id").GetString()!;
}
