using System.Text.Json;
using System.Xml.Linq;

namespace Calendar.Server.Tests.Api;

/// <summary>Viet Nam's facts, all recorded on 23 November 2026, and what is corrected after that.</summary>
public sealed class WhatChanged(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    // What the test records has the pack's instant or a later one, whatever day it is.
    private const string Since = "/v1/changes?from=2026-11-23T00:00:00Z&to=2999-01-01";
    private static readonly XNamespace _atom = "http://www.w3.org/2005/Atom";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task A_correction_is_told_with_its_cause_its_role_and_its_reason()
    {
        var fact = FactId.OfKey("vietnam/ties/BR");
        var before = (await _service.GetAsync($"/v1/anniversaries?year=2029&party=BR&kind=ties_established")).Is(200).Items.Single();
        (await _service.PostAsync($"/v1/facts/{fact}/claims", """
            {"on":"1989-05-09","prefer":{"vi":"Theo thông cáo chung.","en":"After the joint communiqué."},"source":{"citation":"Thông cáo chung","confidence":"confirmed"}}
            """)).Is(201);

        var changes = (await _service.GetAsync($"{Since}&party=BR&kind=ties_established&within=2029-01-01/2030-01-01")).Is(200).Items;
        var change = Assert.Single(changes, change => change.GetProperty("role").GetString() == "admin");
        Assert.Equal($"{fact}/40", change.GetProperty("id").GetString());
        Assert.Equal(("claim_preferred", "admin"), (change.GetProperty("event").GetString(), change.GetProperty("role").GetString()));
        Assert.Equal("After the joint communiqué.", change.GetProperty("reason").GetProperty("en").GetString());
        Assert.Contains("moved", change.GetProperty("changes").EnumerateArray().Select(kind => kind.GetString()));
        Assert.Equal(before.GetProperty("date").GetString(), change.GetProperty("old").GetProperty("date").GetString());
        Assert.Equal("2029-05-09", change.GetProperty("new").GetProperty("date").GetString());
        Assert.Contains("to 9 May 2029", change.GetProperty("text").GetProperty("en").GetString(), StringComparison.Ordinal);
        Assert.Contains("sang 9/5/2029", change.GetProperty("text").GetProperty("vi").GetString(), StringComparison.Ordinal);
        (await _service.GetAsync(change.GetProperty("links").GetProperty("explanation").GetString()!)).Is(200);
    }

    [Fact]
    public async Task The_pack_has_added_what_the_list_shows()
    {
        const string day = "/v1/changes?from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:01Z&limit=500&party=JP&within=2033-01-01/2034-01-01";
        var added = (await _service.GetAsync(day)).Is(200).Items;
        var listed = (await _service.GetAsync("/v1/anniversaries?year=2033&party=JP&tier=round,half&limit=500")).Is(200).Items;

        Assert.Contains("""["moved","confidence"]""", added.Select(change => change.GetProperty("changes").GetRawText()));
        Assert.All(added, change => Assert.Equal("pack", change.GetProperty("role").GetString()));
        Assert.Equal(Ids(listed), Ids(added).Distinct());

        static IEnumerable<string> Ids(IReadOnlyList<JsonElement> items) => items.Select(item => item.GetProperty("id").GetString()!).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Pages_lead_through_all_of_them_and_a_cursor_of_another_list_is_refused()
    {
        const string all = "/v1/changes?from=2026-11-22&to=2026-11-24&within=2027-01-01/2028-01-01";
        var whole = (await _service.GetAsync(all + "&limit=500")).Is(200).Items.Select(item => item.GetRawText()).ToList();
        var pages = new List<string>();
        for (var next = all + "&limit=7"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            pages.AddRange(page.Items.Select(item => item.GetRawText()));
            next = page.Next;
        }

        Assert.True(whole.Count > 20);
        Assert.Equal(whole, pages);
        var cursor = (await _service.GetAsync(all + "&limit=7")).Next!;
        (await _service.GetAsync(cursor.Replace("2028", "2029", StringComparison.Ordinal))).IsProblem(422, "bad-query").Names("cursor", "wrong-cursor");
    }

    [Theory]
    [InlineData("from=yesterday", "from", "not-an-instant")]
    [InlineData("to=2026-02-30", "to", "not-an-instant")]
    [InlineData("from=-9998-01-01", "from", "not-an-instant")]
    [InlineData("from=2026-12-01&to=2026-12-01", "to", "reversed-range")]
    [InlineData("within=2027-01-01", "within", "malformed-range")]
    [InlineData("within=2027-01-01/2027-01-01", "within", "malformed-range")]
    [InlineData("within=2027-01-01/2127-01-02", "within", "malformed-range")]
    [InlineData("within=2027/2028", "within", "malformed-range")]
    [InlineData("count=true", "count", "unknown-parameter")]
    [InlineData("tier=big", "tier", "unknown-value")]
    [InlineData("cursor=%00", "cursor", "wrong-cursor")]
    public async Task A_question_that_means_nothing_is_refused_by_name(string query, string parameter, string code) =>
        (await _service.GetAsync("/v1/changes?" + query)).IsProblem(422, "bad-query").Names(parameter, code);

    [Fact]
    public async Task The_Atom_feed_tells_the_newest_first_under_ids_that_stay()
    {
        var fact = FactId.OfKey("vietnam/ties/AR");
        var path = "/feeds/changes.atom?party=AR&lang=en";
        (await _service.PostAsync($"/v1/facts/{fact}/withdrawal", """{"reason":"Thử: <b>&amp;]]></b>"}""")).Is(201);
        var withdrawn = Entries(await _service.GetAsync(path));
        (await _service.PostAsync($"/v1/facts/{fact}/reinstatement", """{"reason":"Đúng rồi"}""")).Is(201);
        var reply = (await _service.GetAsync(path)).Is(200);
        var reinstated = Entries(reply);

        Assert.Equal("application/atom+xml; charset=utf-8", reply["Content-Type"]);
        Assert.True(reinstated.Count > withdrawn.Count);
        Assert.Equal(withdrawn.Select(Id), reinstated.Skip(reinstated.Count - withdrawn.Count).Select(Id));
        Assert.Equal(reinstated.Select(Id).Distinct(), reinstated.Select(Id));
        Assert.Contains("<b>&amp;]]></b>", withdrawn[0].Element(_atom + "content")!.Value, StringComparison.Ordinal);
        var updated = reinstated.Select(entry => entry.Element(_atom + "updated")!.Value).ToList();
        Assert.Equal(updated.OrderDescending(StringComparer.Ordinal), updated);
        Assert.Equal("added", reinstated[0].Element(_atom + "category")!.Attribute("term")!.Value);
        Assert.StartsWith(CalendarService.PublicUrl + "/v1/anniversaries/", reinstated[0].Element(_atom + "link")!.Attribute("href")!.Value, StringComparison.Ordinal);
        (await _service.GetAsync(path, ("If-None-Match", reply.ETag))).Is(304);
        (await _service.GetAsync("/feeds/changes.atom?q=x")).IsProblem(422, "bad-query").Names("q", "unknown-parameter");

        static List<XElement> Entries(Reply reply) => [.. XDocument.Parse(reply.Is(200).Text).Root!.Elements(_atom + "entry")];
        static string Id(XElement entry) => entry.Element(_atom + "id")!.Value;
    }
}
