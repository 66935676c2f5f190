using Calendar.Access;
using Calendar.Reminders;
using Calendar.Server.Access;
using Calendar.Server.Http;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary><c>/v1/deliveries</c>: what was sent, or tried, and what came of it; of an association its own affairs.</summary>
internal sealed class DeliveryEndpoints(ReminderTable table, Recipients recipients, Dispatcher dispatcher, AlmanacFollower follower, CivilClock clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var deliveries = routes.MapGroup("/v1/deliveries").WithTags("Reminders");
        deliveries.MapGet("", (HttpContext context, DeliveryEndpoints endpoints, CancellationToken ct) => endpoints.ListAsync(context, ct))
            .WithSummary("What was sent or tried, each with its attempts; what is under way first, then the newest; in JSON, CSV or XLSX")
            .WithDescription("What never was to leave, since it was no longer due, is shown with state=superseded only.").Needs(Permission.ReadReminders)
            .Produces<Page<ReminderView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
            .TakesQuery(
                ("association", "Whose affairs, in commas"), ("state", string.Join(", ", Names<ReminderState>.All)), ("channel", string.Join(", ", Names<ReminderChannel>.All)),
                ("webhook", "To one webhook: its id"), ("from", "First day on which it was settled"), ("to", "Day after the last"),
                ("limit", $"At most {Paging.MaxLimit}; a table has up to {ReminderEndpoints.MostRows} rows"), ("cursor", "From a next link"), Negotiation.Parameter)
            .RefusesWith(401, 403, 503);
        deliveries.MapGet("{id}", (string id, HttpContext context, DeliveryEndpoints endpoints, CancellationToken ct) => endpoints.ReadAsync(context, id, ct))
            .WithSummary("One delivery with its attempts").Needs(Permission.ReadReminders).Produces<ReminderView>().RefusesWith(401, 403, 404, 503);
        deliveries.MapPost("{id}/resend", (string id, HttpContext context, DeliveryEndpoints endpoints, CancellationToken ct) => endpoints.ResendAsync(context, id, ct))
            .WithSummary("Lets a settled one leave again now, as another message; a digest tells of the same again. Replays an event to a webhook. One that was put off is tried at once")
            .WithDescription("With an Idempotency-Key a request that comes again, as the last one for this delivery, asks once.")
            .Needs(Permission.Deliver).Produces<ReminderView>(StatusCodes.Status202Accepted).RefusesWith(401, 403, 404, 422, 503);
    }

    public static string Address(Guid id) => $"/v1/deliveries/{id}";

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var (query, caller) = (new QueryReader(context.Request), CallerOf(context));
        var associations = ReminderEndpoints.Seen(PlanEndpoints.Owners(query, follower.Current), caller);
        var form = Negotiation.FormOf(context.Request, query);
        var page = form == ListForm.Json ? Paging.Read(query, counts: false) : Paging.Read(query, ReminderEndpoints.MostRows, ReminderEndpoints.MostRows, counts: false);
        var wanted = Read(query, page) with { Associations = associations ?? [] };
        query.Done();

        var rows = associations is null ? [] : (await table.SentAsync(wanted, ct)).ToList();
        if (rows.Count > page.Limit)
        {
            rows.RemoveAt(page.Limit);
            Paging.Link(context, ReminderEndpoints.KeyOf(rows[^1].Settled ?? _underWay, rows[^1].Reminder.Id));
        }

        var views = await ViewsAsync(rows, caller, ct);
        return form == ListForm.Json ? Answers.Tagged(new Page<ReminderView>(views, null)) : ReminderTables.Deliveries(clock.Zone).Answer(form, views);
    }

    // After everything that is settled.
    private static readonly Instant _underWay = Instant.FromDateTimeUtc(DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));

    private ReminderQuery Read(QueryReader query, Paging page)
    {
        var (from, to) = (query.Day("from"), query.Day("to"));
        if (to <= from)
        {
            query.Wrong("to", "reversed-range", "“to” phải sau “from” (ngày “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }

        Guid? webhook = null;
        if (query.One("webhook") is { } text)
        {
            webhook = Guid.TryParseExact(text, "D", out var id) ? id : null;
            if (webhook is null)
            {
                query.Unknown("webhook", text, "/v1/webhooks");
            }
        }

        var after = ReminderEndpoints.ReadKey(page.After);
        if (page.After is not null && after is null)
        {
            Paging.Foreign(query);
        }

        return new ReminderQuery(page.Limit + 1)
        {
            States = query.Names<ReminderState>("state"), Channels = query.Names<ReminderChannel>("channel"), Recipient = webhook, From = Start(from), To = Start(to), After = after,
        };
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id, CancellationToken ct)
    {
        new QueryReader(context.Request).Done();
        return await FindAsync(context, id, ct) is { } row ? await ShowAsync(context, row, StatusCodes.Status200OK, ct) : Missing;
    }

    private async Task<IResult> ResendAsync(HttpContext context, string id, CancellationToken ct)
    {
        if (await FindAsync(context, id, ct) is not { } row)
        {
            return Missing;
        }

        if ((await recipients.BookAsync(follower.Current, ct)).All.All(one => one.Id != row.Reminder.Recipient || one.IsClosed))
        {
            return RecipientGone;
        }

        // Asked twice it leaves once: what is on its way already is let alone.
        var request = KeyedRequest.Of(context.Request, TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier), []);
        if (!await table.ResendAsync(row.Reminder.Id, request, clock.Now, ct) && row.Reminder.Issue == 0 && row.Attempts == 0)
        {
            return NotSettled;
        }

        dispatcher.Wake();
        return await ShowAsync(context, (await table.FindAsync(row.Reminder.Id, ct)) ?? row, StatusCodes.Status202Accepted, ct);
    }

    // What is another's is as unknown as what never was.
    private async Task<ReminderRow?> FindAsync(HttpContext context, string id, CancellationToken ct) =>
        Guid.TryParseExact(id, "D", out var known) && await table.FindAsync(known, ct) is { } row && Sees(row, CallerOf(context)) ? row : null;

    private static bool Sees(ReminderRow row, Caller caller) => row.Association is { } association ? Authority.SpeaksFor(caller, association) : caller.Role != Role.Association;

    private async Task<IResult> ShowAsync(HttpContext context, ReminderRow row, int status, CancellationToken ct) =>
        Answers.Tagged((await ViewsAsync([row], CallerOf(context), ct))[0], status: status);

    private async Task<IReadOnlyList<ReminderView>> ViewsAsync(IReadOnlyList<ReminderRow> rows, Caller caller, CancellationToken ct)
    {
        var views = new ReminderViews(follower.Current, await recipients.NamesAsync(rows.Select(row => row.Reminder.Recipient), ct), caller);
        var attempts = await table.AttemptsAsync(rows.Select(row => row.Reminder.Id), ct);
        return [.. rows.Select(row => views.Of(row, attempts[row.Reminder.Id]))];
    }

    private Instant? Start(LocalDate? day) => day is { } known ? clock.Zone.AtStartOfDay(known).ToInstant() : null;

    private static Caller CallerOf(HttpContext context) => TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier).Caller;

    private static IResult Missing { get; } = Problems.NotFound("Không có lần gửi nào như vậy.", "There is no such delivery.");

    private static IResult NotSettled { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "not-settled", new Text(
        "Lời nhắc này còn đang chờ đến lúc gửi: chưa có gì để gửi lại.", "This reminder is still waiting for its moment: there is nothing to send again."));

    private static IResult RecipientGone { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "recipient-gone", new Text(
        "Người nhận đã bị xóa, đã ngừng nhận thư, hoặc webhook đã tắt: không gửi lại được. Thêm người liên hệ khác cho hội.",
        "The recipient has been erased, wants no mails, or is a webhook that is disabled: it cannot be sent again. Add another contact of the association."));
}
