using System.Text;

namespace Calendar.Server.Tests.Feeds;

/// <summary>Names as people and programs write them: all scripts, composed or not, and whatever has a meaning somewhere on the way.</summary>
internal sealed class AnyName(int seed)
{
    private static readonly string[] _pieces =
    [
        // Vietnamese composed, decomposed, and with its marks in another order than composing has them.
        "Việt Nam", "Hữu nghị", "Viê\u0323t Nam", "Hu\u031B\u0303u nghi\u0323", "e\u0323\u0302", "o\u0309\u031B", "đ", "Ơ\u0301", "ư",

        // Other scripts, from right to left too, jamo that make syllables, and letters that compose to others.
        "Åland", "A\u030A", "\u212B", "\u212A", "Ωmega", "ß", "ﬁ", "Россия", "й", "и\u0306", "Ελλάδα", "日本国", "中华人民共和国", "한국", "\u1112\u1161\u11AB", "ไทย", "ລາວ", "नेपाल", "क\u093C", "العربية", "עברית",
        "\u0627\u0653", "\u05E9\u05C1", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𠀀", "\uF900", "\u0344", "\U0001D15E", "が", "か\u3099", "\u0338", "=\u0338", "\u0301", "\u0323\u0302",

        // Emoji: of one character, of several joined, with skin, of flags and keys.
        "🌉", "👩\u200D🚀", "👨\u200D👩\u200D👧\u200D👦", "👍🏽", "🇻🇳", "🇯🇵", "❤\uFE0F", "1\uFE0F\u20E3", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",

        // Signs of iCalendar, JSON, HTML and addresses, escaped and not.
        ",", ";", ":", "\"", "'", "\\", "^", "%", "=", "&", "<", ">", "/", "?", "#", "|", "`", "$", "\\,", "\\;", "\\\\", "\\N", "\\n", "^n", "^'", "%2C", "%0D%0A", "&amp;", "<b>", "\\u0041", "\u037E", "\uFF0C",
        "BEGIN:VEVENT", "END:VCALENDAR", "UID:1", "\n", "\nEND:VEVENT", "\n ", " ", "  ", "\u00A0", "\u3000", "\u2028", "\u2029",

        // What is not seen: joiners, marks of direction, a byte order mark, a soft hyphen, code points that no character will ever have.
        "\u200B", "\u200C", "\u200D", "\u200E", "\u202E", "\u2066", "\u2069", "\uFEFF", "\u00AD", "\u2060", "\uFDD0", "\U0001FFFE", "\U0010FFFD", "\uE000", "\uFFFD",
        "a", "B", "c d", "0", "1973-09-21", "–", "—", "…", "“”", "«»",
    ];

    private readonly Random _random = new(seed);

    /// <returns>Text that a command takes: of at most 200 characters in any form, not all of it white.</returns>
    public string Next()
    {
        var name = new StringBuilder();
        do
        {
            for (var pieces = _random.Next(1, 12); pieces > 0 && name.Length < 100; pieces--)
            {
                name.Append(_pieces[_random.Next(_pieces.Length)]);
            }
        }
        while (string.IsNullOrWhiteSpace(name.ToString()));

        return name.ToString();
    }
}
