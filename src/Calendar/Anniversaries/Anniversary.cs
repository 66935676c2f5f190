using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Rules;

namespace Calendar.Anniversaries;

/// <summary>A commemoration after a number of years.</summary>
/// <param name="Number">Of years, from 1; the calendar year for a national day.</param>
/// <param name="Date">As precise as the fact's own date.</param>
public sealed record Anniversary(Fact Fact, int Number, PartialDate Date, Almanac Almanac)
{
    /// <summary>The number of years; null for a national day.</summary>
    public int? Years => Fact.Day is null ? Number : null;

    public Tier Tier => Fact.Day is null ? Almanac.Rules.On(Date).TierOf(Fact.Kind, Number) : Tier.Other;

    public bool IsJubilee => Fact.Day is null && RuleSet.IsJubilee(Number);

    /// <summary>Series and number: it stays the same when another fact takes the place of a mis-filed one.</summary>
    public string Id => $"{Fact.Series}/{Number}";

    /// <summary>Every party but the home party.</summary>
    public ImmutableArray<PartyCode> Partners => Fact.Parties.Remove(Almanac.Home);

    public bool IsSuspended => Almanac.SuspensionsOf(Fact).On(Date);

    /// <summary>Whether this year is deliberately not marked.</summary>
    public bool IsWaived => Fact.WaiverOf(Number) is not null;

    /// <summary>The whole phrase with its count.</summary>
    public Text Title => Titles.Of(this);

    /// <summary>The anniversary of a commemorated fact after <paramref name="number"/> years, if there is one.</summary>
    public static Anniversary? Of(Almanac almanac, Fact fact, int number) =>
        fact.IsCommemorated && DateOf(fact, number, almanac.Rules) is { } date ? new Anniversary(fact, number, date, almanac) : null;

    /// <summary>When <paramref name="number"/> years are over; null when there is no such year or the series has ended by then.</summary>
    public static PartialDate? DateOf(Fact fact, int number, RuleBook rules)
    {
        var year = fact.Day is null ? (long)fact.On.Year + number : number;
        if (number < 1 || year > PartialDate.MaxYear)
        {
            return null;
        }

        var date = fact.Day is { } day ? new PartialDate(day.InYear((int)year)) : fact.On.In((int)year, rules.LeapDayIn((int)year));
        return fact.Ended is { } ended && date.Last >= ended.On.First ? null : date;
    }
}

/// <summary>What people call a fact and its anniversary.</summary>
public static class Titles
{
    /// <summary>The fact's own title, with the parties' names of its day.</summary>
    public static Text Of(Almanac almanac, Fact fact) =>
        Of(fact, fact.Kind == FactKind.PartyEnded ? almanac.LoadParty(fact.Parties[0]).Name : Names(almanac, fact.Parties, fact.On));

    /// <summary>The fact's own title around these names.</summary>
    internal static Text Of(Fact fact, Text names)
    {
        var title = fact.Title ?? names;
        return fact.Kind switch
        {
            FactKind.TiesEstablished or FactKind.TiesSuspended or FactKind.TiesResumed or FactKind.TreatyEnded or FactKind.PartyEnded
                when fact.Title is { } given => given,
            FactKind.TiesEstablished => new Text($"Thiết lập quan hệ {names.Vi}", $"Establishment of {names.En} diplomatic relations"),
            FactKind.TiesSuspended => new Text($"Gián đoạn quan hệ {names.Vi}", $"Suspension of {names.En} diplomatic relations"),
            FactKind.TiesResumed => new Text($"Nối lại quan hệ {names.Vi}", $"Resumption of {names.En} diplomatic relations"),
            FactKind.PartnershipElevated => Partnership(fact, names),
            FactKind.TreatyEnded => new Text($"Hiệp ước hết hiệu lực: {names.Vi}", $"End of a treaty: {names.En}"),
            FactKind.PartyEnded => new Text($"Chấm dứt tồn tại: {names.Vi}", $"End of {names.En}"),
            FactKind.PartyRenamed => new Text($"Đổi tên thành {title.Vi}", $"Renamed {title.En}"),
            FactKind.AccordJoined => new Text($"{names.Vi} tham gia {title.Vi}", $"{names.En} joins: {title.En}"),
            FactKind.AccordLeft => new Text($"{names.Vi} rút khỏi {title.Vi}", $"{names.En} leaves: {title.En}"),
            _ => title,
        };
    }

