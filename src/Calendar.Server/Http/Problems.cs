using System.Globalization;
using Calendar.Access;
using Calendar.EventStore;
using Calendar.Server.Access;
using Npgsql;

namespace Calendar.Server.Http;

/// <summary>An RFC 9457 problem document; texts in both languages, <c>detail</c> in English as the RFC has one.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail, Text Text)
{
    public const string ContentType = "application/problem+json";

    public IReadOnlyList<ProblemError>? Errors { get; init; }
}

/// <summary>One thing that is wrong: a member of the body by JSON Pointer, or a parameter of the address.</summary>
internal sealed record ProblemError(string Type, string Detail, Text Text)
{
    public string? Pointer { get; init; }

    public string? Parameter { get; init; }
}

/// <summary>The one place where refusals and failures become problem documents.</summary>
internal static class Problems
{
    public static string TypeOf(string code) => "urn:calendar:problem:" + code;

    public static IResult Of(Rejection rejection) => Of([rejection]);

    public static IResult Of(IReadOnlyList<Rejection> rejections)
    {
        var first = rejections[0];
        var status = first.Kind switch
        {
            RejectionKind.NotFound => StatusCodes.Status404NotFound,
            RejectionKind.Conflict => StatusCodes.Status409Conflict,
            RejectionKind.Forbidden => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        return Answer(status, first.Code, first.Detail, [.. rejections.Select(Error)]);
    }

    public static ProblemError Error(Rejection rejection) =>
        new(TypeOf(rejection.Code), rejection.Detail.En, rejection.Detail) { Pointer = rejection.Pointer };

    public static IResult Answer(int status, string code, Text text, IReadOnlyList<ProblemError>? errors = null) =>
        new ProblemAnswer(new Problem(TypeOf(code), Title(status), status, text.En, text) { Errors = errors });

    public static IResult Stale(long version) => Answer(
        StatusCodes.Status412PreconditionFailed, "stale",
        new Text(
            $"Mục này đã được sửa (nay là phiên bản {version}): đọc lại rồi gửi lại với ETag mới.",
            $"This has changed since you read it (it is at version {version} now): read it again and send the new ETag."));

    public static IResult KeyReused { get; } = Answer(
        StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused",
        new Text(
            "Idempotency-Key này đã được dùng cho một yêu cầu khác: dùng khóa mới.",
            "This Idempotency-Key belongs to another request: use a new one."));

    /// <summary>Before the log is folded answers would lack what is on record; before the first pack is loaded feeds would.</summary>
    public static IResult Starting(HttpContext context) => Away(context, "starting", new Text(
        "Dịch vụ đang khởi động: thử lại sau vài giây.", "The service is starting: try again in a few seconds."));

    /// <summary>The present is in memory; what was known before is in the database.</summary>
    public static IResult PastAway(HttpContext context) => Away(context, "past-unavailable", new Text(
        "Tạm thời không đọc lại được sổ ở thời điểm đã qua: thử lại sau giây lát, hoặc bỏ “asOf” để xem sổ hiện nay.",
        "The record as it was cannot be read right now: try again in a moment, or leave \"asOf\" out to see it as it is."));

    /// <summary>What is in memory is answered from there; whether there is more is for the database to say.</summary>
    public static IResult Unknowable(HttpContext context) => Away(context, "unavailable", new Text(
        "Tạm thời không biết được địa chỉ này có đúng không: thử lại sau giây lát.",
        "It cannot be known right now whether this address is right: try again in a moment."));

    /// <summary>Nobody is known by what was sent, if anything was.</summary>
    /// <param name="needed">What the address is for; null where another token, or none, would do.</param>
    public static IResult Unauthenticated(HttpContext context, Permission? needed)
    {
        var wrong = Callers.TokenOf(context.Request) is not null;
        var roles = needed is { } permission ? Permissions.RolesFor(permission) : null;
        return Answer(StatusCodes.Status401Unauthorized, "unauthenticated", new Text(
            (wrong ? "Mã truy cập này không mở được gì: có thể gõ sai, đã hết hạn hoặc đã bị thu hồi; hỏi người đã cấp mã."
                : "Cần mã truy cập: gửi “Authorization: Bearer cal_…”; người quản trị cấp mã (mã đầu tiên nằm trong tệp admin-token của thư mục dữ liệu).")
                + (roles is null ? "" : $" Vai trò cần có: {roles.Vi}."),
            (wrong ? "This token opens nothing: it may be mistyped, expired or revoked; ask whoever gave it to you."
                : "A token is needed: send \"Authorization: Bearer cal_…\"; administrators give them out (the first one is in the file admin-token of the data folder).")
                + (roles is null ? "" : $" It takes the role {roles.En}.")));
    }

    /// <param name="needed">Null where nobody is let in.</param>
    public static IResult NotPermitted(Permission? needed, Role held) => needed is { } permission
        ? Of(Authority.NotPermitted(permission, held))
        : Answer(StatusCodes.Status403Forbidden, "not-permitted", new Text("Không ai được phép làm việc này.", "Nobody may do this."));

    public static IResult TooManyRequests(HttpContext context, TimeSpan retryAfter)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Answer(StatusCodes.Status429TooManyRequests, "too-many-requests", new Text(
            "Có quá nhiều yêu cầu từ mạng của bạn hoặc với mã truy cập này: chờ theo Retry-After rồi thử lại.",
            "Too many requests come from your network or with this token: wait as Retry-After says, then try again."));
    }

