using System.Collections.Immutable;

namespace Calendar.Associations;

/// <summary>All associations, as of one position. Never changes.</summary>
public sealed class AssociationBook
{
    private readonly ImmutableSortedDictionary<string, Association> _bySlug;
    private Association[]? _all;
    private ILookup<Slug, Association>? _children;

    private AssociationBook(ImmutableSortedDictionary<string, Association> bySlug) => _bySlug = bySlug;

    public static AssociationBook Empty { get; } = new(ImmutableSortedDictionary.Create<string, Association>(StringComparer.Ordinal));

    /// <summary>Those that are registered, closed ones included, by slug.</summary>
    public IReadOnlyList<Association> All => _all ??= [.. _bySlug.Values.Where(association => association.IsRegistered)];

    /// <summary>The open union above all others.</summary>
    public Association? Umbrella => All.FirstOrDefault(association => association is { IsOpen: true, Details.Scope: AssociationScope.Umbrella });

    /// <summary>One that is registered.</summary>
    public Association? Find(Slug slug) => _bySlug.GetValueOrDefault(slug.Value) is { IsRegistered: true } known ? known : null;

    /// <summary>Those directly below it, by slug; closed ones included.</summary>
    public IEnumerable<Association> ChildrenOf(Slug slug) =>
        (_children ??= All.Where(association => association.Details!.Parent is not null).ToLookup(association => association.Details!.Parent!.Value))[slug];

    /// <summary>Those above it, the nearest first. However the record came about, it ends: nobody stands there twice.</summary>
    public IReadOnlyList<Association> AboveOf(Association association)
    {
        var above = new List<Association>();
        var one = association;
        while (one.Details?.Parent is { } slug && Find(slug) is { } parent && parent.Slug != association.Slug && !above.Contains(parent))
        {
            above.Add(parent);
            one = parent;
        }

        return above;
    }

    /// <summary>How many levels there are from it down, its own counted.</summary>
    internal int LevelsFrom(Slug slug)
    {
        // Level by level; a circle would have no lowest one.
        var (levels, seen) = (0, new HashSet<Slug> { slug });
        for (var level = new List<Slug> { slug }; level.Count > 0; level = [.. level.SelectMany(ChildrenOf).Select(child => child.Slug).Where(seen.Add)])
        {
            levels++;
        }

        return levels;
    }

    internal Association Load(Slug slug) => _bySlug.GetValueOrDefault(slug.Value) ?? Association.Decider(slug).Initial;

    internal AssociationBook With(Association association) => new(_bySlug.SetItem(association.Slug.Value, association));
}
