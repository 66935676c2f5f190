using Calendar.Ical;
using NodaTime;

namespace Calendar.Specs.Ical;

public class WhenAToDoIsWritten
{
    [Fact]
    public void It_is_due_on_a_day()
    {
        var read = IcalReader.ReadOne(Sample.Todo);
        Assert.Equal("VTODO", read.Name);
        Assert.Equal(("20330321", "DATE"), (read["DUE"].Value, read["DUE"].Parameters["VALUE"]));
        Assert.Equal("NEEDS-ACTION", read["STATUS"].Value);
    }

    [Fact]
    public void It_may_start_on_a_day_before()
    {
        var start = IcalReader.ReadOne(Sample.Todo with { Start = new(2033, 3, 20) })["DTSTART"];
        Assert.Equal(("20330320", "DATE"), (start.Value, start.Parameters["VALUE"]));
    }

    [Fact]
    public void It_does_not_start_on_the_day_it_is_due() =>
        Assert.Throws<ArgumentException>(() => IcalReader.ReadOne(Sample.Todo with { Start = Sample.Todo.Due }));

    [Fact]
    public void Progress_and_urgency_are_said()
    {
        var read = IcalReader.ReadOne(Sample.Todo with { Status = TodoStatus.InProcess, PercentComplete = 40, Priority = 1 });
        Assert.Equal(("IN-PROCESS", "40", "1"), (read["STATUS"].Value, read["PERCENT-COMPLETE"].Value, read["PRIORITY"].Value));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(101, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 10)]
    public void Numbers_outside_their_range_are_refused(int percent, int priority) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IcalReader.ReadOne(Sample.Todo with { PercentComplete = percent, Priority = priority }));

    [Fact]
    public void Done_it_says_when()
    {
        var read = IcalReader.ReadOne(Sample.Todo with { Status = TodoStatus.Completed, Completed = Instant.FromUtc(2033, 3, 20, 9, 0) });
        Assert.Equal(("COMPLETED", "20330320T090000Z"), (read["STATUS"].Value, read["COMPLETED"].Value));
    }

    [Fact]
    public void Its_alarms_count_from_the_due_day()
    {
        var todo = Sample.Todo with { Start = new(2033, 3, 1), Alarms = [new DisplayAlarm(Duration.FromDays(3), "x"), new DisplayAlarm(Duration.FromDays(1), "x")] };
        Assert.Equal("END END", string.Join(' ', IcalReader.ReadOne(todo).Components.Select(a => a["TRIGGER"].Parameters["RELATED"])));
    }

    [Theory]
    [InlineData(TodoStatus.NeedsAction, 2)]
    [InlineData(TodoStatus.InProcess, 2)]
    [InlineData(TodoStatus.Completed, 0)]
    [InlineData(TodoStatus.Cancelled, 0)]
    public void Done_or_dropped_it_rings_no_alarm_and_neither_does_its_mirror(TodoStatus status, int alarms)
    {
        var todo = Sample.Todo with { Status = status, Alarms = [new DisplayAlarm(Duration.FromDays(3), "x"), new TimedAlarm(Instant.FromUtc(2033, 3, 20, 9, 0), "x")] };
        Assert.Equal(alarms, IcalReader.ReadOne(todo).Components.Count);
        Assert.Equal(alarms, IcalReader.ReadOne(todo.ToEvent(title => title)).Components.Count);
    }

    [Fact]
    public void A_list_of_them_is_the_golden_file_octet_for_octet() =>
        Golden.Is("tasks.ics", IcalWriter.Write(Tasks.Calendar with { Todos = Tasks.All }));
}

public class WhenAToDoIsMirrored
{
    [Fact]
    public void It_is_an_event_on_the_due_day_under_another_UID()
    {
        var read = IcalReader.ReadOne(Sample.Todo.ToEvent(title => title));
        Assert.Equal("task-1@calendar-day", read["UID"].Text);
        Assert.Equal(("20330321", "20330322", "TRANSPARENT"), (read["DTSTART"].Value, read["DTEND"].Value, read["TRANSP"].Value));
    }

    [Fact]
    public void The_two_have_no_name_in_common()
    {
        var todo = Sample.Todo with { Alarms = [new DisplayAlarm(Duration.FromDays(3), "x") { Uid = "task-1-P3D@calendar" }] };
        var read = IcalReader.Read(new VCalendar("-//Specs//EN") { Todos = [todo], Events = [todo.ToEvent(title => title)] });
        var names = read.Components.SelectMany(c => c.Components.Prepend(c)).Select(c => c["UID"].Text).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(4, names.Count);
    }

