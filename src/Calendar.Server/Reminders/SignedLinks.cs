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

/// <param name="Id">Of a reminder or a contact.</param>
internal sealed record SignedLink(LinkPurpose Purpose, Guid Id, string Signature)
{
    /// <summary>As it stands in the token.</summary>
    public string About { get; } = (char)Purpose + Id.ToString("N");
}

/// <summary>
/// Links that open one thing to whoever has them, without a token: <c>/r/cal_mail_</c>, then the purpose, a UUID and an HMAC-SHA256 over both, cut to
/// 160 bits, in hexadecimal digits. They are good for as long as what they name exists; of a contact also the mail address is signed, so that the links
/// of whoever was written to before open nothing of whoever is now.
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
    /// <param name="mail">Of the contact; null where the link is about none.</param>
    public async ValueTask<string> MakeAsync(LinkPurpose purpose, Guid id, string? mail, CancellationToken ct)
    {
        var keys = await KeysAsync(isKnown: true, ct);
        var link = new SignedLink(purpose, id, "");
        return $"{settings.PublicUrl}/r/{Prefix}{link.About}{Sign(keys[0], link, mail)}";
    }

    /// <summary>What a link's token says that it names, whoever has written it; null where it is no such token.</summary>
    public static SignedLink? Read(string? token)
    {
        if (token is null || token.Length != Prefix.Length + 1 + _idLength + _signatureLength || !token.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var (about, signature) = (token[Prefix.Length..^_signatureLength], token[^_signatureLength..]);
        var purpose = (LinkPurpose)about[0];
        if (!Enum.IsDefined(purpose) || !Guid.TryParseExact(about.AsSpan(1), "N", out var id))
        {
            return null;
        }

        var link = new SignedLink(purpose, id, signature);
        return link.About == about ? link : null;
    }

    /// <summary>Whether a link is one of ours.</summary>
    /// <inheritdoc cref="MakeAsync" path="/param"/>
    public async ValueTask<bool> IsOursAsync(SignedLink link, string? mail, CancellationToken ct)
    {
        // Another key than the one held may have come with a restored database.
        return IsSigned(await KeysAsync(isKnown: true, ct)) || IsSigned(await KeysAsync(isKnown: false, ct));

        bool IsSigned(byte[][] keys) => Array.Exists(
            keys, key => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(key, link, mail)), Encoding.UTF8.GetBytes(link.Signature)));
    }

    private static string Sign(byte[] key, SignedLink link, string? mail) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Prefix + link.About + mail?.ToLowerInvariant())))[.._signatureLength];

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
