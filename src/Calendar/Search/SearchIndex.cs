using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;

namespace Calendar.Search;

/// <summary>
/// From words to the facts that say them, shared by all snapshots of one fold. Nothing is built while folding: whoever searches first
/// reads all titles, later ones those that have come since. It knows every title a fact has had up to the newest snapshot that was
/// searched, so an older snapshot finds too much rather than too little; facts that were ever retitled are therefore looked at one by one.
/// </summary>
internal sealed class SearchIndex
{
    private readonly Lock _lock = new();
    private readonly ConditionalWeakTable<Party, Wording> _ofParties = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Chunked<Growing<int>> _ofWords = new();
    private readonly IdIndex<Neighbours> _pairs = new();
    private readonly Chunked<Neighbours> _pairKeys = new();
    private readonly Chunked<Growing<int>> _ofPairs = new();
    private readonly Dictionary<(FactKind, PartnershipLevel?), int> _phraseNumbers = [];
    private readonly List<Phrase> _phrases = [];
    private readonly HashSet<int> _retitled = [];
    private readonly Func<int, Neighbours> _pairKey;

    private Growing<int> _retitledOnes;
    private char[] _buffer = [];
    private SearchWords _words = SearchWords.None;

    public SearchIndex() => _pairKey = number => _pairKeys[number];

    public Wording Of(Party party) => _ofParties.GetValue(party, Wording.Of);

    /// <summary>The words of at least everything the almanac holds.</summary>
    public SearchWords Covering(Almanac almanac)
    {
        var words = Volatile.Read(ref _words);
        if (words.Covers(almanac))
        {
            return words;
        }

        lock (_lock)
        {
            if (!_words.Covers(almanac))
            {
                Volatile.Write(ref _words, Extend(almanac));
            }

            return _words;
        }
    }

    private SearchWords Extend(Almanac almanac)
    {
        var (facts, changes) = (_words.Facts, _words.Changes);
        var newWords = new List<(string Word, int Number)>();
        for (; facts < almanac.FactCount; facts++)
        {
            Add(facts, almanac.FactAt(facts), newWords);
        }

        var journal = almanac.Journal.Span;
        for (; changes < journal.Length; changes++)
        {
            var change = journal[changes];
            if (change.Old.Title != change.New.Title)
            {
                Add(change.Fact, change.Old, newWords);
                Add(change.Fact, change.New, newWords);
                _retitledOnes = _retitled.Add(change.Fact) ? _retitledOnes.Add(change.Fact) : _retitledOnes;
            }
        }

        return new SearchWords(
            facts, changes, Merge(_words.Sorted, newWords), _ofWords.Snapshot(), _pairs, _pairKeys.Snapshot(), _ofPairs.Snapshot(), [.. _phrases], _retitledOnes);
    }

    private void Add(int number, Fact fact, List<(string Word, int Number)> newWords)
    {
        if (fact.Title is null)
        {
            AddPhrase(number, fact);
            return;
        }

        var own = Wording.TextOf(fact);
        AddText(number, own.Vi, newWords);
        if (!string.Equals(own.Vi, own.En, StringComparison.Ordinal))
        {
            AddText(number, own.En, newWords);
        }
    }

    // What a kind says by itself is the same for very many facts: kept once.
    private void AddPhrase(int number, Fact fact)
    {
        if (!_phraseNumbers.TryGetValue((fact.Kind, fact.Level), out var phrase))
        {
            _phraseNumbers.Add((fact.Kind, fact.Level), phrase = _phrases.Count);
            _phrases.Add(new Phrase(Wording.Of(fact), default));
        }

        _phrases[phrase] = _phrases[phrase] with { Facts = _phrases[phrase].Facts.Add(number) };
    }

    private void AddText(int number, string text, List<(string Word, int Number)> newWords)
    {
        var folded = SearchText.Fold(text, ref _buffer);
        var numbers = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var previous = -1;
        foreach (var range in folded.Split(' '))
        {
            var span = folded[range];
            if (span.IsEmpty)
            {
                continue;
            }

            if (!numbers.TryGetValue(span, out var word))
            {
                var letters = span.ToString();
                _numbers.Add(letters, word = _ofWords.Add(default));
                newWords.Add((letters, word));
            }

            Post(_ofWords, word, number);
            if (previous >= 0)
            {
                Post(_ofPairs, PairOf(new Neighbours(previous, word)), number);
            }

            previous = word;
        }
    }

