namespace Calendar.Ical;

/// <summary>
/// One iTIP message as a mail carries it (RFC 5546, RFC 6047): the octets and their media type. Making one checks it.
/// </summary>
/// <remarks>
/// A reader tells the messages about an entry apart by SEQUENCE: an update and a cancellation count higher than what they replace
/// (RFC 5546 section 2.1.4). All of them are whole; there are no partial updates.
/// </remarks>
public sealed class ItipMessage
{
    private ItipMessage(string productId, IcalMethod method, IReadOnlyList<IcalEntry> entries)
    {
        var component = entries is [VTodo, ..] ? "VTODO" : "VEVENT";
        Method = method;
        MediaType = $"text/calendar; charset=utf-8; method={method.ToString().ToUpperInvariant()}; component={component}";
        Body = IcalWriter.Write(new VCalendar(productId)
        {
            Method = method,
            Events = [.. entries.OfType<IcalEvent>()],
            Todos = [.. entries.OfType<VTodo>()],
        });
    }

    /// <summary>What it asks of its reader.</summary>
    public IcalMethod Method { get; }

    /// <summary>The Content-Type, whose <c>method</c> equals METHOD as RFC 6047 section 2.4 demands.</summary>
    public string MediaType { get; }

    /// <summary>The calendar, UTF-8 with CRLF; eight-bit, so a mail encodes it.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>To take note: entries with an organizer and no attendees, all events or all to-dos.</summary>
    /// <exception cref="ArgumentException">An entry lacks what RFC 5546 asks for; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There is no entry.</exception>
    public static ItipMessage Publish(string productId, IReadOnlyList<IcalEntry> entries) => new(productId, IcalMethod.Publish, entries);

    /// <summary>The first invitation.</summary>
    /// <exception cref="ArgumentException">The entry lacks what RFC 5546 asks for; the message names it.</exception>
    public static ItipMessage Request(string productId, IcalEntry entry) => new(productId, IcalMethod.Request, [entry]);

    /// <summary>
    /// The invitation to what has changed since; it takes the place of the one that had the sequence <paramref name="replaced"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The sequence is not higher, or the entry lacks what RFC 5546 asks for; the message names it.
    /// </exception>
    public static ItipMessage Update(string productId, IcalEntry entry, int replaced) =>
        Request(productId, Later(entry, replaced));

    /// <summary>The end of an invitation: the entry, whatever its status, as cancelled; no answer is expected.</summary>
    /// <inheritdoc cref="Update" path="/exception"/>
    public static ItipMessage Cancel(string productId, IcalEntry entry, int replaced)
    {
        var unexpecting = Later(entry, replaced) with { Attendees = [.. entry.Attendees.Select(a => a with { AnswerExpected = false })] };
        return new(productId, IcalMethod.Cancel, [unexpecting switch
        {
            IcalEvent e => e with { Status = EventStatus.Cancelled },
            VTodo t => t with { Status = TodoStatus.Cancelled },
            _ => unexpecting,
        }]);
    }

    private static IcalEntry Later(IcalEntry entry, int replaced) =>
        entry.Sequence > replaced
            ? entry
            : throw new ArgumentException(
                $"The SEQUENCE of {entry.Uid}, {entry.Sequence}, is not above {replaced}, which it replaces.", nameof(entry));
}
