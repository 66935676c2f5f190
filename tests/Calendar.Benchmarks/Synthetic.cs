using System.Collections.Immutable;
using System.Globalization;
using Calendar.Accords;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>
/// A log like a large real one, the same at every run: 250 parties in groups with national days, relationships of about thirty events
/// (Viet Nam's longer ones among them), accords; seven events in ten state a fact, half of the facts bear a title of their own, the others are claims,
/// preferences, new titles, withdrawals and endings.
/// </summary>
internal sealed class Synthetic
{
    public static readonly PartyCode Home = PartyCode.Of("VN");
    private static readonly Instant _start = Instant.FromUtc(2020, 1, 1, 0, 0);
    private static readonly string[] _groups = ["ASEAN", "EU", "Asia", "Europe", "Africa", "Americas", "Oceania", "APEC", "G20", "Francophonie"];
    private static readonly string[] _topics =
        ["biên giới trên đất liền", "thương mại", "dẫn độ", "hợp tác văn hóa", "hàng không", "tránh đánh thuế hai lần", "khoa học và công nghệ", "lãnh sự", "nông nghiệp", "giáo dục"];

    private readonly Random _random = new(145_2013);
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<Pair, List<FactId>> _facts = [];
    private readonly List<Pair> _pairs = [];
    private readonly List<Slug> _accords = [];
    private readonly Source[] _sources;
    private long _position;

    private Synthetic()
    {
        _sources = [.. Enumerable.Range(0, 2_000).Select(i => new Source(
            $"Tuyên bố chung số {i}, Bộ Ngoại giao", i % 10 == 0 ? $"https://example.org/texts/{i}" : null, (Confidence)(i % 4)))];
    }

    /// <summary>The parties, the home party first. The last ones have few facts.</summary>
    public static IReadOnlyList<PartyCode> Parties { get; } =
        [Home, .. Enumerable.Range(0, 600).Select(i => $"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}").Where(code => code != "VN").Take(249).Select(PartyCode.Of)];

    /// <summary>The events in the order of the log.</summary>
    public static IEnumerable<Recorded> Events() => new Synthetic().Generate();

    private IEnumerable<Recorded> Generate()
    {
        for (var i = 0; i < Parties.Count; i++)
        {
            var (party, stream) = (Parties[i], Party.Stream(Parties[i]));
            var groups = ImmutableArray.Create(_groups[2 + (i % 5)]);
            groups = i % 25 == 0 ? groups.Add("ASEAN") : i % 9 == 0 ? groups.Add("EU") : groups;
            yield return Next(stream, new PartyRegistered(party, PartyKind.State, NameOf(party), [], groups));
            yield return Next(stream, new NationalDayDeclared(
                NewFact(), new AnnualDate((i % 12) + 1, (i % 28) + 1), AnySource(), new Text("Ngày Quốc khánh", "National Day")));
        }

        while (true)
        {
            yield return _random.Next(100) switch
            {
                < 3 => OnAccord(),
                < 27 when _pairs.Count > 0 => About(),
                _ => OnPair(),
            };
        }
    }

    private Recorded OnPair()
    {
        // One relationship in thirty facts; every fifth fact is one of the home party's.
        var pair = _pairs.Count == 0 || _random.Next(30) == 0 ? AnyPair() : _pairs[_random.Next(_pairs.Count)];
        pair = _random.Next(5) == 0 ? Pair.Of(Home, Parties[1 + Skewed(Parties.Count - 1)]) : pair;
        if (!_facts.TryGetValue(pair, out var facts))
        {
            _facts.Add(pair, facts = []);
            _pairs.Add(pair);
        }

        var (fact, on, source) = (NewFact(), AnyDate(), AnySource());
        var note = _random.Next(20) == 0 ? new Text("Ghi theo văn bản của hai bên.", "As both sides have it.") : null;
        var topic = _topics[_random.Next(_topics.Length)];
        var what = _random.Next(100);
        facts.Add(fact);
        return Next(Relationship.Stream(pair), facts.Count == 1
            ? new TiesEstablished(fact, on, source, true, null, note)
            : what switch
            {
                < 10 when facts.Count == 5 => new TiesSuspended(fact, on, source, note),
                < 90 when facts.Count == 6 => new TiesResumed(fact, on, source, note),
                < 45 => new PartnershipElevated(fact, on, source, true, (PartnershipLevel)_random.Next(3), null, note),
                < 75 => new TreatySigned(fact, on, source, true, new Text($"Hiệp định về {topic} {pair.A} – {pair.B}", $"Agreement {facts.Count} between {pair.A} and {pair.B}"), null, note),
                _ => new MilestoneRecorded(fact, on, source, true, new Text($"Chuyến thăm cấp cao thứ {facts.Count}", $"High-level visit {facts.Count}"), note),
            });
    }

