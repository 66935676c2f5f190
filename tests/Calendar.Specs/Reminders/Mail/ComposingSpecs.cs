using System.Runtime.CompilerServices;
using System.Text;
using Calendar.Reminders;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using Calendar.Specs.Ical;
using MimeKit;

namespace Calendar.Specs.Reminders.Mail;

public class WhenAMailIsComposed
{
    [Theory]
    [InlineData("vi")]
    [InlineData("en")]
    public void It_is_the_file_that_was_read_by_eye(string language)
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Golden", $"mail-{language}.eml");
        var octets = SampleMail.Octets(language == "vi" ? SampleMail.Vietnamese : SampleMail.English);
        if (Environment.GetEnvironmentVariable("CALENDAR_WRITE_GOLDEN") is "1")
        {
            File.WriteAllBytes(path, octets);
        }

        Assert.Equal(File.ReadAllText(path), Encoding.UTF8.GetString(octets));
    }

    [Fact]
    public void The_same_mail_has_the_same_octets() => Assert.Equal(SampleMail.Octets(SampleMail.Vietnamese), SampleMail.Octets(SampleMail.Vietnamese));

    [Fact]
    public void Its_id_is_that_of_the_reminder_and_its_date_is_the_day_it_is_due_however_late_it_leaves()
    {
        var message = SampleMail.Read(SampleMail.Octets(SampleMail.Vietnamese));
        Assert.Equal("0198c1f0-0000-7000-8000-000000000001.1@calendar.example", message.MessageId);
        Assert.Equal(new DateTimeOffset(2033, 3, 14, 1, 0, 0, TimeSpan.Zero), message.Date);
    }

    [Fact]
    public void It_says_whom_it_is_from_and_that_a_machine_wrote_it()
    {
        var message = SampleMail.Read(SampleMail.Octets(SampleMail.Vietnamese));
        Assert.Equal(("Lịch hữu nghị", "nhac-viec@calendar.example"), (message.From.Mailboxes.Single().Name, message.From.Mailboxes.Single().Address));
        Assert.Equal("vanphong@vufo.example", message.ReplyTo.Mailboxes.Single().Address);
        Assert.Equal(("Nguyễn Thị Lan", "lan@hoi-viet-nhat.example"), (message.To.Mailboxes.Single().Name, message.To.Mailboxes.Single().Address));
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Equal("All", message.Headers["X-Auto-Response-Suppress"]);
        Assert.Equal("vi", message.Body!.Headers["Content-Language"]);
        Assert.Null(message.Headers["Precedence"]);
    }

    [Fact]
    public void One_click_ends_it()
    {
        var message = SampleMail.Read(SampleMail.Octets(SampleMail.Vietnamese));
        Assert.Equal("<https://calendar.example/r/unsubscribe?k=abcdefghijklmnopqrstuvwxyz0123456789>", message.Headers["List-Unsubscribe"]);
        Assert.Equal("List-Unsubscribe=One-Click", message.Headers["List-Unsubscribe-Post"]);
    }

    [Fact]
    public void Without_https_it_takes_more_than_one_click()
    {
        var message = SampleMail.Read(SampleMail.Octets(SampleMail.English with { Unsubscribe = "http://127.0.0.1:5080/r/stop" }));
        Assert.Equal("<http://127.0.0.1:5080/r/stop>", message.Headers["List-Unsubscribe"]);
        Assert.Null(message.Headers["List-Unsubscribe-Post"]);
    }

    [Fact]
    public void The_calendar_is_a_file_beside_the_letter_and_its_type_names_the_method()
    {
        var mixed = Assert.IsType<Multipart>(SampleMail.Read(SampleMail.Octets(SampleMail.Vietnamese)).Body);
        var letter = Assert.IsType<MultipartAlternative>(mixed[0]);
        Assert.Equal("multipart/mixed: text/plain text/html", $"{mixed.ContentType.MimeType}: {string.Join(' ', letter.Select(part => part.ContentType.MimeType))}");
        var calendar = Assert.IsAssignableFrom<MimePart>(mixed[1]);
        Assert.Equal(("text/calendar", "PUBLISH", "VEVENT", "nhac-viec.ics", "nhac-viec.ics"),
            (calendar.ContentType.MimeType, calendar.ContentType.Parameters["method"], calendar.ContentType.Parameters["component"], calendar.FileName, calendar.ContentType.Name));
        Assert.Equal("attachment", calendar.ContentDisposition?.Disposition);
        using var body = new MemoryStream();
        calendar.Content!.DecodeTo(body);
        Assert.Equal(SampleMail.Vietnamese.Calendar!.Body.ToArray(), body.ToArray());
    }

    [Fact]
    public void Without_a_calendar_it_is_the_two_texts() =>
        Assert.IsType<MultipartAlternative>(SampleMail.Read(SampleMail.Octets(SampleMail.English with { Calendar = null })).Body);

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("../up")]
    [InlineData(".hidden")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a\r\nBcc: b")]
    [InlineData("0198c1f0-0000-7000-8000-000000000001.10198c1f0-0000-7000-8000-000000000001")]
    public void An_id_that_would_not_fit_a_header_or_a_file_name_is_a_mistake_of_ours(string id) =>
        Assert.Throws<ArgumentException>(() => SampleMail.Octets(SampleMail.English with { Id = id }));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

public class WhenWordsInAMailAreHostile
{
    private static readonly string _names = string.Join(' ', SampleMail.Read(SampleMail.Octets(SampleMail.Vietnamese)).Headers.Select(header => header.Field));

    [Theory]
    [InlineData("Lan\r\nBcc: all@example.org")]
    [InlineData("Lan\nBcc: all@example.org")]
    [InlineData("Lan\rBcc: all@example.org")]
    [InlineData("Lan\r\n\r\n<html>")]
    [InlineData("Lan\0Bcc: all@example.org")]
    [InlineData("Lan\u2028Bcc: all@example.org\u2029x\u0085y")]
    [InlineData("\u202Egro.elpmaxe@nal\u202C \u2066x\u2069")]
    [InlineData("Lan <all@example.org>, \"B\" <b@example.org>")]
    [InlineData("\"; Lan\\")]
    [InlineData("=?utf-8?q?Lan=0D=0ABcc:_all=40example.org?=")]
    [InlineData("\uD800Lan\uDC00")]
    public void No_header_and_no_recipient_comes_in(string words) => Check(words);

    [Fact]
    public void Ten_thousand_letters_are_cut()
    {
        Check(new string('ệ', 10_000));
        Check("e" + new string('\u0301', 10_000));
        Check(string.Concat(Enumerable.Repeat("Bcc: all@example.org ", 500)));
        Check(string.Concat(Enumerable.Repeat("👩‍🌾", 1_000)));
    }

    [Fact]
    public void Whatever_the_words_are() => Strings.ForAny(Check);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("ftp://example.org/x")]
    [InlineData("/relative")]
    [InlineData("")]
    [InlineData("https://user:secret@example.org/")]
    public void What_is_no_web_address_is_no_link(string url)
    {
        var message = SampleMail.Read(SampleMail.Octets(Everywhere("words", url)));
        Assert.Null(message.Headers["List-Unsubscribe"]);
        Assert.DoesNotContain("href", message.HtmlBody, StringComparison.Ordinal);
        Assert.True(url.Length == 0 || !message.TextBody!.Contains(url, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://example.org/a>\r\nBcc: x@example.org", "https://example.org/a%3E%0D%0ABcc:%20x@example.org")]
    [InlineData("https://example.org:8443/a?b=c&d=e#f", "https://example.org:8443/a?b=c&d=e#f")]
    [InlineData("https://example.org/\"onclick=\"x", "https://example.org/%22onclick=%22x")]
    [InlineData("https://bücher.example/đường?q=ă&x=<", "https://xn--bcher-kva.example/%C4%91%C6%B0%E1%BB%9Dng?q=%C4%83&x=%3C")]
    public void A_web_address_is_written_in_its_own_letters(string url, string written)
    {
        var message = SampleMail.Read(SampleMail.Octets(Everywhere("words", url)));
        Assert.Equal($"<{written}>", message.Headers["List-Unsubscribe"]);
        Assert.Contains("\n" + written, message.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"href=\"{System.Net.WebUtility.HtmlEncode(written)}\"", message.HtmlBody!.Replace("&#x2B;", "+", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Markup_is_words()
    {
        var html = SampleMail.Read(SampleMail.Octets(Everywhere("<script>alert('x')</script><img src=x onerror=y>&amp;\"", "https://example.org/"))).HtmlBody;
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&amp;amp;", html, StringComparison.Ordinal);
    }

    private static OutgoingMail Everywhere(string words, string url) => SampleMail.Vietnamese with
    {
        Name = words,
        Unsubscribe = url,
        Letter = new Letter(Language.Vi, words, [words], [new(words, [new(words, [words], url, new(words, url))])], [words]) { Action = new(words, url), Footer = [new(words, url)] },
    };

    private static void Check(string words)
    {
        var octets = SampleMail.Octets(Everywhere(words, "https://calendar.example/" + Uri.EscapeDataString(words.Length > 100 ? "x" : Scalar(words))));
        var lines = Encoding.Latin1.GetString(octets).Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= 998 && line.All(c => c is '\t' or >= ' ' and <= '~'), line));
        var message = SampleMail.Read(octets);
        Assert.Equal(_names, string.Join(' ', message.Headers.Select(header => header.Field)));
        var to = Assert.IsType<MailboxAddress>(Assert.Single(message.To));
        Assert.Equal("lan@hoi-viet-nhat.example", to.Address);

        // A word that no line holds may come back with a blank at the fold.
        Assert.Equal(Unspaced(MailText.OneLine(words, MailText.LongestName)), Unspaced(to.Name ?? ""));
        Assert.Equal(Unspaced(MailText.OneLine(words, MailText.LongestSubject)), Unspaced(message.Subject!));
        Assert.DoesNotContain((to.Name ?? "") + message.Subject, c => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
    }

    private static string Unspaced(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    private static string Scalar(string words) => string.Concat(words.EnumerateRunes());
}
