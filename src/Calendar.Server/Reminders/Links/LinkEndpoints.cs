using Calendar.EventStore;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Access;
using Calendar.Server.Associations;
using Calendar.Server.Feeds;
using Calendar.Server.Http;
using Calendar.Server.Pages;
using Calendar.Server.Reminders.Webhooks;
using Microsoft.AspNetCore.Http.Features;

namespace Calendar.Server.Reminders.Links;

/// <summary>
/// <c>/r/{link}</c>: what a signed link opens. GET shows a page, however often (programs follow links before people do); POST does what it says, and
/// doing it again is the same.
/// </summary>
internal sealed class LinkEndpoints(
    SignedLinks links, ReminderTable table, ContactTable contacts, WebhookTable webhooks, AlmanacFollower follower, CommandHandler handler, ReminderRound round,
    Dispatcher dispatcher, CivilClock clock, Settings settings)
{
    // One link has one address: nothing stands around its token.
    private const string _path = "/r/" + SecretAddresses.Placeholder;

    private const int _longestForm = 4096;
    private const int _mostSent = 200;
    private const int _sentAPage = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var link = routes.MapGroup("/r/{link}").NeedsNothing().ExcludeFromDescription();
        link.MapGet("", (HttpContext context, LinkEndpoints endpoints, CancellationToken ct) => endpoints.AnswerAsync(context, endpoints.ShowAsync, ct));
        link.MapPost("", (HttpContext context, LinkEndpoints endpoints, CancellationToken ct) => endpoints.AnswerAsync(context, endpoints.DoAsync, ct));
    }

    private async Task<IResult> AnswerAsync(HttpContext context, Func<HttpContext, Opened, CancellationToken, Task<IResult>> answer, CancellationToken ct)
    {
        try
        {
            return await FindAsync(context, ct) is { } opened ? await answer(context, opened, ct) : Notice(context, LinkNotice.Unknown);
        }
        catch (Exception away) when (away is LogUnavailableException || Database.IsAway(away))
        {
            context.Response.Headers.RetryAfter = "5";
            return Notice(context, LinkNotice.Away);
        }
    }

    // One that is forged is looked for like any other: how long the answer takes says nothing.
    private async Task<Opened?> FindAsync(HttpContext context, CancellationToken ct)
    {
        var link = (context.Request.Path.Value == _path ? SignedLinks.Read(SecretAddresses.TokenOf(context)) : null) ?? new SignedLink(LinkPurpose.Acknowledge, Guid.NewGuid(), "");
        if (link.Purpose is LinkPurpose.Unsubscribe or LinkPurpose.History)
        {
            var person = await contacts.FindAsync(link.Id, ct);
            return !await links.IsOursAsync(link, person?.Details.Mail, ct) || person is null ? null
                : link.Purpose == LinkPurpose.History ? new Opened.History(person)
                : new Opened.Mails(person);
        }

        var (row, isOurs) = (await table.FindAsync(link.Id, ct), await links.IsOursAsync(link, null, ct));
        return isOurs && row is not null && await LanguageOfAsync(row.Reminder.Recipient, ct) is { } language ? new Opened.Reminder(row, language) : null;
    }

    // Null for who has been erased.
    private async Task<Language?> LanguageOfAsync(Guid recipient, CancellationToken ct) =>
        recipient == Recipients.Desk ? settings.Desk is null ? null : Language.Vi
        : recipient == DeliveryWatch.Canary ? settings.Canary is null ? null : Language.En
        : await contacts.FindAsync(recipient, ct) is { } contact ? contact.Details.Language
        : await webhooks.FindAsync(recipient, ct) is not null ? Language.Vi
        : null;

    private async Task<IResult> ShowAsync(HttpContext context, Opened opened, CancellationToken ct) => opened switch
    {
        Opened.Reminder(var row, var language) => DeadFeeds.Page<AcknowledgePage>(
            context, language, (nameof(AcknowledgePage.View), AcknowledgeView.Of(follower.Current, row, clock.Zone))),
        Opened.History(var contact) => await HistoryAsync(context, contact, ct),
        _ => Mails(context, opened.Contact!),
    };

    private async Task<IResult> DoAsync(HttpContext context, Opened opened, CancellationToken ct)
    {
        switch (opened)
        {
            case Opened.Reminder(var row, var language):
                await AcknowledgeAsync(row, context, ct);
                return Back(context, language);
            case Opened.Mails(var contact):
                return await ChooseAsync(context, contact, ct);
            default:
                return Back(context, opened.Contact!.Details.Language);
        }
    }

    // The owner of a task knows of it: that is on record. What else was reminded of is noted where the reminder is.
    private async Task AcknowledgeAsync(ReminderRow row, HttpContext context, CancellationToken ct)
    {
        if (row.Subject is ReminderSubject.OfTask about && follower.Current.Plans.Find(about.Plan, about.Task) is { IsLive: true } task && task.Owner == about.Owner)
        {
            // Refused only where it is another's, done or dropped since a moment ago: the page says so.
            await handler.HandleAsync(new AcknowledgeTask(about.Plan, about.Task), ActorOf(row, about.Owner, context), null, null, ct);
        }

        await table.AcknowledgeAsync(row.Reminder.Id, clock.Now, ct);
        round.Wake();
    }

    private static Actor ActorOf(ReminderRow row, Slug owner, HttpContext context)
    {
        var id = row.Reminder.Recipient == Recipients.Desk ? "desk"
            : row.Reminder.Channel == ReminderChannel.Mail ? $"contact:{row.Reminder.Recipient}" : $"webhook:{row.Reminder.Recipient}";
        return new Actor(id, Role.Association, null, context.TraceIdentifier) { Association = owner };
    }

    // A mail program does it in one click (RFC 8058), and may not be sent elsewhere.
    private async Task<IResult> ChooseAsync(HttpContext context, Contact contact, CancellationToken ct)
    {
        var form = await ReadFormAsync(context, ct);
        var isOneClick = string.Equals(form["List-Unsubscribe"], "One-Click", StringComparison.OrdinalIgnoreCase);
        if (!isOneClick && form["mails"] is not ["stop" or "resume"])
        {
            return Problems.Answer(StatusCodes.Status422UnprocessableEntity, "no-choice", new Text(
                "Chưa rõ bạn muốn ngừng hay nhận lại thư: mở trang này trong trình duyệt và bấm nút.",
                "Whether to stop the mails or to send them again is not said: open this page in a browser and use its button."));
        }

        await contacts.UnsubscribeAsync(contact.Id, wantsMails: !isOneClick && form["mails"] == "resume", clock.Now, ct);
        round.Wake();
        dispatcher.Wake();
        return isOneClick ? Mails(context, (await contacts.FindAsync(contact.Id, ct)) ?? contact) : Back(context, contact.Details.Language);
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context, CancellationToken ct)
    {
        if (!context.Request.HasFormContentType)
        {
            return FormCollection.Empty;
        }

        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = _longestForm;
        try
        {
            return await context.Request.ReadFormAsync(new FormOptions { ValueCountLimit = 10, KeyLengthLimit = 100, ValueLengthLimit = 100 }, ct);
        }
        catch (InvalidDataException)
        {
            return FormCollection.Empty;
        }
    }

    private async Task<IResult> HistoryAsync(HttpContext context, Contact contact, CancellationToken ct)
    {
        var page = int.TryParse(context.Request.Query["page"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var asked)
            ? Math.Clamp(asked, 1, _mostSent / _sentAPage) : 1;
        var sent = await table.SentAsync(new ReminderQuery(_mostSent) { Recipient = contact.Id }, ct);
        var almanac = follower.Current;
        return DeadFeeds.Page<HistoryPage>(
            context, contact.Details.Language,
            (nameof(HistoryPage.Sent), sent.Skip((page - 1) * _sentAPage).Take(_sentAPage).Select(row => SentView.Of(almanac, row, clock.Zone)).ToList()),
            (nameof(HistoryPage.Page), page),
            (nameof(HistoryPage.Pages), Math.Max(1, (sent.Count + _sentAPage - 1) / _sentAPage)));
    }

    private IResult Mails(HttpContext context, Contact contact) => DeadFeeds.Page<MailsPage>(
        context, contact.Details.Language, (nameof(MailsPage.Unsubscribed), contact.Unsubscribed?.InZone(clock.Zone).Date));

    // Relative to the page's own address, which holds the secret.
    private static IResult Back(HttpContext context, Language language)
    {
        context.Response.Headers.Location = "?lang=" + Html.LanguageOf(context.Request, language).Name();
        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static IResult Notice(HttpContext context, LinkNotice notice)
    {
        var page = DeadFeeds.Page<LinkNoticePage>(context, (nameof(LinkNoticePage.Notice), notice));
        page.StatusCode = notice.Status;
        return page;
    }

    private abstract record Opened(Contact? Contact)
    {
        public sealed record Reminder(ReminderRow Row, Language Language) : Opened((Contact?)null);

        public sealed record Mails(Contact Person) : Opened(Person);

        public sealed record History(Contact Person) : Opened(Person);
    }
}

/// <summary>Why a link opens nothing.</summary>
public sealed record LinkNotice(int Status, Text Title, Text What)
{
    public static LinkNotice Unknown { get; } = new(
        StatusCodes.Status404NotFound,
        new Text("Liên kết này không mở được gì", "This link opens nothing"),
        new Text(
            "Liên kết có thể đã mất vài ký tự khi sao chép, hoặc điều nó nói đến đã được xóa. Hãy mở lại từ thư, hoặc hỏi người gửi thư cho bạn.",
            "It may have lost some characters when it was copied, or what it was about has been erased. Open it from the mail once more, or ask whoever writes to you."));

    public static LinkNotice Away { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        new Text("Tạm thời chưa làm được", "Not possible right now"),
        new Text("Có thể chưa có gì thay đổi. Hãy thử lại sau giây lát: làm lại không sao.", "Perhaps nothing has changed yet. Please try again in a moment: doing it twice does no harm."));
}
