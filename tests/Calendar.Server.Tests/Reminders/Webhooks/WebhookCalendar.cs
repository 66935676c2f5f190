using System.Net;
using System.Text;
using Calendar.Reminders;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Webhooks;
using Calendar.Server.Tests.Associations;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>A calendar that may send events to this machine at its IPv4 address, for all the tests of webhooks.</summary>
public sealed class WebhookCalendar : IAsyncLifetime
{
    private int _associations;

    public CalendarService Service { get; private set; } = null!;

    internal WebhookTable Table => Service.Services.GetRequiredService<WebhookTable>();

    public async Task InitializeAsync() =>
        Service = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.Nothing), settings => settings with { WebhookHosts = Named("127.0.0.1") });

    public async Task DisposeAsync() => await Service.DisposeAsync();

    /// <summary>An association that no other test knows.</summary>
    public async Task<string> AssociationAsync()
    {
        var slug = $"hooked-{Interlocked.Increment(ref _associations)}";
        (await Service.PutAsync("/v1/associations/" + slug, KeepingAssociations.Body(slug, "local"))).Is(201);
        return slug;
    }

    /// <summary>A webhook of an association of its own, stored without looking at its address.</summary>
    internal async Task<Webhook> WebhookAsync(string url)
    {
        var added = await Table.AddAsync(
            Guid.CreateVersion7(), Slug.Of(await AssociationAsync()), new WebhookDetails(null, url), WebhookSecret.NewKey(), FixedClock.Start, null, Service.Soon);
        return Assert.IsType<WebhookOutcome.Done>(added).Webhook;
    }

    /// <param name="named">As in CALENDAR_WEBHOOK_HOSTS.</param>
    internal WebhookChannel Channel(string named = "127.0.0.1", Resolve? resolve = null, TimeSpan? whole = null, FixedClock? clock = null) => new(
        Table, new CivilClock(clock ?? Service.Clock, Service.Services.GetRequiredService<CivilClock>().Zone),
        Service.Services.GetRequiredService<Settings>() with { WebhookHosts = Named(named) }, new AttemptLimits(whole ?? TimeSpan.FromSeconds(30)), resolve ?? Dns.GetHostAddressesAsync);

    /// <summary>One attempt.</summary>
    /// <param name="over">Null for the usual channel.</param>
    internal async Task<Calendar.Server.Reminders.Outcome> SendAsync(Webhook webhook, WebhookChannel? over = null)
    {
        using var channel = over ?? Channel();
        return await channel.SendAsync(EventFor(webhook), Open, Service.Soon);
    }

    internal static OutgoingEvent EventFor(Webhook webhook, string id = "0198c0de-0000-7000-8000-000000000000.1") => new(
        id, webhook.Id, "calendar.reminder.task", "/v1/tasks/cadence-2027/annual-review", Encoding.UTF8.GetBytes("""{"title":"Tổng kết"}"""), FixedClock.Start);

    internal static Fence Open => _ => ValueTask.FromResult(true);

    internal static WebhookHosts Named(string text) => WebhookHosts.TryParse(text, out var hosts) ? hosts : throw new ArgumentException(text, nameof(text));
}

[CollectionDefinition(Name)]
public sealed class WebhooksCollection : ICollectionFixture<WebhookCalendar>
{
    public const string Name = "webhooks";
}
