using System.Text.Json;

namespace Calendar.Server.Tests.Api;

/// <summary>A record built from nothing over HTTP alone: each route once, and what it does to answers.</summary>
public sealed class EveryCommand : IAsyncLifetime
{
    private const string Source = """{"citation":"Archive","confidence":"confirmed"}""";

    private CalendarService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await CalendarService.StartAsync(Holding.Nothing);
        await PartyAsync("VN", "Việt Nam", "Viet Nam");
        await PartyAsync("JP", "Nhật Bản", "Japan");
        await PartyAsync("LA", "Lào", "Laos");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_party_is_registered_and_its_groups_are_set()
    {
        var made = (await _service.PutAsync("/v1/parties/DE", Party("Đức", "Germany", "G7", "Europe"))).Is(201);
        Assert.Equal("/v1/parties/DE", made["Location"]);
        Assert.StartsWith("\"v1-", made.ETag, StringComparison.Ordinal);
        Assert.Equal(made.Text, (await _service.GetAsync("/v1/parties/DE")).Text);

        (await _service.PutAsync("/v1/parties/DE", Party("Đức", "Germany", "G7", "Europe"))).Is(200);
        var changed = (await _service.PutAsync("/v1/parties/DE", Party("Đức", "Germany", "G7", "EU"))).Is(201);
        Assert.Equal(["EU", "G7"], changed.Json.GetProperty("groups").EnumerateArray().Select(group => group.GetString()));
        (await _service.PutAsync("/v1/parties/DE", Party("Đức", "Deutschland", "G7"))).IsProblem(409, "party-exists").Names("/name", "party-exists");
        Assert.Equal(3 + 3, await _service.CountAsync());
    }

