using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs;

public class WhenAPartyCodeIsRead
{
    [Theory]
    [InlineData("VN")]
    [InlineData("ASEAN")]
    [InlineData("VN-HN")]
    [InlineData("FR-CHOISYLEROI")]
    [InlineData("G7")]
    [InlineData("A-1-B-2")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWX")]
    public void Words_of_capitals_and_digits_joined_by_hyphens_are_a_code(string text)
    {
        Assert.True(PartyCode.TryParse(text, out var code));
        Assert.Equal(text, code.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vn")]
    [InlineData("VN ")]
    [InlineData("-VN")]
    [InlineData("VN-")]
    [InlineData("VN--HN")]
    [InlineData("VN~JP")]
    [InlineData("VN_HN")]
    [InlineData("ĐN")]
    [InlineData("\uFF36\uFF2E")]
    [InlineData("VN/HN")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXY")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(PartyCode.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PartyCode.Of(text!));
    }
}

public class WhenTwoPartiesArePaired
{
    [Theory]
    [InlineData("JP", "VN", "JP~VN")]
    [InlineData("VN", "JP", "JP~VN")]
    [InlineData("VN-HN", "FR-75", "FR-75~VN-HN")]
    [InlineData("VN", "WPC", "VN~WPC")]
    [InlineData("VN-HN", "VN", "VN~VN-HN")]
    public void They_stand_in_ordinal_order_however_they_were_named(string x, string y, string expected)
    {
        Assert.Equal(expected, Pair.Of(PartyCode.Of(x), PartyCode.Of(y)).ToString());
        Assert.True(Pair.TryParse($"{x}~{y}", out var pair));
        Assert.Equal(expected, pair.ToString());
        Assert.True(pair.Has(PartyCode.Of(x)) && pair.Has(PartyCode.Of(y)) && !pair.Has(PartyCode.Of("LA")));
    }

    [Fact]
    public void A_party_cannot_be_paired_with_itself()
    {
        Assert.False(Pair.TryParse("VN~VN", out _));
        Assert.Throws<ArgumentException>(() => Pair.Of(Given.VN, Given.VN));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("JP")]
    [InlineData("JP-VN")]
    [InlineData("~VN")]
    [InlineData("JP~")]
    [InlineData("JP~LA~VN")]
    [InlineData("jp~vn")]
    [InlineData("JP~ VN")]
    public void Anything_but_two_codes_and_a_tilde_is_refused(string? text) => Assert.False(Pair.TryParse(text, out _));
}

public class WhenASlugIsRead
{
    [Theory]
    [InlineData("paris-1991")]
    [InlineData("unclos")]
    [InlineData("7")]
    public void Words_of_small_letters_and_digits_are_a_slug(string text)
    {
        Assert.True(Slug.TryParse(text, out var slug));
        Assert.Equal(text, slug.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Paris")]
    [InlineData("paris--1991")]
    [InlineData("-paris")]
    [InlineData("paris-")]
    [InlineData("paris 1991")]
    [InlineData("geneve~1954")]
    public void Anything_else_is_refused(string? text) => Assert.False(Slug.TryParse(text, out _));

    [Fact]
    public void It_has_at_most_sixty_characters()
    {
        Assert.True(Slug.TryParse(new string('a', 60), out _));
        Assert.False(Slug.TryParse(new string('a', 61), out _));
    }
}

public class WhenAnIdIsMadeOfAKey
{
    // Changing the namespace would give every fact of every pack a new identity; these two guard it.
    private static readonly Guid _namespace = new("6f0d2f0e-3c57-5b8a-9a51-7d1c0f9b2e64");

    [Fact]
    public void The_computation_it_is_checked_against_gives_the_example_of_RFC_9562() =>
        Assert.Equal(
            new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"),
            Version5(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));

    [Theory]
    [InlineData("vietnam/ties/JP")]
    [InlineData("vietnam/ties/SK/claim/through-czechoslovakia")]
    [InlineData("việt-nam/quan-hệ/Nhật-Bản")]
    [InlineData("a/b")]
    public void It_is_the_version_5_UUID_of_the_key_in_our_namespace(string key)
    {
        Assert.Equal(Version5(_namespace, key), FactId.OfKey(key).Value);
        Assert.Equal(FactId.OfKey(key).Value, ClaimId.OfKey(key).Value);
    }

    [Fact]
    public void The_ids_of_the_shipped_pack_never_change() =>
        Assert.Equal("8a7fdb71-addd-5b09-87d3-9d062d0f90f9", FactId.OfKey("vietnam/ties/JP").ToString());

    [Fact]
    public void The_longest_key_of_the_widest_characters_has_an_id()
    {
        var key = "k/" + new string('ệ', Keys.MaxLength - 2);
        Assert.Equal(Version5(_namespace, key), FactId.OfKey(key).Value);
        Assert.Throws<ArgumentException>(() => FactId.OfKey(key + "x"));
    }

    [Theory]
    [InlineData("vietnam/ties/JP", true)]
    [InlineData("a/b", true)]
    [InlineData("/ab", true)]
    [InlineData("ab", false)]
    [InlineData("a/", false)]
    [InlineData("vietnam-ties-JP", false)]
    [InlineData("vietnam/ties JP", false)]
    [InlineData("vietnam/ties\u00A0JP", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_key_holds_a_slash_and_no_white_space(string? text, bool isKey) => Assert.Equal(isKey, Keys.IsKey(text));

    [Fact]
    public void A_key_has_at_most_two_hundred_characters()
    {
        Assert.True(Keys.IsKey("k/" + new string('x', 198)));
        Assert.False(Keys.IsKey("k/" + new string('x', 199)));
    }

    private static Guid Version5(Guid space, string name)
    {
#pragma warning disable CA5350 // RFC 9562 defines version 5 by SHA-1.
        var hash = SHA1.HashData([.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        var hex = Convert.ToHexStringLower(hash)[..32].ToCharArray();
        hex[12] = '5';
        hex[16] = "89ab"[Convert.ToInt32(hex[16].ToString(), 16) & 3];
        return Guid.ParseExact(new string(hex), "N");
    }
}

public class WhenAFactIsNamed
{
    [Fact]
    public void A_UUID_or_a_key_names_it()
    {
        var id = FactId.OfKey("vietnam/ties/JP");

        Assert.True(FactId.TryParse("vietnam/ties/JP", out var byKey));
        Assert.True(FactId.TryParse(id.ToString(), out var byUuid));
        Assert.True(FactId.TryParse(id.ToString().ToUpperInvariant(), out var byCapitals));
        Assert.Equal([id, id, id], [byKey, byUuid, byCapitals]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("JP")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{6f0d2f0e-3c57-5b8a-9a51-7d1c0f9b2e64}")]
    [InlineData("6f0d2f0e3c575b8a9a517d1c0f9b2e64")]
    public void Nothing_else_does(string? text)
    {
        Assert.False(FactId.TryParse(text, out _));
        Assert.False(ClaimId.TryParse(text, out _));
    }

    [Fact]
    public void The_order_of_ids_is_the_order_of_their_text() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll<Guid, Guid>((x, y) =>
            Math.Sign(new FactId(x).CompareTo(new FactId(y))) == Math.Sign(string.CompareOrdinal(x.ToString(), y.ToString()))));
}
