using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using NodaTime;

namespace Calendar.Changes;

/// <summary>What a change did to an anniversary; several may hold.</summary>
public enum ChangeKind
{
    Added,
    Removed,
    Moved,
    Retitled,

    /// <summary>How sure its date is.</summary>
    Confidence,

    /// <summary>How much its number of years counts.</summary>
    Tier,

    /// <summary>Whether ties are suspended on its day.</summary>
    Suspension,

    /// <summary>Whether it is deliberately not marked.</summary>
    Waiver,
}

/// <summary>One anniversary before and after one event.</summary>
/// <param name="Fact">The fact's number.</param>
/// <param name="Old">Null when there was none.</param>
/// <param name="New">Null when there is none any more.</param>
public sealed record AnniversaryChange(Trace Cause, int Fact, Anniversary? Old, Anniversary? New, IReadOnlyList<ChangeKind> Kinds)
{
    /// <summary>As it is since, or was last.</summary>
    public Anniversary Anniversary => (New ?? Old)!;

    public ChangeKey Key => new(Cause.Number, Fact, Anniversary.Number);
}

/// <summary>Where a page of changes ends.</summary>
/// <param name="Number">The public number of the event.</param>
/// <param name="Fact">The fact's number.</param>
/// <param name="N">Of years.</param>
public readonly record struct ChangeKey(long Number, int Fact, int N);

public static class ChangeQueries
{
    /// <summary>What the events recorded from one instant to before another changed, by event, fact and number.</summary>
    /// <param name="within">Range and filters of the anniversaries; those that passed them before or pass them since.</param>
    /// <param name="after">Only those behind this one.</param>
    public static IEnumerable<AnniversaryChange> Changes(this Almanac almanac, Instant from, Instant to, AnniversaryQuery within, ChangeKey? after = null)
    {
        // One event may change very many facts under the same two settings.
        var (before, since) = (new Seen(almanac), new Seen(almanac));
        foreach (var step in Steps(almanac, from, to, after?.Number ?? 0))
        {
            if ((after is { } key && (step.Cause.Number, step.Fact).CompareTo((key.Number, key.Fact)) < 0) || !Concerns(within, step.New))
            {
                continue;
            }

            foreach (var change in Of(before.In(step.Before), since.In(step.After), step, within))
            {
                if (after is null || (change.Key.Number, change.Key.Fact, change.Key.N).CompareTo((after.Value.Number, after.Value.Fact, after.Value.N)) > 0)
                {
                    yield return change;
                }
            }
        }
    }

    /// <summary>An instant behind which at most so many events about facts were recorded, and so many changes made.</summary>
    public static Instant Behind(this Almanac almanac, int most)
    {
        var (traces, changes) = (almanac.Traces.Count - most, almanac.Journal.Length - most);
        return Instant.Max(
            traces < 1 ? Instant.MinValue : Instant.FromUnixTimeTicks(almanac.Traces[traces - 1].Ticks) + Duration.Epsilon,
            changes < 1 ? Instant.MinValue : almanac.Journal.Span[changes - 1].At + Duration.Epsilon);
    }

    /// <summary>The almanac under the setting that was asked for last.</summary>
    private sealed class Seen(Almanac almanac)
    {
        private (Setting Setting, Almanac Almanac)? _last;

        public Almanac In(Setting setting)
        {
            if (_last is not { } last || !ReferenceEquals(setting, last.Setting))
            {
                _last = last = (setting, almanac.In(setting));
            }

            return last.Almanac;
        }
    }

    /// <summary>One fact before and after one event; <paramref name="Old"/> is null for the event that stated it.</summary>
    private sealed record Step(Trace Cause, int Fact, Fact? Old, Fact New, Setting Before, Setting After);

