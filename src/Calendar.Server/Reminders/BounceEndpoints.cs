using Calendar.Access;
using Calendar.Reminders;
using Calendar.Server.Access;
using Calendar.Server.Http;
using Calendar.Server.Reminders.Mail;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What a report of a mail server meant.</summary>
/// <param name="Delivery">What it is about.</param>
/// <param name="Bounced">The delivery counts as refused by it, or by the same report before; false where it has changed nothing.</param>
/// <param name="Settled">When it was known what became of the delivery.</param>
internal sealed record BounceView(Guid Delivery, bool Bounced, ReminderState State, ReminderReason? Reason, Instant? Settled, ReminderLinks Links);

/// <summary><c>POST /v1/bounces</c>: a mail server hands over what came back to the envelope sender, one mail as the body.</summary>
internal sealed class BounceEndpoints(ReminderTable table, CivilClock clock)
{
    private const string _mail = "message/rfc822";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/bounces", (HttpContext context, BounceEndpoints endpoints, CancellationToken ct) => endpoints.TakeAsync(context, ct)).WithTags("Reminders")
            .WithSummary("Takes a mail that reports what became of one of ours (RFC 3464); where that came back, its delivery is refused with the reason bounced")
            .WithDescription("The body is the mail as it is, at most 1 MB. The same one again changes nothing more; one that tells of a delay or an arrival, or of a message that was sent again since, changes nothing.")
            .TakesPublicFile(_mail).Needs(Permission.Deliver).Produces<BounceView>().RefusesWith(401, 403, 404);

    private async Task<IResult> TakeAsync(HttpContext context, CancellationToken ct)
    {
        new QueryReader(context.Request).Done();
        if (DeliveryReport.Read(await ReadAsync(context.Request, ct)) is not { } report)
        {
            return NotAReport;
        }

        if (report.MessageIds.Select(QueuedReminder.ReadMessageId).FirstOrDefault(message => message is not null) is not var (id, issue)
            || await table.FindAsync(id, ct) is not { Reminder.Channel: ReminderChannel.Mail } row)
        {
            return Missing;
        }

        if (report.IsFailed && row.Reminder is { State: ReminderState.Attempting } && row.Reminder.Issue == issue)
        {
            // It came back sooner than it was noted that it had left.
            context.Response.Headers.RetryAfter = "5";
            return UnderWay;
        }

        if (report.IsFailed && await table.BounceAsync(id, issue, report.Code, report.Answer, clock.Now, ct))
        {
            row = await table.FindAsync(id, ct) ?? row;
        }

        var isBounced = report.IsFailed && row.Reminder.Issue == issue && row.Reason == ReminderReason.Bounced;
        return Answers.Tagged(new BounceView(id, isBounced, row.Reminder.State, row.Reason, row.Settled, new ReminderLinks(null, null, null, DeliveryEndpoints.Address(id))));
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(_mail, StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedRequestException(NotAMail);
        }

        try
        {
            using var mail = new MemoryStream();
            await request.Body.CopyToAsync(mail, ct);
            return mail.ToArray();
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new RefusedRequestException(TooLarge);
        }
    }

    private static IResult NotAMail { get; } = Problems.Answer(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", new Text(
        "Gửi chính lá thư bị trả lại dạng message/rfc822: curl --data-binary @- -H 'Content-Type: message/rfc822' …",
        "Send the mail that came back itself as message/rfc822: curl --data-binary @- -H 'Content-Type: message/rfc822' …"));

    private static IResult TooLarge { get; } = Problems.Answer(StatusCodes.Status413PayloadTooLarge, "too-large", new Text(
        "Thư lớn hơn 1 MB: cho máy chủ thư trả lại phần đầu thư thôi (Postfix: bounce_size_limit).",
        "The mail is larger than 1 MB: let the mail server return only the headers of what came back (Postfix: bounce_size_limit)."));

    private static IResult NotAReport { get; } = Problems.Answer(StatusCodes.Status422UnprocessableEntity, "not-a-delivery-report", new Text(
        "Thư này không phải là báo cáo gửi thư (multipart/report với message/delivery-status, RFC 3464): không đổi gì cả. Có thể là thư trả lời của người hoặc của máy; hãy đọc nó.",
        "This mail is no report about a delivery (multipart/report with message/delivery-status, RFC 3464): nothing was changed. It may be the answer of a person or of a program: read it."));

    private static IResult Missing { get; } = Problems.NotFound(
        "Báo cáo này không nói về thư nào của lịch, hoặc thư đó đã bị xóa khỏi sổ gửi.", "This report is about no mail of the calendar, or about one whose delivery is no longer kept.");

    private static IResult UnderWay { get; } = Problems.Answer(StatusCodes.Status503ServiceUnavailable, "under-way", new Text(
        "Thư mà báo cáo này nói về còn đang được gửi: gửi lại báo cáo sau vài giây.", "The mail that this report is about is still being sent: send the report again in a few seconds."));
}
