using System.Security.Cryptography;
using System.Text;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>What a signed link opens.</summary>
internal enum LinkPurpose
{
    /// <summary>Says that the recipient of a reminder knows; of a reminder.</summary>
    Acknowledge = 'a',

    /// <summary>Stops the mails to a contact.</summary>
    Unsubscribe = 'u',

    /// <summary>Shows what was sent to a contact.</summary>
    History = 'h',
}

/// <summary>
/// Links that open one thing to whoever has them, without a token: <c>/r/cal_mail_</c>, then the purpose, a UUID and an HMAC-SHA256 over both, cut to
/// 160 bits, in hexadecimal digits. They are good for as long as what they name exists.
/// </summary>
internal sealed class SignedLinks(Settings settings, NpgsqlDataSource source, CivilClock clock)
{
    public const string Prefix = "cal_mail_";

    private const int _idLength = 32;
    private const int _signatureLength = 40;
    private static readonly Duration _betweenLooks = Duration.FromSeconds(5);

    private byte[][] _keys = [];
    private Instant _looked;

    /// <summary>An absolute address.</summary>
    public async ValueTask<string> MakeAsync(LinkPurpose purpose, Guid id, CancellationToken ct)
    {
        var keys = await KeysAsync(isKnown: true, ct);
        var about = Written(purpose, id);
        return $"{settings.PublicUrl}/r/{Prefix}{about}{Sign(keys[0], about)}";
    }

    /// <summary>What a link's token names; null where it is not one of ours.</summary>
    public async ValueTask<(LinkPurpose Purpose, Guid Id)?> ReadAsync(string? token, CancellationToken ct)
    {
        if (token is null || token.Length != Prefix.Length + 1 + _idLength + _signatureLength || !token.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var (about, signature) = (token[Prefix.Length..^_signatureLength], token[^_signatureLength..]);
        var purpose = (LinkPurpose)about[0];
        if (!Enum.IsDefined(purpose) || !Guid.TryParseExact(about.AsSpan(1), "N", out var id) || Written(purpose, id) != about)
        {
            return null;
        }

        // Another key than the one held may have come with a restored database.
        return IsSigned(await KeysAsync(isKnown: true, ct)) || IsSigned(await KeysAsync(isKnown: false, ct)) ? (purpose, id) : null;

        bool IsSigned(byte[][] keys) => Array.Exists(
            keys, key => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(key, about)), Encoding.ASCII.GetBytes(signature)));
    }

    private static string Written(LinkPurpose purpose, Guid id) => (char)purpose + id.ToString("N");

    private static string Sign(byte[] key, string about) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Prefix + about)))[.._signatureLength];

    private async ValueTask<byte[][]> KeysAsync(bool isKnown, CancellationToken ct)
    {
        var known = Volatile.Read(ref _keys);
        if (known.Length > 0 && (isKnown || clock.Now - _looked < _betweenLooks))
        {
            return known;
        }

        _looked = clock.Now;
        await using var command = source.CreateCommand("select key from calendar.link_keys order by created desc, key");
        var keys = new List<byte[]>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            keys.Add(reader.GetFieldValue<byte[]>(0));
        }

        Volatile.Write(ref _keys, [.. keys]);
        return _keys;
    }
}
