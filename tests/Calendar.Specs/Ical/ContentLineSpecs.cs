using System.Buffers;
using System.Text;
using Calendar.Ical;

namespace Calendar.Specs.Ical;

public class WhenALineIsFolded
{
    [Theory]
    [InlineData(73)]
    [InlineData(74)]
    [InlineData(75)]
    public void Up_to_75_octets_stay_one_line(int octets) => Assert.Equal(new string('x', octets) + "\r\n", Folded(new string('x', octets)));

    [Fact]
    public void The_76th_octet_begins_a_continuation() =>
        Assert.Equal($"{new string('x', 75)}\r\n x\r\n", Folded(new string('x', 76)));

    [Fact]
    public void A_continuation_holds_74_octets_and_its_space() =>
        Assert.Equal($"{new string('x', 75)}\r\n {new string('x', 74)}\r\n x\r\n", Folded(new string('x', 150)));

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("ệ")]
    [InlineData("😀")]
    public void A_character_at_the_border_is_never_cut(string character)
    {
        for (var before = 70; before <= 160; before++)
        {
            var line = new string('x', before) + character + "tail";
            var lines = IcalReader.PhysicalLines(Encoding.UTF8.GetBytes(Folded(line)));
            Assert.Equal(line, string.Concat(lines.Select((l, i) => i == 0 ? l : l[1..])));
        }
    }

    [Fact]
    public void A_character_that_just_fits_stays_on_its_line() =>
        Assert.StartsWith(new string('x', 71) + "😀\r\n ", Folded(new string('x', 71) + "😀y"), StringComparison.Ordinal);

    [Fact]
    public void Any_line_unfolds_to_itself() => Strings.ForAny(text =>
    {
        var line = Encoding.UTF8.GetBytes(ContentLine.Clean(text).Replace('\n', ' '));
        var folded = Encoding.UTF8.GetBytes(Folded(Encoding.UTF8.GetString(line)));
        IcalReader.PhysicalLines(folded);
        Assert.Equal([.. line, .. "\r\n"u8], ContentLine.Unfold(folded));
    });

    [Fact]
    public void Octets_that_are_no_UTF8_are_folded_all_the_same()
    {
        var output = new ArrayBufferWriter<byte>();
        var line = Enumerable.Repeat((byte)0x80, 1_000).ToArray();
        ContentLine.Fold(line, output);
        Assert.Equal([.. line, .. "\r\n"u8], ContentLine.Unfold(output.WrittenSpan));
    }

    private static string Folded(string line)
    {
        var output = new ArrayBufferWriter<byte>();
        ContentLine.Fold(Encoding.UTF8.GetBytes(line), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

public class WhenLinesAreUnfolded
{
    [Theory]
    [InlineData("A:1\r\n 2\r\nB:3\r\n", "A:12\r\nB:3\r\n")]
    [InlineData("A:1\r\n\t2\r\n", "A:12\r\n")]
    [InlineData("A:1\r\n  2\r\n", "A:1 2\r\n")]
    [InlineData("A:1\r\n \r\n 2\r\n", "A:12\r\n")]
    [InlineData("A:1\n 2", "A:1\n 2")]
    [InlineData("", "")]
    public void Only_a_break_before_white_space_goes(string folded, string unfolded) =>
        Assert.Equal(unfolded, Encoding.UTF8.GetString(ContentLine.Unfold(Encoding.UTF8.GetBytes(folded))));
}

public class WhenTextIsCleaned
{
    [Theory]
    [InlineData("a\rb\nc\r\nd\n\re", "a\nb\nc\nd\n\ne")]
    [InlineData("a\u0085b\u2028c\u2029d", "a\nb\nc\nd")]
    [InlineData("a\0b\u0007c\u007Fd\u0090e", "abcde")]
    [InlineData("tab\tstays", "tab\tstays")]
    [InlineData("Vie\u0323\u0302t", "Việt")]
    [InlineData("e\u0007\u0301", "é")]
    [InlineData("👩‍🌾", "👩‍🌾")]
    public void It_becomes(string text, string clean) => Assert.Equal(clean, ContentLine.Clean(text));

    [Fact] // no InlineData: an attribute cannot hold a lone surrogate
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("lone \uFFFD and \uFFFD, but 😀", ContentLine.Clean("lone \uD83D and \uDE00, but 😀"));

    [Fact] // Unicode reserves it for finding the byte order; to normalise it is an error
    public void What_is_no_character_becomes_the_replacement_character() => Assert.Equal("Việt \uFFFD", ContentLine.Clean("Vie\u0323\u0302t \uFFFE"));

    [Fact]
    public void Clean_text_is_the_same_string()
    {
        const string Text = "Kỷ niệm 60 năm – Việt Nam\nBắc Kạn";
        Assert.Same(Text, ContentLine.Clean(Text));
    }

    [Fact]
    public void Cleaning_twice_changes_nothing_and_gives_form_C() => Strings.ForAny(text =>
    {
        var clean = ContentLine.Clean(text);
        Assert.True(clean.IsNormalized());
        Assert.Equal(clean, ContentLine.Clean(clean));
    });

    [Fact]
    public void Every_character_of_the_plane_is_composed_alone_and_after_a_letter()
    {
        // The writer skips normalisation for characters it knows; here each one is checked against the real thing.
        for (var c = ' '; c < '\uD800'; c++)
        {
            var pair = $"e{c}";
            Assert.True(ContentLine.Clean(pair).IsNormalized(), $"U+{(int)c:X4}");
        }
    }
}

public class WhenTextIsEscaped
{
    [Theory]
    [InlineData(@"a\b;c,d:e""f", @"a\\b\;c\,d:e""f")]
    [InlineData("first\r\nsecond", @"first\nsecond")]
    [InlineData("\u037E is a semicolon", @"\; is a semicolon")]
    [InlineData("😀,😀", @"😀\,😀")]
    [InlineData("", "")]
    public void It_becomes(string text, string value) => Assert.Equal(value, Written(ContentLine.EscapeText, text));

    [Fact]
    public void Any_text_comes_back_clean() => Strings.ForAny(text =>
        Assert.Equal(ContentLine.Clean(text), ContentLine.UnescapeText(Written(ContentLine.EscapeText, text))));

    [Theory]
    [InlineData(@"a\Nb\:c\", "a\nb:c\\")]
    public void Reading_is_lenient(string value, string text) => Assert.Equal(text, ContentLine.UnescapeText(value));

    [Theory]
    [InlineData("Hà Nội, Việt Nam", "Hà Nội/ Việt Nam")]
    [InlineData("a;b\nc\\d", @"a/b c\\d")]
    [InlineData("\u037E\u0301,", "/\u0301/")]
    public void A_category_holds_no_separator(string category, string value) =>
        Assert.Equal(value, Written(ContentLine.EscapeCategory, category));

    internal static string Written(Action<string, IBufferWriter<byte>> write, string text)
    {
        var output = new ArrayBufferWriter<byte>();
        write(text, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

public class WhenAParameterIsEncoded
{
    [Theory]
    [InlineData("vi", "vi")]
    [InlineData("a:b", "\"a:b\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\u037Eb", "\"a;b\"")]
    [InlineData("George \"Babe\" Ruth", "George ^'Babe^' Ruth")]
    [InlineData("a^b\nc", "a^^b^nc")]
    [InlineData("C:\\", "\"C:\\\"")]
    public void It_becomes(string value, string encoded) => Assert.Equal(encoded, WhenTextIsEscaped.Written(ContentLine.EncodeParameter, value));

    [Fact]
    public void Any_value_comes_back_clean() => Strings.ForAny(value =>
        Assert.Equal(ContentLine.Clean(value), ContentLine.DecodeParameter(WhenTextIsEscaped.Written(ContentLine.EncodeParameter, value))));

    [Fact]
    public void An_unknown_escape_is_read_as_it_stands() => Assert.Equal("a^xb^", ContentLine.DecodeParameter("a^xb^"));
}

public class WhenAUriIsWritten
{
    [Fact]
    public void Commas_and_semicolons_stay_and_line_breaks_go() =>
        Assert.Equal(
            "https://example.vn/a,b;c?d=\\eATTENDEE:x",
            WhenTextIsEscaped.Written(ContentLine.WriteUri, "https://example.vn/a,b;c?d=\\e\r\nATTENDEE:x"));
}
