using System.Collections.Immutable;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using NodaTime;

namespace Calendar.Benchmarks;

/// <summary>A record of which 2,500 plans with 14 tasks each are to be opened at once: ten visits of each of 250 partners that are fifty years ago in the year to come.</summary>
internal static class SyntheticPlans
{
    private const int _visits = 10;
    private const int _lines = 14;
    private static readonly Instant _at = Instant.FromUtc(2026, 1, 1, 0, 0);
    private static readonly Source _source = new("Thông cáo chung", null, Confidence.Confirmed);

    public static IEnumerable<Recorded> Events(LocalDate today)
    {
        var (position, versions) = (0L, new Dictionary<string, long>(StringComparer.Ordinal));
        return Steps(today).Select(step =>
        {
            var version = versions[step.Stream] = versions.GetValueOrDefault(step.Stream) + 1;
            return new Recorded(++position, step.Stream, version, _at + Duration.FromMilliseconds(position), Role.Historian, null, step.Event);
        });
    }

    /// <summary>A template of anniversaries whose first task precedes its day by ten years; every other event as it is.</summary>
    public static IEvent FarAhead(IEvent e) => e is TemplateAdopted { Kinds.IsEmpty: false } adopted && !adopted.Kinds.Contains(FactKind.NationalDay)
        ? adopted with { Tasks = adopted.Tasks.Insert(0, Line(0, "P-118M", OwnerRole.Lead)) }
        : e;

    private static IEnumerable<(string Stream, IEvent Event)> Steps(LocalDate today)
    {
        foreach (var party in Synthetic.Parties)
        {
            yield return (Party.Stream(party), new PartyRegistered(party, PartyKind.State, new Text($"Cộng hòa {party}", $"Republic of {party}"), [], []));
        }

        yield return (Association.Stream(Slug.Of("vufo")), Registered("vufo", AssociationScope.Umbrella));
        var partners = Synthetic.Parties.Skip(1).Concat([PartyCode.Of("ASEAN")]).ToList();
        yield return (Party.Stream(partners[^1]), new PartyRegistered(partners[^1], PartyKind.Organisation, new Text("ASEAN", "ASEAN"), [], []));
        foreach (var partner in partners.Where((_, i) => i % 2 == 0))
        {
            var code = partner.Value.ToLowerInvariant();
            yield return (Association.Stream(Slug.Of("vn-" + code)), Registered("vn-" + code, AssociationScope.Central, partner));
            yield return (Association.Stream(Slug.Of("hanoi-" + code)), Registered("hanoi-" + code, AssociationScope.Local, partner));
        }

        var first = today.PlusYears(-50);
        for (var i = 0; i < partners.Count * _visits; i++)
        {
            var pair = Pair.Of(Synthetic.Home, partners[i / _visits]);
            var fact = FactId.OfKey(string.Create(CultureInfo.InvariantCulture, $"visits/{i}"));
            yield return (Relationship.Stream(pair), new MilestoneRecorded(
                fact, new PartialDate(first.PlusDays(i * 7 % 365)), _source, true, new Text($"Chuyến thăm thứ {i}", $"Visit {i}"), null));
        }

        yield return (PlanTemplate.Stream(Slug.Of("visits")), new TemplateAdopted(
            Slug.Of("visits"), 1, new Text("Kỷ niệm chuyến thăm", "Anniversaries of visits"), [FactKind.MilestoneRecorded],
            [.. Enumerable.Range(0, _lines).Select(i => Line(i, i < _lines - 1 ? string.Create(CultureInfo.InvariantCulture, $"P-{_lines - i}M") : "P0D", i % 5 == 4 ? OwnerRole.Support : OwnerRole.Lead))]));
    }

    private static AssociationRegistered Registered(string slug, AssociationScope scope, params PartyCode[] partners) =>
        new(Slug.Of(slug), new Text($"Hội {slug}", $"Association {slug}"), scope, null, [.. partners], Language.Vi, "Asia/Ho_Chi_Minh", _source);

    private static TaskLine Line(int number, string offset, OwnerRole role) => new(
        Slug.Of(string.Create(CultureInfo.InvariantCulture, $"step-{number}")), DueOffset.Parse(offset), TaskAnchor.Day,
        new Text($"Việc thứ {number}: chuẩn bị nội dung và khách mời", $"Task {number}: prepare the papers and the guests"), role, ImmutableArray<Rules.Tier>.Empty);
}
