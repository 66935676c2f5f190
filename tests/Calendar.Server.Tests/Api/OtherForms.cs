using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Api;

/// <summary>The same answers as a table, conditionally, redirected, explained and described.</summary>
public sealed class OtherForms(SmallCalendar calendar) : IClassFixture<SmallCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task A_table_holds_what_the_list_holds()
    {
        const string path = "/v1/anniversaries?year=2028&party=BN,FR,JP,KH&kind=national_day,milestone_recorded,ties_established";
        var items = (await _service.GetAsync(path)).Items;
        var answer = (await _service.GetAsync(path, ("Accept", "text/csv"))).Is(200);

        Assert.Equal("text/csv; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("\uFEFFid,date,precision,years,tier,jubilee,kind,parties,partners,title_vi,title_en,origin,confidence,suspended", answer.Text.Split("\r\n")[0]);
        Assert.EndsWith("\r\n", answer.Text, StringComparison.Ordinal);
        var rows = Rows(answer.Text);
        Assert.Equal(
            items.Select(item => string.Join('|',
                item.GetProperty("id").GetString(), item.GetProperty("date").GetString(), item.GetProperty("years").ToString(), item.GetProperty("title").GetProperty("vi").GetString(),
                item.GetProperty("title").GetProperty("en").GetString(), string.Join(' ', item.GetProperty("parties").EnumerateArray()), item.GetProperty("origin").ToString(), item.GetProperty("suspended").GetBoolean() ? "true" : "false")),
            rows.Select(row => string.Join('|', row["id"], row["date"], row["years"], row["title_vi"], row["title_en"], row["parties"], row["origin"], row["suspended"])));
        Assert.Contains(rows, row => row["title_en"].Contains("\"historic\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cell_of_a_table_is_never_a_formula()
    {
        foreach (var (code, name) in new[] { ("F1", "=HYPERLINK(\\\"https://evil.example\\\")"), ("F2", "+1+1"), ("F3", "-2+3"), ("F4", "@SUM(A1)") })
        {
            (await _service.PutAsync("/v1/parties/" + code, $$"""{"kind":"state","name":"{{name}}"}""")).Is(201);
            (await _service.PostAsync($"/v1/parties/{code}/national_day", """{"day":"--06-01","name":"Day","source":{"citation":"c","confidence":"confirmed"}}""")).Is(201);
        }

        var answer = (await _service.GetAsync("/v1/anniversaries?year=2028&kind=national_day&party=F1,F2,F3,F4", ("Accept", "text/csv"))).Is(200);
        var rows = Rows(answer.Text);
        Assert.Equal(4, rows.Count);
        Assert.All(rows.SelectMany(row => row.Values), cell => Assert.False(cell.Length > 0 && "=+-@\t\r".Contains(cell[0], StringComparison.Ordinal), cell));
    }

    [Theory]
    [InlineData("text/csv", "text/csv; charset=utf-8")]
    [InlineData("TEXT/CSV", "text/csv; charset=utf-8")]
    [InlineData("text/csv, application/json", "text/csv; charset=utf-8")]
    [InlineData("text/csv;q=0.9, application/json", "application/json; charset=utf-8")]
    [InlineData("text/csv;q=0", "application/json; charset=utf-8")]
    [InlineData("application/json", "application/json; charset=utf-8")]
    [InlineData("*/*", "application/json; charset=utf-8")]
    [InlineData("image/png", "application/json; charset=utf-8")]
    [InlineData("", "application/json; charset=utf-8")]
    public async Task Accept_chooses_the_form(string accept, string type)
    {
        var answer = (await _service.GetAsync("/v1/anniversaries", ("Accept", accept))).Is(200);
        Assert.Equal(type, answer["Content-Type"]);
        Assert.Contains("Accept", answer["Vary"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/anniversaries?year=2028", false)]
    [InlineData("/v1/parties", false)]
    [InlineData("/v1/relationships", false)]
    [InlineData("/v1/parties/JP", true)]
    [InlineData("/v1/relationships/JP~VN", true)]
    [InlineData("/v1/relationships/JP~VN/history", true)]
    [InlineData("/v1/facts/{ties}", true)]
    [InlineData("/v1/anniversaries/{ties}/60", false)]
    [InlineData("/v1/anniversaries/{ties}/60/explanation", true)]
    public async Task Who_has_an_answer_is_not_sent_it_again(string path, bool ofOneStream)
    {
        path = path.Replace("{ties}", FactId.OfKey("small/ties/JP").ToString(), StringComparison.Ordinal);
        var first = (await _service.GetAsync(path)).Is(200);
        Assert.Matches(ofOneStream ? "^\"v[0-9]+-[0-9a-f]{24}\"$" : "^\"[0-9a-f]{24}\"$", first.ETag);
        foreach (var known in new[] { first.ETag, "W/" + first.ETag, "\"x\", " + first.ETag, "*" })
        {
            var again = (await _service.GetAsync(path, ("If-None-Match", known))).Is(304);
            Assert.Empty(again.Body);
            Assert.Equal(first.ETag, again.ETag);
        }

        Assert.Equal(first.Body, (await _service.GetAsync(path, ("If-None-Match", "\"x\""))).Is(200).Body);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/anniversaries")]
    [InlineData("/v1/parties/JP")]
    [InlineData("/v1/relationships/JP~VN/history")]
    [InlineData("/v1/relationships/VN~JP")]
    [InlineData("/v1/parties/ZZ")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/health/ready")]
    [InlineData("/assets/calendar.css")]
    public async Task The_headers_can_be_asked_for_alone(string path)
    {
        var get = await _service.GetAsync(path);
        var head = await _service.SendAsync("HEAD", path, null);
        Assert.Equal(get.Status, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(
            (get["Content-Type"], get["ETag"], get["Vary"], get["Cache-Control"], get["Location"]),
            (head["Content-Type"], head["ETag"], head["Vary"], head["Cache-Control"], head["Location"]));
    }

    [Theory]
    [InlineData("/v1/relationships/VN~JP", "/v1/relationships/JP~VN")]
    [InlineData("/v1/relationships/VN~JP?lang=vi&x=%C3%A9%20b", "/v1/relationships/JP~VN?lang=vi&x=%C3%A9%20b")]
    [InlineData("/v1/relationships/VN~JP/history?x=1", "/v1/relationships/JP~VN/history?x=1")]
    [InlineData("/v1/relationships/VN~AQ", "/v1/relationships/AQ~VN")]
    public async Task The_other_order_of_a_pair_leads_to_the_right_one(string path, string location) =>
        Assert.Equal(location, (await _service.GetAsync(path)).Is(308)["Location"]);

    [Fact]
    public async Task An_anniversary_explains_itself()
    {
        var path = $"/v1/anniversaries/{FactId.OfKey("small/ties/US")}/35/explanation";
        var answer = (await _service.GetAsync(path)).Is(200);
        Golden.Is(CalendarService.FileBeside("Golden/explanation.json"), answer.Body);
        foreach (var accept in new[] { "text/html", "text/html,application/xhtml+xml,*/*;q=0.8" })
        {
            Assert.Equal("text/html; charset=utf-8", (await _service.GetAsync(path, ("Accept", accept))).Is(200)["Content-Type"]);
        }

        Assert.StartsWith("application/json", (await _service.GetAsync(path, ("Accept", "application/json, text/html;q=0.5"))).Is(200)["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_withdrawn_or_has_ended_still_explains_itself()
    {
        var withdrawn = (await _service.GetAsync($"/v1/anniversaries/{FactId.OfKey("small/milestones/FR/wrong")}/40/explanation")).Is(200).Json;
        Assert.False(withdrawn.TryGetProperty("anniversary", out _));
        Assert.Contains(withdrawn.GetProperty("sentences").EnumerateArray(), sentence => sentence.GetProperty("en").GetString() == "The fact has been withdrawn: It never happened.");

        var ended = (await _service.GetAsync($"/v1/anniversaries/{FactId.OfKey("small/treaties/FR")}/55/explanation")).Is(200).Json;
        Assert.False(ended.TryGetProperty("anniversary", out _));
        Assert.Contains(ended.GetProperty("sentences").EnumerateArray(), sentence => sentence.GetProperty("en").GetString() == "No longer marked from 2030 on: Replaced by a new one.");

        var leap = (await _service.GetAsync($"/v1/anniversaries/{FactId.OfKey("small/ties/BN")}/35/explanation")).Is(200).Json;
        Assert.Contains(leap.GetProperty("sentences").EnumerateArray(), sentence => sentence.GetProperty("en").GetString() == "29 February is kept on 28 February in common years, and 2027 is one.");
    }

    [Fact]
    public async Task The_description_lists_every_route_and_method()
    {
        var answer = (await _service.GetAsync("/openapi/v1.json")).Is(200);
        var document = answer.Json;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(CalendarService.PublicUrl, Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());

        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}")).ToHashSet(StringComparer.Ordinal);
        var routes = _service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true })
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method} /{route.RoutePattern.RawText!.Trim('/').Replace(":int", "", StringComparison.Ordinal)}"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(routes.Count > 25);
        Assert.Empty(routes.Except(described, StringComparer.Ordinal));
        Assert.Empty(described.Except(routes, StringComparer.Ordinal));

        // Every reference leads somewhere.
        var schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (var reference in References(document).Distinct(StringComparer.Ordinal))
        {
            Assert.StartsWith("#/components/schemas/", reference, StringComparison.Ordinal);
            Assert.True(schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _), reference);
        }
    }

    [Fact]
    public async Task No_answer_holds_the_name_it_was_asked_under()
    {
        const string forged = "forged-host.example";
        var ties = FactId.OfKey("small/ties/JP");
        (string Method, string Path)[] requests =
        [
            ("GET", "/"), ("GET", "/?lang=en"), ("GET", "/v1/parties?limit=1"), ("GET", "/v1/parties/JP"), ("GET", "/v1/relationships?limit=1"), ("GET", "/v1/relationships/JP~VN"),
            ("GET", "/v1/relationships/VN~JP?x=1"), ("GET", "/v1/relationships/JP~VN/history"), ("GET", $"/v1/facts/{ties}"), ("GET", "/v1/anniversaries?limit=1"),
            ("GET", $"/v1/anniversaries/{ties}/60"), ("GET", $"/v1/anniversaries/{ties}/60/explanation"), ("GET", "/feeds/anniversaries.ics?detail=full"), ("GET", "/openapi/v1.json"),
            ("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/health/write"), ("GET", "/assets/calendar.css"), ("GET", "/nothing"), ("DELETE", "/v1/parties"),
            ("POST", "/v1/accords"), ("POST", "/v1/relationships/VN~JP/facts"), ("PUT", "/v1/parties/ZZ"),
        ];
        foreach (var (method, path) in requests)
        {
            foreach (var accept in new[] { "application/json", "text/html", "text/csv" })
            {
                using var body = method is "GET" or "DELETE" ? null : CalendarService.Json(Milestone);
                var answer = await _service.SendAsync(
                    method, path, body, ("Host", forged), ("X-Forwarded-Host", forged), ("Forwarded", $"host={forged}"), ("X-Original-Host", forged), ("Origin", $"https://{forged}"), ("Referer", $"https://{forged}/"),
                    ("Accept", accept), CalendarService.Bearer(_service.Admin!));
                Assert.InRange(answer.Status, 200, 499);
                Assert.DoesNotContain(forged, answer.ToString() + Encoding.UTF8.GetString(answer.Body), StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("127.0.0.1", answer.Text, StringComparison.Ordinal);
            }
        }
    }

    private const string Milestone = """{"kind":"milestone_recorded","on":"1999","title":"t","source":{"citation":"c","confidence":"confirmed"}}""";

    // RFC 4180: rows end with CRLF, quoted cells may hold anything, a quote in them stands twice.
    private static List<Dictionary<string, string>> Rows(string text)
    {
        var (rows, row, cell, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && quoted && text[i + 1] == '"')
            {
                cell.Append(text[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is ',' or '\r' && !quoted)
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == '\r')
                {
                    Assert.Equal('\n', text[++i]);
                    rows.Add(row);
                    row = [];
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        return [.. rows.Skip(1).Select(cells => rows[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name is "$ref" && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
