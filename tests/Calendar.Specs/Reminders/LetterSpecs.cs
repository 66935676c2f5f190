using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Calendar.Ical.Checking;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Reminders;
using Calendar.Specs.Ical;
using Calendar.Specs.Planning;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Reminders;

/// <summary>Messages about Japan's sixtieth in 2033, Laos's seventy-first that is not marked, and one day of Laos's that no source confirms.</summary>
internal static class Messages
{
    public const string Url = "https://lich.example.vn";

    public static readonly PlanId Plan = PlanOf("ties/JP~VN", 60);

    public static ReminderSubject.OfTask Film { get; } = Reminded.SubjectOf(Plan, "film", "vn-jp");

    public static ReminderSubject.OfAnniversary Japan { get; } = new(Planned.Of("ties/JP~VN", 60), SlugOf("vn-jp"));

    public static Chronicle Record()
    {
        var record = Planned.Record().With(
            Ties("JP~VN", "1973-09-21"), Ties("LA~VN", "1962-09-05"),
            Milestone("visit", "LA~VN", "1983-02-05", "Chuyến thăm đầu tiên") with { Source = new Source("Báo Nhân Dân", null, Confidence.Unconfirmed) },
            Milestone("month", "JP~VN", "1993-03", "Viện trợ nối lại"), Milestone("year", "JP~VN", "1983", "Phim chung đầu tiên"));
        return record.On(2033, 1, 3).Planning(
            new OpenPlan(Plan, null), new OpenPlan(PlanId.OfCadence(2033), null),
            new AddTask(Plan, TaskOf("film"), new Text("Làm phim về 60 năm quan hệ", "Make a film on 60 years of relations"), Date("2033-06-15"), OwnerRole.Lead, SlugOf("vn-jp")),
            new AddTask(PlanId.OfCadence(2033), TaskOf("report"), new Text("Nộp báo cáo giữa năm", "Hand in the report of the half-year"), Date("2033-06-10"), OwnerRole.Support, SlugOf("vn-jp")));
    }

    public static Recipient To(string association, Language language) => Reminded.Contact(association) with { Language = language };

    public static MessageItem Item(ReminderSubject subject, string due, int lead = 7) => new(subject, Date(due), lead, $"{Url}/r/ack-{lead}");

    public static Message Of(Recipient to, params MessageItem[] items) =>
        new(to, [.. items], IsDigest: false) { UnsubscribeUrl = $"{Url}/r/stop", HistoryUrl = $"{Url}/r/history" };

    public static Message Digest(Recipient to) => Of(
        to, Item(new ReminderSubject.OfTask(PlanId.OfCadence(2033), TaskOf("report"), SlugOf("vn-jp")), "2033-06-10", 3), Item(Film, "2033-06-15"),
        Item(new ReminderSubject.OfTask(Plan, TaskOf("guests"), SlugOf("vn-jp")), "2033-05-20", 14) with { WasPerhapsSent = true }, Item(Japan, "2033-09-21", 180)) with
    {
        IsDigest = true,
        Missed = [Item(new ReminderSubject.OfAnniversary(Planned.Of("month", 40), SlugOf("vn-jp")), "2033-03-01", 30)],
        Watched = 23,
    };

