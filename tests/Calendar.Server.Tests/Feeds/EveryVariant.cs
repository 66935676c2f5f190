namespace Calendar.Server.Tests.Feeds;

/// <summary>
/// Feeds such that every value of every parameter meets every value of every other one in some feed: all pairs, not all combinations.
/// </summary>
internal static class EveryVariant
{
    // The first value is the default, left out of the address.
    private static readonly (string Name, string[] Values)[] _parameters =
    [
        ("kind",
        [
            "", "ties_established", "partnership_elevated", "treaty_signed", "milestone_recorded", "accord_concluded,accord_joined", "national_day",
        ]),
        ("party", ["", "JP", "LA", "JP,LA", "US", "VN-HN"]),
        ("tier", ["", "round", "other", "round,half,other"]),
        ("group", ["", "ASEAN", "ASEAN,G20"]),
        ("imprecise", ["", "omit", "year"]),
        ("alarm", ["", "P7D", "PT36H"]),
        ("ahead", ["", "1", "12"]),
        ("lang", ["", "en"]),
        ("detail", ["", "full"]),
    ];

    /// <summary>Of each feed what follows the question mark; the first one asks for nothing.</summary>
    public static IReadOnlyList<string> Queries { get; } = [.. Rows().Select(Query)];

    private static string Query(int[] row) =>
        string.Join('&', row.Select((value, i) => (_parameters[i].Name, Value: _parameters[i].Values[value])).Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={p.Value}"));

    // Each row takes the first pair that is missing still, and then, parameter by parameter, the value that makes most new pairs.
    private static IEnumerable<int[]> Rows()
    {
        var missing = new List<(int A, int X, int B, int Y)>();
        for (var b = 1; b < _parameters.Length; b++)
        {
            missing.AddRange(
                from a in Enumerable.Range(0, b)
                from x in Enumerable.Range(0, _parameters[a].Values.Length)
                from y in Enumerable.Range(0, _parameters[b].Values.Length)
                select (a, x, b, y));
        }

        for (var row = new int[_parameters.Length]; ; row = Next(missing))
        {
            missing.RemoveAll(pair => row[pair.A] == pair.X && row[pair.B] == pair.Y);
            yield return row;
            if (missing.Count == 0)
            {
                yield break;
            }
        }
    }

    private static int[] Next(List<(int A, int X, int B, int Y)> missing)
    {
        var row = Enumerable.Repeat(-1, _parameters.Length).ToArray();
        (row[missing[0].A], row[missing[0].B]) = (missing[0].X, missing[0].Y);
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] < 0)
            {
                row[i] = Enumerable.Range(0, _parameters[i].Values.Length).MaxBy(value => missing.Count(pair =>
                    (pair.A == i && pair.X == value && row[pair.B] == pair.Y) || (pair.B == i && pair.Y == value && row[pair.A] == pair.X)));
            }
        }

        return row;
    }
}
