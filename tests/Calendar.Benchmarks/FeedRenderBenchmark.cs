using System.Buffers;
using System.Diagnostics;
using System.Text;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Server.Feeds;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>
/// A whole feed of some 5,000 events without its byte budget, from the almanac to bytes, against a bare writer: the finished, folded
/// lines of the same text, only turned into UTF-8. Once by a writer that has written nothing yet, once by one that has, after a change.
/// </summary>
internal static class FeedRenderBenchmark
{
    private const int _entries = 5_000;
    private const string _url = "https://calendar.example.vn";
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
        var writer = new FeedWriter(_url, DateTimeZone.Utc);
        var earlier = Render(writer, almanac, variant, null);
        var fact = almanac.Anniversaries(Window(variant), limit: 1)[0].Fact;
        var version = almanac.VersionOf(fact.Stream);

        List<double> first = [], again = [], bare = [], allocatedFirst = [], allocatedAgain = [];
        var output = new ArrayBufferWriter<byte>(1 << 23);
        var (events, size) = (0, 0);
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds || Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(6);)
        {
            // A subscriber meets this one: the record has changed in one place since the feed was rendered.
            fold.Apply(new Recorded(
                fold.Position + 1, fact.Stream, ++version, Instant.FromUtc(2026, 11, 22, 1, 0) + Duration.FromSeconds(version), Role.Historian, null,
                new FactRetitled(fact.Id, new Text($"Lần thứ {version}", $"Time {version}"), new Text("r", "r"))));
            almanac = fold.Publish();
            var (changed, changedTime, changedBytes) = Time(() => Render(writer, almanac, variant, earlier));
            earlier = changed;
            var ((fresh, _), freshTime, freshBytes) = Time(() => Render(new FeedWriter(_url, DateTimeZone.Utc), almanac, variant, null));
            var lines = Encoding.UTF8.GetString(fresh).Split("\r\n")[..^1];
            var (_, bareTime, _) = Time(() => WriteLines(lines, output));
            if (!changed.Octets.AsSpan().SequenceEqual(fresh) || !output.WrittenSpan.SequenceEqual(fresh))
            {
                throw new InvalidOperationException("The writers disagree: the comparison means nothing.");
            }

            (events, size) = (lines.Count(line => line == "BEGIN:VEVENT"), fresh.Length);
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(3))
            {
                round++;
                first.Add(freshTime);
                again.Add(changedTime);
                bare.Add(bareTime);
                allocatedFirst.Add(freshBytes / (double)size);
                allocatedAgain.Add(changedBytes / (double)size);
            }
        }

        return
        [
            new($"FeedWriter, {events:N0} events, after a change of the record", again.Median(), "ms", again.MedianRatio(bare), "bare UTF-8 writer, line by line", Target.RatioAtMost(2)),
            new("FeedWriter, after a change, allocated per output byte", allocatedAgain.Median(), "bytes", allocatedAgain.Median(), "output size", Target.RatioAtMost(2)),
            new($"FeedWriter, {events:N0} events, the first feed of a process", first.Median(), "ms", first.MedianRatio(bare), "bare UTF-8 writer, line by line", Target.RatioAtMost(2)),
            new("FeedWriter, the first feed, allocated per output byte", allocatedFirst.Median(), "bytes", allocatedFirst.Median(), "output size", Target.RatioAtMost(2)),
            new("FeedWriter, size", size, "bytes"),
        ];
    }

    private static AnniversaryQuery Window(FeedVariant variant)
    {
        var (from, to) = FeedFilter.Window(_today, variant.Ahead);
        return variant.Query with { From = from, To = to };
    }

    private static WrittenFeed Render(FeedWriter writer, Almanac almanac, FeedVariant variant, WrittenFeed? earlier) =>
        writer.Write(almanac, variant, _today, earlier, int.MaxValue)!;

    private static int WriteLines(string[] lines, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        foreach (var line in lines)
        {
            var octets = output.GetSpan((3 * line.Length) + 2);
            var written = Encoding.UTF8.GetBytes(line, octets);
            "\r\n"u8.CopyTo(octets[written..]);
            output.Advance(written + 2);
        }

        return output.WrittenCount;
    }

    private static (T Made, double Milliseconds, long Allocated) Time<T>(Func<T> run)
    {
        var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), ThreadClock.Microseconds());
        var made = run();
        return (made, (ThreadClock.Microseconds() - started) / 1000, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