    /// <summary>Every kind of message to one who reads a language.</summary>
    public static IEnumerable<(string Day, Message Message)> Every(Language language)
    {
        var (japan, union) = (To("vn-jp", language), To("vufo", language));
        yield return ("2033-06-08", Of(japan, Item(Film, "2033-06-15")));
        yield return ("2033-06-14", Of(union, Item(Film, "2033-06-15", 1) with { WasPerhapsSent = true }));
        yield return ("2033-08-22", Of(japan, Item(Japan, "2033-09-21", 30)));
        yield return ("2033-01-20", Of(union, Item(new ReminderSubject.OfAnniversary(Planned.Of("visit", 50), SlugOf("vn-la")), "2033-02-05", 14)));
        yield return ("2033-01-28", Of(japan, Item(new ReminderSubject.OfAnniversary(Planned.Of("month", 40), SlugOf("vn-jp")), "2033-03-01", 30)));
        yield return ("2033-05-23", Of(union, Item(new ReminderSubject.OfSilence(1, Film), "2033-06-15", 30)));
        yield return ("2033-06-17", Of(union, Item(new ReminderSubject.OfSilence(2, Film), "2033-06-15", 30)));
        yield return ("2033-06-06", Digest(japan));
        yield return ("2033-03-07", Of(union) with { IsDigest = true, Watched = 23, Next = Date("2033-03-25"), Refused = 2 });
        yield return ("2033-03-07", Of(japan) with { IsDigest = true, Watched = 5 });
        yield return ("2033-03-07", new Message(union with { Association = default }, [Item(new ReminderSubject.OfCanary(), "2033-03-07")], IsDigest: false));
    }

    /// <summary>A letter as plain text.</summary>
    public static string Plain(this Letter letter)
    {
        var text = new StringBuilder($"[{letter.Language}] {letter.Subject}\n\n").AppendJoin('\n', letter.Opening).Append('\n');
        foreach (var section in letter.Sections)
        {
            text.Append(section.Heading is null ? "" : $"\n# {section.Heading}\n");
            foreach (var item in section.Items)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n* {item.Title}\n").AppendJoin("", item.Details.Select(detail => $"  {detail}\n"));
                text.Append(item.Url is null ? "" : $"  <{item.Url}>\n").Append(item.Action is null ? "" : $"  [{item.Action.Text}] <{item.Action.Url}>\n");
            }
        }

        text.Append(letter.Action is null ? "" : $"\n[{letter.Action.Text}] <{letter.Action.Url}>\n").Append('\n').AppendJoin('\n', letter.Closing).Append("\n--\n");
        return text.AppendJoin("", letter.Footer.Select(link => $"{link.Text} <{link.Url}>\n")).ToString();
    }

    /// <summary>A file reviewed by eye.</summary>
    public static void IsGolden(string name, string written) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "Golden", name)), written);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

public class WhatALetterSays
{
    private readonly Chronicle _record = Messages.Record();

    [Theory]
    [InlineData(Language.Vi)]
    [InlineData(Language.En)]
    public void Is_the_golden_file(Language language) => Messages.IsGolden(
        $"letters-{language.Name()}.txt",
        string.Join("\n==========\n\n", Messages.Every(language).Select(every => Letters.Write(_record.Now, every.Message, Date(every.Day), Messages.Url).Plain())));

    [Theory]
    [InlineData("2033-06-13", "2 days left: ")]
    [InlineData("2033-06-14", "Tomorrow: ")]
    [InlineData("2033-06-15", "Today: ")]
    [InlineData("2033-06-16", "1 day overdue: ")]
    [InlineData("2033-06-18", "3 days overdue: ")]
    public void Begins_with_how_long_there_is(string today, string beginning) => Assert.StartsWith(
        beginning, Letters.Write(_record.Now, Messages.Of(Messages.To("vn-jp", Language.En), Messages.Item(Messages.Film, "2033-06-15")), Date(today), Messages.Url).Subject, StringComparison.Ordinal);

