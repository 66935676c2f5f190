using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Parties;

namespace Calendar.Gaps;

/// <summary>What the record lacks; in snake case the codes of answers, in the order of lists.</summary>
public enum GapCode
{
    /// <summary>A commemorated fact has claims that cannot all be right, and none is confirmed or nobody said why one is preferred.</summary>
    CompetingClaims,

    /// <summary>A commemorated fact rests on sources that confirm nothing.</summary>
    Unconfirmed,

    /// <summary>Of a commemorated fact only the month or the year is known.</summary>
    NoDay,

    /// <summary>A state with which the home party has ties has no national day on record.</summary>
    NoNationalDay,

    /// <summary>A state with which the home party has ties has no open association at home that covers it.</summary>
    NoAssociation,
}

/// <summary>Something the record lacks, about a fact or about a party.</summary>
public sealed record Gap(GapCode Code, Fact? Fact, Party? Party, Almanac Almanac)
{
    /// <summary>The pair whose fact it is, or which nobody is there for.</summary>
    public Pair? Relationship =>
        Code == GapCode.NoAssociation ? Pair.Of(Party!.Code, Almanac.Home)
        : Fact is not null && Calendar.Relationships.Relationship.TryParseStream(Fact.Stream, out var pair) ? pair
        : null;

    public GapKey Key => new(Code, Fact?.Id, Party?.Code);

    public Text Title => Fact is { } fact ? Titles.Of(Almanac, fact) : Party!.Name;

    /// <summary>What to do about it.</summary>
    public Text Advice => Code switch
    {
        GapCode.CompetingClaims => Contradiction(Fact!),
        GapCode.Unconfirmed => new Text(
            "Chưa có nguồn nào xác nhận ngày này: hãy tìm văn bản hoặc tin chính thức và ghi thêm nguồn ngày, rồi chọn nguồn đó.",
            "No source confirms this date: find the text or an official report, add it as a claim and prefer it."),
        GapCode.NoDay => new Text(
            $"Chỉ biết đến {Fact!.On}: hãy tìm ngày đầy đủ và ghi thêm nguồn ngày.",
            $"Only {Fact.On} is known: find the whole date and add it as a claim."),
        GapCode.NoAssociation => new Text(
            "Chưa có hội nào trong nước lo các ngày kỷ niệm với nước này: đăng ký hội, hoặc thêm nước này vào đối tác của một hội; tạm thời việc thuộc về liên hiệp chung.",
            "No association at home marks the anniversaries with this state: register one, or add this state to the partners of one; until then the work is the umbrella's."),
        _ => new Text(
            "Chưa ghi ngày quốc khánh: hãy ghi nếu nước này có một ngày cố định.",
            "No national day is on record: declare it if this state has a fixed one."),
    };

    /// <summary>What a fact lacks, if anything does: only what is still marked counts.</summary>
    internal static ImmutableArray<GapCode> Of(Fact fact)
    {
        if (!fact.IsCommemorated || fact.Ended is not null)
        {
            return [];
        }

        // Nearly all facts have one claim, and there are very many facts.
        var claims = fact.ClaimCount == 1 ? [] : fact.Claims;
        var found = ImmutableArray.CreateBuilder<GapCode>(0);
        var competing = fact.Day is null && claims.Any(one => claims.Any(other => !one.On.Overlaps(other.On)));
        if (competing && (fact.PreferenceReason is null || claims.All(claim => claim.Source.Confidence != Confidence.Confirmed)))
        {
            found.Add(GapCode.CompetingClaims);
        }

        // Those that contradict each other are told above.
        if (!competing && fact.Confidence == Confidence.Unconfirmed && claims.All(claim => claim.Source.Confidence == Confidence.Unconfirmed))
        {
            found.Add(GapCode.Unconfirmed);
        }

        if (fact.Day is null && fact.On.Precision != Precision.Day)
        {
            found.Add(GapCode.NoDay);
        }

        return found.ToImmutable();
    }

    private static Text Contradiction(Fact fact)
    {
        var dates = string.Join(", ", fact.Claims.Select(claim => claim.On).Distinct().Order());
        return fact.PreferenceReason is null
            ? new Text($"Các nguồn nêu những ngày khác nhau ({dates}): hãy chọn một ngày và ghi lý do.", $"Sources give different dates ({dates}): prefer one and say why.")
            : new Text(
                $"Các nguồn nêu những ngày khác nhau ({dates}) và chưa nguồn nào được xác nhận: hãy ghi thêm nguồn chính thức.",
                $"Sources give different dates ({dates}) and none is confirmed: add an official one.");
    }
}

/// <summary>Where a page of gaps ends: of fact and party one.</summary>
public readonly record struct GapKey(GapCode Code, FactId? Fact, PartyCode? Party);
