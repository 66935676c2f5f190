using System.Collections.Immutable;
using Calendar.Reminders;
using NodaTime;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>Why nothing is sent to a webhook; the stored name is in snake case.</summary>
internal enum WebhookEnd
{
    /// <summary>It answered 410.</summary>
    Gone,
}

/// <summary>Where an association is told by program.</summary>
/// <param name="Secrets">The current one, then those that it replaced, the newest first.</param>
/// <param name="Disabled">Since when nothing is sent to it.</param>
internal sealed record Webhook(
    Guid Id, Slug Association, WebhookDetails Details, ImmutableArray<WebhookSecret> Secrets, Instant Created, Instant Changed, Instant? Disabled, WebhookEnd? Why)
{
    /// <summary>Those that sign: the current one, and while it is being replaced the former.</summary>
    public IEnumerable<WebhookSecret> SecretsAt(Instant now) => Secrets.Where(secret => !(secret.Expires <= now));
}
