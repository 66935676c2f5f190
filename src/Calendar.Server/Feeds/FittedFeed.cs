using System.Runtime.InteropServices;

namespace Calendar.Server.Feeds;

/// <summary>Puts entries together to a feed that fits a budget in both languages: whole far years are left out until it does.</summary>
internal static class FittedFeed
{
    /// <param name="pieces">By start.</param>
    /// <param name="lastWhole">The last year of which <paramref name="pieces"/> hold everything.</param>
    /// <param name="years">The last year that the feed ends with, at least and at most.</param>
    /// <param name="frame">Writes the calendar without its entries, told the last year held if later ones were left out.</param>
    /// <returns>Null if it does not fit.</returns>
    public static WrittenFeed? Of(List<Piece> pieces, Language language, int budget, int lastWhole, (int Least, int Most) years, Func<Language, int?, byte[]> frame)
    {
        for (var last = Math.Min(years.Most, lastWhole); last >= years.Least; last--)
        {
            var kept = UpTo(last, pieces);
            int? held = last < years.Most ? last : null;
            var (vi, en) = (frame(Language.Vi, held), frame(Language.En, held));
            if (kept.Length > 0 && Length(kept, Language.Vi) + vi.Length <= budget && Length(kept, Language.En) + en.Length <= budget)
            {
                return new WrittenFeed(Join(language == Language.Vi ? vi : en, kept, language), kept.ToArray());
            }
        }

        return null;
    }

    // Those that begin by the end of a year.
    private static ReadOnlySpan<Piece> UpTo(int last, List<Piece> pieces)
    {
        var kept = CollectionsMarshal.AsSpan(pieces);
        while (kept is [.., { Start.Year: var year }] && year > last)
        {
            kept = kept[..^1];
        }

        return kept;
    }

    private static long Length(ReadOnlySpan<Piece> pieces, Language language)
    {
        var length = 0L;
        foreach (var piece in pieces)
        {
            length += piece.Octets.Length(language);
        }

        return length;
    }

    // The entries come before the last line of what frames them.
    private static byte[] Join(ReadOnlySpan<byte> frame, ReadOnlySpan<Piece> pieces, Language language)
    {
        var feed = GC.AllocateUninitializedArray<byte>(checked((int)(frame.Length + Length(pieces, language))));
        var end = frame.Length - "END:VCALENDAR\r\n".Length;
        frame[..end].CopyTo(feed);
        var rest = feed.AsSpan(end);
        foreach (var piece in pieces)
        {
            var octets = piece.Octets.In(language);
            octets.CopyTo(rest);
            rest = rest[octets.Length..];
        }

        frame[end..].CopyTo(rest);
        return feed;
    }
}
