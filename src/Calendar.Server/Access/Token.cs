namespace Calendar.Server.Access;

/// <summary>A bearer token, <c>cal_…</c>.</summary>
internal static class Token
{
    private static readonly Secret _secret = new("cal_");

    public static string New() => _secret.New();

    public static bool IsWellFormed(string token) => _secret.IsWellFormed(token);

    public static byte[] Hash(string token) => Secret.Hash(token);

    /// <summary>The same in hexadecimal digits, as tokens are found in memory.</summary>
    public static string HashText(string token) => HashText(Hash(token));

    public static string HashText(byte[] sha256) => Convert.ToHexString(sha256);
}
