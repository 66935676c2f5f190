using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Ical;

namespace Calendar.Server.Feeds;

/// <summary>How entries are written, their language apart.</summary>
/// <param name="Alarm">How long before the day a reminder sounds, in whole hours; 0 for none.</param>
internal readonly record struct EntryForm(int Alarm, bool Full);

/// <summary>An entry in iCalendar, in both languages.</summary>
/// <param name="octets">Vietnamese first: one piece of memory to look at.</param>
/// <param name="vi">How much of it.</param>
internal readonly struct WrittenEntry(byte[] octets, int vi)
{
    public int Length(Language language) => language == Language.En ? octets.Length - vi : vi;

    public ReadOnlySpan<byte> In(Language language) => language == Language.En ? octets.AsSpan(vi) : octets.AsSpan(0, vi);
}

/// <summary>Writes entries one by one; serves one thread.</summary>
internal sealed class Pen
{
    private readonly ArrayBufferWriter<byte> _octets = new(2048);
    private readonly IcalWriter _writer;

    public Pen() => _writer = new IcalWriter(_octets);

    public WrittenEntry Write(Func<Language, IcalEntry> entry)
    {
        _octets.ResetWrittenCount();
        Write(entry(Language.Vi));
        var vi = _octets.WrittenCount;
        Write(entry(Language.En));
        return new WrittenEntry(_octets.WrittenSpan.ToArray(), vi);
    }

    private void Write(IcalEntry entry)
    {
        if (entry is VTodo todo)
        {
            _writer.Todo(todo);
        }
        else
        {
            _writer.Event((IcalEvent)entry);
        }
    }
}

/// <summary>
/// Entries that have been written, for all the feeds they stand in. An event that changes what an entry shows makes its fact anew (the fact's
/// revision is the entry's SEQUENCE), so what was written of a fact is good for as long as it is the same object.
/// </summary>
internal sealed class WrittenEntries(Func<FeedEntry, EntryTexts, Language, EntryForm, VEvent> toEvent)
{
    private const long _capacity = 64 << 20;

    private readonly ConcurrentDictionary<EntryForm, ConcurrentDictionary<(Fact Fact, int Number), WrittenEntry>> _forms = new();
    private long _octets;

    public WrittenEntry Get(FeedEntry entry, EntryForm form, Pen pen)
    {
        // A cancelled one is made of what was then and of its fact's revision since; there are few of them.
        if (entry.IsCancelled)
        {
            return Write(entry, form, pen);
        }

        var written = _forms.GetOrAdd(form, static _ => new(SameFact.Instance));
        var key = (entry.Anniversary.Fact, entry.Anniversary.Number);
        if (!written.TryGetValue(key, out var known))
        {
            known = Write(entry, form, pen);
            if (written.TryAdd(key, known) && Interlocked.Add(ref _octets, known.Length(Language.Vi) + known.Length(Language.En)) > _capacity)
            {
                _forms.Clear();
                Interlocked.Exchange(ref _octets, 0);
            }
        }

        return known;
    }

    private WrittenEntry Write(FeedEntry entry, EntryForm form, Pen pen)
    {
        var texts = EntryTexts.Of(entry);
        return pen.Write(language => toEvent(entry, texts, language, form));
    }

    private sealed class SameFact : IEqualityComparer<(Fact Fact, int Number)>
    {
        public static readonly SameFact Instance = new();

        public bool Equals((Fact Fact, int Number) x, (Fact Fact, int Number) y) => ReferenceEquals(x.Fact, y.Fact) && x.Number == y.Number;

        public int GetHashCode((Fact Fact, int Number) key) => (RuntimeHelpers.GetHashCode(key.Fact) * 397) ^ key.Number;
    }
}
