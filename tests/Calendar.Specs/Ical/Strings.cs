using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs.Ical;

/// <summary>Strings that look for trouble: specials, breaks, controls, lone surrogates, combining marks, all widths of UTF-8.</summary>
internal static class Strings
{
    private static readonly string[] Pieces =
    [
        ",", ";", ":", "\\", "\"", "^", "n", "N", "'", "=", " ", "\t", "\r", "\n", "\r\n", "\0", "\a", "\u001F", "\u007F", "\u0085", "\u009F",
        "\u2028", "\u2029", "\uD800", "\uDC00", "\uFEFF", "\u037E", "\u0301", "e\u0302\u0323", "ệ", "é", "–", "日", "각", "\u1100\u1161", "😀", "👩‍🌾",
        "\U0001D160", "BEGIN:VEVENT", "\r\nATTENDEE:mailto:a@example.org", "Việt Nam", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    public static Arbitrary<string> Any { get; } =
        Gen.Frequency(
            (4, Gen.Elements(Pieces).ArrayOf().Select(string.Concat)),
            (1, ArbMap.Default.GeneratorFor<char>().ArrayOf().Select(c => new string(c))))
        .ToArbitrary();

    public static void ForAny(Action<string> body) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Any, body));
}
