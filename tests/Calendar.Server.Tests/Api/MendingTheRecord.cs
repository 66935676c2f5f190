using System.Globalization;

namespace Calendar.Server.Tests.Api;

/// <summary>A treaty was filed under France and belongs to Laos; a year is not to be marked; many correct one fact at once.</summary>
public sealed class MendingTheRecord : IAsyncLifetime
{
    private const string Source = """{"citation":"Công báo","confidence":"confirmed"}""";
    private const string Feed = "/feeds/anniversaries.ics?lang=en&tier=round,half";

    private static readonly string _ties = "/v1/facts/" + FactId.OfKey("small/ties/JP");

    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(Holding.SmallLog);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task A_misfiled_treaty_keeps_its_entries_addresses_and_series()
    {
        var wrong = (await _service.PostAsync("/v1/relationships/FR~VN/facts", Treaty("1979-03-05"))).Is(201).Json.GetProperty("fact").GetString()!;
        var before = await EntryAsync(wrong, 50);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Treaty("1979-03-05", wrong))).IsProblem(409, "replaced-fact-stands").Names("/replaces", "replaced-fact-stands");
        (await _service.PostAsync($"/v1/facts/{wrong}/withdrawal", """{"reason":"Filed under another pair"}""")).Is(201);

        var right = (await _service.PostAsync("/v1/relationships/LA~VN/facts", Treaty("1979-03-05", wrong))).Is(201).Json;
        var id = right.GetProperty("fact").GetString();
        Assert.Equal(wrong, right.GetProperty("replaces").GetString());

        var after = await EntryAsync(wrong, 50);
        Assert.Equal((before.Uid, "Laos", false), (after.Uid, after.Text.Contains("Laos", StringComparison.Ordinal) ? "Laos" : "", after.Text.Contains("CANCELLED", StringComparison.Ordinal)));
        Assert.True(after.Sequence > before.Sequence, $"{before.Sequence} → {after.Sequence}");

        var anniversary = (await _service.GetAsync($"/v1/anniversaries/{wrong}/50")).Is(200).Json;
        Assert.Equal((id, $"{wrong}/50"), (anniversary.GetProperty("fact").GetString(), anniversary.GetProperty("id").GetString()));
        Assert.Contains(id!, (await _service.GetAsync($"/v1/anniversaries/{wrong}/50/explanation")).Is(200).Text, StringComparison.Ordinal);
        Assert.Equal(id, (await _service.GetAsync($"/v1/anniversaries/{id}/50")).Is(200).Json.GetProperty("fact").GetString());
        Assert.Equal($"{wrong}/50", Assert.Single((await _service.GetAsync("/v1/anniversaries?year=2029&party=LA&kind=treaty_signed&tier=round")).Items).GetProperty("id").GetString());
        Assert.Empty((await _service.GetAsync("/v1/anniversaries?year=2029&party=FR&kind=treaty_signed&tier=round")).Items);

        var replaced = (await _service.GetAsync("/v1/facts/" + wrong)).Is(200).Json;
        Assert.Equal(id, replaced.GetProperty("replacedBy").GetString());
        Assert.True(replaced.TryGetProperty("withdrawn", out _));

        // Once replaced it stays so until the other one is withdrawn.
        (await _service.PostAsync($"/v1/facts/{wrong}/reinstatement", """{"reason":"After all"}""")).IsProblem(409, "fact-replaced");
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Treaty("1979-03-05", wrong))).IsProblem(409, "replaced-fact-stands");
        (await _service.PostAsync($"/v1/facts/{id}/withdrawal", """{"reason":"Neither"}""")).Is(201);
        (await _service.PostAsync($"/v1/facts/{wrong}/reinstatement", """{"reason":"After all"}""")).Is(201);
        var again = await EntryAsync(wrong, 50);
        Assert.Equal(before.Uid, again.Uid);
        Assert.True(again.Sequence > after.Sequence);
        Assert.Contains("France", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_replaces_must_name_a_withdrawn_fact_of_its_sort()
    {
        (await _service.PostAsync("/v1/relationships/LA~VN/facts", Treaty("1979", Guid.NewGuid().ToString()))).IsProblem(404, "unknown-fact").Names("/replaces", "unknown-fact");
        (await _service.PostAsync("/v1/relationships/LA~VN/facts", Treaty("1979", "nothing"))).Is(422);
        (await _service.PostAsync($"/v1/facts/{FactId.OfKey("small/days/JP")}/withdrawal", """{"reason":"Not so"}""")).Is(201);
        (await _service.PostAsync("/v1/relationships/LA~VN/facts", Treaty("1979", FactId.OfKey("small/days/JP").ToString()))).IsProblem(422, "replaces-another-kind");
        (await _service.PostAsync("/v1/parties/JP/national_day", $$"""{"day":"--02-24","name":"Ngày","replaces":"{{FactId.OfKey("small/days/JP")}}","source":{{Source}}}""")).Is(201);
    }

    [Fact]
    public async Task A_waived_year_stays_and_says_so_until_the_waiver_is_lifted()
    {
        var before = await EntryAsync(FactId.OfKey("small/ties/JP").ToString(), 60);
        var waived = (await _service.PostAsync(_ties + "/waiver", """{"n":60,"reason":{"vi":"Hoãn","en":"Put off"}}""")).Is(201);
        Assert.Equal((60, "Put off"), Assert.Single(waived.Json.GetProperty("waivers").EnumerateArray()) is var waiver ? (waiver.GetProperty("n").GetInt32(), waiver.GetProperty("reason").GetProperty("en").GetString()) : default);
        Assert.True((await AnniversaryAsync(60)).GetProperty("waived").GetBoolean());
        Assert.False((await AnniversaryAsync(65)).GetProperty("waived").GetBoolean());
        Assert.Equal("2033-09-21", (await AnniversaryAsync(60)).GetProperty("date").GetString());
        var after = await EntryAsync(FactId.OfKey("small/ties/JP").ToString(), 60);
        Assert.Equal((before.Uid, false), (after.Uid, after.Text.Contains("CANCELLED", StringComparison.Ordinal)));
        Assert.True(after.Sequence > before.Sequence);
        (await _service.PostAsync(_ties + "/waiver", """{"n":60,"reason":"Again"}""")).Is(200);

        var lifted = (await _service.PostAsync(_ties + "/waiver/lifting", """{"n":60,"reason":"Marked after all"}""")).Is(201);
        Assert.False(lifted.Json.TryGetProperty("waivers", out _));
        Assert.False((await AnniversaryAsync(60)).GetProperty("waived").GetBoolean());
        (await _service.PostAsync(_ties + "/waiver/lifting", """{"n":60,"reason":"Again"}""")).Is(200);
        Assert.Equal(["ties_established", "anniversary_waived", "waiver_lifted"], (await _service.GetAsync(_ties)).Json.GetProperty("record").EnumerateArray().Select(record => record.GetProperty("event").GetString()));
    }

    [Theory]
    [InlineData("""{"n":0,"reason":"r"}""", 422, "/n", "out-of-range")]
    [InlineData("""{"n":-1,"reason":"r"}""", 422, "/n", "out-of-range")]
    [InlineData("""{"n":10000,"reason":"r"}""", 422, "/n", "out-of-range")]
    [InlineData("""{"n":"60","reason":"r"}""", 422, "/n", "out-of-range")]
    [InlineData("""{"n":60.5,"reason":"r"}""", 422, "/n", "out-of-range")]
    [InlineData("""{"n":60}""", 422, "/reason", "member-required")]
    [InlineData("""{"reason":"r"}""", 422, "/n", "member-required")]
    [InlineData("""{"n":60,"reason":"r","fact":"x"}""", 422, "/fact", "unknown-member")]
    [InlineData("""{"n":60,"reason":"r","sealedUntil":"2027-01-01T00:00:00Z"}""", 422, "/sealedUntil", "unknown-member")]
    public async Task A_waiver_that_says_nothing_is_refused(string json, int status, string pointer, string code)
    {
        foreach (var route in new[] { "/waiver", "/waiver/lifting" })
        {
            (await _service.PostAsync(_ties + route, json)).Is(status).Names(pointer, code);
            (await _service.PostAsync($"/v1/facts/{Guid.NewGuid()}{route}", """{"n":60,"reason":"r"}""")).IsProblem(404, "unknown-fact");
            (await _service.PostAsync($"/v1/facts/nothing{route}", """{"n":60,"reason":"r"}""")).IsProblem(404, "not-found");
        }
    }

    [Fact]
    public async Task What_has_no_such_anniversary_cannot_be_waived()
    {
        (await _service.PostAsync(_ties + "/waiver", """{"n":9000,"reason":"r"}""")).IsProblem(409, "no-such-anniversary").Names("/n", "no-such-anniversary");
        (await _service.PostAsync($"/v1/facts/{FactId.OfKey("small/treaties/FR")}/waiver", """{"n":60,"reason":"r"}""")).IsProblem(409, "no-such-anniversary");
        (await _service.PostAsync($"/v1/facts/{FactId.OfKey("small/suspension/KH")}/waiver", """{"n":5,"reason":"r"}""")).IsProblem(409, "no-such-anniversary");
        (await _service.PostAsync($"/v1/facts/{FactId.OfKey("small/milestones/FR/wrong")}/waiver", """{"n":5,"reason":"r"}""")).IsProblem(409, "fact-withdrawn");

        // A national day's number is the calendar year.
        (await _service.PostAsync($"/v1/facts/{FactId.OfKey("small/days/JP")}/waiver", """{"n":2033,"reason":"r"}""")).Is(201);
        Assert.True(Assert.Single((await _service.GetAsync("/v1/anniversaries?year=2033&kind=national_day&party=JP")).Items).GetProperty("waived").GetBoolean());
    }

    [Fact]
    public async Task The_same_request_again_is_answered_as_at_first()
    {
        foreach (var (path, json) in new[] { (_ties + "/waiver", """{"n":60,"reason":"r"}"""), (_ties + "/waiver/lifting", """{"n":60,"reason":"r"}""") })
        {
            var first = (await _service.PostAsync(path, json, ("Idempotency-Key", path))).Is(201);
            var count = await _service.CountAsync();
            Assert.Equal((201, first.Text), (await _service.PostAsync(path, json, ("Idempotency-Key", path))) is var second ? (second.Status, second.Text) : default);
            (await _service.PostAsync(path, json.Replace("60", "65", StringComparison.Ordinal), ("Idempotency-Key", path))).IsProblem(422, "idempotency-key-reused");
            Assert.Equal(count, await _service.CountAsync());
        }
    }

    [Fact]
    public async Task Of_a_hundred_who_correct_one_version_one_succeeds()
    {
        for (var turn = 0; turn < 3; turn++)
        {
            var seen = (await _service.GetAsync(_ties)).Is(200).ETag;
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _service.PostAsync(
                i % 2 == 0 ? _ties + "/title" : _ties + "/waiver",
                i % 2 == 0 ? $$"""{"title":"Quan hệ {{turn}} {{i}}","reason":"r"}""" : $$"""{"n":{{(turn * 100) + i}},"reason":"r"}""", ("If-Match", seen))));

            var made = Assert.Single(answers, answer => answer.Status == 201);
            Assert.All(answers.Where(answer => answer != made), answer => answer.IsProblem(412, "stale"));
            Assert.Equal(made.ETag, (await _service.GetAsync(_ties)).ETag);
            Assert.NotEqual(seen, made.ETag);
        }

        Assert.Equal(4, await _service.QueryAsync<long>("select version from calendar.mt_streams where id = 'ties-JP~VN'"));
    }

    private static string Treaty(string on, string? replaces = null) => $$"""
        {"kind":"treaty_signed","on":"{{on}}","title":"Hiệp định","source":{{Source}}{{(replaces is null ? "" : $",\"replaces\":\"{replaces}\"")}} }
        """;

    private async Task<System.Text.Json.JsonElement> AnniversaryAsync(int n) => (await _service.GetAsync($"/v1/anniversaries/{FactId.OfKey("small/ties/JP")}/{n}")).Is(200).Json;

    // The entry of a series, whatever fact stands for it now.
    private async Task<(string Uid, int Sequence, string Text)> EntryAsync(string series, int n)
    {
        var feed = (await _service.GetAsync(Feed)).Is(200).Text.Replace("\r\n ", "", StringComparison.Ordinal);
        var entry = Assert.Single(feed.Split("BEGIN:VEVENT"), text => text.Contains($"UID:{series}-{n}", StringComparison.Ordinal) || text.Contains($"{series}/{n}/", StringComparison.Ordinal));
        return (Line(entry, "UID:"), int.Parse(Line(entry, "SEQUENCE:"), CultureInfo.InvariantCulture), entry);
    }

    private static string Line(string entry, string name) => entry.Split("\r\n").Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..];
}