    public static IResult NotFound(string vi, string en) => Answer(StatusCodes.Status404NotFound, "not-found", new Text(vi, en));

    /// <summary>Bare status codes of the framework (no route, no method) get a body too.</summary>
    public static Task WriteBareAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (status == StatusCodes.Status405MethodNotAllowed && context.Response.Headers.Allow is [{ } allow] && allow.Split(", ").Contains(HttpMethods.Get, StringComparer.Ordinal))
        {
            // The routes know GET only; HEAD is answered as GET.
            context.Response.Headers.Allow = allow + ", " + HttpMethods.Head;
        }

        var (code, text) = status switch
        {
            404 => ("not-found", new Text("Không có gì ở địa chỉ này: xem /openapi/v1.json.", "There is nothing at this address: see /openapi/v1.json.")),
            405 => ("method-not-allowed", new Text("Địa chỉ này không nhận phương thức đó: xem tiêu đề Allow.", "This address does not take that method: see the Allow header.")),
            415 => ("unsupported-media-type", new Text("Gửi nội dung dạng application/json.", "Send the body as application/json.")),
            _ => ("http-" + status, new Text("Yêu cầu không được chấp nhận.", "The request was not accepted.")),
        };
        return Answer(status, code, text).ExecuteAsync(context);
    }

    /// <summary>What an exception means to the caller; never its text.</summary>
    public static IResult Of(Exception exception, HttpContext context) => exception switch
    {
        RefusedRequestException refused => refused.Answer,
        Feeds.FeedsBusyException => Away(context, "feeds-busy", new Text(
            "Đang có quá nhiều lịch khác nhau chờ được tạo: thử lại sau vài giây.", "Too many different calendars are waiting to be made: try again in a few seconds.")),
        BadHttpRequestException { StatusCode: 413 } => TooLarge,
        BadHttpRequestException bad => Answer(bad.StatusCode, "bad-request", new Text("Yêu cầu bị hỏng hoặc không đầy đủ.", "The request is broken or incomplete.")),
        LogUnavailableException { Reason: LogUnavailableReason.OutcomeUnknown } => Away(context, "outcome-unknown", new Text(
            "Mất kết nối với cơ sở dữ liệu đúng lúc ghi: không rõ đã ghi hay chưa. Gửi lại cùng yêu cầu với cùng Idempotency-Key.",
            "The database was lost while recording: it may or may not be stored. Send the same request again with the same Idempotency-Key.")),
        LogUnavailableException { Reason: LogUnavailableReason.Busy } => Away(context, "busy", new Text(
            "Có quá nhiều yêu cầu đang chờ ghi; chưa ghi gì. Thử lại sau giây lát.",
            "Too many requests are waiting to be recorded; nothing was stored. Try again in a moment.")),
        LogUnavailableException or NpgsqlException or TimeoutException => Away(context, "unavailable", new Text(
            "Tạm thời không ghi được; chưa ghi gì. Lịch và danh sách vẫn xem được. Thử lại sau giây lát.",
            "Recording is not possible right now; nothing was stored. Feeds and lists go on. Try again in a moment.")),
        EventRefusedException => Answer(422, "not-storable", new Text(
            "Nội dung này không lưu được (quá lớn hoặc có ký tự không hợp lệ).", "This cannot be stored (too large, or text that no database holds).")),
        _ => Answer(500, "internal", new Text(
            "Lỗi của chúng tôi; đã ghi vào nhật ký. Thử lại, và báo cho người quản trị nếu còn gặp.",
            "Our mistake; it is in the log. Try again, and tell the administrator if it goes on.")),
    };

    public static IResult TooLarge { get; } = Answer(
        StatusCodes.Status413PayloadTooLarge, "too-large",
        new Text("Nội dung gửi lên lớn hơn 1 MB: chia nhỏ ra.", "The body is larger than 1 MB: send less at once."));

    public static IResult AddressTooLong { get; } = Answer(
        StatusCodes.Status414UriTooLong, "address-too-long",
        new Text("Địa chỉ dài quá 4.096 ký tự: bớt giá trị trong bộ lọc.", "The address is longer than 4,096 characters: name fewer values in its filters."));

    private static IResult Away(HttpContext context, string code, Text text)
    {
        context.Response.Headers.RetryAfter = "5";
        return Answer(StatusCodes.Status503ServiceUnavailable, code, text);
    }

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private sealed class ProblemAnswer(Problem problem) : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
    {
        public int? StatusCode => problem.Status;

        public string ContentType => Problem.ContentType;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = problem.Status;
            httpContext.Response.Headers.CacheControl = "no-store";
            return httpContext.Response.WriteAsJsonAsync(problem, Json.Options, Problem.ContentType, httpContext.RequestAborted);
        }
    }
}

/// <summary>Leaves a handler with an answer that has been decided deep inside, such as a query that cannot be read.</summary>
internal sealed class RefusedRequestException(IResult answer) : Exception
{
    public IResult Answer { get; } = answer;
}
