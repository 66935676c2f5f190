using System.Collections.Immutable;
using Calendar.Almanacs;
using Calendar.Reminders;
using Calendar.Server.Anniversaries;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>From messages to letters: the same message, almanac, day and public address give the same letter.</summary>
internal sealed class Letters
{
    // A subject is read in a list, and phones show no more of it.
    private const int _longestTitle = 90;

    private readonly Almanac _almanac;
    private readonly Message _message;
    private readonly LocalDate _today;
    private readonly string _publicUrl;
    private readonly ItemTexts _texts;

    private Letters(Almanac almanac, Message message, LocalDate today, string publicUrl)
    {
        (_almanac, _message, _today, _publicUrl) = (almanac, message, today, publicUrl);
        _texts = new ItemTexts(almanac, message.To, today);
    }

    private static Text Acknowledge { get; } = new("Xác nhận đã biết", "Say that you know of it");

    private static Text Arrived { get; } = new("Thư đã đến", "It has arrived");

    private static Text PerhapsSent { get; } = new(
        "Có thể bạn đã nhận rồi: lịch vừa được khôi phục từ bản sao lưu và không biết chắc.",
        "You may have had it already: the calendar was restored from a backup and cannot tell.");

    /// <param name="today">Where the recipient is.</param>
    /// <param name="publicUrl">Without a slash at its end.</param>
    public static Letter Write(Almanac almanac, Message message, LocalDate today, string publicUrl) => new Letters(almanac, message, today, publicUrl).Write();

    private Letter Write()
    {
        var items = _message.Items.Where(item => item.Subject is not ReminderSubject.OfWeek).ToList();
        return items is [{ Subject: ReminderSubject.OfCanary } canary] ? Canary(canary)
            : items is [var only] && !_message.IsDigest && _message.Missed.IsEmpty ? About(only)
            : items.Count == 0 && _message.Missed.IsEmpty ? NothingDue()
            : Digest(items);
    }

    private Letter About(MessageItem item)
    {
        var text = _texts.Of(item)!;
        List<Text> opening = [Opening(item)];
        if (item.WasPerhapsSent)
        {
            opening.Add(PerhapsSent);
        }

        var title = new Text(Short(text.Title.Vi), Short(text.Title.En));
        var subject = item.Subject is ReminderSubject.OfSilence
            ? new Text($"Chưa xác nhận: {title.Vi}", $"Not acknowledged: {title.En}")
            : new Text($"{text.When.Vi}: {title.Vi}", $"{text.When.En}: {title.En}");
        var shown = Shown(item, text);
        return Letter(subject, opening, [new LetterSection(null, [shown with { Action = null }])]) with { Action = shown.Action };
    }

    private Text Opening(MessageItem item)
    {
        var name = item.Subject.For is { } association ? TaskViews.NameOf(_almanac, association) : new Text("", "");
        return item.Subject switch
        {
            ReminderSubject.OfTask => new Text($"Nhắc {name.Vi} về một việc được giao.", $"A reminder for {name.En} of a task."),
            ReminderSubject.OfSilence { Step: 1 } => new Text(
                $"{name.Vi} đã được nhắc nhưng chưa xác nhận đã biết việc dưới đây. Nhờ bạn liên hệ và giúp đỡ nếu cần.",
                $"{name.En} has not acknowledged the task below, though it was reminded. Please get in touch, and help where that is needed."),
            ReminderSubject.OfSilence => new Text(
                $"{name.Vi} vẫn chưa xác nhận đã biết việc dưới đây. Nhờ bộ phận thường trực liên hệ hoặc giao việc cho đơn vị khác.",
                $"{name.En} has still not acknowledged the task below. The desk is asked to get in touch, or to give the task to another."),
            _ => new Text($"Một ngày kỷ niệm của {name.Vi} sắp đến.", $"An anniversary of {name.En} is coming up."),
        };
    }

    // The first part gives the letter its subject.
    private Letter Digest(List<MessageItem> items)
    {
        var parts = Parts(items).Where(part => !part.Items.IsEmpty).ToList();
        return Letter(parts[0].Subject, [.. parts.Select(part => part.Opening), .. Refused()], [.. parts.Select(Section)]);
    }

    private IEnumerable<DigestPart> Parts(List<MessageItem> items)
    {
        var (certain, missed) = (items.Where(item => !item.WasPerhapsSent).ToList(), _message.Missed.Where(item => !item.WasPerhapsSent).ToList());
        return
        [
            DigestPart.Coming(certain.Where(item => !IsSilence(item) && item.Due >= _today)), DigestPart.Past(certain.Where(item => !IsSilence(item) && item.Due < _today)),
            DigestPart.Silent(certain.Where(IsSilence)), DigestPart.New(missed.Where(item => item.WasMadeLate)), DigestPart.Missed(missed.Where(item => !item.WasMadeLate)),
            DigestPart.PerhapsSent(items.Concat(_message.Missed).Where(item => item.WasPerhapsSent)),
        ];
    }

