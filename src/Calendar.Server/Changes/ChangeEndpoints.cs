using System.Globalization;
using Calendar.Access;
using Calendar.Anniversaries;
using Calendar.Changes;
using Calendar.Feeds;
using Calendar.Server.Access;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Changes;

/// <summary><c>/v1/changes</c>: what was added, removed, moved or renamed in the calendar, when, and by which event. <c>/feeds/changes.atom</c>: the newest of it.</summary>
internal static class ChangeEndpoints
{
    public const string AtomPath = "/feeds/changes.atom";

    private const int _days = 30;

    private static readonly (string Name, string Description)[] _filters =
    [
        ("party", "Codes in commas"), ("group", "Groups of a partner, in commas"), AnniversaryEndpoints.Association, ("kind", "Kinds in commas; national_day only when named"),
        ("tier", "round, half, other; round and half when left out"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/changes", List).WithTags("Changes").Needs(Permission.ReadRecord)
            .WithSummary("What events recorded in a time have changed of the anniversaries of a range, each with its cause").Produces<Page<ChangeView>>()
            .TakesQuery(
            [
                ("from", "First instant of recording, or a day; 30 days ago when left out"), ("to", "Instant, or day, after the last; now when left out"),
                ("within", "The range of anniversaries: first day and day after the last, 2027-01-01/2029-01-01; two years from today when left out"),
                .. _filters, ("limit", "At most 500"), ("cursor", "From a next link"), Records.Parameter,
            ])
            .RefusesWith(401, 503);
        routes.MapGet(AtomPath, Feed).WithTags("Feeds").Needs(Permission.ReadRecord)
            .WithSummary("The newest changes as an Atom feed (RFC 4287)").Produces<string>(200, ChangeFeed.MediaType).Produces(304)
            .TakesQuery([.. _filters, ("lang", "vi (default) or en")]);
    }

    private static async Task<IResult> List(HttpContext context, Records records, CivilClock clock, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await records.ReadAsync(query, context, ct);
        var now = reading.At ?? clock.Now;
        var (from, to) = (Moment(query, "from", clock.Zone) ?? now - Duration.FromDays(_days), Moment(query, "to", clock.Zone) ?? now + Duration.Epsilon);
        if (to <= from)
        {
            query.Wrong("to", "reversed-range", "“to” phải sau “from” (thời điểm “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }

        var within = AnniversaryEndpoints.ReadFilters(query, Within(query, reading.Today), FeedFilter.DefaultTiers, reading.Almanac);
        var page = Paging.Read(query, counts: false);
        var after = page.After is { } key ? ReadKey(key) : null;
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        query.Done();

        var found = reading.Almanac.Changes(from, to, within, after).Take(page.Limit + 1).ToList();
        if (found.Count > page.Limit)
        {
            found.RemoveAt(page.Limit);
            var last = found[^1].Key;
            Paging.Link(context, $"{last.Number} {last.Fact} {last.N}");
        }

        return Answers.Tagged(new Page<ChangeView>([.. found.Select(ChangeView.Of)], null) { AsOf = reading.AsOf });
    }

    private static IResult Feed(HttpContext context, AlmanacFollower follower, CivilClock clock, Settings settings)
    {
        var query = new QueryReader(context.Request);
        var almanac = follower.Current;
        var today = clock.Today;
        var filters = AnniversaryEndpoints.ReadFilters(query, new AnniversaryQuery(today, today.PlusYears(2)), FeedFilter.DefaultTiers, almanac);
        var language = query.Name("lang", Language.Vi);
        query.Done();
        return ChangeFeed.Answer(almanac, filters, language, clock, settings.PublicUrl, AtomPath + QueryReader.CanonicalOf(context.Request.Query) switch { "" => "", var asked => "?" + asked });
    }

    // A day begins at its first moment in the calendar's zone.
    private static Instant? Moment(QueryReader query, string name, DateTimeZone zone)
    {
        if (query.One(name) is not { } text)
        {
            return null;
        }

        if (Moments.Begin(text, zone) is not { } moment)
        {
            query.Wrong(
                name, "not-an-instant", $"“{name}” phải là thời điểm như 2026-12-01T03:00:00Z, hoặc một ngày như 2026-12-01.",
                $"\"{name}\" must be an instant such as 2026-12-01T03:00:00Z, or a day such as 2026-12-01.");
            return null;
        }

        return moment;
    }

    private static AnniversaryQuery Within(QueryReader query, LocalDate today)
    {
        const int most = 100;
        var (from, to) = (today, today.PlusYears(2));
        if (query.One("within") is not { } text)
        {
            return new AnniversaryQuery(from, to);
        }

        if (text.Split('/') is not [var first, var end] || !TryDay(first, out from) || !TryDay(end, out to))
        {
            query.Wrong("within", "malformed-range", "“within” viết như 2027-01-01/2029-01-01.", "\"within\" is written like 2027-01-01/2029-01-01.");
        }
        else if (to <= from || (from.Year + most <= PartialDate.MaxYear && to > from.PlusYears(most)))
        {
            query.Wrong(
                "within", "malformed-range", $"“within”: ngày sau phải sau ngày trước, nhiều nhất {most} năm.",
                $"\"within\": the second day must lie after the first, at most {most} years.");
        }

        return new AnniversaryQuery(from, to);
    }

    private static bool TryDay(string text, out LocalDate day)
    {
        var good = PartialDate.TryParse(text, out var date, out _) && date.Precision == Precision.Day;
        day = good ? date.First : default;
        return good;
    }

    private static ChangeKey? ReadKey(string key) =>
        key.Split(' ') is [var number, var fact, var n]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var ofEvent)
        && int.TryParse(fact, NumberStyles.None, CultureInfo.InvariantCulture, out var ofFact)
        && int.TryParse(n, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var years)
            ? new ChangeKey(ofEvent, ofFact, years)
            : null;
}
