using Calendar.Accords;
using Calendar.Almanacs;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Relationships;

namespace Calendar;

/// <summary>What a command leads to, and where.</summary>
/// <param name="Stream">The stream the events go to.</param>
/// <param name="Version">The version the decision was made on: the append expects it.</param>
public sealed record Decided(string Stream, long Version, Decision Decision);

/// <summary>Finds the aggregate a command is for and lets it decide. The only place that knows which command goes where.</summary>
public static class Decisions
{
    public static Decided Decide(Almanac almanac, Command command, Role role)
    {
        foreach (var (party, pointer) in command.Parties)
        {
            if (almanac.FindParty(party) is null)
            {
                return new Decided("", 0, Rejection.NotFound(
                    "unknown-party", pointer,
                    $"Chưa có bên “{party}” trong sổ: đăng ký bên này trước.",
                    $"The record holds no party \"{party}\": register it first."));
            }
        }

        if (command is IStatesFact states && almanac.Find(states.Fact) is { } taken && !IsOf(taken, command))
        {
            return new Decided("", 0, FactDecisions.Taken(states.Fact));
        }

        return command switch
        {
            LeaveOut => new Decided("", 0, Decision.Nothing),
            PartyCommand about => On(Party.Stream(about.Party), Party.Decide(about, almanac.LoadParty(about.Party), role)),
            RecordFact record => On(Relationship.Stream(record.Relationship), Relationship.Decide(record, almanac.LoadRelationship(record.Relationship), role)),
            AccordCommand about => On(Accord.Stream(about.Accord), Accord.Decide(about, almanac.LoadAccord(about.Accord), role)),
            HolidayCommand about => On(Announcements.Stream, Announcements.Decide(about, almanac.Announcements, role)),
            FactCommand about when almanac.Find(about.Fact) is { } fact => On(fact.Stream, About(about, fact.Stream)),
            FactCommand about => new Decided("", 0, FactDecisions.Unknown(about.Fact, "/fact")),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name),
        };

        Decision About(FactCommand about, string stream) =>
            Relationship.TryParseStream(stream, out var pair) ? Relationship.Decide(about, almanac.LoadRelationship(pair), role)
            : Party.TryParseStream(stream, out var code) ? Party.Decide(about, almanac.LoadParty(code), role)
            : Accord.TryParseStream(stream, out var slug) ? Accord.Decide(about, almanac.LoadAccord(slug), role)
            : throw new ArgumentOutOfRangeException(nameof(command), stream);

        Decided On(string stream, Decision decision) => new(stream, almanac.VersionOf(stream), decision);
    }

    private static bool IsOf(Fact fact, Command command) => string.Equals(fact.Stream, command switch
    {
        RecordFact record => Relationship.Stream(record.Relationship),
        AccordCommand about => Accord.Stream(about.Accord),
        PartyCommand about => Party.Stream(about.Party),
        _ => "",
    }, StringComparison.Ordinal);
}
