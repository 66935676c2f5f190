using System.Text;
using Calendar.Feeds;
using Calendar.Ical.Checking;
using Calendar.Planning;
using Calendar.Server.Feeds;
using Calendar.Specs.Ical;
using Calendar.Specs.Planning;
using NodaTime;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Feeds;

/// <summary>Feeds of tasks as specs ask for them.</summary>
internal static class Tasking
{
    public const string Url = "https://calendar.example";

    public static TaskVariant Variant(string association = "vn-jp", TaskForm form = TaskForm.Todo, Language language = Language.Vi) => new(SlugOf(association), form, language, null);

    public static List<TaskEntry> Tasks(this Chronicle record, string association, string today) => record.Now.TaskFeed(SlugOf(association), Date(today), Chronicle.Zone);

    public static byte[]? Write(this Chronicle record, TaskVariant variant, string today, int budget = FeedWriter.Budget) => new TaskWriter(Url, Chronicle.Zone).Write(
        record.Now, variant, record.Tasks(variant.Association.Value, today), Date(today), budget);

    public static IcalReader.Component Read(this Chronicle record, TaskVariant variant, string today) => IcalReader.Read(record.Write(variant, today)!);

    /// <summary>"due name" of each, with a minus before what is cancelled.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<TaskEntry> entries) =>
        entries.Select(entry => $"{(entry.IsCancelled ? "-" : "")}{new PartialDate(entry.Task.Due)} {entry.Task.Id}");
}

// Japan 2033: the sixtieth year of ties, its tasks as the association has them in the summer.
public class WhenTasksAreSubscribedTo
{
    private static readonly PlanId _plan = PlanOf("ties/JP~VN", 60);
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21")).On(2032, 3, 1).Planning(new OpenPlan(_plan, null))
        .On(2033, 1, 20).Planning(new CompleteTask(_plan, TaskOf("year-plan"), null, "Gửi kế hoạch năm", null))
        .On(2033, 5, 20).Planning(
            new CompleteTask(_plan, TaskOf("guests"), Date("2033-05-18"), "Danh sách 40 khách", null),
            new CompleteTask(_plan, TaskOf("delegations-vn-jp-hcmc"), null, null, null))
        .On(2033, 6, 1).Planning(
            new AcknowledgeTask(_plan, TaskOf("messages")), new DropTask(_plan, TaskOf("exhibition"), new Text("Bảo tàng đóng cửa sửa chữa.", "The museum is closed for repairs.")),
            new AssignTask(_plan, TaskOf("attendance"), SlugOf("vufo"), new Text("Liên hiệp lo phần này.", "The union sees to it.")));

    public static TheoryData<string, string> Forms => new() { { "todo", "vi" }, { "todo", "en" }, { "event", "vi" }, { "event", "en" } };

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_feed_is_the_golden_file_octet_for_octet_and_no_rule_finds_anything_in_it(string form, string language)
    {
        Assert.True(Names<TaskForm>.TryParse(form, out var asForm) && Names<Language>.TryParse(language, out _));
        var variant = Tasking.Variant(form: asForm, language: language == "vi" ? Language.Vi : Language.En) with { Alarm = Period.FromDays(7) };
        var feed = _record.Write(variant, "2033-06-25")!;

        Golden.Is($"tasks-japan-2033-{form}-{language}.ics", feed);
        Assert.Empty(IcalChecker.Check(feed).Findings);
    }

