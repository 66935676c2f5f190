using Calendar.Almanacs;
using Calendar.Feeds;
using Calendar.Ical;
using Calendar.Server.Facts;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>From feed entries to iCalendar: the same almanac, day, variant and public address give the same octets.</summary>
internal sealed class FeedWriter(string publicUrl, DateTimeZone zone)
{
    /// <summary>A large client drops what is longer, in silence.</summary>
    public const int Budget = 1_000_000;

    public const string Product = "-//Calendar//Diplomatic anniversaries//EN";
    private static readonly Duration _refresh = Duration.FromHours(12);

    private readonly WrittenEntries _written = new((entry, texts, language, form) => ToEvent(entry, texts, language, form, publicUrl));

    /// <summary>Renders a variant within the byte budget: whole far years are left out until both languages fit.</summary>
    /// <param name="earlier">An earlier edition of the same variant, if there is one: what has stayed as it was is taken from there.</param>
    /// <returns>Null if this and next year alone do not fit.</returns>
    public WrittenFeed? Write(Almanac almanac, FeedVariant variant, LocalDate today, WrittenFeed? earlier = null, int budget = Budget)
    {
        var (from, to) = FeedFilter.Window(today, variant.Ahead);
        var filter = new FeedFilter(variant.Query with { From = from, To = to }, variant.Imprecise);
        var (pieces, lastWhole) = Pieces(almanac.Feed(filter, today, zone), almanac.Celebrations(filter, today, zone), variant, today, earlier, budget);
        return FittedFeed.Of(
            pieces, variant.Language, budget, lastWhole, (today.Year + 1, today.Year + variant.Ahead),
            (language, last) => IcalWriter.Write(ToCalendar(almanac, variant with { Language = language }, last, today, publicUrl)));
    }

    /// <summary>The calendar without its entries.</summary>
    /// <param name="lastYearHeld">The last year, where later ones were left out for the size.</param>
    public static VCalendar ToCalendar(Almanac almanac, FeedVariant variant, int? lastYearHeld, LocalDate today, string publicUrl) => new(Product)
    {
        Name = FeedTexts.Name(almanac, variant, today).In(variant.Language),
        Language = variant.Language.Name(),
        Description = FeedTexts.Description(variant.Notice, lastYearHeld).In(variant.Language),
        Color = "crimson",
        AppleColor = "#DC143C",
        Source = variant.IsPrivate ? null : publicUrl + variant.Address,
        RefreshInterval = _refresh,
    };

    public static VEvent ToEvent(FeedEntry entry, EntryTexts texts, Language language, EntryForm form, string publicUrl)
    {
        var fact = entry.Anniversary.Fact;
        var title = texts.Title.In(language);
        return new VEvent(
            texts.Uid, entry.Start, entry.EndExclusive, Instant.Max(entry.ChangedAt, FeedFormat.Released), entry.Revision + FeedFormat.Number,
            new IcalText(title, language.Name()))
        {
            Description = texts.Description.In(language),
            Url = publicUrl + texts.Explanation,
            Categories = [texts.Category.In(language)],
            Status = entry.IsCancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
            Alarms = Alarms(form, title),
            Links = form.Full ? [new IcalLink(publicUrl + Links.Fact(fact.Id), "describedby") { MediaType = "application/json" }] : [],
            Concepts = form.Full ? [$"{publicUrl}/v1/anniversaries?kind={fact.Kind.Name()}"] : [],
        };
    }

    /// <summary>A celebration, which belongs to the anniversaries that it serves.</summary>
    public static VEvent ToEvent(Celebration celebration, Language language, EntryForm form, string publicUrl) => new(
        celebration.Uid, celebration.On, celebration.On.PlusDays(1), Instant.Max(celebration.ChangedAt, FeedFormat.Released), celebration.Revision + FeedFormat.Number,
        new IcalText(celebration.Title.In(language), language.Name()))
    {
        Location = celebration.Place?.In(language),
        Url = $"{publicUrl}/v1/anniversaries/{celebration.Anniversaries[0]}/explanation",
        Categories = [FeedTexts.Celebration.In(language)],
        RelatedTo = [.. celebration.Anniversaries.Select(anniversary => new IcalRelation(FeedEntry.UidOf(anniversary)))],
        Status = celebration.IsCancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
        Alarms = Alarms(form, celebration.Title.In(language)),
    };

