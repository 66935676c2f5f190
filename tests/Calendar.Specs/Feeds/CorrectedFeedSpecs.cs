using System.Globalization;
using System.Text;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Parties;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
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

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 4)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Entries_keep_their_UIDs_stay_or_are_cancelled_and_every_other_content_is_a_newer_revision(int seed)
    {
        // All within ninety days of one year: nothing leaves with time.
        var (corrections, record) = (new Corrections(seed), Corrections.SmallRecord());
        var subscribers = _feeds.Select(feed => new Subscriber(feed)).ToList();
        subscribers.ForEach(subscriber => subscriber.Poll(record.Now, "the beginning"));
        for (var step = 1; step <= 100; step++)
        {
            record.On(2026, 1, 1 + (step / 4));
            Command command;
            do
            {
                command = corrections.Next(record.Now);
            }
            while (record.When(command).Events.IsEmpty);

            subscribers.ForEach(subscriber => subscriber.Poll(record.Now, $"{step}: {command}"));
        }
    }

    /// <summary>A subscriber's calendar: it keeps of every UID what it saw last.</summary>
    private sealed class Subscriber(string feed)
    {
        private static readonly LocalDate _today = new(2026, 2, 1);

        private readonly FeedWriter _writer = NewWriter();
        private readonly Dictionary<string, Held> _entries = new(StringComparer.Ordinal);
        private int _polls;

        public void Poll(Almanac almanac, string asked)
        {
            var variant = FeedVariant.Read(new QueryReader(new DefaultHttpContext { Request = { QueryString = new QueryString("?" + feed) } }.Request), almanac);
            var body = _writer.Write(almanac, variant, _today, budget: int.MaxValue)!.Octets;
            if (_polls++ % 10 == 0)
            {
                // What it kept from before is not shown in place of what is.
                Assert.True(body.AsSpan().SequenceEqual(NewWriter().Write(almanac, variant, _today, budget: int.MaxValue)!.Octets), $"[{feed}] a new writer writes otherwise after {asked}");
            }

            var now = Entries(Encoding.UTF8.GetString(body).Replace("\r\n ", "", StringComparison.Ordinal));
            Assert.True(now.Count == now.DistinctBy(entry => entry.Uid).Count(), $"[{feed}] twice the same UID by {asked}");
            foreach (var entry in now)
            {
                if (_entries.Remove(entry.Uid, out var held))
                {
                    Assert.True(
                        entry.Sequence > held.Sequence || (entry.Sequence == held.Sequence && string.Equals(entry.Text, held.Text, StringComparison.Ordinal)),
                        $"[{feed}] other content under no greater SEQUENCE by {asked}:\n{held.Text}\n{entry.Text}");
                    Assert.True(string.CompareOrdinal(entry.Stamp, held.Stamp) >= 0, $"[{feed}] older by {asked}:\n{held.Text}\n{entry.Text}");
                }
            }

            Assert.True(_entries.Count == 0, $"[{feed}] lost by {asked}:\n{string.Join('\n', _entries.Values.Select(entry => entry.Text))}");
            now.ForEach(entry => _entries.Add(entry.Uid, entry));
        }

        private static FeedWriter NewWriter() => new("https://calendar.example", Chronicle.Zone);
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

public class WhenAPartyLeavesAGroup
{
    [Fact]
    public void What_its_feed_showed_as_cancelled_already_stays_so_for_its_ninety_days()
    {
        var record = new Chronicle()
            .With(Given.Party("VN"), Given.Party("FR", "G7"), Given.Ties("FR~VN", "1973-04-12"))
            .On(2026, 3, 1).With(Given.Withdraw("ties/FR~VN"));
        var (from, to) = FeedFilter.Window(new(2026, 3, 2), FeedFilter.DefaultAhead);
        var filter = new FeedFilter(new AnniversaryQuery(from, to) { Tiers = FeedFilter.DefaultTiers, Groups = ["G7"] }, Imprecise.Span);
        Assert.Equal(["-2028-04-12 55", "-2033-04-12 60"], Feed());

        record.With(new LeaveGroup(PartyCode.Of("FR"), "G7"));
        Assert.Equal(["-2028-04-12 55", "-2033-04-12 60"], Feed());

        IEnumerable<string> Feed() => record.Now.Feed(filter, new(2026, 3, 2), Chronicle.Zone).Lines();
    }
}