    [Fact]
    public void Has_sections_of_their_own_for_what_is_past_what_nobody_acknowledged_and_what_is_new_to_the_reader()
    {
        var union = Messages.To("vufo", Language.En);
        var report = new ReminderSubject.OfTask(PlanId.OfCadence(2033), TaskOf("report"), SlugOf("vn-jp"));
        var digest = Messages.Of(union, Messages.Item(Messages.Film, "2033-06-15"), Messages.Item(new ReminderSubject.OfSilence(1, report), "2033-06-10"), Messages.Item(Messages.Japan, "2033-09-21")) with
        {
            IsDigest = true,
            Missed = [Messages.Item(report, "2033-06-10") with { WasMadeLate = true }],
        };
        var letter = Letters.Write(_record.Now, digest, Date("2033-06-20"), Messages.Url);

        Assert.Equal("Coming up: one thing, on 21 September 2033", letter.Subject);
        Assert.Equal(["Coming up", "Past their day", "Not acknowledged", "New to you"], letter.Sections.Select(section => section.Heading));
        Assert.All(letter.Sections, section => Assert.Single(section.Items));
        Assert.DoesNotContain(letter.Opening, line => line.Contains("sorry", StringComparison.Ordinal));
        Assert.Contains("The day to remind you of one thing had gone by when the calendar learned of it: you are told now.", letter.Opening);

        Assert.Equal("Past its day: one thing", Letters.Write(_record.Now, digest with { Items = digest.Items[..2] }, Date("2033-06-20"), Messages.Url).Subject);
        Assert.Equal("Not acknowledged: one task", Letters.Write(_record.Now, digest with { Items = digest.Items[1..2] }, Date("2033-06-20"), Messages.Url).Subject);
        Assert.Equal("New to you: one thing", Letters.Write(_record.Now, digest with { Items = [] }, Date("2033-06-20"), Messages.Url).Subject);
    }

    [Fact]
    public void Asks_nothing_of_whoever_has_acknowledged()
    {
        var message = Messages.Of(Messages.To("vn-jp", Language.En), Messages.Item(Messages.Film, "2033-06-15"));
        Assert.NotNull(Letters.Write(_record.Now, message, Date("2033-06-08"), Messages.Url).Action);

        _record.Planning(new AcknowledgeTask(Messages.Plan, TaskOf("film")));
        Assert.Null(Letters.Write(_record.Now, message, Date("2033-06-08"), Messages.Url).Action);
    }

    [Fact]
    public void Is_one_line_where_it_is_one_line_whatever_people_wrote()
    {
        var hostile = "Phim\nBcc: everybody@example.org\u2028\u202E<script>alert(1)</script> \u0007" + string.Concat(Enumerable.Repeat("😀", 80));
        _record.Planning(new AddTask(Messages.Plan, TaskOf("hostile"), Both(hostile), Date("2033-06-15"), OwnerRole.Lead, SlugOf("vn-jp")));

        var item = Messages.Item(Reminded.SubjectOf(Messages.Plan, "hostile", "vn-jp"), "2033-06-15");
        var letter = Letters.Write(_record.Now, Messages.Of(Messages.To("vn-jp", Language.Vi), item), Date("2033-06-08"), Messages.Url);

        Assert.Equal("Còn 7 ngày: Phim Bcc: everybody@example.org <script>alert(1)</script>…", letter.Subject);
        Assert.Contains("😀😀", Assert.Single(Assert.Single(letter.Sections).Items).Title, StringComparison.Ordinal);
        Assert.DoesNotContain(letter.Plain().ReplaceLineEndings("").EnumerateRunes(), rune => Rune.IsControl(rune) || rune.Value is 0x202E or 0x2028 or 0xFFFD);
    }

    [Theory]
    [InlineData(Language.Vi)]
    [InlineData(Language.En)]
    public void Is_said_of_any_history(Language language)
    {
        // What was missed may have left the record since.
        _record.With(Withdraw("ties/JP~VN"), Withdraw("month"));
        foreach (var (day, message) in Messages.Every(language))
        {
            var letter = Letters.Write(_record.Now, message, Date(day), Messages.Url);
            Assert.NotEmpty(letter.Subject);
            Assert.All(letter.Sections.SelectMany(section => section.Items), item => Assert.NotEmpty(item.Title));
        }
    }
}

public class WhatAWebhookGets
{
    private readonly Chronicle _record = Messages.Record();

