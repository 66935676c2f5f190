using Calendar.Reminders;
using Calendar.Server.Reminders.Mail;

namespace Calendar.Specs.Reminders.Mail;

public class WhenALetterIsWritten
{
    [Fact]
    public void As_text_its_addresses_stand_alone_on_their_lines()
    {
        var lines = LetterPlain.Write(SampleMail.Vietnamese.Letter).Split('\n');
        Assert.Equal(5, lines.Count(line => line.Contains("https://", StringComparison.Ordinal)));
        Assert.All(lines.Where(line => line.Contains("https://", StringComparison.Ordinal)), line => Assert.StartsWith("https://", line.TrimStart(), StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.Length <= 76 || !line.Contains(' ', StringComparison.Ordinal) || line.TrimStart().StartsWith("https:", StringComparison.Ordinal), line));
    }

    [Fact]
    public void As_text_it_can_be_read_alone() =>
        Assert.Equal(
            """
            Dear Anna O'Neill,

            The Viet Nam – Japan friendship association is asked to do this:

            * Send the invitation to the Japanese delegation
              Due Monday, 21 March 2033
              60 years of diplomatic relations, 21 September 2033
              https://calendar.example/anniversaries/jp-vn/60?lang=en&a=b

            I have taken note:
            https://calendar.example/r/ack/0198c1f0?k=xyz

            You get this because you are the association's contact.

            """,
            LetterPlain.Write(SampleMail.English.Letter));

    [Fact]
    public void As_html_it_says_its_language_and_asks_for_nothing_from_elsewhere()
    {
        var html = LetterHtml.Write(SampleMail.Vietnamese.Letter);
        Assert.Contains("<html lang=\"vi\">", html, StringComparison.Ordinal);
        Assert.Contains("Kính gửi chị Nguyễn Thị Lan,", html, StringComparison.Ordinal);
        Assert.All(new[] { "<img", "<script", "<link", "src=", "url(", "@import", "@font-face" }, part => Assert.DoesNotContain(part, html, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_long_word_stays_whole_and_an_empty_letter_is_one()
    {
        var word = new string('x', 200);
        Assert.Equal("a\n" + word + "\nb\n", LetterPlain.Write(new Letter(Language.En, "s", ["a " + word + " b"], [], [])));
        Assert.Equal("\n", LetterPlain.Write(new Letter(Language.En, "s", [], [], [])));
    }
}
