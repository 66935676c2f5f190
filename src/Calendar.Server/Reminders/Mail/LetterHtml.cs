using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Calendar.Reminders;

namespace Calendar.Server.Reminders.Mail;

/// <summary>
/// A letter as HTML that Gmail and Outlook show alike: styles on the elements, a table only where Outlook takes padding from nothing else. No images, nothing
/// from elsewhere, nothing that reports back.
/// </summary>
internal sealed class LetterHtml
{
    private const string _font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;color:#1f2328";

    // Programs that know no media queries keep the light colours of the elements.
    private const string _head = """
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <style>
        :root { color-scheme: light dark; supported-color-schemes: light dark; }
        @media (prefers-color-scheme: dark) {
        body, .page { background: #17181b !important; color: #e8e6e3 !important; }
        .quiet { color: #a3a9b1 !important; }
        .link { color: #ff8fa0 !important; }
        .item { border-color: #ff6b81 !important; }
        .small { border-color: #34373d !important; }
        }
        </style>
        """;

    private static readonly HtmlEncoder _encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _html = new();

    private LetterHtml()
    {
    }

    /// <returns>A whole document; lines end in LF.</returns>
    public static string Write(Letter letter)
    {
        var html = new LetterHtml();
        html.Line($"<!DOCTYPE html>\n<html lang=\"{letter.Language.Name()}\">\n<head>\n{_head}\n<title>{Words(letter.Subject)}</title>\n</head>");
        html.Line($"<body style=\"margin:0;padding:0;background:#ffffff;{_font}\">");
        html.Line($"<div class=\"page\" style=\"max-width:600px;margin:0 auto;padding:24px 16px;{_font}\">");
        html.Paragraphs(letter.Opening, "margin:0 0 16px");
        foreach (var section in letter.Sections)
        {
            html.Section(section);
        }

        if (letter.Action is { } action)
        {
            html.Button(action);
        }

        html.Paragraphs(letter.Closing, "margin:0 0 16px");
        html.Footer(letter.Footer);
        html.Line("</div>\n</body>\n</html>");
        return html._html.ToString();
    }

    private void Paragraphs(ImmutableArray<string> paragraphs, string style)
    {
        foreach (var paragraph in paragraphs)
        {
            Line($"<p style=\"{style}\">{Words(paragraph)}</p>");
        }
    }

    private void Section(LetterSection section)
    {
        if (section.Heading is { } heading)
        {
            Line($"<h2 style=\"margin:24px 0 12px;font-size:18px;line-height:1.3\">{Words(heading)}</h2>");
        }

        foreach (var item in section.Items)
        {
            Item(item);
        }
    }

    private void Item(LetterItem item)
    {
        Line("<div class=\"item\" style=\"margin:0 0 20px;padding:0 0 0 14px;border-left:3px solid #b3122f\">");
        Line($"<p style=\"margin:0;font-weight:600\">{Linked(item.Title, item.Url)}</p>");
        foreach (var detail in item.Details)
        {
            Line($"<p class=\"quiet\" style=\"margin:2px 0 0;font-size:15px;color:#5b636d\">{Words(detail)}</p>");
        }

        if (item.Action is { } action)
        {
            Button(action);
        }

        Line("</div>");
    }

    // The link has the padding so that all of the button is one; Outlook takes it from the cell alone.
    private void Button(LetterLink link)
    {
        if (MailText.Link(link.Url) is not { } url)
        {
            Line($"<p style=\"margin:12px 0\">{Words(link.Text)}</p>");
            return;
        }

        Line("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:12px 0\"><tr><td bgcolor=\"#8c0d24\" style=\"background:#8c0d24;border-radius:6px;mso-padding-alt:10px 18px\">");
        Line($"<a href=\"{Attribute(url)}\" style=\"color:#ffffff;text-decoration:none;font-weight:600;display:inline-block;padding:10px 18px\">{Words(link.Text)}</a>");
        Line("</td></tr></table>");
    }

    private void Footer(ImmutableArray<LetterLink> links)
    {
        if (links.IsEmpty)
        {
            return;
        }

        Line("<div class=\"small\" style=\"margin:24px 0 0;padding:12px 0 0;border-top:1px solid #e3dfd8;font-size:14px\">");
        foreach (var link in links)
        {
            Line($"<p style=\"margin:0 0 4px\">{Linked(link.Text, link.Url)}</p>");
        }

        Line("</div>");
    }

    private static string Linked(string text, string? address) =>
        MailText.Link(address) is { } url ? $"<a class=\"link\" href=\"{Attribute(url)}\" style=\"color:#8c0d24\">{Words(text)}</a>" : Words(text);

    private static string Words(string text) => _encoder.Encode(MailText.Visible(text));

    private static string Attribute(string url) => _encoder.Encode(url);

    private void Line(string line) => _html.Append(line).Append('\n');
}