    [Fact]
    public void Is_the_golden_file() => Messages.IsGolden(
        "messages.json",
        string.Join('\n', Messages.Every(Language.Vi).Select(every => $"{MessageJson.TypeOf(every.Message)} {Encoding.UTF8.GetString(MessageJson.Write(_record.Now, every.Message, Messages.Url))}")) + "\n");

    [Fact]
    public void Says_week_where_a_weekly_message_carries_nothing_but_itself() => Assert.Equal(
        "calendar.reminder.week",
        MessageJson.TypeOf(Messages.Of(Messages.To("vn-jp", Language.Vi), Messages.Item(new ReminderSubject.OfWeek(SlugOf("vn-jp")), "2033-03-07")) with { IsDigest = true }));
}

public class WhatACalendarTakesInOfALetter
{
    private readonly Chronicle _record = Messages.Record();

    [Fact]
    public void Is_the_golden_file_and_no_rule_finds_more_than_that_it_is_a_message()
    {
        var part = Part(Messages.Digest(Messages.To("vn-jp", Language.Vi)))!;

        Messages.IsGolden("digest.ics", Encoding.UTF8.GetString(part.Body.Span));
        Assert.Equal("text/calendar; charset=utf-8; method=PUBLISH; component=VEVENT", part.MediaType);
        Assert.Equal("method-in-feed", Assert.Single(IcalChecker.Check(part.Body.ToArray()).Findings).Code);
    }

    [Fact]
    public void Is_what_the_feeds_show_under_the_same_names_and_revisions()
    {
        _record.Planning(new RescheduleTask(Messages.Plan, TaskOf("film"), Date("2033-06-16"), Because)).With(
            Claim("ties/JP~VN", "claims/JP", "1973-09-22"), Prefer("ties/JP~VN", "claims/JP"));
        var tasks = IcalReader.Read(Feeds.Tasking.Write(_record, Feeds.Tasking.Variant(form: Server.Feeds.TaskForm.Event), "2033-06-08")!).Components;
        var shown = IcalReader.Read(Part(Messages.Digest(Messages.To("vn-jp", Language.Vi)))!.Body.ToArray()).Components;

        Assert.Equal(5, shown.Count);
        var film = shown.Single(entry => entry["UID"].Text.Contains("film", StringComparison.Ordinal));
        var mirror = tasks.Single(entry => entry["UID"].Text == film["UID"].Text);
        Assert.Equal(
            new[] { "SEQUENCE", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION" }.Select(name => mirror[name].Value), new[] { "SEQUENCE", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION" }.Select(name => film[name].Value));
        var anniversary = shown.Single(entry => entry["UID"].Text == Calendar.Feeds.FeedEntry.UidOf($"{Id("ties/JP~VN")}/60"));
        Assert.Equal(("20330922", _record.Fact("ties/JP~VN").Revision + Server.Feeds.FeedFormat.Number), (anniversary["DTSTART"].Value, int.Parse(anniversary["SEQUENCE"].Value, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Is_nothing_where_nothing_has_a_day()
    {
        var to = Messages.To("vufo", Language.En);
        Assert.Null(Part(Messages.Of(to)));
        Assert.Null(Part(Messages.Of(to, Messages.Item(new ReminderSubject.OfCanary(), "2033-03-07"))));
        Assert.Null(Part(Messages.Of(to, Messages.Item(new ReminderSubject.OfSilence(1, Messages.Film), "2033-06-15"))));
        Assert.Null(Part(Messages.Of(to, Messages.Item(new ReminderSubject.OfAnniversary(Planned.Of("year", 50), SlugOf("vn-jp")), "2033-01-01"))));
        Assert.NotNull(Part(Messages.Of(to, Messages.Item(new ReminderSubject.OfAnniversary(Planned.Of("month", 40), SlugOf("vn-jp")), "2033-03-01"))));
    }

    private Calendar.Ical.ItipMessage? Part(Message message) => CalendarPart.Of(
        _record.Now, message, "nhac@example.vn", "Lịch; \"kỷ niệm\"", Messages.Url, Chronicle.Zone);
}
