using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Feeds;
using Calendar.Planning;
using Calendar.Rules;
using Calendar.Server.Anniversaries;
using Calendar.Server.AsOf;
using Calendar.Server.Planning;
using Calendar.Years;
using NodaTime;

namespace Calendar.Server.Years;

/// <summary>The programme of one year as answers show it.</summary>
/// <param name="Months">Always twelve.</param>
/// <param name="WholeYear">The anniversaries of which only the year is known.</param>
/// <param name="Celebrations">Those that are announced, by day.</param>
/// <param name="Collisions">Of the anniversaries listed, what is wrong with their days.</param>
/// <param name="More">Whether there are more anniversaries than are listed: <c>links.anniversaries</c> has all.</param>
internal sealed record YearView(
    int Year, CountsView Counts, IReadOnlyList<MonthView> Months, IReadOnlyList<AnniversaryView> WholeYear, IReadOnlyList<FriendshipYearView> FriendshipYears,
    IReadOnlyList<YearCelebrationView> Celebrations, IReadOnlyList<CollisionView> Collisions, bool More, YearLinks Links)
{
    /// <summary>At most so many friendship years, and so many of their anniversaries in all, are listed; the counts are of all.</summary>
    private const int _mostFriendshipYears = 500;
    private const int _mostInFriendshipYears = 1_000;
    private const int _mostCelebrations = 500;

    public AsOfView? AsOf { get; init; }

    public static YearView Of(YearProgramme programme, IReadOnlyList<AnniversaryView> listed, IEnumerable<Celebration> celebrations, Func<FriendshipYear, IReadOnlyList<FriendshipPlanView>?> plansOf, YearLinks links)
    {
        var byMonth = listed.ToLookup(x => x.Date.Month);
        var friendships = programme.FriendshipYears.Take(_mostFriendshipYears).ToList();
        var each = Math.Clamp(_mostInFriendshipYears / Math.Max(friendships.Count, 1), 2, Friendships.MostListed);
        return new YearView(
            programme.Year, CountsView.Of(programme.Tally.Total),
            [.. programme.Tally.Months.Select((counts, i) => new MonthView(i + 1, counts.Total, [.. byMonth[i + 1]]))], [.. byMonth[0]],
            friendships.ConvertAll(one => FriendshipYearView.Of(one, each) with { Plans = plansOf(one) }), [.. celebrations.Take(_mostCelebrations).Select(YearCelebrationView.Of)], [.. listed.SelectMany(CollisionView.Of)], programme.HasMore, links);
    }
}

/// <param name="Total">With national days, which are of no tier.</param>
/// <param name="Jubilee">Of those in the tiers: 25, 50, 75, 100 … years.</param>
internal sealed record CountsView(int Total, int Round, int Half, int Other, int Jubilee, int NationalDays)
{
    public static CountsView Of(TierCounts x) => new(x.Total, x.Round, x.Half, x.Other, x.Jubilees, x.NationalDays);
}

/// <param name="Month">1 to 12.</param>
/// <param name="Count">Of all, listed or not.</param>
internal sealed record MonthView(int Month, int Count, IReadOnlyList<AnniversaryView> Anniversaries);

/// <summary>A year in which the relationship with one partner has two or more anniversaries that are round, half or jubilees.</summary>
/// <param name="Count">Of all of them, listed or not.</param>
/// <param name="Years">Their numbers of years, the greatest first.</param>
internal sealed record FriendshipYearView(
    PartyCode Partner, Text Name, Text Title, int Count, CountsView Counts, IReadOnlyList<int> Years, IReadOnlyList<FriendshipAnniversaryView> Anniversaries,
    IReadOnlyList<Text> Notes, FriendshipYearLinks Links)
{
    /// <summary>The work towards them, for those who may see plans.</summary>
    public IReadOnlyList<FriendshipPlanView>? Plans { get; init; }

    public static FriendshipYearView Of(FriendshipYear x, int most) => new(
        x.Partner, x.Name, x.Title, x.Counts.Total, CountsView.Of(x.Counts), x.Years, [.. x.Anniversaries.Take(most).Select(FriendshipAnniversaryView.Of)],
        [.. x.Notes], FriendshipYearLinks.Of(x));
}

/// <param name="From">The predecessor that the date is counted from.</param>
internal sealed record FriendshipAnniversaryView(
    string Id, PartialDate Date, int Years, Tier Tier, bool Jubilee, Text Title, bool Suspended, bool Waived, PartyCode? From)
{
    public static FriendshipAnniversaryView Of(FriendshipAnniversary one)
    {
        var x = one.Anniversary;
        return new FriendshipAnniversaryView(x.Id, x.Date, x.Number, x.Tier, x.IsJubilee, x.Title, x.IsSuspended, x.IsWaived, one.From);
    }
}

