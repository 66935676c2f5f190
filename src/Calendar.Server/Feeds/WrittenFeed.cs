using Calendar.Facts;
using Calendar.Feeds;
using NodaTime;

namespace Calendar.Server.Feeds;

/// <summary>A feed in iCalendar, and the entries it was put together from: the next edition shows nearly all of them again.</summary>
/// <param name="Pieces">By start.</param>
internal sealed record WrittenFeed(byte[] Octets, Piece[] Pieces);

/// <summary>An entry of a written feed.</summary>
/// <param name="Fact">What it commemorates; null for one that is not made of a fact as it stands.</param>
internal readonly record struct Piece(LocalDate Start, Fact? Fact, int Number, WrittenEntry Octets);

/// <summary>Goes through an earlier edition beside the entries of the next one, which come by start as well.</summary>
internal sealed class EarlierPieces(WrittenFeed? earlier)
{
    private readonly Piece[] _pieces = earlier?.Pieces ?? [];
    private int _day;
    private int _next;

    /// <summary>What was written of an entry, if its fact is still the same object: see <see cref="WrittenEntries"/>.</summary>
    public WrittenEntry? Find(FeedEntry entry)
    {
        while (_day < _pieces.Length && _pieces[_day].Start < entry.Start)
        {
            _next = ++_day;
        }

        // Mostly the one after the last; else one of the same day.
        if (_next < _pieces.Length && Is(_pieces[_next], entry))
        {
            return _pieces[_next++].Octets;
        }

        for (var i = _day; i < _pieces.Length && _pieces[i].Start == entry.Start; i++)
        {
            if (Is(_pieces[i], entry))
            {
                _next = i + 1;
                return _pieces[i].Octets;
            }
        }

        return null;
    }

    private static bool Is(in Piece piece, FeedEntry entry) =>
        ReferenceEquals(piece.Fact, entry.Anniversary.Fact) && piece.Number == entry.Anniversary.Number && !entry.IsCancelled;
}