    // Facts that were stated, from their traces, and what changed of them, from the journal: both are in the order of events.
    private static IEnumerable<Step> Steps(Almanac almanac, Instant from, Instant to, long number)
    {
        var (trace, change) = (
            First(almanac.Traces.Count, i => Instant.FromUnixTimeTicks(almanac.Traces[i].Ticks) >= from && almanac.Traces[i].Number >= number),
            First(almanac.Journal.Length, i => almanac.Journal.Span[i].At >= from && almanac.Journal.Span[i].Cause.Number >= number));
        var ofEvent = new List<Step>();
        while (true)
        {
            var next = Math.Min(
                trace < almanac.Traces.Count ? almanac.Traces[trace].Number : long.MaxValue,
                change < almanac.Journal.Length ? almanac.Journal.Span[change].Cause.Number : long.MaxValue);
            if (next == long.MaxValue)
            {
                yield break;
            }

            // Nearly every event changes one fact; of several the order is that of their numbers.
            ofEvent.Clear();
            for (; trace < almanac.Traces.Count && almanac.Traces[trace].Number == next; trace++)
            {
                if (almanac.Traces[trace] is { Previous: < 0 } stated)
                {
                    var (fact, setting) = almanac.AsStated(stated.Fact);
                    ofEvent.Add(new Step(stated.Trace, stated.Fact, null, fact, setting, setting));
                }
            }

            for (; change < almanac.Journal.Length && almanac.Journal.Span[change] is var made && made.Cause.Number == next; change++)
            {
                ofEvent.Add(new Step(made.Cause, made.Fact, made.Old, made.New, made.Before, made.After));
            }

            if (ofEvent.Count > 1)
            {
                ofEvent = [.. ofEvent.GroupBy(step => step.Fact).OrderBy(steps => steps.Key).Select(steps => steps.First() with { New = steps.Last().New, After = steps.Last().After })];
            }

            foreach (var step in ofEvent)
            {
                if (step.Cause.At >= to)
                {
                    yield break;
                }

                yield return step;
            }
        }
    }

    private static IEnumerable<AnniversaryChange> Of(Almanac before, Almanac after, Step step, AnniversaryQuery within)
    {
        var numbers = new SortedSet<int>();
        for (var year = within.From.Year; year <= within.To.PlusDays(-1).Year; year++)
        {
            numbers.Add(Number(step.New, year));
            numbers.Add(Number(step.Old ?? step.New, year));
        }

        foreach (var n in numbers)
        {
            var (old, now) = (step.Old is null ? null : Anniversary.Of(before, step.Old, n), Anniversary.Of(after, step.New, n));
            var (passed, passes) = (Passes(old, within), Passes(now, within));
            if ((passed || passes) && Kinds(old, now) is { Count: > 0 } kinds)
            {
                yield return new AnniversaryChange(step.Cause, step.Fact, old, now, kinds);
            }
            else if (passed != passes)
            {
                // It is what it was; a partner has joined or left a group that is asked for.
                yield return new AnniversaryChange(step.Cause, step.Fact, passed ? old : null, passes ? now : null, [passes ? ChangeKind.Added : ChangeKind.Removed]);
            }
        }
    }

    // Whose facts are asked for is known before any anniversary is made: a fact's parties and kind never change.
    private static bool Concerns(AnniversaryQuery within, Fact fact) =>
        (within.Parties.IsEmpty || within.Parties.Any(fact.Parties.Contains)) && (within.Kinds.IsEmpty ? fact.Day is null : within.Kinds.Contains(fact.Kind));

    private static int Number(Fact fact, int year) => fact.Day is null ? year - fact.On.Year : year;

    private static bool Passes(Anniversary? x, AnniversaryQuery within) =>
        x is not null && x.Date.Last >= within.From && x.Date.First < within.To && within.Matches(x);

    private static List<ChangeKind> Kinds(Anniversary? old, Anniversary? now)
    {
        var kinds = new List<ChangeKind>();
        if (old is null || now is null)
        {
            Add(ChangeKind.Added, now is not null);
            Add(ChangeKind.Removed, old is not null);
            return kinds;
        }

        Add(ChangeKind.Moved, old.Date != now.Date);
        Add(ChangeKind.Retitled, old.Title != now.Title);
        Add(ChangeKind.Confidence, old.Fact.Confidence != now.Fact.Confidence);
        Add(ChangeKind.Tier, old.Tier != now.Tier);
        Add(ChangeKind.Suspension, old.IsSuspended != now.IsSuspended);
        Add(ChangeKind.Waiver, old.IsWaived != now.IsWaived);
        return kinds;

        void Add(ChangeKind kind, bool holds)
        {
            if (holds)
            {
                kinds.Add(kind);
            }
        }
    }

    // The first place from which on a condition holds.
    private static int First(int count, Func<int, bool> holds)
    {
        var (from, to) = (0, count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = holds(middle) ? (from, middle) : (middle + 1, to);
        }

        return from;
    }
}
