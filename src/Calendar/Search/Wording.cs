using System.Collections.Immutable;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Parties;

namespace Calendar.Search;

/// <summary>A few texts as folded words: the names of a party, or what a fact says itself.</summary>
internal sealed class Wording(params IEnumerable<string> texts)
{
    private static readonly Text _nobody = new("", "");

    private readonly string[][] _texts = [.. texts.Select(SearchText.Words)];

    /// <summary>All names ever borne, aliases and the code.</summary>
    public static Wording Of(Party party)
    {
        var borne = party.Facts.Values.Where(fact => fact.Kind == FactKind.PartyRenamed && fact.Withdrawn is null).Select(fact => fact.Title).Prepend(party.Registered?.Name);
        return new Wording([party.Code.Value, .. party.Registered?.Aliases ?? [], .. borne.OfType<Text>().SelectMany(name => new[] { name.Vi, name.En })]);
    }

    public static Wording Of(Pair pair) => new(pair.ToString());

    public static Wording Of(Fact fact)
    {
        var own = TextOf(fact);
        return new Wording(own.Vi, own.En);
    }

    /// <summary>The fact's title as it would be if its parties had no names.</summary>
    public static Text TextOf(Fact fact) => Titles.Of(fact, _nobody);

    /// <summary>Whether a text has a word that begins so.</summary>
    public bool HasPrefix(string word) => Array.Exists(_texts, words => Array.Exists(words, own => own.StartsWith(word, StringComparison.Ordinal)));

    public bool Has(string word) => Array.Exists(_texts, words => words.Contains(word, StringComparer.Ordinal));

    /// <summary>Whether the words stand side by side in a text.</summary>
    public bool Has(string first, string second) =>
        Array.Exists(_texts, words => words.Zip(words.Skip(1)).Contains((first, second)));

    /// <summary>Whether a text is just these words.</summary>
    public bool Is(ImmutableArray<string> words) => Array.Exists(_texts, text => words.SequenceEqual(text, StringComparer.Ordinal));
}
