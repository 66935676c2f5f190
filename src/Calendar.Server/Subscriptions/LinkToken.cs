using System.Buffers.Binary;
using Calendar.Server.Access;

namespace Calendar.Server.Subscriptions;

/// <summary>The secret in a private link, <c>cal_feed_…</c>. It opens one feed and is no bearer token, nor is a bearer token one of these.</summary>
internal static class LinkToken
{
    public const string Prefix = "cal_feed_";

    private static readonly Secret _secret = new(Prefix);

    public static string New() => _secret.New();

    public static bool IsWellFormed(string token) => _secret.IsWellFormed(token);
}

/// <summary>What is kept of a link: the SHA-256 of its token.</summary>
internal readonly record struct LinkHash(UInt128 High, UInt128 Low)
{
    public static LinkHash Of(string token) => Of(Secret.Hash(token));

    /// <param name="sha256">32 octets.</param>
    public static LinkHash Of(ReadOnlySpan<byte> sha256) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(sha256), BinaryPrimitives.ReadUInt128BigEndian(sha256[16..]));
}
