using System.Collections.Immutable;
using Calendar.Reminders;
using Calendar.Server.Anniversaries;

namespace Calendar.Server.Reminders;

/// <summary>One section of a digest, and what the letter says of it.</summary>
/// <param name="Opening">Says how many there are.</param>
/// <param name="Subject">Of a letter whose first section it is.</param>
internal sealed record DigestPart(ImmutableArray<MessageItem> Items, Text Heading, Text Opening, Text Subject)
{
    public static DigestPart Coming(IEnumerable<MessageItem> items)
    {
        var (coming, count) = Counted(items);
        var first = coming.IsEmpty ? new Text("", "") : DateWords.Of(new PartialDate(coming.Min(item => item.Due)));
        return count == 1
            ? new DigestPart(
                coming, new Text("Sắp đến", "Coming up"), new Text("Có một điều sắp đến.", "One thing is coming up."),
                new Text($"Sắp đến: một điều, ngày {first.Vi}", $"Coming up: one thing, on {first.En}"))
            : new DigestPart(
                coming, new Text("Sắp đến", "Coming up"), new Text($"Có {count} điều sắp đến, gộp trong một thư.", $"{count} things are coming up, all in this one message."),
                new Text($"Sắp đến: {count} điều, sớm nhất ngày {first.Vi}", $"Coming up: {count} things, the first on {first.En}"));
    }

    public static DigestPart Past(IEnumerable<MessageItem> items)
    {
        var (past, count) = Counted(items);
        return new DigestPart(
            past, new Text("Đã quá ngày", "Past their day"), new Text($"Có {count} điều đã quá ngày.", $"{Things(count)} {(count == 1 ? "is past its" : "are past their")} day."),
            new Text($"Đã quá ngày: {count} điều", $"Past {(count == 1 ? "its" : "their")} day: {ThingsWithin(count)}"));
    }

    /// <summary>Those in charge have not said that they know.</summary>
    public static DigestPart Silent(IEnumerable<MessageItem> items)
    {
        var (silent, count) = Counted(items);
        return new DigestPart(
            silent, new Text("Chưa được xác nhận", "Not acknowledged"),
            new Text(
                $"Có {count} việc mà đơn vị phụ trách chưa xác nhận đã biết. Nhờ bạn liên hệ và giúp đỡ nếu cần.",
                $"{(count == 1 ? "One task has" : $"{count} tasks have")} not been acknowledged by those in charge. Please get in touch, and help where that is needed."),
            new Text($"Chưa xác nhận: {count} việc", $"Not acknowledged: {(count == 1 ? "one task" : $"{count} tasks")}"));
    }

    /// <summary>On record, or the reader's, only since the day of the reminder: nobody was late.</summary>
    public static DigestPart New(IEnumerable<MessageItem> items)
    {
        var (recent, count) = Counted(items);
        return new DigestPart(
            recent, new Text("Mới đối với bạn", "New to you"),
            new Text(
                $"Có {count} điều mà ngày nhắc đã qua khi lịch biết phải nhắc bạn, nên nay mới báo.",
                $"The day to remind you of {ThingsWithin(count)} had gone by when the calendar learned of {(count == 1 ? "it" : "them")}: you are told now."),
            new Text($"Mới: {count} điều", $"New to you: {ThingsWithin(count)}"));
    }

    public static DigestPart Missed(IEnumerable<MessageItem> items)
    {
        var (missed, count) = Counted(items);
        return new DigestPart(
            missed, new Text("Lẽ ra bạn đã được nhắc", "What you should have been told before"),
            new Text($"Có {count} điều lịch đã không nhắc được đúng lúc; xin lỗi bạn.", $"The calendar could not remind you of {ThingsWithin(count)} in time, and is sorry."),
            new Text($"{count} điều lẽ ra bạn đã được nhắc", $"{Things(count)} you should have been told before"));
    }

    /// <summary>A restored backup cannot tell.</summary>
    public static DigestPart PerhapsSent(IEnumerable<MessageItem> items)
    {
        var (perhaps, count) = Counted(items);
        return new DigestPart(
            perhaps, new Text("Có thể bạn đã được nhắc", "What you may have been told before"),
            new Text(
                $"Có {count} điều có thể bạn đã được nhắc: lịch vừa được khôi phục từ bản sao lưu và không biết chắc.",
                $"You may have been reminded of {ThingsWithin(count)} already: the calendar was restored from a backup and cannot tell."),
            new Text($"{count} điều có thể bạn đã được nhắc", $"{Things(count)} you may have been told before"));
    }

    private static (ImmutableArray<MessageItem> Items, int Count) Counted(IEnumerable<MessageItem> items) => items.ToImmutableArray() is var all ? (all, all.Length) : default;

    private static string Things(int count) => count == 1 ? "One thing" : $"{count} things";

    private static string ThingsWithin(int count) => count == 1 ? "one thing" : $"{count} things";
}
