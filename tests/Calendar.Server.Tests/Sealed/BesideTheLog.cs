using System.Text;
using Calendar.EventStore;
using Calendar.Server.Exports;
using Calendar.Server.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Sealed;

/// <summary>What checks, carries and fills a log knows of what is sealed in it.</summary>
public sealed class BesideTheLog : IAsyncLifetime
{
    private CalendarService _service = null!;
    private string _file = "";

    public async Task InitializeAsync()
    {
        _service = await CalendarService.StartAsync(Holding.SmallLog);
        _file = Path.Combine(_service.DataFolder, "lines.jsonl");
        await _service.SealAsync();
        (await _service.PostAsync($"/v1/facts/{Embargo.Statement}/withdrawal", """{"reason":"Agreed otherwise"}""")).Is(201);
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("select 1", null)]
    [InlineData("update calendar.fact_ids set stream_id = 'ties-AQ~VN' where fact = $1", "Position 31 (sealed-$1, version 1)")]
    [InlineData("delete from calendar.fact_ids where fact = $1", "Position 31 (sealed-$1, version 1)")]
    [InlineData("update calendar.mt_events set data = jsonb_set(data, '{fact}', to_jsonb(gen_random_uuid())) where stream_id = 'sealed-$1'", "Position 31 (sealed-$1, version 1)")]
    [InlineData("update calendar.mt_events set type = 'group_joined', data = '{\"group\":\"G7\"}' where stream_id = 'sealed-$1'", "Position 31 (sealed-$1, version 1)")]
    [InlineData("update calendar.mt_events set stream_id = 'party-AQ', version = 2 where stream_id = 'sealed-$1'", "Position 31 (party-AQ, version 2)")]
    public async Task Before_the_instant_verify_names_what_is_wrong(string damage, string? place) =>
        await VerifyAsync(damage, place);

    [Theory]
    [InlineData("select 1", null)]
    [InlineData("update calendar.fact_ids set stream_id = 'sealed-$1' where fact = $1", "(ties-AQ~VN, version 1)")]
    public async Task After_it_too(string damage, string? place)
    {
        await _service.ReleaseAsync();
        await VerifyAsync(damage, place);
    }

    [Fact]
    public async Task An_export_carries_it_and_it_is_published_where_it_was_restored()
    {
        var elsewhere = await CalendarService.DatabaseAsync(Holding.Nothing);
        using var export = new MemoryStream();
        await using (var snapshot = await LogSnapshot.OpenAsync(_service.Source, _service.Soon))
        {
            await ExportWriter.WriteAsync(snapshot, export, _ => { }, _service.Soon);
        }

        export.Position = 0;
        await using var restored = await CalendarService.StartAsync(elsewhere);
        await ExportRestore.RunAsync(restored.Source, export, _ => { }, _service.Soon);
        await restored.Services.GetRequiredService<AlmanacFollower>().WaitForAsync(await _service.QueryAsync<long>("select max(seq_id) from calendar.mt_events"), _service.Soon);

        var hidden = (await _service.GetAsync("/v1/sealed", CalendarService.Bearer(_service.Admin!))).Is(200);
        Assert.Equal(hidden.Text, (await restored.GetAsync("/v1/sealed", CalendarService.Bearer(restored.Admin!))).Is(200).Text);
        Assert.Equal(await _service.AnswersAsync(Embargo.Addresses()), await restored.AnswersAsync(Embargo.Addresses()));
        await restored.ReleaseAsync();
        Assert.All(Embargo.Facts.Skip(1), fact => Assert.NotNull(restored.Services.GetRequiredService<AlmanacFollower>().Current.Find(fact)));
        Assert.Equal(0, (await CalendarProcess.RunAsync(elsewhere, _service.Soon, "verify")).ExitCode);
    }

