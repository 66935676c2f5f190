using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Calendar.Server.Tests.Feeds;

/// <summary>A calendar as a library of others understands it.</summary>
/// <param name="Refresh">In seconds, as RFC 7986 has it; <paramref name="OldRefresh"/> as clients had it before.</param>
internal sealed record ReadFeed(
    string? Name, string? OldName, string? Description, string? Color, string? AppleColor, string? Source, int? Refresh, int? OldRefresh, string? Method,
    IReadOnlyList<ReadEntry> Events, IReadOnlyList<ReadTodo> Todos);

/// <param name="Due">A day.</param>
/// <param name="Alarms">In seconds from the due day, negative before it.</param>
internal sealed record ReadTodo(
    string Uid, string Due, bool WholeDay, string Summary, string? Language, string? Description, string? Url, string? Status, string? Completed, string? RelatedTo,
    int Sequence, string Stamp, IReadOnlyList<string> Categories, IReadOnlyList<int> Alarms);

/// <param name="End">Exclusive.</param>
/// <param name="Language">Of the summary.</param>
/// <param name="Alarms">In seconds from the start, negative before it.</param>
internal sealed record ReadEntry(
    string Uid, string Start, string End, bool WholeDay, string Summary, string? Language, string? Description, string? Url, string? Status, string? Transparent,
    int Sequence, string Stamp, string Modified, IReadOnlyList<string> Categories, IReadOnlyList<int> Alarms, bool Repeats)
{
    public bool IsCancelled => Status is "CANCELLED";
}

/// <summary>Programs that read feeds with libraries of others: python3-icalendar and ical.js. Each starts once for many feeds.</summary>
internal static class FeedReader
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    /// <summary>What the two agree on; they disagree on nothing.</summary>
    public static async Task<IReadOnlyList<ReadFeed>> ReadAsync(IReadOnlyList<byte[]> feeds, CancellationToken ct)
    {
        var (python, javaScript) = (PythonAsync(feeds, ct), JavaScriptAsync(feeds, ct));
        var (one, other) = (await python, await javaScript);
        Assert.Equal((feeds.Count, feeds.Count), (one.Count, other.Count));
        Assert.All(one.Zip(other), pair => Assert.Equal(pair.First, pair.Second));
        return [.. one.Select(Parse)];
    }

    /// <summary>The distribution's own Python, where its packages are.</summary>
    public static Task<IReadOnlyList<string>> PythonAsync(IReadOnlyList<byte[]> feeds, CancellationToken ct) =>
        RunAsync(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["-X", "utf8", CalendarService.FileBeside("read_feed.py")], feeds, ct);

    public static Task<IReadOnlyList<string>> JavaScriptAsync(IReadOnlyList<byte[]> feeds, CancellationToken ct) =>
        RunAsync("node", [CalendarService.FileBeside("javascript/read_feed.mjs")], feeds, ct);

    public static ReadFeed Parse(string line) => JsonSerializer.Deserialize<ReadFeed>(line, _json)!;

    private static async Task<IReadOnlyList<string>> RunAsync(string program, string[] arguments, IReadOnlyList<byte[]> feeds, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Start(start);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        try
        {
            foreach (var feed in feeds)
            {
                await process.StandardInput.WriteAsync((JsonSerializer.Serialize(Encoding.UTF8.GetString(feed)) + "\n").AsMemory(), ct);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: its error output says why.
        }

        await process.WaitForExitAsync(ct);
        Assert.True(process.ExitCode == 0, await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"The feeds are to be read with {start.FileName} too, which is not installed: ops/test installs it.", missing);
        }
    }
}
