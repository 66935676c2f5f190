using NodaTime;

namespace Calendar.Server.Access;

/// <summary>A token as answers show it.</summary>
/// <param name="Id">The actor id, which stands in the log.</param>
/// <param name="Association">The one that it speaks for; absent for every other role.</param>
/// <param name="Expires">Absent for one without an end.</param>
/// <param name="LastUsed">Absent before the first time.</param>
/// <param name="Token">The token itself, in the answer that makes it and never again.</param>
internal sealed record TokenView(
    string Id, Role Role, Slug? Association, string? Label, Instant Created, Instant? Expires, Instant? LastUsed, string? Token)
{
    public static TokenView Of(IssuedToken token, Instant? lastUsed) =>
        new(token.Id, token.Role, token.Association, token.Label, token.Created, token.Expires, lastUsed, null);
}

/// <summary>The body that makes a token, for the OpenAPI document.</summary>
/// <param name="Role">historian, planner, association or admin.</param>
/// <param name="Association">The one that it speaks for; with the role association only.</param>
/// <param name="Label">A note of who has it, at most 100 characters.</param>
/// <param name="Expires">An instant with its offset, or a day, at whose end it expires; within five years.</param>
internal sealed record TokenBody(string Role, Slug? Association, string? Label, string? Expires);
