using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Server.Exports;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Tests.Exports;

/// <summary>The small log's export, and an empty database that refuses what is made of it.</summary>
public sealed class SmallExport : IAsyncLifetime
{
    internal string[] Lines { get; private set; } = [];

    internal string Empty { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await using var source = NpgsqlDataSource.Create(await CalendarService.DatabaseAsync(Holding.SmallLog));
        await new Seals(source).SealAsync(-Duration.FromDays(10_000), CancellationToken.None);
        await using var snapshot = await LogSnapshot.OpenAsync(source, CancellationToken.None);
        using var export = new MemoryStream();
        await ExportWriter.WriteAsync(snapshot, export, _ => { }, CancellationToken.None);
        Lines = Encoding.UTF8.GetString(export.ToArray()).TrimEnd('\n').Split('\n');
        Empty = await CalendarService.DatabaseAsync(Holding.Nothing);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class ABadExport(SmallExport export) : IClassFixture<SmallExport>
{
    private static readonly Encoding _octets = Encoding.Latin1;

    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token;

    [Fact]
    public async Task That_is_empty_is_refused() => await IsRefusedAsync(Array.Empty<byte>(), "the file is empty");

    [Fact]
    public async Task That_is_cut_off_anywhere_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes(string.Join('\n', export.Lines));
        for (var length = 1; length < whole.Length; length += Math.Max(1, whole.Length / 40))
        {
            await IsRefusedAsync(whole[..length], "");
        }

        await IsRefusedAsync(whole[..^1], "line");
    }

    [Fact]
    public async Task That_lacks_its_trailer_is_refused() => await IsRefusedAsync(export.Lines[..^1], "was cut off");

    [Fact]
    public async Task That_goes_on_after_its_trailer_is_refused() => await IsRefusedAsync([.. export.Lines, export.Lines[^1]], "nothing may follow the trailer");

    [Fact]
    public async Task That_begins_with_something_else_is_refused() => await IsRefusedAsync(export.Lines[1..], "line 1: an export begins with its header");

    [Fact]
    public async Task In_which_one_letter_was_changed_is_refused() =>
        await IsRefusedAsync([export.Lines[0], export.Lines[1].Replace("\"historian\"", "\"historiaN\"", StringComparison.Ordinal), .. export.Lines[2..]], "not as it was exported");

    [Fact]
    public async Task That_lacks_a_line_is_refused() => await IsRefusedAsync(Without("fact"), "not as it was exported");

    [Fact]
    public async Task Of_another_version_is_refused() =>
        await IsRefusedAsync([export.Lines[0].Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal), .. export.Lines[1..]], "line 1: this build restores");

    [Fact]
    public async Task In_which_an_event_stands_twice_is_refused() =>
        await IsRefusedAsync([.. export.Lines[..5], export.Lines[4], .. export.Lines[5..]], "it comes after position 4; positions grow");

    [Fact]
    public async Task In_which_events_changed_places_is_refused() =>
        await IsRefusedAsync([.. export.Lines[..4], export.Lines[5], export.Lines[4], .. export.Lines[6..]], "positions grow");

    [Fact]
    public async Task In_which_a_fact_stands_twice_is_refused()
    {
        var fact = Array.FindIndex(export.Lines, line => line.StartsWith("{\"fact\"", StringComparison.Ordinal));
        await IsRefusedAsync([.. export.Lines[..fact], export.Lines[fact], .. export.Lines[fact..]], "");
    }

    [Fact]
    public async Task In_which_a_fact_comes_before_the_events_is_refused() =>
        await IsRefusedAsync([export.Lines[0], export.Lines.First(line => line.StartsWith("{\"fact\"", StringComparison.Ordinal)), .. export.Lines[1..]], "it does not belong here");

