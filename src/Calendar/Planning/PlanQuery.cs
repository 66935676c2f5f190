using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Planning;

/// <summary>Which plans. Several values of one filter mean or, different filters mean and; an empty one means any.</summary>
public sealed record PlanQuery
{
    /// <summary>Owners of a task in it.</summary>
    public ImmutableArray<Slug> Associations { get; init; } = [];

    public bool? IsClosed { get; init; }

    /// <summary>Inclusive; of the date it counts from, whose span overlaps the range.</summary>
    public LocalDate? From { get; init; }

    /// <summary>Exclusive.</summary>
    public LocalDate? To { get; init; }

    /// <summary>Parties of an anniversary that it is for.</summary>
    public ImmutableArray<PartyCode> Parties { get; init; } = [];

    /// <summary>Kinds of the facts whose anniversaries it is for.</summary>
    public ImmutableArray<FactKind> Kinds { get; init; } = [];

    /// <summary>Whether a task in it is overdue.</summary>
    public bool? IsOverdue { get; init; }
}

public static class PlanQueries
{
    /// <summary>The plans that match, as far as they may be seen, by date and name.</summary>
    public static IEnumerable<Plan> Plans(this Almanac almanac, PlanQuery query, PlanSight sight, LocalDate today)
    {
        return sight.In(almanac.Plans).Where(Matches).OrderBy(plan => plan.On).ThenBy(plan => plan.Id);

        bool Matches(Plan plan) =>
            (query.IsClosed is not { } closed || plan.IsClosed == closed)
            && (query.From is not { } from || plan.On.Last >= from) && (query.To is not { } to || plan.On.First < to)
            && (query.Associations.IsEmpty || plan.Tasks.Values.Any(task => query.Associations.Contains(task.Owner)))
            && (query.Parties.IsEmpty || plan.Concerns(almanac, query.Parties))
            && (query.Kinds.IsEmpty || plan.Anniversaries.Any(id => almanac.Find(id.Fact) is { } fact && query.Kinds.Contains(almanac.Current(fact).Kind)))
            && (query.IsOverdue is not { } overdue || plan.Tasks.Values.Any(task => task.IsOverdue(today)) == overdue);
    }

    /// <summary>What a plan is called: as its anniversary is, even one that is not marked any more; the yearly work by its template and year.</summary>
    public static Text TitleOf(this Almanac almanac, Plan plan) => plan.Id.Anniversary is { } id
        ? almanac.TitleOf(id, plan.On)
        : almanac.Plans.TemplateOf(plan.Template).Adopted is { Title: var title }
            ? new Text($"{title.Vi} {plan.On}", $"{title.En} {plan.On}")
            : new Text(plan.Id.ToString(), plan.Id.ToString());

    /// <summary>What an anniversary is called, whether it is marked or not.</summary>
    /// <param name="on">When it is, or would be.</param>
    public static Text TitleOf(this Almanac almanac, AnniversaryId id, PartialDate on) => almanac.Find(id.Fact) is { } fact
        ? new Anniversary(almanac.Current(fact), id.Number, on, almanac).Title
        : new Text(id.ToString(), id.ToString());
}
