using System.Buffers;
using System.Diagnostics;
using System.Text;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Ical;
using Calendar.Server.Feeds;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>
/// A whole feed of some 5,000 events without its byte budget, from the almanac to bytes, against a bare writer: the finished, folded
/// lines of the same text, only turned into UTF-8.
/// </summary>
internal static class FeedRenderBenchmark
{
    private const int _entries = 5_000;
    private static readonly LocalDate _today = new(2026, 11, 22);

    public static IReadOnlyList<Measure> Run(int rounds)
    {
        var fold = new AlmanacFold(Synthetic.Home);
        var variant = new FeedVariant(
            new AnniversaryQuery(default, default) { Tiers = FeedFilter.DefaultTiers, Parties = [Synthetic.Home] }, Language.Vi, null, Imprecise.Span, 7, false);
        foreach (var e in Synthetic.Events())
        {
            fold.Apply(e);
            if (fold.Position % 500 == 0 && fold.Publish().Anniversaries(Window(variant)).Count >= _entries)
            {
                break;
            }
        }

        var almanac = fold.Publish();
        var expected = Render(almanac, variant);
        var lines = Encoding.UTF8.GetString(expected).Split("\r\n")[..^1];
        var output = new ArrayBufferWriter<byte>(expected.Length + 1024);
        var events = lines.Count(line => line == "BEGIN:VEVENT");

        List<double> rendered = [], bare = [];
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
        {
            Render(almanac, variant);
            WriteLines(lines, output);
        }

        for (var round = 0; round < rounds; round++)
        {
            rendered.Add(Milliseconds(() => Render(almanac, variant)));
            bare.Add(Milliseconds(() => WriteLines(lines, output)));
        }

        if (!output.WrittenSpan.SequenceEqual(expected))
        {
            throw new InvalidOperationException("The writers disagree: the comparison means nothing.");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Render(almanac, variant);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)expected.Length;
        return
        [
            new($"FeedWriter, {events:N0} events", rendered.Median(), "ms", rendered.MedianRatio(bare), "bare UTF-8 writer, line by line", Target.RatioAtMost(2)),
            new("FeedWriter, size", expected.Length, "bytes"),
            new("FeedWriter, allocated per output byte", allocated, "bytes", allocated, "output size", Target.RatioAtMost(2)),
        ];
    }

    private static AnniversaryQuery Window(FeedVariant variant)
    {
        var (from, to) = FeedFilter.Window(_today, variant.Ahead);
        return variant.Query with { From = from, To = to };
    }

    // FeedWriter.Write without its second rendering, in the other language, which only the budget needs.
    private static byte[] Render(Almanac almanac, FeedVariant variant)
    {
        return new FeedWriter("https://calendar.example.vn", DateTimeZone.Utc).Write(almanac, variant, _today, int.MaxValue)!;
    }

    private static void WriteLines(string[] lines, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        foreach (var line in lines)
        {
            var octets = output.GetSpan((3 * line.Length) + 2);
            var written = Encoding.UTF8.GetBytes(line, octets);
            "\r\n"u8.CopyTo(octets[written..]);
            output.Advance(written + 2);
        }
    }

    private static double Milliseconds(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