    [Fact]
    public void Each_says_when_it_is_due_how_it_stands_and_what_it_belongs_to()
    {
        var feed = _record.Read(Tasking.Variant(), "2033-06-25").Components.ToDictionary(entry => entry["UID"].Value);

        Assert.All(feed.Values, entry => Assert.Equal(("VTODO", $"{Id("ties/JP~VN")}-60@anniversaries.calendar"), (entry.Name, entry["RELATED-TO"].Value)));
        Assert.Equal(("20330621", "DATE", "IN-PROCESS"), (Of("messages")["DUE"].Value, Of("messages")["DUE"].Parameters["VALUE"], Of("messages")["STATUS"].Value));
        Assert.Equal("NEEDS-ACTION", Of("thanks")["STATUS"].Value);
        Assert.Equal("CANCELLED", Of("exhibition")["STATUS"].Value);
        Assert.Equal("CANCELLED", Of("attendance")["STATUS"].Value);

        // Done two days before it was recorded, at no time that anybody told.
        Assert.Equal(("COMPLETED", "20330518T050000Z"), (Of("guests")["STATUS"].Value, Of("guests")["COMPLETED"].Value));
        Assert.Equal("Chủ trì", Of("ceremony")["CATEGORIES"].Text);
        Assert.StartsWith("Kỷ niệm: 60 năm thiết lập quan hệ Việt Nam – Nhật Bản, 21/9/2033\n", Of("ceremony")["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.Equal($"{Tasking.Url}/v1/anniversaries/{Id("ties/JP~VN")}/60/explanation", Of("ceremony")["URL"].Value);
        Assert.DoesNotContain("Danh sách 40 khách", string.Concat(feed.Values.SelectMany(entry => entry.Properties).Select(property => property.Text)), StringComparison.Ordinal);

        IcalReader.Component Of(string task) => feed[$"task-{_plan}-{task}@anniversaries.calendar"];
    }

    [Fact]
    public void What_is_done_dropped_or_given_away_stays_for_ninety_days()
    {
        string[] gone = ["exhibition", "attendance", "guests"];
        Assert.DoesNotContain(_record.Tasks("vn-jp", "2033-06-25"), entry => entry.Task.Id == TaskOf("year-plan"));
        Assert.Contains(_record.Tasks("vn-jp", "2033-04-20"), entry => entry.Task.Id == TaskOf("year-plan"));
        Assert.DoesNotContain(_record.Tasks("vn-jp", "2033-04-21"), entry => entry.Task.Id == TaskOf("year-plan"));

        Assert.Equal(3, _record.Tasks("vn-jp", "2033-08-18").Count(entry => gone.Contains(entry.Task.Id.Value)));
        Assert.Equal(2, _record.Tasks("vn-jp", "2033-08-30").Count(entry => gone.Contains(entry.Task.Id.Value)));
        Assert.Equal(0, _record.Tasks("vn-jp", "2033-08-31").Count(entry => gone.Contains(entry.Task.Id.Value)));
        Assert.Equal(Date("2033-08-31"), _record.Tasks("vn-jp", "2033-08-30").Min(entry => entry.Until));
    }

    [Fact]
    public void Evidence_that_comes_later_does_not_bring_it_back()
    {
        _record.On(2033, 8, 1).Planning(new AddEvidence(_plan, TaskOf("year-plan"), null, "https://example.vn/"));

        Assert.DoesNotContain(_record.Tasks("vn-jp", "2033-08-02"), entry => entry.Task.Id == TaskOf("year-plan"));
    }

    [Fact]
    public void Only_its_owner_has_a_task()
    {
        Assert.Equal(["2033-05-20 delegations-vn-jp-hcmc"], _record.Tasks("vn-jp-hcmc", "2033-06-25").Lines());
        Assert.Equal(["2033-09-14 attendance"], _record.Tasks("vufo", "2033-06-25").Lines());
        Assert.Empty(_record.Tasks("hufo", "2033-06-25"));
    }

    [Fact]
    public void Reopened_it_is_as_if_it_had_never_ended()
    {
        var before = Entry("exhibition");
        _record.Planning(new ReopenTask(_plan, TaskOf("exhibition"), Because));

        Assert.Equal((before.Uid, false, null, before.Revision + 1), (Entry("exhibition").Uid, Entry("exhibition").IsCancelled, Entry("exhibition").Until, Entry("exhibition").Revision));
    }

    [Fact]
    public void Moved_it_is_due_on_another_day_under_its_UID()
    {
        var before = Entry("thanks");
        _record.Planning(new RescheduleTask(_plan, TaskOf("thanks"), Date("2033-09-26"), Because));

        Assert.Equal((before.Uid, Date("2033-09-26"), before.Revision + 1), (Entry("thanks").Uid, Entry("thanks").Task.Due, Entry("thanks").Revision));
    }

    [Fact]
    public void A_corrected_date_and_another_title_show_in_a_later_revision()
    {
        var before = Entry("thanks");
        _record.With(Retitle("ties/JP~VN", "Lập quan hệ"));

        Assert.Contains("60 năm Lập quan hệ", _record.Read(Tasking.Variant(), "2033-06-25").Components[^1]["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.True(Entry("thanks").Revision > before.Revision && Entry("thanks").ChangedAt > before.ChangedAt);
    }

    [Fact]
    public void An_association_that_has_closed_says_so()
    {
        Assert.DoesNotContain("ngừng hoạt động", _record.Read(Tasking.Variant(), "2033-06-25")["DESCRIPTION"].Text, StringComparison.Ordinal);
        _record.Planning(new Calendar.Associations.CloseAssociation(SlugOf("vn-jp"), Because));

        Assert.Contains("ngừng hoạt động", _record.Read(Tasking.Variant(), "2033-06-25")["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.Contains("has closed", _record.Read(Tasking.Variant(language: Language.En), "2033-06-25")["DESCRIPTION"].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TaskForm.Todo, "VTODO")]
    [InlineData(TaskForm.Event, "VEVENT")]
    internal void Where_there_is_nothing_to_do_it_says_so_in_words(TaskForm form, string name)
    {
        var entry = Assert.Single(_record.Read(Tasking.Variant("hufo", form), "2033-06-25").Components);

        Assert.Equal(name, entry.Name);
        Assert.Contains("Không có việc nào", entry["SUMMARY"].Text, StringComparison.Ordinal);
        Assert.Empty(IcalChecker.Check(_record.Write(Tasking.Variant("hufo", form), "2033-06-25")!).Findings);
    }

    [Theory]
    [InlineData(TaskForm.Todo)]
    [InlineData(TaskForm.Event)]
    internal void A_link_that_ends_says_so_every_day_until_then(TaskForm form)
    {
        var variant = Tasking.Variant(form: form) with { Notice = new FeedNotice(Date("2033-06-21"), Date("2033-07-21")) };
        var feed = _record.Read(variant, "2033-06-25");

        Assert.Contains("ngừng từ 21/7/2033", feed["DESCRIPTION"].Text, StringComparison.Ordinal);
        var entry = feed.Components.Single(entry => entry["UID"].Value == "link-ends@anniversaries.calendar");
        Assert.Equal(("20330621", "20330721"), (entry["DTSTART"].Value, entry["DTEND"].Value));
        Assert.Empty(IcalChecker.Check(_record.Write(variant, "2033-06-25")!).Findings);
    }

    [Fact]
    public void Far_years_are_left_out_where_it_grows_too_large()
    {
        _record.Planning([.. Enumerable.Range(0, 100).Select(i => new AddTask(_plan, TaskOf($"more-{i}"), Both($"Việc thêm {i}"), Date("2034-06-01").PlusYears(i / 20).PlusDays(i % 20), OwnerRole.Lead, SlugOf("vn-jp")))]);
        var whole = _record.Write(Tasking.Variant(), "2033-06-25")!;
        var cut = IcalReader.Read(_record.Write(Tasking.Variant(), "2033-06-25", whole.Length * 3 / 4)!);

        Assert.DoesNotContain("dừng ở năm", Encoding.UTF8.GetString(whole), StringComparison.Ordinal);
        Assert.Contains($"dừng ở năm {cut.Components[^1]["DUE"].Value[..4]}", cut["DESCRIPTION"].Text, StringComparison.Ordinal);
        Assert.Equal(0, (cut.Components.Count(entry => entry["UID"].Value.Contains("-more-", StringComparison.Ordinal))) % 20);
        Assert.Null(_record.Write(Tasking.Variant(), "2033-06-25", 3000));
    }

    private TaskEntry Entry(string task) => _record.Tasks("vn-jp", "2033-06-25").Single(entry => entry.Task.Id == TaskOf(task));
}

public class WhenATaskChangesHands
{
    private static readonly PlanId _plan = PlanOf("ties/JP~VN", 60);
    private static readonly TaskId _task = TaskOf("ceremony");
    private readonly Chronicle _record = Record().With(Ties("JP~VN", "1973-09-21")).On(2032, 3, 1).Planning(new OpenPlan(_plan, null));

    [Fact]
    public void Its_former_owner_has_it_cancelled_as_it_was_and_its_new_one_as_it_is()
    {
        var before = Of("vn-jp")!;
        _record.On(2033, 6, 1).Planning(new AssignTask(_plan, _task, SlugOf("vufo"), null), new RescheduleTask(_plan, _task, Date("2033-09-20"), Because));

        Assert.Equal((true, before.Task.Due, before.Revision + 1), (Of("vn-jp")!.IsCancelled, Of("vn-jp")!.Task.Due, Of("vn-jp")!.Revision));
        Assert.Equal((false, Date("2033-09-20"), before.Uid), (Of("vufo")!.IsCancelled, Of("vufo")!.Task.Due, Of("vufo")!.Uid));
        Assert.NotNull(Of("vn-jp", "2033-08-30"));
        Assert.Null(Of("vn-jp", "2033-08-31"));
    }

    [Fact]
    public void What_its_new_owner_does_is_nothing_to_the_former()
    {
        _record.On(2033, 6, 1).Planning(new AssignTask(_plan, _task, SlugOf("vufo"), null));
        var handed = _record.Now.Plans.HandedOverBy(SlugOf("vn-jp"));
        _record.Planning(new AcknowledgeTask(_plan, _task), new CompleteTask(_plan, _task, null, "Xong", null));

        Assert.Same(handed, _record.Now.Plans.HandedOverBy(SlugOf("vn-jp")));
    }

    [Fact]
    public void Given_back_it_is_alive_again_in_a_later_revision_and_cancelled_elsewhere()
    {
        _record.On(2033, 6, 1).Planning(new AssignTask(_plan, _task, SlugOf("vufo"), null));
        var cancelled = Of("vn-jp")!;
        _record.On(2033, 6, 2).Planning(new AssignTask(_plan, _task, SlugOf("vn-jp"), null));

        Assert.Equal((cancelled.Uid, false), (Of("vn-jp")!.Uid, Of("vn-jp")!.IsCancelled));
        Assert.True(Of("vn-jp")!.Revision > cancelled.Revision);
        Assert.True(Of("vufo")!.IsCancelled);
        Assert.Single(_record.Now.Plans.Find(_plan, _task)!.Handovers);
        Assert.Empty(_record.Now.Plans.HandedOverBy(SlugOf("vn-jp")));
    }

    [Fact]
    public void Handed_on_it_is_cancelled_for_each_from_the_day_he_gave_it_away()
    {
        _record.On(2033, 6, 1).Planning(new AssignTask(_plan, _task, SlugOf("vufo"), null)).On(2033, 7, 1).Planning(new AssignTask(_plan, _task, SlugOf("hufo"), null));

        Assert.Equal((Date("2033-08-31"), Date("2033-09-30"), null), (Of("vn-jp")!.Until, Of("vufo")!.Until, Of("hufo")!.Until));
    }

    private TaskEntry? Of(string association, string today = "2033-07-02") => _record.Tasks(association, today).SingleOrDefault(entry => entry.Task.Id == _task);
}
