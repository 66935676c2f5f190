using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Calendar.Server.Feeds;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The feed as a library of others reads it is what the API lists.</summary>
public sealed class TheFeedReadByOthers(VietnamCalendar calendar) : IClassFixture<VietnamCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("", "tier=round,half", "vi")]
    [InlineData("lang=en", "tier=round,half", "en")]
    [InlineData("party=JP,LA&tier=round,half,other&lang=en&alarm=P7D", "party=JP,LA", "en")]
    [InlineData("group=ASEAN&imprecise=omit", "group=ASEAN&tier=round,half&precision=day", "vi")]
    [InlineData("imprecise=year&kind=partnership_elevated,treaty_signed&detail=full", "kind=partnership_elevated,treaty_signed&tier=round,half", "vi")]
    [InlineData("kind=national_day&ahead=2&lang=en", "kind=national_day", "en")]
    [InlineData("ahead=12&tier=round", "tier=round", "vi")]
    public async Task Holds_what_the_list_holds(string feed, string list, string language)
    {
        var ahead = int.Parse(feed.Split('&').FirstOrDefault(part => part.StartsWith("ahead=", StringComparison.Ordinal))?[6..] ?? "7", CultureInfo.InvariantCulture);
        var answer = (await _service.GetAsync($"{FeedVariant.Path}?{feed}")).Is(200);
        var read = await ReadAsync(answer.Body);

        Assert.Equal(JsonValueKind.Null, read.GetProperty("method").ValueKind);
        Assert.Equal(0, read.GetProperty("errors").GetArrayLength());
        var events = read.GetProperty("events").EnumerateArray().ToList();
        Assert.NotEmpty(events);
        Assert.All(events, entry =>
        {
            Assert.Equal(0, entry.GetProperty("errors").GetArrayLength());
            Assert.True(entry.GetProperty("wholeDay").GetBoolean());
            Assert.False(entry.GetProperty("repeats").GetBoolean());
            Assert.Equal(("TRANSPARENT", language), (Text(entry, "transparent"), Text(entry, "language")));
            Assert.DoesNotContain(entry.GetProperty("categories").EnumerateArray(), category => category.GetString()!.Contains(',', StringComparison.Ordinal));
            Assert.Equal(feed.Contains("alarm", StringComparison.Ordinal) && Text(entry, "status") is "CONFIRMED" ? [-604800.0] : [], entry.GetProperty("alarms").EnumerateArray().Select(alarm => alarm.GetDouble()));
        });

        // The list knows the same window; years that are known as such only enter a feed on request.
        var items = await ListAsync($"from=2025-01-01&to={(2027 + ahead).ToString(CultureInfo.InvariantCulture)}-01-01&{list}");
        var expected = items
            .Where(item => feed.Contains("imprecise=year", StringComparison.Ordinal) || Text(item, "precision") is not "year")
            .Select(item => Expected(item, language)).Order(StringComparer.Ordinal);
        var standing = events.Where(entry => Text(entry, "status") is "CONFIRMED").ToList();
        Assert.Equal(expected, standing.Select(Found).Order(StringComparer.Ordinal));

        // What has ended stays cancelled for a while, and is in no list.
        Assert.All(events.Except(standing), entry => Assert.Equal("CANCELLED", Text(entry, "status")));
    }

    private static string Expected(JsonElement item, string language)
    {
        var date = PartialDate.Parse(Text(item, "date")!);
        var title = item.GetProperty("title").GetProperty(language).GetString();
        var uid = Text(item, "id")!.Replace('/', '-') + "@anniversaries.calendar";
        var url = CalendarService.PublicUrl + item.GetProperty("links").GetProperty("explanation").GetString();
        return $"{uid} {Iso(date.First)} {Iso(date.Last.PlusDays(1))} {title} {url}";

        static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);
    }

    private static string Found(JsonElement entry) => $"{Text(entry, "uid")} {Text(entry, "start")} {Text(entry, "end")} {Text(entry, "summary")} {Text(entry, "url")}";

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<List<JsonElement>> ListAsync(string query)
    {
        var items = new List<JsonElement>();
        for (var next = $"/v1/anniversaries?limit=500&{query}"; next is not null;)
        {
            var page = (await _service.GetAsync(next)).Is(200);
            items.AddRange(page.Items);
            next = page.Next;
        }

        return items;
    }

    private async Task<JsonElement> ReadAsync(byte[] feed)
    {
        // The distribution's own Python, where its packages are.
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        var start = new ProcessStartInfo(python, ["-X", "utf8", CalendarService.FileBeside("read_feed.py")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(_service.Soon), process.StandardError.ReadToEndAsync(_service.Soon));
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(feed, _service.Soon);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: its error output says why.
        }

        await process.WaitForExitAsync(_service.Soon);
        Assert.True(process.ExitCode == 0, await error);
        return JsonElement.Parse(await output);
    }
}
