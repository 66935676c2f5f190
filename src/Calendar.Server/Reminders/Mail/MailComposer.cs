using System.Text;
using Calendar.Ical;
using MimeKit;

namespace Calendar.Server.Reminders.Mail;

/// <summary>Makes the message of a mail. Same mail, same octets; lines and characters that every server takes (RFC 5322, 7 bit).</summary>
/// <remarks>
/// The calendar is an attachment beside the two texts, not a third alternative to them: clients that understand text/calendar show it in place of the letter,
/// Outlook as a meeting. As an attachment of the outer multipart it is a file that one opens, in Gmail, Outlook and Apple Mail alike.
/// There is no Precedence (no standard, and some filters count it against a mail; Auto-Submitted says what it should say) and no List-Id: it is no list.
/// </remarks>
internal sealed class MailComposer(MailSender sender)
{
    public MimeMessage Compose(OutgoingMail mail)
    {
        CheckId(mail.Id);
        var letter = mail.Letter;
        var message = new MimeMessage
        {
            MessageId = $"{mail.Id}@{sender.Domain}",
            Date = mail.Date.ToDateTimeOffset(),
            Subject = MailText.OneLine(letter.Subject, MailText.LongestSubject),
            Body = Body(mail),
        };
        message.From.Add(Mailbox(sender));
        message.To.Add(new MailboxAddress(Encoding.UTF8, MailText.OneLine(mail.Name, MailText.LongestName), mail.Address));
        if (sender.ReplyTo is { } replies)
        {
            message.ReplyTo.Add(Mailbox(replies));
        }

        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        message.Headers.Add(HeaderId.ContentLanguage, letter.Language.Name());
        AddUnsubscribe(message.Headers, MailText.Link(mail.Unsubscribe));
        return message;
    }

    /// <summary>As it is sent and written: CRLF.</summary>
    public static FormatOptions Format { get; } = MakeFormat();

    private static FormatOptions MakeFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        return format;
    }

    // RFC 8058 is about https only; without it the address is still good for a click.
    private static void AddUnsubscribe(HeaderList headers, string? link)
    {
        if (link is null)
        {
            return;
        }

        // On its first line: folded before the address, some readers see an empty header.
        var header = new Header(HeaderId.ListUnsubscribe, "");
        header.SetRawValue(Encoding.ASCII.GetBytes($" <{link}>\r\n"));
        headers.Add(header);
        if (link.StartsWith("https:", StringComparison.Ordinal))
        {
            headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
    }

    private static MimeEntity Body(OutgoingMail mail)
    {
        var texts = Multi("alternative", mail.Id, 2, Words("plain", LetterPlain.Write(mail.Letter)), Words("html", LetterHtml.Write(mail.Letter)));
        return mail.Calendar is null ? texts : Multi("mixed", mail.Id, 1, texts, Attached(mail.Calendar, mail.Letter.Language));
    }

    // "=_" stands in no base64 and in no quoted-printable line, so a boundary meets no content.
    private static Multipart Multi(string kind, string id, int depth, params ReadOnlySpan<MimeEntity> parts)
    {
        var multipart = new Multipart(kind) { Boundary = $"=_{depth}_{id}" };
        foreach (var part in parts)
        {
            multipart.Add(part);
        }

        return multipart;
    }

    private static TextPart Words(string kind, string text) =>
        new(kind) { ContentTransferEncoding = ContentEncoding.QuotedPrintable, Text = text.ReplaceLineEndings("\r\n") };

    // base64: the calendar's own line ends arrive as they are. The name stands twice because older Outlooks read the one of the type.
    private static MimePart Attached(ItipMessage calendar, Language language)
    {
        var name = language == Language.En ? "reminder.ics" : "nhac-viec.ics";
        return new MimePart(ContentType.Parse(calendar.MediaType))
        {
            Content = new MimeContent(new MemoryStream(calendar.Body.ToArray())),
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
            ContentType = { Name = name },
        };
    }

    private static MailboxAddress Mailbox(MailSender of) => new(Encoding.UTF8, of.Name, of.Address);

    // It becomes a part of headers, boundaries and a file's name: what an own id is made of, and no more.
    private static void CheckId(string id)
    {
        if (id.Length is 0 or > 60 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') || id[0] == '.' || id[^1] == '.' || id.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException("The id of a mail is at most 60 ASCII letters, digits, hyphens and single dots.", nameof(id));
        }
    }
}
