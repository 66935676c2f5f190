using System.Text;
using Calendar.Server.Reminders.Webhooks;
using NodaTime;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>Signatures as others make them: the example of Standard Webhooks, the rest by Python's hmac.</summary>
public sealed class SigningEvents
{
    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}""", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "0198c0de-0000-7000-8000-000000000000-1", 1796094000, """{"tên":"Hội hữu nghị"}""", "v1,x//CPf+XzHNRyOfaqETVg9UI25r+9dXLWojD+hxPkFg=")]
    public void A_signature_is_that_of_any_other_library(string key, string id, long seconds, string body, string signature) =>
        Assert.Equal(signature, WebhookSecret.Sign([Secret(Convert.FromBase64String(key))], id, Instant.FromUnixTimeSeconds(seconds), Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Two_secrets_sign_apart() => Assert.Equal(
        "v1,x//CPf+XzHNRyOfaqETVg9UI25r+9dXLWojD+hxPkFg= v1,SmHACgtSASHPlSZNBzV0cUcK8MUej1JSusjC9Xd0EHo=",
        WebhookSecret.Sign(
            [Secret(Octets(24)), Secret(Octets(64))], "0198c0de-0000-7000-8000-000000000000-1", Instant.FromUnixTimeSeconds(1796094000), Encoding.UTF8.GetBytes("""{"tên":"Hội hữu nghị"}""")));

    [Fact]
    public void Nothing_is_signed_like_anything_else() =>
        Assert.Equal("v1,M0SN7lQPuaQC/WNqtLmdzeHAtch+GsFQTkXcxqY2udU=", WebhookSecret.Sign([Secret(Octets(64))], "x", Instant.FromUnixTimeSeconds(0), []));

    [Fact]
    public void The_time_is_told_to_the_second() => Assert.Equal(
        WebhookSecret.Sign([Secret(Octets(24))], "x", Instant.FromUnixTimeSeconds(5), []), WebhookSecret.Sign([Secret(Octets(24))], "x", Instant.FromUnixTimeMilliseconds(5_999), []));

    [Fact]
    public void A_new_secret_is_of_the_length_that_is_asked_for_and_no_other_is_like_it()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSecret.Show(WebhookSecret.NewKey())).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(100, secrets.Count);
        Assert.All(secrets, secret => Assert.InRange(Convert.FromBase64String(secret["whsec_".Length..]).Length, 24, 64));
    }

    private static WebhookSecret Secret(byte[] key) => new(key, null);

    private static byte[] Octets(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];
}