    [Theory]
    [InlineData("historian", true)]
    [InlineData("historian", false)]
    [InlineData("pack", true)]
    [InlineData("pack", false)]
    public async Task A_line_with_its_key_is_reported_as_refused_and_nothing_else(string role, bool dryRun)
    {
        const string line = """{"key":"embargo/ties","do":"record_fact","relationship":"AQ~VN","kind":"ties_established","on":"2026-12-31","source":{"citation":"c","confidence":"confirmed"}}""";
        var before = await _service.CountAsync();
        var report = await ImportAsync(role, dryRun, line, line.Replace("AQ~VN", "AQ~JP", StringComparison.Ordinal), line.Replace("embargo/ties", "open/ties", StringComparison.Ordinal).Replace("AQ~VN", "AQ~LA", StringComparison.Ordinal));

        Assert.Equal([(1, "fact-exists"), (2, "fact-exists")], report.Refused.Select(refused => (refused.Line, refused.Why.Code)));
        Assert.Equal((1, 0), (report.Recorded, report.Already));
        Assert.Equal(before + (dryRun ? 0 : 1), await _service.CountAsync());
        Assert.Equal(404, (await _service.GetAsync("/v1/relationships/AQ~VN")).Status);
    }

    [Fact]
    public async Task Lines_seal_as_requests_do_and_bring_nothing_new_when_it_is_over()
    {
        var line = $$"""{"key":"hidden/1","do":"record_fact","sealedUntil":"{{Embargo.Until}}","relationship":"JP~VN","kind":"milestone_recorded","on":"2026-12-31","title":"Kín","source":{"citation":"c","confidence":"confirmed"} }""";
        Assert.Equal(1, (await ImportAsync("historian", false, line)).Recorded);
        Assert.Equal(404, (await _service.GetAsync("/v1/facts/" + FactId.OfKey("hidden/1"))).Status);
        Assert.Equal(1, (await ImportAsync("historian", false, line)).Already);

        await _service.ReleaseAsync();
        (await _service.GetAsync("/v1/facts/" + FactId.OfKey("hidden/1"))).Is(200);
        Assert.Equal(1, (await ImportAsync("historian", false, line)).Already);
        var late = await ImportAsync("historian", false, line.Replace("hidden/1", "hidden/2", StringComparison.Ordinal));
        Assert.Equal("already-public", Assert.Single(late.Refused).Why.Code);
    }

    [Fact]
    public async Task A_line_withdraws_it()
    {
        var report = await ImportAsync("historian", false, """{"key":"embargo/ties/withdrawal","do":"withdraw_fact","fact":"embargo/ties","reason":"Agreed otherwise"}""");
        Assert.Equal((1, 0), (report.Recorded, report.Refused.Count));
        await _service.ReleaseAsync();
        Assert.Equal(404, (await _service.GetAsync("/v1/relationships/AQ~VN")).Status);
    }

    private async Task<ImportReport> ImportAsync(string role, bool dryRun, params string[] lines)
    {
        await File.WriteAllLinesAsync(_file, lines, Encoding.UTF8, _service.Soon);
        Assert.True(Names<Role>.TryParse(role, out var named));
        return await _service.Services.GetRequiredService<Importer>().ImportAsync([_file], new Actor("tests", named), dryRun, _ => { }, _service.Soon);
    }

    // The ties with Antarctica are the third that were sealed.
    private async Task VerifyAsync(string damage, string? place)
    {
        var ties = FactId.OfKey("embargo/ties").ToString();
        await _service.ExecuteAsync(damage.Replace("= $1", $"= '{ties}'", StringComparison.Ordinal).Replace("$1", ties, StringComparison.Ordinal));
        var (code, output, error) = await CalendarProcess.RunAsync(_service.Connection, _service.Soon, "verify");

        Assert.True((code == 0) == place is null, output + error);
        Assert.Contains(place?.Replace("$1", ties, StringComparison.Ordinal) ?? "In order: ", output, StringComparison.Ordinal);
    }
}