/// <summary>A plan for an anniversary of a friendship year.</summary>
internal sealed record FriendshipPlanView(PlanId Id, Text Title, PlanProgress State, TaskCounts Counts, string Self)
{
    /// <summary>Those that may be seen, by date.</summary>
    public static IReadOnlyList<FriendshipPlanView> Of(Almanac almanac, FriendshipYear year, PlanSight sight, LocalDate today) =>
    [
        .. year.Anniversaries.Select(one => PlanId.Of(new AnniversaryId(one.Anniversary.Fact.Series, one.Anniversary.Number)))
            .Select(plan => almanac.Plans.CoveringOf(plan.Anniversary!.Value).FirstOrDefault(plan)).Distinct()
            .Select(plan => sight.Find(almanac.Plans, plan)).OfType<Plan>().OrderBy(plan => plan.On).ThenBy(plan => plan.Id)
            .Select(plan => new FriendshipPlanView(
                plan.Id, almanac.TitleOf(plan), plan.IsClosed ? PlanProgress.Closed : PlanProgress.Open, TaskCounts.Of(plan.Tasks.Values, today), PlanView.Address(plan.Id))),
    ];
}

/// <summary>Something that is held, announced to everybody.</summary>
/// <param name="Anniversaries">The ids of those that it serves.</param>
/// <param name="Cancelled">It was announced, and is not held.</param>
internal sealed record YearCelebrationView(Guid Id, Text Title, LocalDate On, Text? Place, IReadOnlyList<string> Anniversaries, bool Cancelled)
{
    public static YearCelebrationView Of(Celebration x) => new(x.Id, x.Title, x.On, x.Place, x.Anniversaries, x.IsCancelled);
}

/// <summary>What is wrong with the day of an anniversary, as among its own warnings.</summary>
/// <param name="Anniversary">Its id.</param>
/// <param name="On">The anniversary's day.</param>
/// <param name="Date">The same, or that of the other jubilee.</param>
/// <param name="Title">What is wrong.</param>
/// <param name="AnniversaryTitle">Of what.</param>
internal sealed record CollisionView(
    string Anniversary, PartialDate On, WarningCode Code, PartialDate Date, Text Title, Text AnniversaryTitle, IReadOnlyList<LocalDate> Proposed)
{
    public static IEnumerable<CollisionView> Of(AnniversaryView x) => x.Warnings
        .Where(warning => warning.Code is not (WarningCode.Suspended or WarningCode.Unconfirmed))
        .Select(warning => new CollisionView(x.Id, x.Date, warning.Code, warning.Date, warning.Title, x.Title, warning.Proposed));
}

/// <param name="Anniversaries">The same as a list of pages.</param>
internal sealed record YearLinks(string Anniversaries, string Self);

internal sealed record FriendshipYearLinks(string Anniversaries, string Relationship)
{
    public static FriendshipYearLinks Of(FriendshipYear x) => new(
        $"/v1/anniversaries?party={x.Partner}&year={x.Year}", Server.Facts.Links.Relationship(Pair.Of(x.Almanac.Home, x.Partner)));
}

/// <summary>One year among others.</summary>
/// <param name="FriendshipYearCount">Of all friendship years, listed or not.</param>
internal sealed record YearSummary(
    int Year, CountsView Counts, int FriendshipYearCount, IReadOnlyList<FriendshipYearSummary> FriendshipYears, YearSummaryLinks Links)
{
    private const int _mostFriendshipYears = 100;

    public static YearSummary Of(int year, TierCounts counts, IReadOnlyList<FriendshipYear> friendships, string self) => new(
        year, CountsView.Of(counts), friendships.Count, [.. friendships.Take(_mostFriendshipYears).Select(FriendshipYearSummary.Of)], new YearSummaryLinks(self));
}

/// <param name="Years">The numbers of years, the greatest first.</param>
internal sealed record FriendshipYearSummary(PartyCode Partner, Text Name, Text Title, int Count, int Round, int Half, int Jubilee, IReadOnlyList<int> Years)
{
    public static FriendshipYearSummary Of(FriendshipYear x) =>
        new(x.Partner, x.Name, x.Title, x.Counts.Total, x.Counts.Round, x.Counts.Half, x.Counts.Jubilees, x.Years);
}

internal sealed record YearSummaryLinks(string Self);

/// <summary>Several years; <c>from</c> inclusive, <c>to</c> exclusive.</summary>
internal sealed record YearsView(int From, int To, IReadOnlyList<YearSummary> Items)
{
    public AsOfView? AsOf { get; init; }
}
