using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Calendar.Search;

/// <summary>How well something fits what is searched for, the best first.</summary>
public enum SearchRank
{
    /// <summary>A party's whole name, alias or code.</summary>
    Name,

    /// <summary>The words, whole, each beside the one it stands beside in the query.</summary>
    InOrder,

    /// <summary>The words, whole.</summary>
    Whole,

    /// <summary>Words that begin so.</summary>
    Prefix,
}

/// <summary>What is searched for: every word begins a word of the fact's own title or of its parties' names.</summary>
public sealed class SearchQuery
{
    public const int MaxLength = 100;
    public const int MaxWords = 16;

    private SearchQuery(ImmutableArray<string> words) => Words = words;

    /// <summary>Folded, at least one.</summary>
    public ImmutableArray<string> Words { get; }

    public string Text => string.Join(' ', Words);

    public static bool TryParse(string text, [NotNullWhen(true)] out SearchQuery? query, [NotNullWhen(false)] out Rejection? why)
    {
        query = null;
        if (text.Length > MaxLength)
        {
            why = Rejection.Invalid(
                "search-too-long", "", $"Chỉ tìm được tối đa {MaxLength} ký tự: hãy rút ngắn.", $"A search has at most {MaxLength} characters: shorten it.");
            return false;
        }

        var words = SearchText.Words(text);
        why = words.Length switch
        {
            0 => Rejection.Invalid(
                "search-without-words", "", "Không có chữ hay số nào để tìm: hãy nhập ít nhất một từ.", "There is no letter or digit to search for: give at least one word."),
            > MaxWords => Rejection.Invalid(
                "search-too-many-words", "", $"Chỉ tìm được tối đa {MaxWords} từ: hãy bỏ bớt.", $"A search has at most {MaxWords} words: leave some out."),
            _ => null,
        };
        query = why is null ? new SearchQuery([.. words]) : null;
        return query is not null;
    }

    /// <summary>How well texts fit; null if they do not.</summary>
    /// <param name="said">All texts that count.</param>
    /// <param name="names">Those of them that are names.</param>
    internal SearchRank? RankOf(IReadOnlyCollection<Wording> said, IReadOnlyCollection<Wording> names)
    {
        if (!Words.All(word => said.Any(texts => texts.HasPrefix(word))))
        {
            return null;
        }

        if (names.Any(texts => texts.Is(Words)))
        {
            return SearchRank.Name;
        }

        if (!Words.All(word => said.Any(texts => texts.Has(word))))
        {
            return SearchRank.Prefix;
        }

        return Neighbours.All(two => said.Any(texts => texts.Has(two.First, two.Second))) ? SearchRank.InOrder : SearchRank.Whole;
    }

    internal IEnumerable<(string First, string Second)> Neighbours => Words.Zip(Words.Skip(1));
}
