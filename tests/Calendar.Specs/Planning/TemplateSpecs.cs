using Calendar.Facts;
using Calendar.Planning;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Planning;

public class WhenATemplateIsAdopted
{
    private const string _one = """[{"line":"guests","offset":"P-4M","title":"Mời khách","role":"lead"}]""";

    private readonly Chronicle _record = Record();

    [Fact]
    public void It_has_the_next_version_and_the_same_again_has_none()
    {
        Assert.Equal(2, _record.Asks(Template("relations", _one)).Leads<TemplateAdopted>().Version);
        _record.Asks(Template("relations", _one)).IsNothingNew();
        Assert.Equal(3, _record.Asks(Template("relations", _one.Replace("P-4M", "P-5M", StringComparison.Ordinal))).Leads<TemplateAdopted>().Version);
    }

    [Fact]
    public void A_pack_does_not_undo_what_a_person_adopted()
    {
        _record.Planning(Template("relations", _one));

        foreach (var template in Templates)
        {
            _record.When(template, Role.Pack).IsNothingNew();
        }
    }

    [Theory]
    [InlineData("""[{"line":"a","offset":"P-1M5D","title":"Một","role":"lead"}]""", "contradictory-offset", "/tasks/0/offset")]
    [InlineData("""[{"line":"a","offset":"P-1M","title":"Một","role":"lead"},{"line":"b","offset":"P-2M","title":"Một","role":"lead"}]""", "contradictory-offset", "/tasks/1/offset")]
    [InlineData("""[{"line":"a","offset":"P-1M","title":"Một","role":"lead","tiers":["round","half"]},{"line":"b","offset":"P-2M","title":"Một","role":"lead","tiers":["half"]}]""", "contradictory-offset", "/tasks/1/offset")]
    [InlineData("""[{"line":"a","offset":"P-1M","title":"Một","role":"lead"},{"line":"a","offset":"P-1M","title":"Hai","role":"lead"}]""", "repeated-line", "/tasks/1/line")]
    [InlineData("""[{"line":"a","offset":"P-1M","title":"Một","role":"support"},{"line":"a-hufo","offset":"P-1M","title":"Hai","role":"lead"}]""", "ambiguous-line", "/tasks/1/line")]
    [InlineData("""[{"line":"a","offset":"P-1M","anchor":"tet","title":"Một","role":"lead"}]""", "tet-in-cadence-only", "/tasks/0/anchor")]
    public void What_contradicts_itself_is_refused_by_name(string tasks, string code, string pointer) =>
        _record.Asks(Template("relations", tasks)).IsRefused(code, pointer, RejectionKind.Invalid);

    [Fact]
    public void The_same_task_may_have_another_offset_in_another_kind_of_year() =>
        _record.Asks(Template("relations", """
            [{"line":"a","offset":"P-1M","title":"Một","role":"lead","tiers":["round"]},{"line":"b","offset":"P-2M","title":"Một","role":"lead","tiers":["half","other"]}]
            """)).Leads<TemplateAdopted>();

    [Fact]
    public void A_kind_has_one_template_and_only_the_yearly_work_has_no_kinds()
    {
        _record.Asks(Template("others", _one)).IsRefused("kind-has-template", "/kinds");
        _record.Asks(Template("others", _one) with { Kinds = [] }).IsRefused("template-kinds", "/kinds", RejectionKind.Invalid);
        _record.Asks(Template("cadence", _one) with { Kinds = [FactKind.PartyEnded] }).IsRefused("template-kinds", "/kinds", RejectionKind.Invalid);
    }

    [Fact]
    public void An_open_plan_keeps_its_tasks_until_it_takes_the_new_version()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 10).Round();
        var plan = PlanOf("ties/JP~VN", 60);
        _record.Planning(
            new CompleteTask(plan, TaskOf("year-plan"), null, null, null), new RescheduleTask(plan, TaskOf("messages"), Date("2033-06-15"), Because),
            new AddTask(plan, TaskOf("film"), Both("Làm phim"), Date("2033-05-04"), OwnerRole.Lead, null));
        _record.Planning(Template("relations", """
            [{"line":"guests","offset":"P-5M","title":"Mời khách","role":"lead"},{"line":"messages","offset":"P-2M","title":"Điện mừng","role":"lead"},
             {"line":"year-plan","offset":"P-9M","title":"Kế hoạch năm","role":"lead"},{"line":"concert","offset":"P-1D","title":"Hòa nhạc","role":"lead"}]
            """));

        Assert.Equal(0, _record.Round());
        Assert.Equal(1, _record.Plan("ties/JP~VN", 60).TemplateVersion);

        _record.Planning(new TakeTemplate(plan));

        var taken = _record.Plan("ties/JP~VN", 60);
        Assert.Equal(2, taken.TemplateVersion);
        Assert.Equal((Date("2033-04-21"), Both("Mời khách")), (taken.Task("guests").Due, taken.Task("guests").Title));
        Assert.Equal((Date("2033-06-15"), Both("Điện mừng")), (taken.Task("messages").Due, taken.Task("messages").Title)); // a day that somebody chose stays
        Assert.Equal(TaskState.Done, taken.Task("year-plan").State);
        Assert.Equal(Date("2033-09-20"), taken.Task("concert").Due);
        Assert.True(taken.Task("film").IsLive); // added by hand
        Assert.Equal((TaskState.Dropped, DropCause.Template), (taken.Task("ceremony").State, taken.Task("ceremony").Cause!.Value));
        _record.Asks(new TakeTemplate(plan)).IsNothingNew();
        Assert.Equal(0, _record.Round());
    }

    [Fact]
    public void A_task_whose_part_changes_from_leading_to_supporting_is_another_task()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 10).Round();
        _record.Planning(Template("relations", _one.Replace("lead", "support", StringComparison.Ordinal)), new TakeTemplate(PlanOf("ties/JP~VN", 60)));

        Assert.Equal(["guests-vn-jp-hcmc"], _record.Plan("ties/JP~VN", 60).LiveTasks.Select(task => task.Id.Value));
    }

    [Fact]
    public void What_is_not_to_be_marked_takes_no_template()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 10).Round();
        _record.With(Waive("ties/JP~VN", 60)).Planning(Template("relations", _one)).Round();

        _record.Asks(new TakeTemplate(PlanOf("ties/JP~VN", 60))).IsRefused("nothing-to-plan", "");
    }

    [Fact]
    public void A_task_that_comes_back_in_a_later_version_is_the_same_task()
    {
        _record.With(Ties("JP~VN", "1973-09-21")).On(2033, 1, 10).Round();
        var (plan, first) = (PlanOf("ties/JP~VN", 60), Templates.OfType<AdoptTemplate>().Single(template => template.Template == SlugOf("relations")));
        var before = _record.Plan("ties/JP~VN", 60).Schedule().ToList();

        _record.Planning(Template("relations", _one), new TakeTemplate(plan), first, new TakeTemplate(plan));

        Assert.Equal(before, _record.Plan("ties/JP~VN", 60).Schedule());
        Assert.All(_record.Plan("ties/JP~VN", 60).Tasks.Values, task => Assert.True(task.IsLive));
    }
}
