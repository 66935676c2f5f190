using Calendar.Almanacs;
using Calendar.Anniversaries;
using NodaTime;

namespace Calendar.Rules;

/// <summary>What a rule set would change of the round and half anniversaries of a range, if it were adopted.</summary>
/// <param name="Comes">Those that would count and do not.</param>
/// <param name="Goes">Those that count and would not.</param>
/// <param name="Changes">Those that would be of another tier or on another day, as they are and as they would be.</param>
public sealed record RuleTrial(
    IReadOnlyList<Anniversary> Comes, IReadOnlyList<Anniversary> Goes, IReadOnlyList<(Anniversary Now, Anniversary Then)> Changes)
{
    private const TierSet _counts = TierSet.Round | TierSet.Half;

    /// <param name="query">Range and filters; tiers are those that count.</param>
    /// <param name="most">At most so many anniversaries a year are compared.</param>
    /// <returns>Null when a year has more.</returns>
    public static RuleTrial? Of(Almanac almanac, RuleBook then, AnniversaryQuery query, int most)
    {
        var (comes, goes, changes) = (new List<Anniversary>(), new List<Anniversary>(), new List<(Anniversary, Anniversary)>());
        var tried = almanac.In(new Setting(then));
        for (var from = query.From; from < query.To;)
        {
            // Year by year: whatever moves, moves within its year, and memory holds one year at a time.
            var to = from.Year == query.To.Year ? query.To : new LocalDate(from.Year + 1, 1, 1);
            var year = query with { From = from, To = to, Tiers = _counts };
            var before = almanac.Anniversaries(year, limit: most + 1);
            var after = tried.Anniversaries(year, limit: most + 1).ToDictionary(x => (x.Fact.Id, x.Number));
            if (Math.Max(before.Count, after.Count) > most)
            {
                return null;
            }

            foreach (var now in before)
            {
                if (!after.Remove((now.Fact.Id, now.Number), out var other))
                {
                    goes.Add(now);
                }
                else if (other.Tier != now.Tier || other.Date != now.Date)
                {
                    changes.Add((now, other));
                }
            }

            comes.AddRange(after.Values.OrderBy(x => x.Key()));
            from = to;
        }

        return new RuleTrial(comes, goes, changes);
    }
}
