using System.Globalization;

namespace Calendar.Server.Tests.Api;

/// <summary>Commands over HTTP: what they answer, and that a repeat is harmless.</summary>
public sealed class RecordingFacts(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private const string Source = """{"citation":"Archive","url":"https://archive.example/a","confidence":"probable"}""";

    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task A_fact_is_stored_and_found_where_the_answer_says()
    {
        var before = await _service.CountAsync();
        var answer = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2008-02"))).Is(201);

        Assert.Equal(before + 1, await _service.CountAsync());
        Assert.Matches("^\"v[0-9]+-[0-9a-f]{24}\"$", answer.ETag);
        var fact = answer.Json.GetProperty("fact").GetString();
        Assert.Equal("/v1/facts/" + fact, answer["Location"]);
        Assert.Equal("2008-02", answer.Json.GetProperty("on").GetString());
        Assert.Equal("probable", answer.Json.GetProperty("confidence").GetString());

        var read = (await _service.GetAsync(answer["Location"]!)).Is(200);
        Assert.Equal(answer.Text, read.Text);
        Assert.Equal(answer.ETag, read.ETag);
    }

    [Fact]
    public async Task The_same_fact_again_is_stored_once()
    {
        var json = Milestone("2009", Guid.NewGuid());
        var first = (await _service.PostAsync("/v1/relationships/JP~VN/facts", json)).Is(201);
        var before = await _service.CountAsync();
        var again = (await _service.PostAsync("/v1/relationships/JP~VN/facts", json)).Is(200);

        Assert.Equal(before, await _service.CountAsync());
        Assert.Equal(first.Text, again.Text);
        Assert.Null(again["Location"]);
    }

    [Fact]
    public async Task The_order_of_a_pair_does_not_matter_to_a_command()
    {
        var answer = (await _service.PostAsync("/v1/relationships/VN~JP/facts", Milestone("2010"))).Is(201);
        Assert.Equal("/v1/relationships/JP~VN", answer.Json.GetProperty("links").GetProperty("relationship").GetString());
    }

    [Fact]
    public async Task A_request_under_a_key_is_stored_once_and_answered_alike()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var first = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2011"), key)).Is(201);
        var before = await _service.CountAsync();
        var again = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2011"), key)).Is(201);

        Assert.Equal(before, await _service.CountAsync());
        Assert.Equal(first.Text, again.Text);
        Assert.Equal((first["Location"], first.ETag), (again["Location"], again.ETag));

        // Another body, path or even member order under it is another request.
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2012"), key)).IsProblem(422, "idempotency-key-reused");
        (await _service.PostAsync("/v1/relationships/LA~VN/facts", Milestone("2011"), key)).IsProblem(422, "idempotency-key-reused");
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task A_request_under_a_key_is_answered_alike_by_another_instance()
    {
        await using var other = await CalendarService.StartAsync(_service.Connection);
        for (var i = 0; i < 20; i++)
        {
            var key = ("Idempotency-Key", Guid.NewGuid().ToString());
            var first = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2021"), key)).Is(201);
            var again = (await other.SendAsync(
                "POST", "/v1/relationships/JP~VN/facts", CalendarService.Json(Milestone("2021")), CalendarService.Bearer(_service.Admin!), key)).Is(201);
            Assert.Equal((first["Location"], first.ETag, first.Text), (again["Location"], again.ETag, again.Text));
        }
    }

    [Fact]
    public async Task A_request_under_a_key_that_changed_nothing_is_answered_alike_too()
    {
        var json = Milestone("2013", Guid.NewGuid());
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", json)).Is(201);
        var before = await _service.CountAsync();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", json, key)).Is(200);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", json, key)).Is(200);
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2014-02-30"), key)).Is(422);
        (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2014-02-28"), key)).Is(201);
    }

    [Fact]
    public async Task The_keys_of_two_callers_do_not_meet()
    {
        var key = ("Idempotency-Key", "1");
        var other = await _service.TokenAsync("historian");
        var first = (await _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2015"), key)).Is(201);
        var second = (await _service.SendAsync(
            "POST", "/v1/relationships/JP~VN/facts", CalendarService.Json(Milestone("2016")), CalendarService.Bearer(other), key)).Is(201);
        Assert.NotEqual(first["Location"], second["Location"], StringComparer.Ordinal);
    }

    [Fact]
    public async Task Fifty_requests_under_one_key_at_once_store_one_fact()
    {
        var before = await _service.CountAsync();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _service.PostAsync("/v1/relationships/JP~VN/facts", Milestone("2017"), key)));

        Assert.All(answers, answer => answer.Is(201));
        Assert.Single(answers.Select(answer => answer["Location"]).Distinct(StringComparer.Ordinal));
        Assert.Equal(before + 1, await _service.CountAsync());
    }

    [Fact]
    public async Task Who_writes_on_what_they_read_is_stored_and_who_read_before_them_is_not()
    {
        var path = (await _service.PostAsync("/v1/relationships/FR~VN/facts", Milestone("2018"))).Is(201)["Location"]!;
        var read = await _service.GetAsync(path);
        var before = await _service.CountAsync();

        (await _service.PostAsync(path + "/title", """{"title":"First","reason":"r"}""", ("If-Match", read.ETag))).Is(201);
        var stale = (await _service.PostAsync(path + "/title", """{"title":"Second","reason":"r"}""", ("If-Match", read.ETag))).IsProblem(412, "stale");
        Assert.Contains("is at version", stale.Text, StringComparison.Ordinal);

        Assert.Equal(before + 1, await _service.CountAsync());
        Assert.Equal("First", (await _service.GetAsync(path)).Json.GetProperty("title").GetProperty("en").GetString());
    }

    [Theory]
    [InlineData("/v1/relationships/FR~VN")]
    [InlineData("/v1/relationships/FR~VN/history")]
    public async Task The_tag_of_a_relationship_guards_its_next_fact(string path)
    {
        var read = await _service.GetAsync(path);
        (await _service.PostAsync("/v1/relationships/FR~VN/facts", Milestone("2019"), ("If-Match", read.ETag))).Is(201);
        (await _service.PostAsync("/v1/relationships/FR~VN/facts", Milestone("2020"), ("If-Match", read.ETag))).IsProblem(412, "stale");
    }

    private static string Milestone(string on, Guid? fact = null) =>
        $$"""{"kind":"milestone_recorded","on":"{{on}}","title":{"vi":"Cột mốc","en":"A milestone"},"source":{{Source}}{{(fact is null ? "" : $",\"fact\":\"{fact}\"")}}}""";
}

public sealed class FiftyWritersOfOneRelationship(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Are_all_stored_and_none_lost()
    {
        var before = await _service.CountAsync();
        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(async year =>
        {
            var on = (1900 + year).ToString(CultureInfo.InvariantCulture);
            var json = $$"""{"kind":"milestone_recorded","source":{"citation":"c","confidence":"confirmed"},"title":"t","on":"{{on}}"}""";
            return (await _service.PostAsync("/v1/relationships/US~VN/facts", json)).Is(201);
        }));

        Assert.Equal(before + 50, await _service.CountAsync());
        Assert.Equal(50, answers.Select(answer => answer["Location"]).Distinct(StringComparer.Ordinal).Count());
        var history = (await _service.GetAsync("/v1/relationships/US~VN/history")).Items.Select(fact => fact.GetProperty("on").GetString()).ToList();
        Assert.All(Enumerable.Range(1901, 50), year => Assert.Contains(year.ToString(CultureInfo.InvariantCulture), history, StringComparer.Ordinal));
    }
}