    [Fact]
    public async Task A_new_name_shows_in_the_titles_of_its_days()
    {
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("ties_established", "1973-09-21"))).Is(201);
        var renamed = (await _service.PostAsync("/v1/parties/JP/party_renamed", $$"""{"on":"2030-01-01","name":{"vi":"Nhật Bản mới","en":"New Japan"},"source":{{Source}}}""")).Is(201);

        Assert.Equal("50 years of Viet Nam – Japan diplomatic relations", await TitleAsync("year=2023&party=JP"));
        Assert.Equal("60 years of Viet Nam – New Japan diplomatic relations", await TitleAsync("year=2033&party=JP"));
        Assert.Equal("Japan", (await _service.GetAsync("/v1/parties/JP")).Json.GetProperty("name").GetProperty("en").GetString());
        Assert.Contains("Viet Nam – New Japan", (await _service.GetAsync("/feeds/anniversaries.ics?lang=en")).Text, StringComparison.Ordinal);

        (await _service.PostAsync($"{renamed["Location"]}/withdrawal", """{"reason":"It was not so"}""")).Is(201);
        Assert.Equal("60 years of Viet Nam – Japan diplomatic relations", await TitleAsync("year=2033&party=JP"));
    }

    [Fact]
    public async Task A_party_ends_and_has_successors()
    {
        await PartyAsync("SU", "Liên Xô", "Soviet Union");
        await PartyAsync("RU", "Nga", "Russia");
        (await _service.PostAsync("/v1/parties/SU/party_ended", $$"""{"on":"1991-12-26","successors":["RU"],"source":{{Source}}}""")).Is(201);
        var party = (await _service.GetAsync("/v1/parties/SU")).Json;
        Assert.Equal("1991-12-26", party.GetProperty("ended").GetString());
        Assert.Equal("RU", party.GetProperty("successors")[0].GetString());
        (await _service.PostAsync("/v1/parties/SU/party_ended", $$"""{"on":"1991-12-31","source":{{Source}}}""")).IsProblem(409, "party-ended");
    }

    [Fact]
    public async Task A_national_day_comes_every_year()
    {
        (await _service.PostAsync("/v1/parties/LA/national_day", $$"""{"day":"--12-02","name":{"vi":"Quốc khánh","en":"National Day"},"source":{{Source}}}""")).Is(201);
        Assert.Equal("Laos: National Day", await TitleAsync("year=2033&kind=national_day"));
    }

    [Fact]
    public async Task An_accord_is_concluded_joined_and_left()
    {
        await PartyAsync("FR", "Pháp", "France");
        var concluded = (await _service.PostAsync("/v1/accords", $$"""{"accord":"an-accord","on":"1991-10-23","title":"An accord","parties":["VN","FR"],"source":{{Source}}}""")).Is(201);
        Assert.Equal(["FR"], concluded.Json.GetProperty("parties").EnumerateArray().Select(party => party.GetString()!).Where(party => party is not "VN"));
        var joined = (await _service.PostAsync("/v1/accords/an-accord/joining", $$"""{"on":"1992-05-01","party":"LA","source":{{Source}}}""")).Is(201);
        (await _service.PostAsync("/v1/accords/an-accord/joining", $$"""{"on":"1993-05-01","party":"LA","source":{{Source}}}""")).IsProblem(409, "already-a-party");
        (await _service.PostAsync("/v1/accords", $$"""{"accord":"an-accord","on":"1999","title":"t","parties":["VN"],"source":{{Source}}}""")).IsProblem(409, "accord-exists");

        Assert.Equal("40 years: Laos joins: An accord", await TitleAsync("year=2032&party=LA"));
        (await _service.PostAsync("/v1/accords/an-accord/leaving", $$"""{"on":"2020","party":"LA","ends":"{{joined.Json.GetProperty("fact").GetString()}}","source":{{Source}}}""")).Is(201);
        (await _service.PostAsync("/v1/accords/an-accord/joining", $$"""{"on":"2021","party":"LA","source":{{Source}}}""")).Is(201);
        Assert.Equal(4, (await _service.GetAsync(concluded["Location"]!)).Json.GetProperty("record")[0].GetProperty("number").GetInt64() - 1);
    }

    [Fact]
    public async Task Every_kind_of_fact_of_a_relationship_is_told_in_its_history()
    {
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("ties_established", "1973-09-21"))).Is(201);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("ties_suspended", "1980"))).Is(201);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("ties_resumed", "1981-03"))).Is(201);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("partnership_elevated", "2009-04", ",\"level\":\"strategic\""))).Is(201);
        var treaty = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("treaty_signed", "2008-12-25", ",\"title\":\"EPA\",\"inForce\":\"2009-10-01\""))).Is(201).Json.GetProperty("fact").GetString();
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("treaty_ended", "2025", $",\"ends\":\"{treaty}\""))).Is(201);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("milestone_recorded", "1992-11", ",\"title\":\"Aid resumed\",\"note\":\"n\",\"commemorated\":false"))).Is(201);

        var history = (await _service.GetAsync("/v1/relationships/JP~VN/history")).Is(200).Items;
        Assert.Equal(
            ["1973-09-21 ties_established", "1980 ties_suspended", "1981-03 ties_resumed", "1992-11 milestone_recorded", "2008-12-25 treaty_signed", "2009-04 partnership_elevated", "2025 treaty_ended"],
            history.Select(fact => $"{fact.GetProperty("on").GetString()} {fact.GetProperty("kind").GetString()}"));
        Assert.Equal([true, false, false, false, true, true, false], history.Select(fact => fact.GetProperty("commemorated").GetBoolean()));

        var relationship = (await _service.GetAsync("/v1/relationships/JP~VN")).Json;
        Assert.False(relationship.GetProperty("suspended").GetBoolean());
        Assert.Equal("strategic", relationship.GetProperty("partnerships")[0].GetProperty("level").GetString());
        Assert.Equal(7, relationship.GetProperty("factCount").GetInt32());
    }

    [Fact]
    public async Task A_fact_is_claimed_preferred_retitled_withdrawn_reinstated_ended_and_resumed()
    {
        var path = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Fact("milestone_recorded", "2003-10", ",\"title\":\"A visit\""))).Is(201)["Location"]!;
        var fact = path["/v1/facts/".Length..];

        (await _service.PostAsync(path + "/claims", $$"""{"on":"2003-10-05","source":{{Source}}}""")).Is(201);
        var claim = (await _service.GetAsync(path)).Json.GetProperty("claims").EnumerateArray().Single(claim => !claim.GetProperty("preferred").GetBoolean()).GetProperty("claim").GetString();
        Assert.Equal("2003-10", await OnAsync());
        (await _service.PostAsync(path + "/preference", $$"""{"claim":"{{claim}}","reason":{"vi":"Chính xác hơn","en":"More exact"} }""")).Is(201);
        Assert.Equal("2003-10-05", await OnAsync());
        (await _service.PostAsync(path + "/title", """{"title":{"vi":"Chuyến thăm","en":"The visit"},"reason":"r"}""")).Is(201);
        Assert.Equal("30 years: The visit", await TitleAsync("year=2033"));

        (await _service.PostAsync(path + "/end", """{"on":"2030","reason":"No longer marked"}""")).Is(201);
        Assert.Empty((await _service.GetAsync("/v1/anniversaries?year=2033")).Items);
        Assert.Single((await _service.GetAsync("/v1/anniversaries?year=2029")).Items);
        (await _service.PostAsync(path + "/resumption", """{"reason":"Marked again"}""")).Is(201);
        Assert.Single((await _service.GetAsync("/v1/anniversaries?year=2033")).Items);

        (await _service.PostAsync(path + "/withdrawal", """{"reason":"Not so"}""")).Is(201);
        Assert.Empty((await _service.GetAsync("/v1/anniversaries?year=2033")).Items);
        (await _service.GetAsync($"/v1/anniversaries/{fact}/30")).IsProblem(404, "not-found");
        (await _service.PostAsync(path + "/reinstatement", """{"reason":"So after all"}""")).Is(201);
        Assert.Single((await _service.GetAsync("/v1/anniversaries?year=2033")).Items);

        // Each of them again changes nothing.
        var before = await _service.CountAsync();
        (await _service.PostAsync(path + "/preference", $$"""{"claim":"{{claim}}","reason":"r"}""")).Is(200);
        (await _service.PostAsync(path + "/title", """{"title":{"vi":"Chuyến thăm","en":"The visit"},"reason":"r"}""")).Is(200);
        (await _service.PostAsync(path + "/resumption", """{"reason":"r"}""")).Is(200);
        (await _service.PostAsync(path + "/reinstatement", """{"reason":"r"}""")).Is(200);
        Assert.Equal(before, await _service.CountAsync());

        var told = (await _service.GetAsync(path)).Json;
        Assert.Equal(
            ["milestone_recorded", "date_claimed", "claim_preferred", "fact_retitled", "commemoration_ended", "commemoration_resumed", "fact_withdrawn", "fact_reinstated"],
            told.GetProperty("record").EnumerateArray().Select(record => record.GetProperty("event").GetString()));
        Assert.DoesNotContain("seq", told.GetRawText(), StringComparison.Ordinal);

        async Task<string?> OnAsync() => (await _service.GetAsync(path)).Json.GetProperty("on").GetString();
    }

    private static string Party(string vi, string en, params string[] groups) =>
        JsonSerializer.Serialize(new { kind = "state", name = new { vi, en }, groups });

    private static string Fact(string kind, string on, string more = "") => $$"""{"kind":"{{kind}}","on":"{{on}}","source":{{Source}}{{more}}}""";

    private async Task PartyAsync(string code, string vi, string en) => (await _service.PutAsync("/v1/parties/" + code, Party(vi, en))).Is(201);

    private async Task<string?> TitleAsync(string query) =>
        Assert.Single((await _service.GetAsync("/v1/anniversaries?" + query)).Is(200).Items).GetProperty("title").GetProperty("en").GetString();
}
