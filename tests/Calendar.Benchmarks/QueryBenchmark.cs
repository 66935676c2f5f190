using System.Diagnostics;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>
/// Anniversaries of 24 months among 500,000 facts, in process: every filter alone and in combinations, rare and dense, first, middle and
/// last pages of 100 and 500. All queries take turns, so that none has the caches for itself.
/// </summary>
internal static class QueryBenchmark
{
    private const int _facts = 500_000;

    public static IReadOnlyList<Measure> Run(int rounds)
    {
        Check(Fold(3_000));
        var almanac = Fold(_facts);
        var pages = Queries().SelectMany(query => Pages(almanac, query.Name, query.Query)).ToList();
        var times = pages.ToDictionary(page => page.Name, _ => new List<double>(rounds), StringComparer.Ordinal);
        var cpu = new List<double>(rounds * pages.Count);
        WarmUp(almanac, pages);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var page in pages)
            {
                var (started, startedCpu) = (Stopwatch.GetTimestamp(), ThreadClock.Microseconds());
                almanac.Anniversaries(page.Query, page.After, page.Limit);
                cpu.Add(ThreadClock.Microseconds() - startedCpu);
                times[page.Name].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }
        }

        var slowest = times.OrderByDescending(time => time.Value.Quantile(0.99)).Take(3).ToList();
        return
        [
            new($"query among 500,000 facts, {pages.Count} pages, p50", times.Values.SelectMany(time => time).Median(), "µs"),
            new($"query among 500,000 facts, {pages.Count} pages, p99", times.Values.SelectMany(time => time).Quantile(0.99), "µs", null, null, Target.AtMost(1000)),
            new("the same in processor time, p99", cpu.Quantile(0.99), "µs", null, null, Target.AtMost(1000)),
            .. slowest.Select((time, i) => new Measure(
                $"slowest page {i + 1}: {time.Key}, p99", time.Value.Quantile(0.99), "µs", null, null, Target.AtMost(1000))),
            .. slowest.Select((time, i) => new Measure($"slowest page {i + 1}: {time.Key}, p50", time.Value.Median(), "µs")),
        ];
    }

    /// <summary>What is fast must also be right: page by page the same as looking at every fact of a small log.</summary>
    private static void Check(Almanac almanac)
    {
        foreach (var (name, query) in Queries())
        {
            var expected = Enumerable.Range(0, almanac.FactCount).Select(almanac.FactAt)
                .SelectMany(fact => Enumerable.Range(query.From.Year, 3).Select(year => Anniversary.Of(almanac, fact, fact.Day is null ? year - fact.On.Year : year)))
                .OfType<Anniversary>()
                .Where(x => x.Date.Last >= query.From && x.Date.First < query.To && query.Matches(x))
                .Select(x => x.Key()).Order().ToList();
            var found = new List<AnniversaryKey>();
            for (AnniversaryKey? after = null; ; after = found[^1])
            {
                var page = almanac.Anniversaries(query, after, 7).ConvertAll(x => x.Key());
                found.AddRange(page);
                if (page.Count < 7)
                {
                    break;
                }
            }

            if (!found.SequenceEqual(expected) || !almanac.Anniversaries(query).ConvertAll(x => x.Key()).SequenceEqual(expected))
            {
                throw new InvalidOperationException($"The query '{name}' finds something else than it should.");
            }
        }
    }

    public static Almanac Fold(int count)
    {
        var fold = new AlmanacFold(Synthetic.Home);
        var facts = 0;
        foreach (var e in Synthetic.Events())
        {
            fold.Apply(e);
            if (e.Event is IFactEvent && ++facts == count)
            {
                break;
            }
        }

        return fold.Publish();
    }

    private static void WarmUp(Almanac almanac, List<(string Name, AnniversaryQuery Query, AnniversaryKey? After, int Limit)> pages)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3);)
        {
            foreach (var page in pages)
            {
                almanac.Anniversaries(page.Query, page.After, page.Limit);
            }
        }
    }

    private static IEnumerable<(string Name, AnniversaryQuery Query)> Queries()
    {
        var all = new AnniversaryQuery(new LocalDate(2026, 11, 15), new LocalDate(2028, 11, 15));
        var (dense, rare) = (Synthetic.Home, Synthetic.Parties[^1]);
        yield return ("all", all);
        yield return ("dense party", all with { Parties = [dense] });
        yield return ("rare party", all with { Parties = [rare] });
        yield return ("three parties", all with { Parties = [Synthetic.Parties[5], Synthetic.Parties[100], rare] });
        yield return ("group", all with { Groups = ["ASEAN"] });
        yield return ("two groups", all with { Groups = ["ASEAN", "Europe"] });
        yield return ("dense kind", all with { Kinds = [FactKind.PartnershipElevated] });
        yield return ("rare kind", all with { Kinds = [FactKind.TiesEstablished] });
        yield return ("national days", all with { Kinds = [FactKind.NationalDay] });
        yield return ("national days and treaties", all with { Kinds = [FactKind.NationalDay, FactKind.TreatySigned] });
        yield return ("round", all with { Tiers = TierSet.Round });
        yield return ("round and half", all with { Tiers = TierSet.Round | TierSet.Half });
        yield return ("other", all with { Tiers = TierSet.Other });
        yield return ("year", all with { Precisions = [Precision.Year] });
        yield return ("month", all with { Precisions = [Precision.Month] });
        yield return ("rare party, dense party", all with { Parties = [dense, rare] });
        yield return ("dense party, rare kind", all with { Parties = [dense], Kinds = [FactKind.TiesEstablished] });
        yield return ("dense party, rare kind, round", all with { Parties = [dense], Kinds = [FactKind.TiesEstablished], Tiers = TierSet.Round });
        yield return ("rare party, dense kind, half", all with { Parties = [rare], Kinds = [FactKind.PartnershipElevated], Tiers = TierSet.Half });
        yield return ("group, rare kind", all with { Groups = ["EU"], Kinds = [FactKind.AccordConcluded] });
        yield return ("group, kind, round and half", all with { Groups = ["ASEAN"], Kinds = [FactKind.TreatySigned], Tiers = TierSet.Round | TierSet.Half });
        yield return ("rare kind, round, day", all with { Kinds = [FactKind.AccordConcluded], Tiers = TierSet.Round, Precisions = [Precision.Day] });
        yield return ("dense party, group, kind, other, month",
            all with { Parties = [dense], Groups = ["Asia"], Kinds = [FactKind.MilestoneRecorded], Tiers = TierSet.Other, Precisions = [Precision.Month] });
    }

    private static IEnumerable<(string Name, AnniversaryQuery Query, AnniversaryKey? After, int Limit)> Pages(Almanac almanac, string name, AnniversaryQuery query)
    {
        var found = almanac.Anniversaries(query);
        foreach (var limit in new[] { 100, 500 })
        {
            yield return ($"{name}, {limit}, first of {found.Count:N0}", query, null, limit + 1);
            if (found.Count > limit)
            {
                yield return ($"{name}, {limit}, middle of {found.Count:N0}", query, found[found.Count / 2].Key(), limit + 1);
                yield return ($"{name}, {limit}, last of {found.Count:N0}", query, found[^limit].Key(), limit + 1);
            }
        }
    }
}