    private int PairOf(Neighbours pair)
    {
        var number = _pairs.Find(pair, _pairKeys.Count, _pairKey);
        if (number < 0)
        {
            number = _pairKeys.Add(pair);
            _ofPairs.Add(default);
            _pairs.Add(pair, number, _pairKey);
        }

        return number;
    }

    // A fact often says a word in both languages, or twice.
    private static void Post(Chunked<Growing<int>> postings, int at, int fact)
    {
        var held = postings[at];
        if (held.Count == 0 || held.Items[^1] != fact)
        {
            postings[at] = held.Add(fact);
        }
    }

    private static (string Word, int Number)[] Merge((string Word, int Number)[] held, List<(string Word, int Number)> added)
    {
        if (added.Count == 0)
        {
            return held;
        }

        added.Sort(static (x, y) => string.CompareOrdinal(x.Word, y.Word));
        var merged = new List<(string, int)>(held.Length + added.Count);
        var done = 0;
        foreach (var one in added)
        {
            var at = SearchWords.FirstFrom(held, one.Word);
            merged.AddRange(held.AsSpan(done, at - done));
            merged.Add(one);
            done = at;
        }

        merged.AddRange(held.AsSpan(done));
        return [.. merged];
    }
}

/// <summary>Two words side by side, by their numbers.</summary>
internal readonly record struct Neighbours(int First, int Second);

/// <summary>What facts without a title of their own say by their kind.</summary>
internal readonly record struct Phrase(Wording Wording, Growing<int> Facts);

/// <summary>What a <see cref="SearchIndex"/> knew at one moment. Never changes.</summary>
/// <param name="Facts">So many facts' titles are in it.</param>
/// <param name="Changes">So many changes of the journal.</param>
/// <param name="Sorted">The words, ordinally, with their numbers.</param>
/// <param name="Retitled">Facts that have had more than one title.</param>
internal sealed record SearchWords(
    int Facts,
    int Changes,
    (string Word, int Number)[] Sorted,
    Frozen<Growing<int>> OfWords,
    IdIndex<Neighbours> Pairs,
    Frozen<Neighbours> PairKeys,
    Frozen<Growing<int>> OfPairs,
    ImmutableArray<Phrase> Phrases,
    Growing<int> Retitled)
{
    public static SearchWords None { get; } = new(0, 0, [], new Frozen<Growing<int>>([], 0), new IdIndex<Neighbours>(), new Frozen<Neighbours>([], 0), new Frozen<Growing<int>>([], 0), [], default);

    public bool Covers(Almanac almanac) => Facts >= almanac.FactCount && Changes >= almanac.Journal.Length;

    /// <summary>The facts that say a word that begins so.</summary>
    public IEnumerable<ReadOnlyMemory<int>> WithPrefix(string word)
    {
        for (var i = FirstFrom(Sorted, word); i < Sorted.Length && Sorted[i].Word.StartsWith(word, StringComparison.Ordinal); i++)
        {
            yield return OfWords[Sorted[i].Number].Memory;
        }
    }

    public IEnumerable<ReadOnlyMemory<int>> With(string word) => NumberOf(word) is >= 0 and var number ? [OfWords[number].Memory] : [];

    public IEnumerable<ReadOnlyMemory<int>> With(string first, string second) =>
        Pairs.Find(new Neighbours(NumberOf(first), NumberOf(second)), PairKeys.Count, number => PairKeys[number]) is >= 0 and var pair ? [OfPairs[pair].Memory] : [];

    /// <summary>The place of the first word that does not come before this one.</summary>
    public static int FirstFrom((string Word, int Number)[] sorted, string word)
    {
        var (from, to) = (0, sorted.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = string.CompareOrdinal(sorted[middle].Word, word) < 0 ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    private int NumberOf(string word) =>
        FirstFrom(Sorted, word) is var at && at < Sorted.Length && string.Equals(Sorted[at].Word, word, StringComparison.Ordinal) ? Sorted[at].Number : -1;
}
