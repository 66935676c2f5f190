using Calendar.Facts;
using Calendar.Relationships;
using Calendar.Server.Http;

namespace Calendar.Server.Facts;

/// <summary>
/// The facts of relationships as a table, one row a fact as it stands now: an import makes <c>record_fact</c> of a row (see
/// <see cref="Imports.FactRows"/>). The key is empty: a fact on record has its id, a row that somebody adds gets a key. What a row
/// does not say (other claims, reasons) is in the fact's JSON and in an export of the log.
/// </summary>
internal static class FactTable
{
    public const int MaxRows = 100_000;

    public static Table<Fact> Table { get; } = new("relationship-facts",
    [
        new("key", 12, _ => ""), new("fact", 38, x => x.Id.ToString()), new("relationship", 16, PairOf), new("kind", 22, x => x.Kind.Name()), new("on", 12, x => x.On.ToString()),
        new("title_vi", 60, x => x.Title?.Vi), new("title_en", 60, x => x.Title?.En), new("level", 22, x => x.Level?.Name()), new("in_force", 12, x => x.InForce?.ToString()),
        new("through", 10, x => x.Through?.ToString()), new("ends", 38, x => x.Ends?.ToString()), new("commemorated", 14, x => x.Commemorated),
        new("note_vi", 40, x => x.Note?.Vi), new("note_en", 40, x => x.Note?.En),
        new("citation", 60, x => x.Source.Citation), new("url", 40, x => x.Source.Url), new("confidence", 12, x => x.Confidence.Name()),
        new("withdrawn", 10, x => x.Withdrawn is not null), new("ended", 12, x => x.Ended?.On.ToString()),
    ]);

    private static Cell PairOf(Fact fact) => Relationship.TryParseStream(fact.Stream, out var pair) ? pair.ToString() : "";
}