    [Theory]
    [InlineData("\"version\":1,", "\"version\":1.5,", "\"version\" is not a whole number")]
    [InlineData("\"version\":1,", "\"version\":99999999999999999999,", "\"version\" is not a whole number")]
    [InlineData("\"version\":1,", "", "\"version\" is missing")]
    [InlineData("\"version\":1,", "\"version\":1,\"version\":1,", "stands there twice")]
    [InlineData("\"version\":1,", "\"version\":1,\"more\":1,", "\"more\" means nothing here")]
    [InlineData("\"id\":\"", "\"id\":\"x", "\"id\" is not a UUID")]
    [InlineData("\"position\":1,", "\"position\":0,", "positions grow")]
    [InlineData("\"position\":1,", "\"position\":7,", "positions grow")]
    [InlineData("\"microseconds\":1", "\"microseconds\":9", "its moment is before")]
    [InlineData("\"microseconds\":1", "\"microseconds\":999", "no moment of the years")]
    [InlineData("\"type\":\"party_registered\"", "\"type\":\"unheard_of\"", "does not know the event 'unheard_of'")]
    [InlineData("\"type\":\"party_registered\"", "\"type\":\"group_joined\"", "does not have its shape")]
    [InlineData("\"data\":{", "\"data\":[{", "not one JSON object")]
    [InlineData("\"data\":{", "\"data\":{\"x\":\"\\ud83c\",", "surrogate")]
    [InlineData("\"data\":{", "\"data\":{\"x\":\"\\u0000\",", "nul")]
    [InlineData("\"data\":{", "\"data\":{\"x\":1e999999,", "PostgreSQL refuses")]
    [InlineData("\"data\":{", "\"data\":{\"x\":\"\u00c3\",", "not UTF-8")]
    [InlineData("\"headers\":{", "\"headers\":{\"reason\":\"\\udf0d\",", "surrogate")]
    [InlineData("\"stream\":\"", "\"stream\":\"\\ud83c", "half a surrogate pair")]
    [InlineData("\"stream\":\"", "\"stream\":\"\\u0000", "nul")]
    public async Task With_one_wrong_event_is_refused_and_the_place_named(string part, string instead, string why)
    {
        var first = _octets.GetString(Encoding.UTF8.GetBytes(export.Lines[1]));
        var at = first.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, first);
        var wrong = string.Concat(first.AsSpan(0, at), instead, first.AsSpan(at + part.Length));
        var rest = _octets.GetString(Encoding.UTF8.GetBytes(string.Join('\n', export.Lines[2..])));

        await IsRefusedAsync(_octets.GetBytes($"{export.Lines[0]}\n{wrong}\n{rest}\n"), why);
    }

    [Theory]
    [InlineData(1, "\"version\":1,", "\"version\":2,", "version 2): version 1 of its stream is due")]
    [InlineData(9, "\"version\":1,", "\"version\":3,", "Position 9 (")]
    public async Task With_a_trailer_of_its_own_and_a_gap_in_a_stream_is_refused(int line, string part, string instead, string why)
    {
        Assert.Contains(part, export.Lines[line], StringComparison.Ordinal);
        string[] lines = [.. export.Lines[..line], export.Lines[line].Replace(part, instead, StringComparison.Ordinal), .. export.Lines[(line + 1)..^1]];
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")));

        await IsRefusedAsync([.. lines, string.Create(CultureInfo.InvariantCulture, $$"""{"lines":{{lines.Length}},"sha256":"{{hash}}"}""")], why);
    }

    [Fact]
    public async Task With_a_line_that_never_ends_is_refused_before_it_is_read() =>
        await IsRefusedAsync([.. Encoding.UTF8.GetBytes(export.Lines[0] + "\n"), .. new byte[5 << 20]], "line 2: it is longer");

    [Fact]
    public async Task With_a_seal_that_follows_no_other_is_refused() =>
        await IsRefusedAsync(
            [.. export.Lines.Select(line => line.StartsWith("{\"sealedUpTo\"", StringComparison.Ordinal) ? line.Replace("\"previous\":0", "\"previous\":3", StringComparison.Ordinal) : line)],
            "does not follow one up to position 0");

    private IEnumerable<string> LinesOf(string member) => export.Lines.Where(line => line.StartsWith("{\"" + member + "\"", StringComparison.Ordinal));

    private string[] Without(string member) => [.. export.Lines.Except(LinesOf(member).Take(1), StringComparer.Ordinal)];

    private Task IsRefusedAsync(IEnumerable<string> lines, string why) => IsRefusedAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), why);

    private async Task IsRefusedAsync(byte[] file, string why)
    {
        await using var source = NpgsqlDataSource.Create(export.Empty);

        var refused = await Record.ExceptionAsync(() => ExportRestore.RunAsync(source, new MemoryStream(file), _ => { }, _soon));

        Assert.True(refused is ExportRefusedException or RestoreRefusedException or LogBrokenException, refused?.ToString() ?? "It was restored.");
        Assert.Contains(why, refused!.Message, StringComparison.Ordinal);
        await using var command = source.CreateCommand(
            "select (select count(*) from calendar.mt_events) + (select count(*) from calendar.mt_streams) + (select count(*) from calendar.fact_ids) + (select count(*) from calendar.seals) + (select count(*) from calendar.packs)");
        Assert.Equal(0L, await command.ExecuteScalarAsync(_soon));
    }
}
