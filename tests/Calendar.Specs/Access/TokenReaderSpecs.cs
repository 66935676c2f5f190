using System.Text.Json;
using Calendar.Access;
using Calendar.Associations;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Access;

public class WhenATokenIsAskedFor
{
    /// <summary>Noon of 1 December 2026 in Ha Noi.</summary>
    private static readonly Moment _now = new(Instant.FromUtc(2026, 12, 1, 5, 0), new LocalDate(2026, 12, 1));

    private static readonly Chronicle _record = Chronicle.Of().With(
        Association("vufo", AssociationScope.Umbrella), Association("hufo", AssociationScope.Local, "vufo"), new CloseAssociation(SlugOf("hufo"), Because));

    [Fact]
    public void A_role_is_enough() => Assert.Equal(new TokenRequest(Role.Planner, null, null, null), Read("""{"role":"planner"}""").Request);

    [Fact]
    public void That_of_an_association_names_it() => Assert.Equal(
        new TokenRequest(Role.Association, SlugOf("vufo"), "Chị Hoa, văn phòng", Instant.FromUtc(2027, 12, 31, 17, 0)),
        Read("""{"role":"association","association":"vufo","label":" Chị Hoa, văn phòng ","expires":"2027-12-31"}""").Request);

    [Theory]
    [InlineData("2026-12-01", "2026-12-01T17:00:00Z")] // works to the end of the day in Ha Noi
    [InlineData("2031-12-01", "2031-12-01T17:00:00Z")]
    [InlineData("2026-12-01T05:00:01Z", "2026-12-01T05:00:01Z")]
    [InlineData("2026-12-01T12:00:01+07:00", "2026-12-01T05:00:01Z")]
    public void A_day_means_its_end_and_an_instant_itself(string expires, string instant) => Assert.Equal(
        NodaTime.Text.InstantPattern.General.Parse(instant).Value, Read($$"""{"role":"admin","expires":"{{expires}}"}""").Request!.Expires);

    [Theory]
    [InlineData("""{}""", "member-required", "/role")]
    [InlineData("""{"role":"king"}""", "unknown-value", "/role")]
    [InlineData("""{"role":"pack"}""", "unknown-value", "/role")]
    [InlineData("""{"role":"round"}""", "unknown-value", "/role")]
    [InlineData("""{"role":7}""", "string-expected", "/role")]
    [InlineData("""{"role":"association"}""", "member-required", "/association")]
    [InlineData("""{"role":"association","association":"Vufo"}""", "malformed-association", "/association")]
    [InlineData("""{"role":"association","association":"nobody"}""", "unknown-association", "/association")]
    [InlineData("""{"role":"association","association":"hufo"}""", "association-closed", "/association")]
    [InlineData("""{"role":"planner","association":"vufo"}""", "member-not-for-role", "/association")]
    [InlineData("""{"role":"planner","label":""}""", "text-length", "/label")]
    [InlineData("""{"role":"planner","label":"a\nb"}""", "one-line", "/label")]
    [InlineData("""{"role":"planner","expires":"2026-11-30"}""", "in-the-past", "/expires")]
    [InlineData("""{"role":"planner","expires":"2026-12-01T05:00:00Z"}""", "in-the-past", "/expires")]
    [InlineData("""{"role":"planner","expires":"2031-12-02"}""", "too-far-ahead", "/expires")]
    [InlineData("""{"role":"planner","expires":"9999-12-31"}""", "malformed-instant", "/expires")]
    [InlineData("""{"role":"planner","expires":"2027-13"}""", "malformed-instant", "/expires")]
    [InlineData("""{"role":"planner","scope":"all"}""", "unknown-member", "/scope")]
    [InlineData("""[]""", "object-expected", "")]
    public void What_cannot_be_is_named(string json, string code, string pointer) =>
        Assert.Contains(Read(json).Errors, error => (error.Code, error.Pointer) == (code, pointer));

    [Fact]
    public void A_label_is_no_letter() =>
        Assert.Equal("text-length", Assert.Single(Read($$"""{"role":"planner","label":"{{new string('x', TokenReader.LongestLabel + 1)}}"}""").Errors).Code);

    private static (TokenRequest? Request, IReadOnlyList<Rejection> Errors) Read(string json) =>
        TokenReader.Read(JsonElement.Parse(json), _record.Now, _now, Chronicle.Zone);
}
