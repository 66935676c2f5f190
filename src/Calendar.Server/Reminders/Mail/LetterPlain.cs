using System.Globalization;
using System.Text;
using Calendar.Reminders;

namespace Calendar.Server.Reminders.Mail;

/// <summary>A letter as text: lines of 72 characters, every address on a line of its own so that no mail program cuts it.</summary>
internal sealed class LetterPlain
{
    private const int _width = 72;

    private readonly StringBuilder _text = new();

    private LetterPlain()
    {
    }

    /// <returns>Lines that end in LF.</returns>
    public static string Write(Letter letter)
    {
        var plain = new LetterPlain();
        plain.Paragraphs(letter.Opening);
        foreach (var section in letter.Sections)
        {
            plain.Section(section);
        }

        if (letter.Action is { } action)
        {
            plain.Link(action, "");
            plain.Gap();
        }

        plain.Paragraphs(letter.Closing);
        if (!letter.Footer.IsEmpty)
        {
            plain.Line("---");
            foreach (var link in letter.Footer)
            {
                plain.Link(link, "");
            }
        }

        return plain._text.ToString().TrimEnd('\n') + "\n";
    }

    private void Paragraphs(IEnumerable<string> paragraphs)
    {
        foreach (var paragraph in paragraphs)
        {
            Wrap(paragraph, "", "");
            Gap();
        }
    }

    private void Section(LetterSection section)
    {
        if (section.Heading is { } heading)
        {
            Wrap(heading, "", "");
            Line(new string('-', Math.Min(_width, Length(MailText.Visible(heading)))));
            Gap();
        }

        foreach (var item in section.Items)
        {
            Item(item);
            Gap();
        }
    }

    private void Item(LetterItem item)
    {
        Wrap(item.Title, "* ", "  ");
        foreach (var detail in item.Details)
        {
            Wrap(detail, "  ", "  ");
        }

        if (MailText.Link(item.Url) is { } url)
        {
            Line("  " + url);
        }

        if (item.Action is { } action)
        {
            Link(action, "  ");
        }
    }

    private void Link(LetterLink link, string indent)
    {
        var url = MailText.Link(link.Url);
        Wrap(url is null ? link.Text : link.Text + ":", indent, indent);
        if (url is not null)
        {
            Line(indent + url);
        }
    }

    private void Wrap(string text, string first, string next)
    {
        var line = new StringBuilder(first);
        var (length, isEmpty) = (first.Length, true);
        foreach (var word in MailText.Visible(text).Split(' '))
        {
            var width = Length(word);
            if (!isEmpty && length + 1 + width > _width)
            {
                Line(line.ToString());
                line.Clear().Append(next);
                (length, isEmpty) = (next.Length, true);
            }

            line.Append(isEmpty ? "" : " ").Append(word);
            (length, isEmpty) = (length + width + (isEmpty ? 0 : 1), false);
        }

        Line(line.ToString());
    }

    // As it is counted by eye: a letter with its marks is one.
    private static int Length(string text) => new StringInfo(text).LengthInTextElements;

    private void Line(string line) => _text.Append(line).Append('\n');

    private void Gap() => _text.Append('\n');
}
