using System.Text;
using Calendar.EventStore;
using Calendar.Server.Exports;
using Calendar.Server.Feeds;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Exports;

/// <summary>The record of Viet Nam, sealed, exported and restored into another database.</summary>
public sealed class ARestoredLog : IAsyncLifetime
{
    private const string Rows = """
        select md5(string_agg(t::text, '|' order by t::text)) from
          (select e::text as t from calendar.mt_events e union all select s::text from calendar.mt_streams s union all select f::text from calendar.fact_ids f
           union all select (up_to, previous, events, sha256, marks)::text from calendar.seals union all select p::text from calendar.packs p) as everything
        """;

    private static readonly string[] _feeds =
    [
        FeedVariant.Path, FeedVariant.Path + "?lang=en&detail=full&alarm=P7D", FeedVariant.Path + "?group=ASEAN&tier=round,half,other", FeedVariant.Path + "?party=JP&ahead=12",
        "/v1/facts/" + FactId.OfKey("vietnam/ties/JP"),
    ];

    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;
    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-export-").FullName;
    private string _old = "";
    private string _new = "";

    public async Task InitializeAsync()
    {
        _old = await CalendarService.DatabaseAsync(Holding.Vietnam);
        _new = await CalendarService.DatabaseAsync(Holding.Nothing);
        await using var source = NpgsqlDataSource.Create(_old);
        await using (var past = source.CreateCommand(
            "update calendar.mt_events set timestamp = '2026-11-01Z'; update calendar.mt_streams set timestamp = '2026-11-01Z', created = '2026-11-01Z'"))
        {
            // Only what has been there for a while is sealed, by the clock of this machine.
            await past.ExecuteNonQueryAsync(_soon);
        }

        await new Seals(source).SealAsync(Duration.Zero, _soon);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Is_the_log_that_was_exported_to_the_last_row_and_octet()
    {
        var (first, second) = (Path.Combine(_folder, "first.jsonl"), Path.Combine(_folder, "second.jsonl"));
        Assert.Equal(0, (await CalendarProcess.RunAsync(_old, _soon, "export", first)).ExitCode);

        var restored = await CalendarProcess.RunAsync(_new, _soon, "restore", first);
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Equal(0, (await CalendarProcess.RunAsync(_new, _soon, "export", second)).ExitCode);

        Assert.Equal(await File.ReadAllBytesAsync(first), await File.ReadAllBytesAsync(second));
        Assert.Equal([first, second], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(first));
        Assert.Equal(await QueryAsync<string>(_old, Rows), await QueryAsync<string>(_new, Rows));
        var (here, there) = (await CalendarProcess.RunAsync(_old, _soon, "verify"), await CalendarProcess.RunAsync(_new, _soon, "verify"));
        Assert.StartsWith("In order: ", there.Output, StringComparison.Ordinal);
        Assert.Contains("; sealed up to position ", there.Output, StringComparison.Ordinal);
        Assert.Equal(here, there);
    }

    [Fact]
    public async Task Shows_the_same_feeds_and_the_pack_adds_nothing_to_it()
    {
        await RestoreAsync(await ExportAsync(_old), _new);
        await using var here = await CalendarService.StartAsync(_old, pack: "vietnam");
        await using var there = await CalendarService.StartAsync(_new, pack: "vietnam");

        Assert.Null(there.PackReport);
        Assert.Equal(await here.CountAsync(), await there.CountAsync());
        foreach (var feed in _feeds)
        {
            var (one, two) = (await here.GetAsync(feed), await there.GetAsync(feed));
            Assert.Equal((200, one.Text), (two.Status, two.Text));
        }
    }

    [Fact]
    public async Task Goes_on_behind_its_last_position()
    {
        await RestoreAsync(await ExportAsync(_old), _new);
        await using var service = await CalendarService.StartAsync(_new);
        var last = await QueryAsync<long>(_old, "select max(seq_id) from calendar.mt_events");

        var answer = await service.PostAsync(
            "/v1/relationships/JP~VN/facts",
            """{"kind":"milestone_recorded","on":"2026-11","title":"Chuyến thăm","source":{"citation":"Nhân Dân","confidence":"confirmed"}}""");

        Assert.Equal(201, answer.Status);
        Assert.Equal(last + 1, await QueryAsync<long>(_new, "select max(seq_id) from calendar.mt_events"));
    }

    [Fact]
    public async Task Is_folded_by_a_server_that_runs_already()
    {
        await using var service = await CalendarService.StartAsync(_new);
        Assert.Empty(service.Services.GetRequiredService<AlmanacFollower>().Current.Parties);

        await RestoreAsync(await ExportAsync(_old), _new);

        var follower = service.Services.GetRequiredService<AlmanacFollower>();
        await follower.WaitForAsync(await QueryAsync<long>(_old, "select max(seq_id) from calendar.mt_events"), _soon);
        Assert.Equal(200, (await service.GetAsync("/v1/relationships/JP~VN")).Status);
    }

    [Fact]
    public async Task Is_never_laid_over_another_one()
    {
        var export = await ExportAsync(_old);
        await RestoreAsync(export, _new);

        var refused = await Assert.ThrowsAsync<RestoreRefusedException>(() => RestoreAsync(export, _new));

        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
        Assert.Equal(await QueryAsync<string>(_old, Rows), await QueryAsync<string>(_new, Rows));
    }

    [Fact]
    public async Task Is_exported_as_of_one_moment_while_others_write()
    {
        await using var source = NpgsqlDataSource.Create(_old);
        await using var snapshot = await LogSnapshot.OpenAsync(source, _soon);
        var before = await QueryAsync<long>(_old, "select count(*) from calendar.mt_events");
        await using (var service = await CalendarService.StartAsync(_old))
        {
            await service.PostAsync(
                "/v1/relationships/JP~VN/facts",
                """{"kind":"milestone_recorded","on":"2026-11","title":"Chuyến thăm","source":{"citation":"Nhân Dân","confidence":"confirmed"}}""");
        }

        using var export = new MemoryStream();
        Assert.Equal(before, await ExportWriter.WriteAsync(snapshot, export, _ => { }, _soon));
        await RestoreAsync(export.ToArray(), _new);

        Assert.Equal(before + 1, await QueryAsync<long>(_old, "select count(*) from calendar.mt_events"));
        Assert.Equal(0, (await CalendarProcess.RunAsync(_new, _soon, "verify")).ExitCode);
    }

    [Fact]
    public async Task Is_the_same_on_standard_output_and_a_place_that_cannot_be_written_is_told_in_a_line()
    {
        var printed = await CalendarProcess.RunAsync(_old, _soon, "export");
        Assert.Equal(0, printed.ExitCode);
        Assert.Equal(Encoding.UTF8.GetString(await ExportAsync(_old)), printed.Output);

        var refused = await CalendarProcess.RunAsync(_old, _soon, "export", Path.Combine(_folder, "nowhere", "export.jsonl"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("nowhere", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comes_to_the_same_state_in_any_zone_and_language()
    {
        var states = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (zone, language) in new[] { ("Asia/Ho_Chi_Minh", "vi_VN.UTF-8"), ("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/St_Johns", "C") })
        {
            var verified = await CalendarProcess.RunAsync(_old, [("TZ", zone), ("LC_ALL", language), ("LANG", language)], _soon, "verify");
            Assert.Equal(0, verified.ExitCode);
            states.Add(verified.Output);
        }

        Assert.Single(states);
    }

    [Fact]
    public async Task Holds_no_personal_data_when_it_is_the_pack()
    {
        var found = await CalendarProcess.RunAsync(_old, _soon, "verify", "--personal");
        Assert.True(found.ExitCode == 0, found.Output);

        await using var source = NpgsqlDataSource.Create(_old);
        await using (var command = source.CreateCommand(
            """update calendar.mt_events set data = jsonb_set(data, '{source,citation}', '"ông An, an@example.vn"') where type = 'ties_established' and data->>'fact' = $1"""))
        {
            command.Parameters.AddWithValue(FactId.OfKey("vietnam/ties/JP").ToString());
            Assert.Equal(1, await command.ExecuteNonQueryAsync(_soon));
        }

        found = await CalendarProcess.RunAsync(_old, _soon, "verify", "--personal");
        Assert.Equal(1, found.ExitCode);
        Assert.Contains("(ties-JP~VN, version 1), data/source/citation: a mail address", found.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("example.vn", found.Output + found.Error, StringComparison.Ordinal);
    }

    private async Task<byte[]> ExportAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var snapshot = await LogSnapshot.OpenAsync(source, _soon);
        using var export = new MemoryStream();
        await ExportWriter.WriteAsync(snapshot, export, _ => { }, _soon);
        return export.ToArray();
    }

    private async Task RestoreAsync(byte[] export, string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await ExportRestore.RunAsync(source, new MemoryStream(export), _ => { }, _soon);
    }

    private async Task<T> QueryAsync<T>(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(_soon))!;
    }
}
