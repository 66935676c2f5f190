using System.Text.Json;
using Calendar.Commands;

namespace Calendar.Reminders;

/// <summary>What whoever keeps a webhook says of it.</summary>
/// <param name="Name">What it is for, in the person's own words: one line.</param>
/// <param name="Url">As a request would name it.</param>
public sealed record WebhookDetails(string? Name, string Url);

/// <summary>Reads the bodies of <c>/v1/webhooks</c>.</summary>
public static class WebhookReader
{
    public const int LongestName = 100;

    /// <param name="named">Hosts that may be in any network.</param>
    /// <returns>Null with the errors.</returns>
    public static (WebhookDetails? Webhook, IReadOnlyList<Rejection> Errors) Read(JsonElement body, WebhookHosts named)
    {
        var members = new Members(body, "", []);
        var name = members.OptionalLine("name", LongestName);
        var text = members.String("url", WebhookAddresses.Longest);
        if (!WebhookAddresses.TryRead(text, named, out var url) && text.Length > 0)
        {
            members.Add(
                "malformed-webhook", "/url",
                "Cần một địa chỉ https công khai, không có tên người dùng hay mật khẩu, không phải địa chỉ mạng nội bộ.",
                "A public https address is needed, without a user name or password, and of no private network.");
        }

        members.Done();
        return members.Errors.Count == 0 ? (new WebhookDetails(name, url!), []) : (null, members.Errors);
    }
}
