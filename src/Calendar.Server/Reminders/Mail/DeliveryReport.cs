using System.Globalization;
using System.Text.RegularExpressions;
using MimeKit;

namespace Calendar.Server.Reminders.Mail;

/// <summary>What a mail server tells, in a mail of its own, of one that it had taken over (RFC 3464).</summary>
/// <param name="MessageIds">Of the mail that it may be about: of what is returned of it, else what the report names elsewhere.</param>
/// <param name="IsFailed">It came back for good; otherwise it is late, was passed on, or has arrived.</param>
/// <param name="Code">Of the reply that ended it, where there was one.</param>
/// <param name="Answer">What was said, in one line without addresses.</param>
internal sealed partial record DeliveryReport(IReadOnlyList<string> MessageIds, bool IsFailed, int? Code, string Answer)
{
    // Reports have three parts or four, of which the mail that is returned has the most headers.
    private const int _mostHeadersAndParts = 2_000;
    private const int _longestStatus = 64 << 10;
    private const int _longestDiagnostic = 2_000;
    private const int _mostReferences = 20;

    private static readonly ParserOptions _options = new() { MaxMimeDepth = 8 };

    /// <param name="mail">As a mail server hands it to a program: lines that end in LF or CRLF, perhaps behind a line <c>From …</c>.</param>
    /// <returns>Null for what is no report.</returns>
    public static DeliveryReport? Read(byte[] mail)
    {
        try
        {
            new Measure(mail).ReadMessage();
            using var message = new MimeParser(_options, new MemoryStream(mail, writable: false), MimeFormat.Entity, persistent: true).ParseMessage();
            return message.Body is MultipartReport report && report.OfType<MessageDeliveryStatus>().FirstOrDefault() is { Content.Stream.Length: <= _longestStatus } status
                ? Of(message, report, status.StatusGroups)
                : null;
        }
        catch (FormatException)
        {
            // No mail.
            return null;
        }
    }

    // A list behind our one recipient's address has several: where it failed for one of them, not all were told.
    private static DeliveryReport? Of(MimeMessage message, MultipartReport report, HeaderListCollection groups)
    {
        var recipients = groups.Where(group => Word(group["Action"]).Length > 0).ToList();
        if ((recipients.Find(IsFailure) ?? recipients.FirstOrDefault()) is not { } recipient)
        {
            return null;
        }

        var (code, text) = Diagnostic(recipient["Diagnostic-Code"] ?? "");
        var status = Word(recipient["Status"]);
        var answer = Status().IsMatch(status) && !text.StartsWith(status, StringComparison.Ordinal) ? $"{status} {text}" : text;
        return new DeliveryReport(Named(message, report, groups), IsFailure(recipient), code, SmtpAnswers.Line(answer.Length > 0 ? answer : "It came back without a reason."));
    }

    private static bool IsFailure(HeaderList group) => Word(group["Action"]).Equals("failed", StringComparison.OrdinalIgnoreCase);

    // Where nothing is returned, Google names the mail in the status, and others thread the report below it.
    private static IReadOnlyList<string> Named(MimeMessage message, MultipartReport report, HeaderListCollection groups)
    {
        List<string> returned = [.. report.OfType<MessagePart>().Select(part => part.Message?.MessageId).OfType<string>()];
        return returned.Count > 0 ? returned
            : [.. groups.Take(1).Select(group => group["X-Original-Message-ID"]?.Trim(' ', '<', '>')).Append(message.InReplyTo).Concat(message.References.Take(_mostReferences)).OfType<string>()];
    }

    // Behind its type; a reply of several lines has its code in each.
    private static (int? Code, string Text) Diagnostic(string diagnostic)
    {
        var found = Reply().Match(diagnostic[..Math.Min(diagnostic.Length, _longestDiagnostic)]).Groups;
        return (found["code"] is { Success: true, Value: var code } ? int.Parse(code, CultureInfo.InvariantCulture) : null, found["text"].Value.Trim());
    }

    // A comment may follow.
    private static string Word(string? value) => value?.Trim() is { Length: > 0 } text ? text[..(text + " ").AsSpan().IndexOfAny(" \t;(")] : "";

    [GeneratedRegex(@"^\s*([A-Za-z0-9-]+\s*;)?\s*((?<code>[45][0-9]{2})([ -]|$))?(?<text>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Reply();

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Status();

    /// <summary>Counts what a mail is made of and keeps nothing of it: what has a part in every line would be two hundred times as large when it is parsed.</summary>
    private sealed class Measure(byte[] mail) : MimeReader(_options, new MemoryStream(mail, writable: false), MimeFormat.Entity)
    {
        private int _count;

        protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

        protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken) => Count();

        private void Count()
        {
            if (++_count > _mostHeadersAndParts)
            {
                throw new FormatException("A mail of too many parts.");
            }
        }
    }
}
