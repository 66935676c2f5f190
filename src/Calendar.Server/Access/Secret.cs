using System.Security.Cryptography;
using System.Text;

namespace Calendar.Server.Access;

/// <summary>
/// How secrets are written: a prefix that tells what they open, 160 random bits in Crockford's base 32, and a checksum of four
/// characters over both, so that a mistyped one is refused without asking the table. Only their SHA-256 is kept.
/// </summary>
internal sealed class Secret(string prefix)
{
    private const int _random = 32;
    private const int _check = 4;
    private const string _alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public string New()
    {
        var token = prefix + RandomNumberGenerator.GetString(_alphabet, _random);
        return token + Checksum(token);
    }

    public bool IsWellFormed(string token) =>
        token.Length == prefix.Length + _random + _check
        && token.StartsWith(prefix, StringComparison.Ordinal)
        && token.EndsWith(Checksum(token[..^_check]), StringComparison.Ordinal);

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string Checksum(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return string.Create(_check, hash, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = _alphabet[from[i] & 31];
            }
        });
    }
}
