using System.Security.Cryptography;
using System.Text;

namespace Calendar.Server.Access;

/// <summary>
/// A bearer token: <c>cal_</c>, 160 random bits in Crockford's base 32, and a checksum of four characters, so that a mistyped
/// one is refused without asking the table. Only its SHA-256 is kept.
/// </summary>
internal static class Token
{
    private const string _prefix = "cal_";
    private const int _random = 32;
    private const int _check = 4;
    private const string _alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string New()
    {
        var token = _prefix + RandomNumberGenerator.GetString(_alphabet, _random);
        return token + Checksum(token);
    }

    public static bool IsWellFormed(string token) =>
        token.Length == _prefix.Length + _random + _check
        && token.StartsWith(_prefix, StringComparison.Ordinal)
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
