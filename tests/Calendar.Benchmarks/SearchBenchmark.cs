using System.Diagnostics;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Gaps;
using Calendar.Search;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>Searches among 500,000 facts, in process: the first one, which reads all titles, and first and later pages of new ones; and gaps.</summary>
internal static class SearchBenchmark
{
    private static readonly AnniversaryQuery _range = new(new LocalDate(2026, 12, 1), new LocalDate(2028, 12, 1));

    private static readonly string[] _searches =
    [
        "viet nam", "hiep dinh", "AB", "hiep dinh thuong mai", "doi tac chien luoc", "chuyen tham cap cao thu 12", "high level visit", "ten moi", "agreement 7 AA", "h", "a", "t h c", "nothing",
        "hiep dinh ve bien gioi dat lien ab", "quoc khanh", "t h c d a l n q", "v",
    ];

    public static IEnumerable<Measure> Run(int rounds)
    {
        var almanac = QueryBenchmark.Fold(500_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var first = Time(() => Page(almanac, "viet nam"));
        yield return new Measure("first search after a start, 500,000 facts", first / 1000, "ms", null, null, Target.AtMost(1000));
        yield return new Measure("memory of the words", (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6, "MB");

        // More searches than are kept: each of them is new when its turn comes, and kept when it is asked again.
        var (news, pages) = (new List<(string Search, double Time)>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var search in _searches)
            {
                news.Add((search, Time(() => Page(almanac, search))));
                pages.Add(Time(() => Page(almanac, search)));
            }
        }

        yield return new Measure("a new search, p50", news.Select(one => one.Time).Median(), "µs");
        foreach (var slow in news.GroupBy(one => one.Search, StringComparer.Ordinal).OrderByDescending(search => search.Select(one => one.Time).Median()))
        {
            yield return new Measure($"a new search: {slow.Key}, p50", slow.Select(one => one.Time).Median(), "µs", null, null, Target.AtMost(5000));
        }

        yield return new Measure("gaps, first page of a new snapshot", Time(() => Gaps(almanac)) / 1000, "ms");
        yield return new Measure("gaps, a page after that", Enumerable.Range(0, 100).Select(_ => Time(() => Gaps(almanac))).Median(), "µs", null, null, Target.AtMost(5000));
        yield return new Measure("a page of a search that is kept, p99", pages.Quantile(0.99), "µs", null, null, Target.AtMost(5000));
    }

    private static List<Gap> Gaps(Almanac almanac) => [.. almanac.Gaps(new GapQuery { Codes = [GapCode.CompetingClaims, GapCode.NoDay], Groups = ["ASEAN"] }).Take(101)];

    private static void Page(Almanac almanac, string text) => almanac.Anniversaries(_range, Query(text), limit: 101);

    private static SearchQuery Query(string text) => SearchQuery.TryParse(text, out var query, out _) ? query : throw new ArgumentException(text, nameof(text));

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }
}
