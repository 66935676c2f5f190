using System.Collections.Concurrent;
using NodaTime;

namespace Calendar.Server.Access;

/// <summary>A token in memory, with when it was last used here.</summary>
internal sealed class HeldToken(IssuedToken current)
{
    private volatile IssuedToken _current = current;
    private long _used;

    public IssuedToken Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>When it was last used, here or elsewhere; whole seconds. Null before the first time.</summary>
    public Instant? LastUsed => NotStored ?? Current.LastUsed;

    /// <summary>The last use here, if that is later than what is stored.</summary>
    public Instant? NotStored => Interlocked.Read(ref _used) is var used and not 0 && Instant.FromUnixTimeSeconds(used) is var at && !(at <= Current.LastUsed) ? at : null;

    public void Use(Instant now) => Interlocked.Exchange(ref _used, now.ToUnixTimeSeconds());
}

/// <summary>Every token, in memory: what requests are admitted by. Read by anybody, changed by one at a time.</summary>
internal sealed class TokenBook
{
    private volatile Entries _entries = new();

    public IEnumerable<HeldToken> All => _entries.ById.Values;

    public HeldToken? Find(string id) => _entries.ById.GetValueOrDefault(id);

    public HeldToken? FindByHash(string hash) => _entries.ByHash.GetValueOrDefault(hash);

    /// <summary>Puts in what has changed; what is older than what is held is passed over.</summary>
    public void Apply(IssuedToken changed) => Apply(_entries, changed);

    /// <summary>Holds these and no others; uses that are not stored go on.</summary>
    public void Replace(IReadOnlyList<IssuedToken> all)
    {
        var entries = new Entries();
        foreach (var token in all)
        {
            if (Find(token.Id) is { } held)
            {
                held.Current = token;
                entries.ById[token.Id] = held;
            }

            Apply(entries, token);
        }

        _entries = entries;
    }

    private static void Apply(Entries entries, IssuedToken changed)
    {
        var held = entries.ById.GetOrAdd(changed.Id, static (_, first) => new HeldToken(first), changed);
        if (held.Current.Changed <= changed.Changed)
        {
            held.Current = changed;
        }

        entries.ByHash[changed.Hash] = held;
    }

    private sealed class Entries
    {
        public ConcurrentDictionary<string, HeldToken> ById { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, HeldToken> ByHash { get; } = new(StringComparer.Ordinal);
    }
}
