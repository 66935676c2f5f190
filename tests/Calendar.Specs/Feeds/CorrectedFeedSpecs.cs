using System.Globalization;
using System.Text;
using Calendar.Server.Feeds;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Calendar.Specs.Feeds;

/// <summary>What subscribers of several feeds have in their calendars while the record is corrected a hundred times.</summary>
public class WhenARecordIsCorrectedAHundredTimes
{
    private static readonly string[] _feeds =
    [
        "", "lang=en&tier=round,half,other&imprecise=year&alarm=P7D&detail=full", "imprecise=omit", "tier=round", "kind=national_day",
        "group=ASEAN", "group=G7&lang=en", "party=JP", "party=KH,LA&imprecise=year", "kind=treaty_signed,milestone_recorded&tier=half",
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Entries_keep_their_UIDs_stay_or_are_cancelled_and_every_other_content_is_a_newer_revision(int seed)
    {
        // A hundred steps within ninety days of a year: nothing leaves with time.
        var (corrections, record) = (new Corrections(seed), Corrections.SmallRecord());
        var calendars = _feeds.ToDictionary(feed => feed, _ => new Dictionary<string, Held>(StringComparer.Ordinal), StringComparer.Ordinal);
        Poll(calendars, record, "");
        for (var step = 1; step <= 100; step++)
        {
            record.On(2026, 1, 1 + (step / 4));
            string asked;
            do
            {
                var command = corrections.Next(record.Now);
                asked = record.When(command).Events.IsEmpty ? "" : $"{step}: {command}";
            }
            while (asked.Length == 0);

            Poll(calendars, record, asked);
        }
    }

    private static void Poll(Dictionary<string, Dictionary<string, Held>> calendars, Chronicle record, string asked)
    {
        foreach (var (feed, calendar) in calendars)
        {
            var entries = Entries(Render(record, feed));
            Assert.Equal(entries.Count, entries.DistinctBy(entry => entry.Uid).Count());
            var now = entries.ToDictionary(entry => entry.Uid, StringComparer.Ordinal);
            foreach (var (uid, held) in calendar)
            {
                Assert.True(now.TryGetValue(uid, out var entry), $"[{feed}] lost by {asked}:\n{held.Text}");
                Assert.True(entry!.Sequence >= held.Sequence, $"[{feed}] fell back by {asked}:\n{held.Text}\n{entry.Text}");
                Assert.True(string.CompareOrdinal(entry.Stamp, held.Stamp) >= 0, $"[{feed}] older by {asked}:\n{held.Text}\n{entry.Text}");
                Assert.True(
                    entry.Sequence > held.Sequence || string.Equals(entry.Text, held.Text, StringComparison.Ordinal),
                    $"[{feed}] other content under the same SEQUENCE by {asked}:\n{held.Text}\n{entry.Text}");
            }

            foreach (var entry in entries)
            {
                calendar[entry.Uid] = entry;
            }
        }
    }

    private static string Render(Chronicle record, string feed)
    {
        var variant = FeedVariant.Read(new DefaultHttpContext { Request = { QueryString = new QueryString("?" + feed) } }.Request, record.Now);
        var body = FeedWriter.Write(record.Now, variant, new LocalDate(2026, 2, 1), Chronicle.Zone, "https://calendar.example", int.MaxValue);
        return Encoding.UTF8.GetString(body!).Replace("\r\n ", "", StringComparison.Ordinal);
    }

    // The entry that explains an empty feed comes and goes.
    private static List<Held> Entries(string feed) =>
        [.. feed.Split("BEGIN:VEVENT\r\n").Skip(1).Select(Held.Of).Where(entry => !entry.Uid.StartsWith("empty@", StringComparison.Ordinal))];

    private sealed record Held(string Uid, int Sequence, string Stamp, string Text)
    {
        public static Held Of(string entry)
        {
            var text = entry.Split("END:VEVENT")[0];
            return new Held(Line("UID:"), int.Parse(Line("SEQUENCE:"), CultureInfo.InvariantCulture), Line("DTSTAMP:"), text);

            string Line(string name) => text.Split("\r\n").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..];
        }
    }
}