    private Recorded About()
    {
        var pair = _pairs[_random.Next(_pairs.Count)];
        var facts = _facts[pair];
        var fact = facts[_random.Next(facts.Count)];
        var reason = new Text("Theo tài liệu mới công bố", "After newly published papers");
        return Next(Relationship.Stream(pair), _random.Next(100) switch
        {
            < 40 => new DateClaimed(fact, new ClaimId(NewFact().Value), AnyDate(), AnySource()),
            < 60 => new ClaimPreferred(fact, new ClaimId(fact.Value), reason),
            < 75 => new FactRetitled(fact, new Text($"Tên mới {_position}", $"New title {_position}"), reason),
            < 87 => new FactWithdrawn(fact, reason),
            < 92 => new FactReinstated(fact, reason),
            _ => new CommemorationEnded(fact, PartialDate.OfYear(2000 + _random.Next(40)), reason),
        });
    }

    private Recorded OnAccord()
    {
        if (_accords.Count == 0 || _random.Next(40) == 0)
        {
            _ = Slug.TryParse(string.Create(CultureInfo.InvariantCulture, $"accord-{_accords.Count}"), out var slug);
            _accords.Add(slug);
            var parties = Enumerable.Range(0, 5).Select(_ => Parties[_random.Next(Parties.Count)]).Distinct().Order().ToImmutableArray();
            return Next(Accord.Stream(slug), new AccordConcluded(
                NewFact(), AnyDate(), AnySource(), true, new Text($"Hiệp định số {_accords.Count}", $"Accord {_accords.Count}"), parties, null, null));
        }

        return Next(
            Accord.Stream(_accords[_random.Next(_accords.Count)]), new AccordJoined(NewFact(), AnyDate(), AnySource(), true, Parties[_random.Next(Parties.Count)]));
    }

    private Recorded Next(string stream, IEvent e)
    {
        var version = _versions[stream] = _versions.GetValueOrDefault(stream) + 1;
        _position++;
        return new Recorded(
            _position, stream, version, _start + Duration.FromMilliseconds(_position * 100), _position % 3 == 0 ? Role.Pack : Role.Historian,
            _position % 25 == 0 ? "sửa theo công báo" : null, e);
    }

    private Pair AnyPair()
    {
        var first = Parties[_random.Next(Parties.Count)];
        var second = first;
        while (second == first)
        {
            second = Parties[_random.Next(Parties.Count)];
        }

        return Pair.Of(first, second);
    }

    // Small numbers far more often than large ones.
    private int Skewed(int count) => (int)(count * Math.Pow(_random.NextDouble(), 3));

    private PartialDate AnyDate()
    {
        var (year, month) = (2024 - Skewed(160), _random.Next(1, 13));
        return _random.Next(100) switch
        {
            < 4 => PartialDate.OfYear(year),
            < 10 => PartialDate.OfMonth(year, month),
            _ => PartialDate.OfDay(year, month, _random.Next(1, CalendarSystem.Iso.GetDaysInMonth(year, month) + 1)),
        };
    }

    private Source AnySource() => _sources[_random.Next(_sources.Length)];

    private FactId NewFact()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new FactId(new Guid(bytes));
    }

    private static Text NameOf(PartyCode party) => new($"Cộng hòa {party}", $"Republic of {party}");
}
