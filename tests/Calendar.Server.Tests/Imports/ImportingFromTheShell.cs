using Npgsql;

namespace Calendar.Server.Tests.Imports;

/// <summary><c>calendar import</c> and <c>verify</c> as a person runs them.</summary>
public sealed class ImportingFromTheShell : IAsyncLifetime
{
    private const string Good = """{"key":"a/1","do":"record_fact","relationship":"JP~VN","kind":"milestone_recorded","on":"1901","title":"t","source":{"citation":"c","confidence":"confirmed"}}""";
    private const string Bad = """{"key":"a/2","do":"record_fact","relationship":"JP~VN","kind":"milestone_recorded","on":"1901-02-30","title":"t","source":{"citation":"c","confidence":"confirmed"}}""";

    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;
    private readonly string _folder = Directory.CreateTempSubdirectory("calendar-shell-").FullName;
    private string _connection = "";

    public async Task InitializeAsync() => _connection = await CalendarService.DatabaseAsync(Holding.SmallLog);

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Bad_lines_end_in_exit_code_1_and_are_named()
    {
        var path = await FileAsync("mixed.jsonl", Good + "\n" + Bad + "\n");
        var before = await CountAsync();

        var dry = await CalendarProcess.RunAsync(_connection, _soon, "import", path, "--dry-run");
        Assert.Equal(1, dry.ExitCode);
        Assert.Contains("refused   mixed.jsonl:2  impossible-date at /on: 1901-02 has no day 30.", dry.Output, StringComparison.Ordinal);
        Assert.Contains("Would record 1 lines; 0 were already so, 0 left out, 1 refused.", dry.Output, StringComparison.Ordinal);
        Assert.Equal(before, await CountAsync());

        var real = await CalendarProcess.RunAsync(_connection, _soon, "import", path);
        Assert.Equal(1, real.ExitCode);
        Assert.Contains("Recorded 1 lines; 0 were already so, 0 left out, 1 refused.", real.Output, StringComparison.Ordinal);
        Assert.Equal(before + 1, await CountAsync());

        var again = await CalendarProcess.RunAsync(_connection, _soon, "import", await FileAsync("good.jsonl", Good));
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Recorded 0 lines; 1 were already so", again.Output, StringComparison.Ordinal);
        Assert.Equal(before + 1, await CountAsync());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_and_nothing_is_opened()
    {
        var run = await CalendarProcess.RunAsync("Host=/nonexistent", _soon, "import", Path.Combine(_folder, "none.jsonl"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("There is no file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ending_says_what_a_file_holds()
    {
        var csv = await FileAsync("facts.CSV", "key;relationship;kind;on;citation;confidence\r\nb/1;JP~VN;ties_suspended;1950;c;confirmed\r\nb/2;JP~VN;ties_resumed;1950-13;c;confirmed\r\n");
        var xlsx = Path.Combine(_folder, "facts.xlsx");
        await File.WriteAllBytesAsync(xlsx, Spreadsheet.Of(
            ["key", "relationship", "kind", "on", "citation", "confidence"], ["b/3", "JP~VN", "ties_resumed", new Serial(26928), "c", "confirmed"]));
        var before = await CountAsync();

        var run = await CalendarProcess.RunAsync(_connection, _soon, "import", csv, xlsx, await FileAsync("good.jsonl", Good));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("refused   facts.CSV:3  impossible-date at /on", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("Recorded 3 lines; 0 were already so, 0 left out, 1 refused.", run.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(before + 3, await CountAsync());

        var other = await CalendarProcess.RunAsync("Host=/nonexistent", _soon, "import", await FileAsync("facts.xls", Good));
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("ends in none of .jsonl, .csv, .xlsx", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_tells_a_log_in_order_from_one_that_is_not()
    {
        var good = await CalendarProcess.RunAsync(_connection, _soon, "verify");
        Assert.Equal(0, good.ExitCode);
        Assert.Contains("In order: 28 events", good.Output, StringComparison.Ordinal);

        await using (var source = NpgsqlDataSource.Create(_connection))
        await using (var command = source.CreateCommand("update calendar.mt_events set version = 77 where seq_id = 20"))
        {
            await command.ExecuteNonQueryAsync(_soon);
        }

        var bad = await CalendarProcess.RunAsync(_connection, _soon, "verify");
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("Not in order.", bad.Output, StringComparison.Ordinal);
        Assert.Contains("20", bad.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_command_is_told_so()
    {
        var run = await CalendarProcess.RunAsync(_connection, _soon, "inport");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("inport", run.Error + run.Output, StringComparison.Ordinal);
    }

    private async Task<string> FileAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private async Task<long> CountAsync()
    {
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var command = source.CreateCommand("select count(*) from calendar.mt_events");
        return (long)(await command.ExecuteScalarAsync(_soon))!;
    }
}
