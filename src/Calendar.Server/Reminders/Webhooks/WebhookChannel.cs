using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Calendar.Reminders;
using NodaTime.Text;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>Sends events to webhooks: CloudEvents 1.0 in JSON, signed as Standard Webhooks says.</summary>
internal sealed class WebhookChannel : IDisposable
{
    // As Standard Webhooks recommends at most.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private readonly WebhookTable _table;
    private readonly CivilClock _clock;
    private readonly WebhookHosts _named;
    private readonly HttpMessageInvoker _receivers;
    private readonly string _publicUrl;
    private readonly TimeSpan _whole;

    /// <param name="resolve">Null for the system's own.</param>
    public WebhookChannel(WebhookTable table, CivilClock clock, Settings settings, AttemptLimits limits, Resolve? resolve = null)
    {
        (_table, _clock, _named, _publicUrl) = (table, clock, settings.WebhookHosts, settings.PublicUrl);
        _receivers = new HttpMessageInvoker(WebhookConnections.Handler(_named, resolve ?? Dns.GetHostAddressesAsync));
        _whole = limits.Whole < _longest ? limits.Whole : _longest;
    }

    /// <summary>One attempt. A receiver that says it is gone is sent nothing any more.</summary>
    public async Task<Outcome> SendAsync(OutgoingEvent e, Fence fence, CancellationToken ct)
    {
        if (await _table.FindAsync(e.Webhook, ct) is not { Disabled: null } webhook)
        {
            return new Outcome.Withheld("The webhook is disabled or has been removed", IsForGood: true);
        }

        // What is allowed may have changed since it was stored.
        if (!WebhookAddresses.TryRead(webhook.Details.Url, _named, out var url))
        {
            return WebhookAnswers.Unfit;
        }

        using var request = Compose(e, webhook, url);
        if (!await fence(ct))
        {
            return new Outcome.Withheld("Somebody else has taken it over, or it may not go any more");
        }

        var outcome = await AttemptAsync(request, ct);
        if (outcome is Outcome.Refused { IsGone: true })
        {
            await _table.DisableAsync(webhook.Id, webhook.Details.Url, WebhookEnd.Gone, _clock.Now, ct);
        }

        return outcome;
    }

    public void Dispose() => _receivers.Dispose();

    private async Task<Outcome> AttemptAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_whole);
        try
        {
            using var response = await _receivers.SendAsync(request, limit.Token);
            return WebhookAnswers.Of(response, _clock.Now);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return WebhookAnswers.TooSlow;
        }
        catch (HttpRequestException failure)
        {
            return WebhookAnswers.Of(failure);
        }
    }

    private HttpRequestMessage Compose(OutgoingEvent e, Webhook webhook, string url)
    {
        // What is signed is joined with full stops.
        var id = e.Id.Replace('.', '-');
        var body = Body(e, id);
        var now = _clock.Now;
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8") } },
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecret.Sign(webhook.SecretsAt(now), id, now, body.Span));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Calendar", "1"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue($"(+{_publicUrl})"));
        return request;
    }

    private ReadOnlyMemory<byte> Body(OutgoingEvent e, string id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", id);
        json.WriteString("source", _publicUrl);
        json.WriteString("type", e.Type);
        json.WriteString("subject", e.Subject);
        json.WriteString("time", InstantPattern.ExtendedIso.Format(e.Date));
        json.WriteString("datacontenttype", "application/json");
        json.WritePropertyName("data");
        json.WriteRawValue(e.Data.Span);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