    private static IReadOnlyList<IcalAlarm> Alarms(EntryForm form, string title) => form.Alarm == 0 ? [] : [new DisplayAlarm(Duration.FromHours(form.Alarm), title)];

    // What there is to show, in order. Very large records are not written to their end: what no longer fits lies in years that are left out.
    private (List<Piece> Pieces, int LastWhole) Pieces(
        List<FeedEntry> entries, List<Celebration> celebrations, FeedVariant variant, LocalDate today, WrittenFeed? earlier, int budget)
    {
        var form = new EntryForm((int)(variant.Alarm?.ToDuration().TotalHours ?? 0), variant.Full);
        var pen = new Pen();
        var pieces = new List<Piece>(entries.Count + celebrations.Count + 1);
        var (vi, en, lastWhole) = (0L, 0L, int.MaxValue);
        var walk = new EarlierPieces(earlier);
        var (next, held) = (0, 0);
        while (lastWhole == int.MaxValue && (next < entries.Count || held < celebrations.Count))
        {
            if (held == celebrations.Count || (next < entries.Count && IsBefore(entries[next], celebrations[held])))
            {
                var entry = entries[next++];
                Add(new Piece(entry.Start, entry.IsCancelled ? null : entry.Anniversary.Fact, entry.Anniversary.Number, walk.Find(entry) ?? _written.Get(entry, form, pen)));
            }
            else
            {
                var celebration = celebrations[held++];
                Add(new Piece(celebration.On, null, 0, pen.Write(language => ToEvent(celebration, language, form, publicUrl))));
            }
        }

        if (entries.Count == 0 && celebrations.Count == 0)
        {
            // A client shows an empty calendar as a broken one.
            var day = new LocalDate(today.Year, 1, 1);
            Insert("empty", day, day.PlusDays(1), day.AtStartOfDayInZone(zone).ToInstant(), today.Year, FeedTexts.EmptyTitle, FeedTexts.EmptyDescription);
        }

        if (variant.Notice is { } notice)
        {
            Insert("link-ends", notice.From, notice.Until, notice.From.AtStartOfDayInZone(zone).ToInstant(), 0, FeedTexts.NoticeTitle(notice), FeedTexts.NoticeDescription);
        }

        return (pieces, lastWhole);

        void Add(in Piece piece)
        {
            (vi, en) = (vi + piece.Octets.Length(Language.Vi), en + piece.Octets.Length(Language.En));
            if (vi > budget || en > budget)
            {
                lastWhole = piece.Start.Year - 1;
            }
            else
            {
                pieces.Add(piece);
            }
        }

        // Behind the entries of its day, since their UIDs begin with hexadecimal digits or "celebration".
        void Insert(string uid, LocalDate start, LocalDate endExclusive, Instant changed, int revision, Text title, Text description)
        {
            var place = pieces.FindIndex(piece => piece.Start > start);
            pieces.Insert(place < 0 ? pieces.Count : place, new Piece(start, null, 0, pen.Write(In)));

            VEvent In(Language language) => new(
                uid + "@anniversaries.calendar", start, endExclusive, Instant.Max(changed, FeedFormat.Released), FeedFormat.Number + revision,
                new IcalText(title.In(language), language.Name()))
            {
                Description = description.In(language),
            };
        }
    }

    private static bool IsBefore(FeedEntry entry, Celebration celebration) =>
        entry.Start.CompareTo(celebration.On) is var byStart && (byStart < 0 || (byStart == 0 && string.CompareOrdinal(entry.Uid, celebration.Uid) < 0));
}
