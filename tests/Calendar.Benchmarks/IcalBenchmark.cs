using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Calendar.Ical;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Benchmarks;

/// <summary>
/// Rendering of 5,000 events against a bare writer: the finished, folded lines of the same text, only turned into UTF-8.
/// Timed by tenths, each shorter than a scheduler's slice, so that a busy machine does not punish the longer of two runs.
/// </summary>
public static class IcalBenchmark
{
    private const int Events = 5_000;
    private const int Slices = 10;
    private const int Runs = 31;

    public static IReadOnlyList<Measure> Run()
    {
        var calendar = Feed();
        var size = IcalWriter.Write(calendar).Length;
        var output = new ArrayBufferWriter<byte>(size);
        WarmUp(calendar, output);
        var slices = calendar.Events.Chunk(Events / Slices).Select(events => Time(calendar with { Events = events }, output)).ToList();
        var (render, bare, whole) = (slices.Sum(s => s.Render), slices.Sum(s => s.Bare), slices.Sum(s => s.Whole));

        var before = GC.GetAllocatedBytesForCurrentThread();
        IcalWriter.Write(calendar);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)size;

        return
        [
            new("IcalWriter, 5,000 events", render, "ms", render / bare, "bare UTF-8 writer, line by line", Target.RatioAtMost(2)),
            new("IcalWriter, 5,000 events", render, "ms", render / whole, "one transcoding of the whole text"),
            new("IcalWriter, size", size, "bytes"),
            new("IcalWriter, allocated per output byte", allocated, "bytes", allocated, "output size", Target.RatioAtMost(2)),
        ];
    }

    /// <summary>Long enough for the compiler to have optimised the writers in the background, on a busy machine too.</summary>
    private static void WarmUp(VCalendar calendar, ArrayBufferWriter<byte> output)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3);)
        {
            Time(calendar with { Events = [.. calendar.Events.Take(Events / Slices)] }, output);
        }
    }

    private static (double Render, double Bare, double Whole) Time(VCalendar calendar, ArrayBufferWriter<byte> output)
    {
        var expected = IcalWriter.Write(calendar);
        var text = Encoding.UTF8.GetString(expected);
        var lines = text.Split("\r\n")[..^1];
        Action[] writers = [() => IcalWriter.Write(calendar, output), () => WriteLines(lines, output), () => Encoding.UTF8.GetBytes(text, output)];
        var times = writers.Select(_ => new List<double>(Runs)).ToArray();
        for (var run = 0; run < Runs; run++)
        {
            for (var i = 0; i < writers.Length; i++)
            {
                times[i].Add(Milliseconds(writers[i], output, expected));
            }
        }

        return (times[0].Median(), times[1].Median(), times[2].Median());
    }

    private static VCalendar Feed() => new("-//Calendar//Anniversaries//VI")
    {
        Name = "Kỷ niệm quan hệ ngoại giao của Việt Nam",
        Language = "vi",
        RefreshInterval = Duration.FromHours(12),
        Events = [.. Enumerable.Range(0, Events).Select(Anniversary)],
    };

    private static VEvent Anniversary(int i)
    {
        var partner = Partners[i % Partners.Length];
        var start = new LocalDate(2025, 1, 1).PlusDays(i * 3 / 4);
        var years = 5 * (1 + (i % 15));
        var fact = string.Create(CultureInfo.InvariantCulture, $"{i:x8}-7c1e-5d0b-9a44-2f6f0c1b{i:x4}");
        return new(string.Create(CultureInfo.InvariantCulture, $"{fact}-{years}@calendar"), start, start.PlusDays(1), Instant.FromUtc(2025, 1, 2, 3, 4, 5), i % 4,
            new(string.Create(CultureInfo.InvariantCulture, $"Kỷ niệm {years} năm thiết lập quan hệ ngoại giao Việt Nam – {partner}"), "vi"))
        {
            Description = $"Đối tác: {partner}\nNgày gốc: {LocalDatePattern.Iso.Format(start.PlusYears(-years))}; năm tròn\n"
                + "Nguồn: Tuyên bố chung về việc thiết lập quan hệ ngoại giao, Bộ Ngoại giao\nĐộ tin cậy: đã xác nhận",
            Url = string.Create(CultureInfo.InvariantCulture, $"https://calendar.example.vn/v1/anniversaries/{fact}/{years}/explanation"),
            Categories = ["Quan hệ ngoại giao", "năm tròn", partner],
        };
    }

    private static readonly string[] Partners =
        ["Nhật Bản", "Hàn Quốc", "Cộng hòa Dân chủ Nhân dân Lào", "Pháp", "Ấn Độ", "Bỉ", "Cuba", "Thụy Điển", "A-rập Xê-út", "Úc"];

    private static void WriteLines(string[] lines, ArrayBufferWriter<byte> output)
    {
        foreach (var line in lines)
        {
            var octets = output.GetSpan((3 * line.Length) + 2);
            var written = Encoding.UTF8.GetBytes(line, octets);
            "\r\n"u8.CopyTo(octets[written..]);
            output.Advance(written + 2);
        }
    }

    private static double Milliseconds(Action write, ArrayBufferWriter<byte> output, byte[] expected)
    {
        output.ResetWrittenCount();
        var started = Stopwatch.GetTimestamp();
        write();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return output.WrittenSpan.SequenceEqual(expected)
            ? elapsed
            : throw new InvalidOperationException("The writers disagree: the comparison means nothing.");
    }
}
