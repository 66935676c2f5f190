using System.Globalization;
using Calendar.Server.Associations;
using Calendar.Server.Reminders;
using Calendar.Server.Tests.Associations;
using Calendar.Server.Tests.Planning;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Reminders;

/// <summary>The calendar of the product with a mail server, for tests that each have associations, contacts and tasks of their own. The clock stands still.</summary>
public sealed class RemindedCalendar : IAsyncLifetime
{
    private static int _number;

    public Reminded Reminded { get; private set; } = null!;

    public CalendarService Service => Reminded.Service;

    public async Task InitializeAsync() => Reminded = await Reminded.StartAsync();

    public async Task DisposeAsync() => await Reminded.DisposeAsync();

    /// <summary>An association below the umbrella union, or another.</summary>
    public async Task<string> AssociationAsync(string parent = "vufo")
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"reminded-{Interlocked.Increment(ref _number)}");
        (await Service.PutAsync("/v1/associations/" + slug, KeepingAssociations.Body("Hội " + slug, parent == "vufo" ? "central" : "local", parent))).Is(201);
        return slug;
    }

    /// <summary>A task of an association, due on 1 March 2027 unless said otherwise.</summary>
    /// <returns>Its address in its plan.</returns>
    public async Task<string> TaskAsync(string owner, string due = "2027-03-01")
    {
        var plan = await Service.OpenAsync("ties/AR", 60);
        var task = string.Create(CultureInfo.InvariantCulture, $"task-{Interlocked.Increment(ref _number)}");
        (await Service.PostAsync(plan + "/tasks", $$"""{"task":"{{task}}","title":{"vi":"Việc của {{owner}}","en":"Work of {{owner}}"},"due":"{{due}}","owner":"{{owner}}"}""")).Is(201);
        await Reminded.MakeAsync();
        return $"{plan}/tasks/{task}";
    }

    /// <summary>The first reminder of a kind to somebody.</summary>
    public Task<Guid> RowAsync(Guid recipient, string kind = "task") =>
        Service.QueryAsync<Guid>($"select id from calendar.reminders where recipient = '{recipient}' and kind = '{kind}' order by moment limit 1");

    /// <summary>The path of a signed link; of a contact, as it is in a mail to them now.</summary>
    internal async Task<string> LinkAsync(LinkPurpose purpose, Guid id)
    {
        var mail = purpose == LinkPurpose.Acknowledge ? null : (await Service.Services.GetRequiredService<ContactTable>().FindAsync(id, Service.Soon))?.Details.Mail;
        return (await Service.Services.GetRequiredService<SignedLinks>().MakeAsync(purpose, id, mail, Service.Soon))[CalendarService.PublicUrl.Length..];
    }

    /// <summary>A page without what is written as entities.</summary>
    public async Task<string> PageAsync(string path) => System.Net.WebUtility.HtmlDecode((await Service.GetAsync(path)).Is(200).Text);

    public Task<Reply> PostFormAsync(string path, params (string Name, string Value)[] form) =>
        Service.SendAsync("POST", path, new FormUrlEncodedContent(form.Select(one => new KeyValuePair<string, string>(one.Name, one.Value))));

    public Task<Reply> AsAsync(string role, string method, string path, string association = "vufo") => AsAsync(role, method, path, null, association);

    public async Task<Reply> AsAsync(string role, string method, string path, string? body, string association = "vufo") => await Service.SendAsync(
        method, path, body is null ? null : CalendarService.Json(body), CalendarService.Bearer(role == "admin" ? Service.Admin! : await Service.TokenAsync(role, association)));
}

/// <summary>What is asked of one calendar that reminds.</summary>
[CollectionDefinition(Name)]
public sealed class RemindedAsked : ICollectionFixture<RemindedCalendar>
{
    public const string Name = "reminded";
}
