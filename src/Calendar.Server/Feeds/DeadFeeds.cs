using Calendar.Server.Access;
using Calendar.Server.Http;
using Calendar.Server.Pages;
using Calendar.Server.Subscriptions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Calendar.Server.Feeds;

/// <summary>Why an address under <c>/feeds</c> has no feed.</summary>
/// <param name="Code">Of the problem document.</param>
/// <param name="Title">What a person reads first.</param>
/// <param name="What">What has happened.</param>
/// <param name="Todo">What to do about it.</param>
public sealed record DeadFeed(int Status, string Code, Text Title, Text What, Text Todo)
{
    public static DeadFeed UnknownFeed { get; } = new(
        StatusCodes.Status404NotFound, "not-found",
        new Text("Không có lịch nào ở địa chỉ này", "There is no calendar at this address"),
        new Text("Tên lịch có thể đã bị gõ sai, hoặc mã bên hay nhóm không có trong sổ.", "Its name may be misspelt, or the party or group is not on record."),
        new Text("Xem /v1/parties để biết mã các bên và các nhóm, hoặc chọn lịch ở trang chủ.", "/v1/parties lists the codes of parties and their groups; the front page makes addresses of calendars."));

    public static DeadFeed UnknownLink { get; } = new(
        StatusCodes.Status404NotFound, "not-found",
        new Text("Không có lịch riêng nào sau liên kết này", "No private calendar is behind this link"),
        new Text("Liên kết có thể đã mất vài ký tự khi sao chép.", "It may have lost some characters when it was copied."),
        new Text(
            "Sao chép lại toàn bộ liên kết, đến hết “.ics”, hoặc hỏi người đã đưa nó cho bạn.",
            "Copy the whole link once more, up to \".ics\", or ask whoever gave it to you."));

    public static DeadFeed RevokedLink { get; } = new(
        StatusCodes.Status410Gone, "link-revoked",
        new Text("Liên kết lịch này đã bị thu hồi", "This calendar link has been revoked"),
        new Text("Lịch sau liên kết này không còn được cung cấp nữa.", "The calendar behind it is no longer given out."),
        new Text(
            "Xóa lịch này khỏi ứng dụng lịch của bạn. Nếu vẫn cần, hãy xin một liên kết mới từ người đã đưa nó cho bạn.",
            "Remove it from your calendar app. If you still need it, ask whoever gave it to you for a new link."));

    public static DeadFeed RevokedToken { get; } = new(
        StatusCodes.Status410Gone, "token-revoked",
        new Text("Lịch việc này không còn được cung cấp", "This calendar of tasks is no longer given out"),
        new Text(
            "Mã truy cập đã tạo liên kết này đã bị thu hồi, nên liên kết cũng ngừng.",
            "The token that made this link has been revoked, and the link ends with it."),
        new Text(
            "Xóa lịch này khỏi ứng dụng lịch của bạn. Nếu vẫn cần, hãy xin người quản trị một mã truy cập mới rồi tạo liên kết mới.",
            "Remove it from your calendar app. If you still need it, ask the administrator for a new token and make a new link with it."));

    public static DeadFeed ReplacedLink { get; } = new(
        StatusCodes.Status410Gone, "link-replaced",
        new Text("Liên kết lịch này đã được thay bằng liên kết mới", "This calendar link has been replaced by a new one"),
        new Text("Liên kết cũ đã hết hạn.", "The former one has ended."),
        new Text(
            "Xin liên kết mới từ người đã đưa liên kết này cho bạn, thêm lịch mới rồi xóa lịch cũ; các ngày kỷ niệm giữ nguyên.",
            "Ask whoever gave it to you for the new link, add that calendar, then remove the old one; the anniversaries are the same."));
}

/// <summary>Where there is no feed: a problem document for clients, a page in words for people.</summary>
internal static class DeadFeeds
{
    /// <summary>Every address under <c>/feeds</c> that is no feed's.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/feeds/{**name}", (HttpContext context) => Answer(
            context, context.Request.Path.StartsWithSegments(PrivateFeedEndpoint.Folder.TrimEnd('/'), StringComparison.OrdinalIgnoreCase) ? DeadFeed.UnknownLink : DeadFeed.UnknownFeed))
        .NeedsNothing().ExcludeFromDescription();

    public static IResult Answer(HttpContext context, DeadFeed feed)
    {
        if (!IsBrowser(context.Request))
        {
            Hide(context.Response);
            return Problems.Answer(feed.Status, feed.Code, new Text($"{feed.Title.Vi}. {feed.What.Vi} {feed.Todo.Vi}", $"{feed.Title.En}. {feed.What.En} {feed.Todo.En}"));
        }

        var page = Page<DeadFeedPage>(context, (nameof(DeadFeedPage.Feed), feed));
        page.StatusCode = feed.Status;
        return page;
    }

    /// <summary>A page whose address may hold a secret.</summary>
    public static RazorComponentResult Page<TPage>(HttpContext context, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent => Page<TPage>(context, null, parameters);

    /// <param name="spoken">What whoever the page is for speaks; null where only the browser knows.</param>
    public static RazorComponentResult Page<TPage>(HttpContext context, Language? spoken, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent
    {
        var page = Html.Page<TPage>(context, spoken, parameters);
        Hide(context.Response);

        // A problem document says so by itself.
        context.Response.Headers.CacheControl = "private, no-store";
        return page;
    }

    /// <summary>Whether the answer is for a person: browsers list pages by name, calendar clients do not, or list calendars too.</summary>
    public static bool IsBrowser(HttpRequest request) => Negotiation.Lists(request, "text/html") && !Negotiation.Lists(request, "text/calendar");

    // No search engine lists it, nothing that is opened from it is told where it was.
    private static void Hide(HttpResponse response)
    {
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.Vary = "Accept, Accept-Language, Sec-Fetch-Mode";
    }
}
