using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>What a webhook's events are signed with, as Standard Webhooks has it.</summary>
/// <param name="Key">24 to 64 octets. Known to the receiver, so it is kept as it is and shown once.</param>
/// <param name="Expires">When a replaced one ends; null for the current one.</param>
internal sealed record WebhookSecret(byte[] Key, Instant? Expires)
{
    /// <summary>So long a replaced one signs along.</summary>
    public static readonly Duration Overlap = Duration.FromHours(24);

    private const int _length = 32;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(_length);

    /// <summary>As a receiver's library takes it.</summary>
    public static string Show(byte[] key) => "whsec_" + Convert.ToBase64String(key);

    /// <summary>The value of <c>webhook-signature</c>: one signature for each secret; any of them will do for a receiver.</summary>
    /// <param name="id">The value of <c>webhook-id</c>: without a full stop.</param>
    /// <param name="at">The time of the attempt, to the second.</param>
    public static string Sign(IEnumerable<WebhookSecret> secrets, string id, Instant at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret.Key, signed))));
    }
}
