using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Calendar;

/// <summary>A fact's identity, unique in the whole log; UUIDv5 of its line's key when it came from a pack or an import.</summary>
public readonly record struct FactId(Guid Value) : IComparable<FactId>
{
    public static FactId OfKey(string key) => new(Keys.ToGuid(key));

    /// <summary>A UUID, or the key of an import line (keys contain a slash, UUIDs do not).</summary>
    public static bool TryParse(string? text, out FactId id)
    {
        id = new FactId(Keys.TryReadId(text, out var value) ? value : Guid.Empty);
        return id.Value != Guid.Empty;
    }

    /// <summary>The order of the canonical text.</summary>
    public int CompareTo(FactId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D");

    public static bool operator <(FactId left, FactId right) => left.CompareTo(right) < 0;

    public static bool operator >(FactId left, FactId right) => left.CompareTo(right) > 0;

    public static bool operator <=(FactId left, FactId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FactId left, FactId right) => left.CompareTo(right) >= 0;
}

/// <summary>One statement of a fact's date; the claim inside the fact's own event has the FactId's value.</summary>
public readonly record struct ClaimId(Guid Value)
{
    public static ClaimId OfKey(string key) => new(Keys.ToGuid(key));

    public static bool TryParse(string? text, out ClaimId id)
    {
        id = new ClaimId(Keys.TryReadId(text, out var value) ? value : Guid.Empty);
        return id.Value != Guid.Empty;
    }

    public override string ToString() => Value.ToString("D");
}

/// <summary>A party's code (<c>[A-Z0-9]+(-[A-Z0-9]+)*</c>: <c>VN</c>, <c>VN-HN</c>, <c>ASEAN</c>); it stands in stream names for ever.</summary>
public readonly record struct PartyCode : IComparable<PartyCode>
{
    public const int MaxLength = 24;

    private PartyCode(string value) => Value = value;

    public string Value { get; }

    public static PartyCode Of(string text) =>
        TryParse(text, out var code) ? code : throw new FormatException($"'{text}' is not a party code.");

    public static bool TryParse(string? text, out PartyCode code)
    {
        var good = text is { Length: > 0 and <= MaxLength } && Words.Match(text, char.IsAsciiLetterUpper);
        code = good ? new PartyCode(string.IsInterned(text!) ?? text!) : default;
        return good;
    }

    public int CompareTo(PartyCode other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(PartyCode left, PartyCode right) => left.CompareTo(right) < 0;

    public static bool operator >(PartyCode left, PartyCode right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartyCode left, PartyCode right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartyCode left, PartyCode right) => left.CompareTo(right) >= 0;
}

/// <summary>Two different parties in ordinal order: <c>JP~VN</c>.</summary>
public readonly record struct Pair
{
    private Pair(PartyCode a, PartyCode b) => (A, B) = (a, b);

    public PartyCode A { get; }

    public PartyCode B { get; }

    /// <summary>In ordinal order, however they were named. Throws for a party with itself.</summary>
    public static Pair Of(PartyCode x, PartyCode y) => x.CompareTo(y) switch
    {
        < 0 => new Pair(x, y),
        > 0 => new Pair(y, x),
        _ => throw new ArgumentException($"{x} cannot have a relationship with itself.", nameof(y)),
    };

    public static bool TryParse([NotNullWhen(true)] string? text, out Pair pair)
    {
        pair = default;
        var middle = text?.IndexOf('~', StringComparison.Ordinal) ?? -1;
        if (middle < 0 || !PartyCode.TryParse(text![..middle], out var x) || !PartyCode.TryParse(text[(middle + 1)..], out var y) || x == y)
        {
            return false;
        }

        pair = Of(x, y);
        return true;
    }

    public bool Has(PartyCode party) => A == party || B == party;

    public override string ToString() => $"{A}~{B}";
}

/// <summary>A name in lower-case ASCII words, <c>[a-z0-9]+(-[a-z0-9]+)*</c>: <c>paris-1991</c>.</summary>
public readonly record struct Slug
{
    public const int MaxLength = 60;

    private Slug(string value) => Value = value;

    public string Value { get; }

    public static Slug Of(string text) => TryParse(text, out var slug) ? slug : throw new FormatException($"'{text}' is not a name in lower-case words.");

    public static bool TryParse(string? text, out Slug slug)
    {
        var good = text is { Length: > 0 and <= MaxLength } && Words.Match(text, char.IsAsciiLetterLower);
        slug = good ? new Slug(text!) : default;
        return good;
    }

    public override string ToString() => Value;
}

/// <summary>Name-based UUIDs (RFC 9562, version 5) of the unchanging keys of pack and import lines.</summary>
public static class Keys
{
    public const int MaxLength = 200;

    // Made once for this purpose; changing it would give every fact of every pack a new identity.
    private static readonly Guid _namespace = new("6f0d2f0e-3c57-5b8a-9a51-7d1c0f9b2e64");

    public static bool IsKey([NotNullWhen(true)] string? text) =>
        text is { Length: >= 3 and <= MaxLength } && text.Contains('/', StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace);

    public static Guid ToGuid(string key)
    {
        Span<byte> name = stackalloc byte[16 + Encoding.UTF8.GetMaxByteCount(MaxLength)];
        if (key.Length > MaxLength)
        {
            throw new ArgumentException($"A key has at most {MaxLength} characters.", nameof(key));
        }

        _namespace.TryWriteBytes(name, bigEndian: true, out _);
        var length = 16 + Encoding.UTF8.GetBytes(key, name[16..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 9562 defines version 5 by SHA-1; it names, it does not protect.
        SHA1.HashData(name[..length], hash);
#pragma warning restore CA5350
        var versioned = BinaryPrimitives.ReadUInt16BigEndian(hash[6..]) & 0x0fff | 0x5000;
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], (ushort)versioned);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    internal static bool TryReadId(string? text, out Guid value)
    {
        if (Guid.TryParseExact(text, "D", out value))
        {
            return true;
        }

        if (!IsKey(text))
        {
            return false;
        }

        value = ToGuid(text);
        return true;
    }
}

internal static class Words
{
    /// <summary>Whether the text is words of letters and digits with single hyphens between them.</summary>
    public static bool Match(string text, Func<char, bool> isLetter)
    {
        var afterHyphen = true;
        foreach (var c in text)
        {
            if (c == '-' ? afterHyphen : !(isLetter(c) || char.IsAsciiDigit(c)))
            {
                return false;
            }

            afterHyphen = c == '-';
        }

        return !afterHyphen;
    }
}