    private static bool IsSilence(MessageItem item) => item.Subject is ReminderSubject.OfSilence;

    private LetterSection Section(DigestPart part) => new(Say(part.Heading), [.. part.Items.Select(Shown).OfType<LetterItem>()]);

    private Letter NothingDue()
    {
        var days = _message.Next is { } next ? Period.DaysBetween(_today, next) : Reminding.Ahead;
        var none = new Text(
            $"Đã xem {_message.Watched} việc và ngày kỷ niệm: không có gì cần nhắc trong {days} ngày tới.",
            $"{_message.Watched} tasks and anniversaries checked: none is due for a reminder in the next {days} days.");
        List<Text> opening = [none];
        if (_message.Next is { } day)
        {
            var on = DateWords.Of(new PartialDate(day));
            opening.Add(new Text($"Thư nhắc tiếp theo được gửi ngày {on.Vi}.", $"The next reminder leaves on {on.En}."));
        }

        return Letter(new Text($"Đã xem {_message.Watched}, không có gì đến hạn", $"{_message.Watched} checked, none due"), [.. opening, .. Refused()], []);
    }

    // A program looks for the link and posts to it.
    private Letter Canary(MessageItem item) => Letter(
        new Text("Thư kiểm tra đường gửi", "Delivery check"),
        [
            new Text(
                "Lịch gửi thư này để biết thư có đến nơi hay không: hộp thư này trả lời bằng cách gửi yêu cầu POST đến liên kết bên dưới.",
                "The calendar sends this message to see whether messages arrive: this mailbox answers by a POST to the link below."),
        ],
        []) with { Action = item.AcknowledgeUrl is { } url ? new LetterLink(Say(Arrived), url) : null };

    private IEnumerable<Text> Refused() => _message.Refused == 0 ? [] :
    [
        new Text(
            $"Trong tuần qua có {_message.Refused} thư bị nơi nhận từ chối. Nhờ bạn xem lại địa chỉ của những người liên hệ bị trả thư; nếu chưa rõ là ai, hãy hỏi người quản trị lịch.",
            $"{(_message.Refused == 1 ? "One message was" : $"{_message.Refused} messages were")} refused by the other side in the past week. Please check the addresses of the contacts they went to; whoever runs the calendar can say which."),
    ];

    // Among others it says that it is a silence; alone its subject does.
    private LetterItem? Shown(MessageItem item) => _texts.Of(item) is not { } text ? null
        : !IsSilence(item) ? Shown(item, text)
        : Shown(item, text with { Title = new Text($"Chưa xác nhận: {text.Title.Vi}", $"Not acknowledged: {text.Title.En}") });

    private LetterItem Shown(MessageItem item, ItemText text) => new(
        Say(text.Title), [.. text.Details.Select(Say)],
        text.Explanation is { } path ? $"{_publicUrl}{path}?lang={_message.To.Language.Name()}" : null,
        text.Asks && item.AcknowledgeUrl is { } url ? new LetterLink(Say(Acknowledge), url) : null);

    private Letter Letter(Text subject, IEnumerable<Text> opening, ImmutableArray<LetterSection> sections)
    {
        return new Letter(_message.To.Language, Say(subject), [.. opening.Select(Say)], sections, [Say(Why())]) { Footer = [.. Footer()] };
    }

    // The calendar's own mailbox, where a canary goes, is no association's.
    private Text Why()
    {
        if (_message.To.Association == default)
        {
            return new Text("Thư này được gửi đến hộp thư kiểm tra của lịch.", "This goes to the calendar's own mailbox for such checks.");
        }

        var name = TaskViews.NameOf(_almanac, _message.To.Association);
        return new Text($"Bạn nhận thư này vì thư nhắc của {name.Vi} được gửi đến địa chỉ này.", $"You get this because reminders for {name.En} go to this address.");
    }

    private IEnumerable<LetterLink> Footer()
    {
        if (_message.HistoryUrl is { } history)
        {
            yield return new LetterLink(Say(new Text("Những gì đã gửi cho bạn", "What was sent to you")), history);
        }

        if (_message.UnsubscribeUrl is { } unsubscribe)
        {
            yield return new LetterLink(Say(new Text("Ngừng nhận những thư này", "Stop these mails")), unsubscribe);
        }
    }

    private string Say(Text text) => ItemTexts.OneLine(text.In(_message.To.Language));

    // At a word's end, and through no character.
    private static string Short(string title)
    {
        var line = ItemTexts.OneLine(title);
        if (line.Length <= _longestTitle)
        {
            return line;
        }

        var end = line.LastIndexOf(' ', _longestTitle - 1) is > _longestTitle / 2 and var space ? space : _longestTitle - (char.IsHighSurrogate(line[_longestTitle - 1]) ? 1 : 0);
        return line[..end].TrimEnd(',', ';', ':', ' ') + "…";
    }
}
