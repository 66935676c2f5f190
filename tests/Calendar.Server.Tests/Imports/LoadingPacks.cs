namespace Calendar.Server.Tests.Imports;

/// <summary>The facts shipped with the product.</summary>
public sealed class LoadingThePack
{
    [Fact]
    public async Task Refuses_no_line_and_adds_nothing_the_second_time()
    {
        await using var first = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.Nothing), pack: "vietnam");
        Assert.Empty(first.PackReport!.Refused);
        Assert.True(first.PackReport.Recorded > 800);
        var events = await first.CountAsync();

        await using var second = await CalendarService.StartAsync(first.Connection, pack: "vietnam");
        Assert.Null(second.PackReport);
        Assert.Equal(events, await second.CountAsync());

        // Even where it is not known that it was loaded.
        await second.ExecuteAsync("delete from calendar.packs");
        await using var third = await CalendarService.StartAsync(first.Connection, pack: "vietnam");
        Assert.Equal((0, 0), (third.PackReport!.Recorded, third.PackReport.Refused.Count));
        Assert.Equal(events, await third.CountAsync());
        Assert.Equal("pack", await third.QueryAsync<string>("select distinct headers->>'role' from calendar.mt_events where stream_id not like 'plan-%'"));
    }
}

public sealed class ANewerPack : IDisposable
{
    private readonly string _name = "test-" + Guid.NewGuid().ToString("N")[..8];

    private string Folder => Path.Combine(AppContext.BaseDirectory, "Packs", _name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    [Fact]
    public async Task Adds_its_new_lines_and_undoes_nothing_a_person_decided()
    {
        string[] lines =
        [
            """{"key":"p/VN","do":"register_party","party":"VN","kind":"state","name":"Viet Nam"}""",
            """{"key":"p/JP","do":"register_party","party":"JP","kind":"state","name":"Japan","groups":["G7"]}""",
            Milestone("p/1", "1990"), Milestone("p/2", "1991"), Milestone("p/3", "1992"),
        ];
        Write(lines);
        await using var first = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.Nothing), pack: _name);
        Assert.Equal(5, first.PackReport!.Recorded);

        (await first.PostAsync($"/v1/facts/{FactId.OfKey("p/1")}/withdrawal", """{"reason":"wrong"}""")).Is(201);
        (await first.PostAsync($"/v1/facts/{FactId.OfKey("p/2")}/title", """{"title":"By a person","reason":"better"}""")).Is(201);
        (await first.PutAsync("/v1/parties/JP", """{"kind":"state","name":"Japan","groups":["Asia"]}""")).Is(201);
        var before = await first.CountAsync();

        Write(
        [
            .. lines,
            """{"key":"p/1/claim/x","do":"claim_date","fact":"p/1","on":"1990-05","source":{"citation":"c","confidence":"confirmed"},"prefer":"exact"}""",
            """{"key":"p/2/title","do":"retitle_fact","fact":"p/2","title":"By the pack","reason":"r"}""",
            """{"key":"p/3/claim/x","do":"claim_date","fact":"p/3","on":"1992-05","source":{"citation":"c","confidence":"confirmed"},"prefer":"exact"}""",
            Milestone("p/4", "1993"),
        ]);
        await using var second = await CalendarService.StartAsync(first.Connection, pack: _name);

        // The claim and its preference for p/3, and p/4.
        Assert.Equal((2, 0), (second.PackReport!.Recorded, second.PackReport.Refused.Count));
        Assert.Equal(before + 3, await second.CountAsync());
        Assert.Equal("wrong", (await second.GetAsync($"/v1/facts/{FactId.OfKey("p/1")}")).Json.GetProperty("withdrawn").GetProperty("en").GetString());
        Assert.Equal("By a person", (await second.GetAsync($"/v1/facts/{FactId.OfKey("p/2")}")).Json.GetProperty("title").GetProperty("en").GetString());
        Assert.Equal("1992-05", (await second.GetAsync($"/v1/facts/{FactId.OfKey("p/3")}")).Json.GetProperty("on").GetString());
        Assert.Equal("Asia", (await second.GetAsync("/v1/parties/JP")).Json.GetProperty("groups")[0].GetString());
    }

    private void Write(string[] lines)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllLines(Path.Combine(Folder, "01-all.jsonl"), lines);
    }

    private static string Milestone(string key, string on) =>
        $$"""{"key":"{{key}}","do":"record_fact","relationship":"JP~VN","kind":"milestone_recorded","on":"{{on}}","title":"t","source":{"citation":"c","confidence":"confirmed"} }""";
}
