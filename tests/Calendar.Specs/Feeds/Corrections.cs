using System.Runtime.CompilerServices;
using System.Text.Json;
using Calendar.Almanacs;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;
using Calendar.Rules;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Feeds;

/// <summary>
/// What people do to a record that stands: facts dated otherwise, retitled, withdrawn, replaced, ended, waived and all of that taken
/// back, parties renamed, ties suspended, rules adopted. A seed gives the same commands for ever.
/// </summary>
internal sealed class Corrections(int seed)
{
    private static readonly string[] _groups = ["ASEAN", "G7", "Asia", "Europe"];
    private static readonly string[] _words = ["Hiệp ước", "Tuyên bố, chung; \\ \"mới\"", "Chuyến thăm\nđầu tiên", "Cầu 🌉 hữu nghị"];

    private readonly Random _random = new(seed);
    private int _made;

    /// <summary>The record of <c>small.jsonl</c>, which the feeds of the service's own tests show.</summary>
    public static Chronicle SmallRecord([CallerFilePath] string source = "") =>
        new Chronicle().With([.. File.ReadLines(Path.Combine(Path.GetDirectoryName(source)!, "../../Calendar.Server.Tests/Feeds/Golden/small.jsonl"))
            .Select(line => CommandReader.ReadLine(JsonElement.Parse(line)).Command!)]);

    /// <summary>The next thing somebody asks for; the record may refuse it, or have it so already.</summary>
    public Command Next(Almanac almanac)
    {
        _made++;
        var fact = Any([.. Enumerable.Range(0, almanac.FactCount).Select(almanac.FactAt)]);
        var party = Any(almanac.Parties).Code;
        return _random.Next(19) switch
        {
            0 or 1 or 2 => new ClaimDate(fact.Id, ClaimOf($"{seed}/{_made}"), OtherDate(fact), Somebody(), Because),
            3 => new PreferClaim(fact.Id, Any(fact.Claims).Id, Because),
            4 => new RetitleFact(fact.Id, Words(), Because),
            5 or 6 => new WithdrawFact(fact.Id, Because),
            7 => new ReinstateFact(fact.Id, Because),
            8 => new EndCommemoration(fact.Id, PartialDate.OfYear(Year()), Because),
            9 => new ResumeCommemoration(fact.Id, Because),
            10 => new WaiveAnniversary(fact.Id, NumberIn(fact, Year()), Words()),
            11 => Any(fact.Waivers) is { } waiver ? new LiftWaiver(fact.Id, waiver.N, Because) : new WaiveAnniversary(fact.Id, NumberIn(fact, Year()), Because),
            12 => Replacement(fact),
            13 => new RenameParty(party, NewId(), Any([Day("1970"), Day("2027-06-01"), Day("2030")]), Ministry, Words()),
            14 => Suspension(Any([.. almanac.Pairs])),
            15 => Given.Rules($"{Year()}-01-01", Any([LeapDayRule.LastOfFebruary, LeapDayRule.FirstOfMarch]), new TierRule(Tier.Round, Any<int?>([10, 20, 25]), [], []), new TierRule(Tier.Half, 5, [], [])),
            16 => new JoinGroup(party, Any(_groups)),
            17 => new LeaveGroup(party, Any(_groups)),
            _ => new RecordFact(Any([.. almanac.Pairs]), FactKind.MilestoneRecorded, NewId(), PartialDate.OfDay(Year() - 30, 5, 6), Ministry) { Title = Words() },
        };
    }

    private T Any<T>(IReadOnlyList<T> values) => values.Count == 0 ? default! : values[_random.Next(values.Count)];

    private int Year() => _random.Next(2025, 2034);

    private FactId NewId() => Id($"{seed}/{_made}");

    private Source Somebody() => Ministry with { Citation = Any(_words), Confidence = Any(Enum.GetValues<Confidence>()) };

    private Text Words() => new($"{Any(_words)} {_made}", $"{Any(_words)} ({_made})");

    private static int NumberIn(Fact fact, int year) => fact.Day is null ? Math.Max(1, year - fact.On.Year) : year;

    // Mostly another day of its year, now and then another year, or less than a day.
    private PartialDate OtherDate(Fact fact)
    {
        var year = fact.Day is null ? fact.On.Year : 1990;
        return _random.Next(6) switch
        {
            0 => PartialDate.OfYear(year),
            1 => PartialDate.OfMonth(year, _random.Next(1, 13)),
            2 => PartialDate.OfDay(year + _random.Next(-3, 4), 2, 28),
            _ => PartialDate.OfDay(year, _random.Next(1, 13), _random.Next(1, 29)),
        };
    }

    private Command Replacement(Fact fact) => fact switch
    {
        { Day: { } day } => new DeclareNationalDay(fact.Parties[0], NewId(), new AnnualDate(day.Month, _random.Next(1, 29)), Ministry, Words()) { Replaces = fact.Id },
        _ when Relationship.TryParseStream(fact.Stream, out var pair) =>
            new RecordFact(pair, fact.Kind, NewId(), OtherDate(fact), Ministry) { Replaces = fact.Id, Title = Words(), Level = fact.Level },
        _ => new WithdrawFact(fact.Id, Because),
    };

    private Command Suspension(Pair pair) =>
        new RecordFact(pair, Any([FactKind.TiesSuspended, FactKind.TiesResumed]), NewId(), PartialDate.OfDay(Year(), 1, 15), Ministry);
}