    /// <summary>The anniversary's phrase, with the parties' names of the anniversary's day.</summary>
    public static Text Of(Anniversary anniversary)
    {
        var (almanac, fact, n) = (anniversary.Almanac, anniversary.Fact, anniversary.Number);
        var names = Names(almanac, fact.Parties, anniversary.Date);
        switch (fact.Kind)
        {
            case FactKind.TiesEstablished when fact.Title is null:
                return new Text($"{n} năm thiết lập quan hệ {names.Vi}", $"{n} {YearsEn(n)} of {names.En} diplomatic relations");
            case FactKind.PartnershipElevated:
                var partnership = Partnership(fact, names);
                return new Text($"{n} năm {partnership.Vi}", $"{n} {YearsEn(n)}: {partnership.En}");
            case FactKind.NationalDay:
                return fact.Title is { } day ? new Text($"{names.Vi}: {day.Vi}", $"{names.En}: {day.En}") : names;
            default:
                var title = Of(almanac, fact);
                return new Text($"{n} năm {title.Vi}", $"{n} {YearsEn(n)}: {title.En}");
        }
    }

    /// <summary>The parties' names on a day, the home party first: "Việt Nam – Nhật Bản".</summary>
    public static Text Names(Almanac almanac, ImmutableArray<PartyCode> parties, PartialDate day)
    {
        if (parties.Length == 1)
        {
            return almanac.LoadParty(parties[0]).NameOn(day);
        }

        if (parties.Length == 2)
        {
            // Most facts: a pair, in order already.
            var (first, second) = parties[1] == almanac.Home ? (parties[1], parties[0]) : (parties[0], parties[1]);
            var (one, other) = (almanac.LoadParty(first).NameOn(day), almanac.LoadParty(second).NameOn(day));
            return new Text($"{one.Vi} – {other.Vi}", $"{one.En} – {other.En}");
        }

        var names = new Text[parties.Length];
        PartyCode[] codes = [.. parties];
        Array.Sort(codes, (x, y) => (x == almanac.Home, y == almanac.Home) switch
        {
            (true, false) => -1,
            (false, true) => 1,
            _ => x.CompareTo(y),
        });
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = almanac.LoadParty(codes[i]).NameOn(day);
        }

        return new Text(string.Join(" – ", names.Select(name => name.Vi)), string.Join(" – ", names.Select(name => name.En)));
    }

    public static Text Level(Relationships.PartnershipLevel level) => level switch
    {
        Relationships.PartnershipLevel.Comprehensive => new Text("Đối tác toàn diện", "Comprehensive Partnership"),
        Relationships.PartnershipLevel.Strategic => new Text("Đối tác chiến lược", "Strategic Partnership"),
        Relationships.PartnershipLevel.ComprehensiveStrategic => new Text("Đối tác chiến lược toàn diện", "Comprehensive Strategic Partnership"),
        Relationships.PartnershipLevel.Special => new Text("Quan hệ đặc biệt", "Special relationship"),
        _ => new Text("Đối tác tăng cường", "Enhanced partnership"),
    };

    // A partnership's own name stands alone; a level is told with the parties.
    private static Text Partnership(Fact fact, Text names)
    {
        if (fact.Title is { } own)
        {
            return own;
        }

        var level = Level(fact.Level ?? default);
        return new Text($"{level.Vi} {names.Vi}", $"{names.En} {level.En}");
    }

    private static string YearsEn(int n) => n == 1 ? "year" : "years";
}
