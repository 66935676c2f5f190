using System.Text;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Rules;
using Calendar.Server.Feeds;
using Calendar.Specs.Ical;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Feeds;

public class WhenFeedsAreWritten
{
    private const string _url = "https://calendar.example";
    private static readonly LocalDate _today = new(2027, 6, 1);

    private static readonly FeedVariant[] _variants =
    [
        Variant(),
        Variant() with { Language = Language.En, Alarm = Period.FromDays(7) },
        Variant() with { Full = true, Imprecise = Imprecise.Year, Ahead = 12 },
        Variant() with { Query = new AnniversaryQuery(default, default) { Tiers = TierSet.All, Kinds = FactKinds.WithAnniversaries } },
    ];

    [Fact]
    public void What_was_written_before_never_shows_in_place_of_what_is()
    {
        // The same writer all along against one that has written nothing yet.
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var kept = new FeedWriter(_url, Chronicle.Zone);
            var earlier = new WrittenFeed?[_variants.Length];
            var record = Chronicle.Of("JP", "LA", "KH", "SK");
            foreach (var (command, role) in steps)
            {
                record.When(command, role);
                var i = record.Log.Count % _variants.Length;
                earlier[i] = kept.Write(record.Now, _variants[i], _today, earlier[i]);
                Assert.Equal(new FeedWriter(_url, Chronicle.Zone).Write(record.Now, _variants[i], _today)!.Octets, earlier[i]!.Octets);
            }
        }));
    }

    [Fact]
    public void A_link_that_ends_says_so_every_day_until_then()
    {
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));
        var notice = new FeedNotice(new LocalDate(2027, 6, 1), new LocalDate(2027, 7, 1));
        var calendar = Read(record, Variant() with { IsPrivate = true, Notice = notice, Language = Language.En });

        Assert.Contains("ends on 1 July 2027", calendar["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.Empty(calendar.All("SOURCE"));
        var entry = calendar.Components.Single(entry => entry["UID"].Value == "link-ends@anniversaries.calendar");
        Assert.Equal(("20270601", "20270701"), (entry["DTSTART"].Value, entry["DTEND"].Value));
        Assert.Contains("subscribe again with the new link", entry["SUMMARY"].Text, StringComparison.Ordinal);
        Assert.Equal(calendar.Components.Select(x => x["DTSTART"].Value).Order(StringComparer.Ordinal), calendar.Components.Select(x => x["DTSTART"].Value));
        Assert.Equal(Read(record, Variant()).Components.Count + 1, calendar.Components.Count);
    }

    [Fact]
    public void An_empty_feed_with_an_ending_link_says_both() => Assert.Equal(
        ["empty@anniversaries.calendar", "link-ends@anniversaries.calendar"],
        Read(Chronicle.Of("JP"), Variant() with { Notice = new FeedNotice(_today, _today.PlusDays(30)) }).Components.Select(entry => entry["UID"].Value));

    [Fact]
    public void A_feed_that_is_cut_off_for_its_size_says_so_too_when_its_link_ends()
    {
        var record = Chronicle.Of("JP").With([.. Enumerable.Range(0, 300).Select(i => Milestone($"m{i}", "JP~VN", $"1973-{1 + (i % 12):00}-21", $"Việc {i}"))]);
        var variant = Variant() with { Query = new AnniversaryQuery(default, default) { Tiers = TierSet.All }, Notice = new FeedNotice(_today, _today.PlusDays(30)) };
        var feed = IcalReader.Read(new FeedWriter(_url, Chronicle.Zone).Write(record.Now, variant, _today, budget: 1_000_000)!.Octets);

        Assert.Contains("dừng ở năm", feed["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.Single(feed.Components, entry => entry["UID"].Value == "link-ends@anniversaries.calendar");
    }

    [Fact]
    public void A_private_feed_is_the_public_one_without_its_address()
    {
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));
        var writer = new FeedWriter(_url, Chronicle.Zone);
        var (open, closed) = (writer.Write(record.Now, Variant(), _today), writer.Write(record.Now, Variant() with { IsPrivate = true }, _today));

        Assert.Equal(Encoding.UTF8.GetString(open!.Octets).Replace($"SOURCE;VALUE=URI:{_url}/feeds/anniversaries.ics\r\n", "", StringComparison.Ordinal), Encoding.UTF8.GetString(closed!.Octets));
    }

    [Fact]
    public void A_record_far_beyond_the_budget_is_not_written_to_its_end()
    {
        // Every year of a thousand facts: some years fit, the window does not.
        var record = Chronicle.Of("JP").With([.. Enumerable.Range(0, 1000).Select(i => Milestone($"m{i}", "JP~VN", "1973-09-21", $"Việc {i}"))]);
        var variant = Variant() with { Query = new AnniversaryQuery(default, default) { Tiers = TierSet.All } };
        var feed = IcalReader.Read(new FeedWriter(_url, Chronicle.Zone).Write(record.Now, variant, _today, budget: 2_500_000)!.Octets);
        var years = feed.Components.Select(entry => entry["DTSTART"].Value[..4]).Distinct(StringComparer.Ordinal).ToList();

        Assert.InRange(years.Count, 3, 8);
        Assert.Contains($"dừng ở năm {years[^1]}", feed["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.Equal(years.Count * 1000, feed.Components.Count);
        Assert.Null(new FeedWriter(_url, Chronicle.Zone).Write(record.Now, variant, _today, budget: 1_000_000));
    }

    [Fact]
    public void A_celebration_is_an_entry_of_its_own_that_belongs_to_the_anniversaries_it_serves()
    {
        // Laos in 2027: 65 years of relations and 50 of the treaty, one ceremony.
        var record = Chronicle.Of("LA").With(Ties("LA~VN", "1962-09-05"), Treaty("treaty", "LA~VN", "1977-07-18", "Hiệp ước Hữu nghị và Hợp tác"));
        var anniversaries = record.Now.Anniversaries(new AnniversaryQuery(new(2027, 1, 1), new(2028, 1, 1)) { Tiers = FeedFilter.DefaultTiers });
        var celebration = new Celebration(
            Guid.Parse("0198a000-0000-7000-8000-000000000001"), new Text("Mít tinh kỷ niệm", "Commemorative meeting"), new LocalDate(2027, 7, 16),
            new Text("Nhà hát Lớn, Hà Nội", "Opera House, Ha Noi"), [.. anniversaries.Select(x => x.Id)], false, Instant.FromUtc(2027, 5, 1, 2, 0), 3);
        var entry = IcalReader.ReadOne(FeedWriter.ToEvent(celebration, Language.En, default, _url));

        Assert.Equal(anniversaries.Select(x => FeedEntry.UidOf(x.Id)), entry.All("RELATED-TO").Select(relation => relation.Value));
        Assert.Equal(2, entry.All("RELATED-TO").Length);
        Assert.Equal(("20270716", "20270717", "Opera House, Ha Noi", "CONFIRMED"), (entry["DTSTART"].Value, entry["DTEND"].Value, entry["LOCATION"].Text, entry["STATUS"].Value));
        Assert.Equal($"{3 + FeedFormat.Number}", entry["SEQUENCE"].Value);
        var moved = IcalReader.ReadOne(FeedWriter.ToEvent(celebration with { On = new(2027, 9, 4), IsCancelled = true }, Language.Vi, default, _url));
        Assert.Equal((entry["UID"].Value, "CANCELLED"), (moved["UID"].Value, moved["STATUS"].Value));
    }

    private static IcalReader.Component Read(Chronicle record, FeedVariant variant) => IcalReader.Read(new FeedWriter(_url, Chronicle.Zone).Write(record.Now, variant, _today)!.Octets);

    private static FeedVariant Variant() => new(
        new AnniversaryQuery(default, default) { Tiers = FeedFilter.DefaultTiers }, Language.Vi, null, Imprecise.Span, FeedFilter.DefaultAhead, false);
}
