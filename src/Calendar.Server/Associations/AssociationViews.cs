using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Server.AsOf;
using Calendar.Server.Planning;

namespace Calendar.Server.Associations;

/// <summary>An association as answers show it. Whether it is reminded is told to those alone who may change that.</summary>
/// <param name="Parent">The union above it.</param>
/// <param name="Zone">An IANA time zone.</param>
internal sealed record AssociationView(
    Slug Association, Text Name, AssociationScope Scope, Slug? Parent, IReadOnlyList<PartyCode> Partners, Language Language, string Zone, bool Closed, Source Source,
    IReadOnlyDictionary<string, string> Links)
{
    /// <summary>Those directly below it; in lists they are told by their own lines.</summary>
    public IReadOnlyList<Slug>? Children { get; init; }

    public bool? Muted { get; init; }

    /// <summary>What it has done and left undone, for those who may see its tasks.</summary>
    public AssociationRecord? Record { get; init; }

    public AsOfView? AsOf { get; init; }

    public static string Address(Slug association) => $"/v1/associations/{association}";

    public static AssociationView Of(Association association)
    {
        var details = association.Details!;
        return new AssociationView(
            association.Slug, details.Name, details.Scope, details.Parent, details.Partners, details.Language, details.Zone, association.IsClosed, details.Source, LinksOf(association));
    }

    /// <summary>With those below it.</summary>
    public static AssociationView Whole(Almanac almanac, Association association) =>
        Of(association) with { Children = [.. almanac.AssociationBook.ChildrenOf(association.Slug).Select(child => child.Slug)] };

    private static SortedDictionary<string, string> LinksOf(Association association)
    {
        var slug = association.Slug;
        var links = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["self"] = Address(slug) };
        if (association.Details!.Parent is { } parent)
        {
            links["parent"] = Address(parent);
        }

        if (!association.Partners.IsEmpty)
        {
            links["anniversaries"] = $"/v1/anniversaries?association={slug}";
            links["feed"] = $"{Feeds.FeedVariant.Path}?association={slug}";
        }

        return links;
    }
}
