using Calendar.Access;
using NodaTime;

namespace Calendar.Server.Access;

/// <summary>A bearer token as it is kept.</summary>
/// <param name="Id">An opaque actor id, which stands in the log.</param>
/// <param name="Hash">The SHA-256 of the token, in hexadecimal digits.</param>
/// <param name="Association">The one that it speaks for; null for every role but association.</param>
/// <param name="Label">A note of who has it; null without one, and once it is revoked.</param>
/// <param name="CreatedBy">The actor id of who made it; null for one that was made on the machine.</param>
/// <param name="LastUsed">As far as it has been stored.</param>
/// <param name="Changed">Grows with every change, in the order of commits.</param>
internal sealed record IssuedToken(
    string Id, string Hash, Role Role, Slug? Association, string? Label, string? CreatedBy,
    Instant Created, Instant? Expires, Instant? Revoked, Instant? LastUsed, long Changed)
{
    public bool IsLive(Instant now) => Revoked is null && !(Expires <= now);
}

/// <summary>A token to be issued.</summary>
/// <param name="Secret">The token itself, which is shown once and not kept.</param>
internal sealed record NewToken(string Secret, Role Role, Instant Now)
{
    public Slug? Association { get; init; }

    public string? Label { get; init; }

    public Instant? Expires { get; init; }

    public string? CreatedBy { get; init; }

    public static NewToken Of(TokenRequest request, string secret, Instant now) =>
        new(secret, request.Role, now) { Association = request.Association, Label = request.Label, Expires = request.Expires };
}