    [Fact]
    public void Only_what_is_done_is_marked_as_the_caller_wants()
    {
        Assert.All(
            [TodoStatus.NeedsAction, TodoStatus.InProcess, TodoStatus.Cancelled],
            status => Assert.Equal(Sample.Todo.Summary, Mirror(status).Summary));
        Assert.Equal(new IcalText("✓ Gửi công hàm mời", "vi"), Mirror(TodoStatus.Completed).Summary);
    }

    [Theory]
    [InlineData(TodoStatus.NeedsAction, EventStatus.Confirmed)]
    [InlineData(TodoStatus.InProcess, EventStatus.Confirmed)]
    [InlineData(TodoStatus.Completed, EventStatus.Confirmed)]
    [InlineData(TodoStatus.Cancelled, EventStatus.Cancelled)]
    public void Only_what_is_dropped_is_cancelled(TodoStatus todo, EventStatus mirror) => Assert.Equal(mirror, Mirror(todo).Status);

    [Fact]
    public void Everything_else_is_the_same()
    {
        var todo = Tasks.All[0] with
        {
            Location = "Hà Nội", Color = "gold", Organizer = new("mailto:lich@example.vn", null), Attendees = [new("mailto:a@example.vn", null)],
            Links = [new("https://example.vn", "describedby")], Concepts = ["https://example.vn/tasks"],
        };
        var (written, mirror) = (IcalReader.ReadOne(todo), IcalReader.ReadOne(todo.ToEvent(title => title)));
        string[] own = ["UID", "DTSTART", "DTEND", "DUE", "STATUS", "PRIORITY", "PERCENT-COMPLETE", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"];
        Assert.Equal(
            written.Properties.Where(p => !own.Contains(p.Name)).Select(p => $"{p.Name} {p.Value}"),
            mirror.Properties.Where(p => !own.Contains(p.Name)).Select(p => $"{p.Name} {p.Value}"));
        Assert.Equal(written.Components.Select(a => a["TRIGGER"].Value), mirror.Components.Select(a => a["TRIGGER"].Value));
    }

    [Fact]
    public void A_list_of_them_is_the_golden_file_octet_for_octet() =>
        Golden.Is("tasks-as-events.ics", IcalWriter.Write(Tasks.Calendar with { Events = [.. Tasks.All.Select(task => task.ToEvent(title => $"✓ {title}"))] }));

    private static VEvent Mirror(TodoStatus status) => (Sample.Todo with { Status = status }).ToEvent(title => $"✓ {title}");
}

internal static class Tasks
{
    public static VCalendar Calendar => new("-//Calendar//Tasks//VI")
    {
        Name = "Việc cần làm: Hội hữu nghị Việt Nam – Nhật Bản", Language = "vi", RefreshInterval = Duration.FromHours(12),
    };

    public static VTodo[] All =>
    [
        Sample.Todo with
        {
            Start = new(2033, 3, 1),
            Description = "Vai trò: chủ trì\nKế hoạch: kỷ niệm 60 năm thiết lập quan hệ ngoại giao",
            Url = "https://calendar.example.vn/v1/plans/5b1c/tasks/invitations",
            Categories = ["chủ trì", "Nhật Bản"],
            RelatedTo = [new("cf0c8a4c-60@calendar")],
            Priority = 1,
            PercentComplete = 20,
            Status = TodoStatus.InProcess,
            Alarms =
            [
                new DisplayAlarm(Duration.FromDays(30), "Gửi công hàm mời: còn 30 ngày"),
                new DisplayAlarm(Duration.FromDays(3), "Gửi công hàm mời: còn 3 ngày") { Uid = "task-1-P3D@calendar" },
            ],
        },
        Sample.Todo with
        {
            Uid = "task-2@calendar", Due = new(2033, 1, 31), Sequence = 2, Summary = new("Lập danh sách khách mời; gửi Ban Thư ký, bản nháp", "vi"),
            Status = TodoStatus.Completed, Completed = Instant.FromUtc(2033, 1, 28, 3, 15), PercentComplete = 100,
            Alarms = [new DisplayAlarm(Duration.FromDays(3), "x")], RelatedTo = [new("cf0c8a4c-60@calendar")],
        },
        Sample.Todo with
        {
            Uid = "task-3@calendar", Due = new(2033, 8, 22), Sequence = 1, Summary = new("Đặt hoa tại tượng đài", "vi"), Status = TodoStatus.Cancelled,
            RelatedTo = [new("cf0c8a4c-60@calendar"), new("task-1@calendar", RelationType.FinishToStart)],
        },
        Sample.Todo with { Uid = "task-4@calendar", Due = new(2033, 9, 14), Summary = new("Duyệt diễn văn", "vi"), RelatedTo = [new("cf0c8a4c-60@calendar")] },
    ];
}
