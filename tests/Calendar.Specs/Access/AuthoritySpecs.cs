using Calendar.Access;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Planning;
using Calendar.Specs.Commands;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Access;

/// <summary>Commands that nobody has said a word about.</summary>
public sealed record UnheardOf : Command;

public class WhoMayWhat
{
    private static readonly Role[] _record = [Role.Historian, Role.Admin, Role.Pack];
    private static readonly Role[] _plan = [Role.Planner, Role.Admin, Role.Pack, Role.Round];

    // An association, too: its own, which these are not.
    private static readonly Role[] _work = [Role.Planner, Role.Association, Role.Admin];
    private static readonly Role[] _import = [Role.Historian, Role.Planner, Role.Admin, Role.Pack];

    /// <summary>Every command there is, and who may ask for it. A new one needs a row.</summary>
    public static TheoryData<string, Role[]> Commands => new()
    {
        { "register_party", _record },
        { "rename_party", _record },
        { "end_party", _record },
        { "join_group", _record },
        { "leave_group", _record },
        { "declare_national_day", _record },
        { "record_fact", _record },
        { "conclude_accord", _record },
        { "join_accord", _record },
        { "leave_accord", _record },
        { "claim_date", _record },
        { "prefer_claim", _record },
        { "retitle_fact", _record },
        { "withdraw_fact", _record },
        { "reinstate_fact", _record },
        { "end_commemoration", _record },
        { "resume_commemoration", _record },
        { "waive_anniversary", _record },
        { "lift_waiver", _record },
        { "adopt_rules", _record },
        { "announce_holiday", _record },
        { "withdraw_holiday", _record },
        { "register_association", _plan },
        { "change_association", _plan },
        { "mute_association", _plan },
        { "unmute_association", _plan },
        { "close_association", _plan },
        { "reopen_association", _plan },
        { "adopt_template", _plan },
        { "open_plan", _plan },
        { "close_plan", _plan },
        { "reopen_plan", _plan },
        { "take_template", _plan },
        { "join_plan", _plan },
        { "part_plan", _plan },
        { "reassign_tasks", _plan },
        { "add_task", _plan },
        { "assign_task", _plan },
        { "acknowledge_task", _work },
        { "complete_task", _work },
        { "add_evidence", _work },
        { "reopen_task", _work },
        { "reschedule_task", _plan },
        { "drop_task", _plan },
        { "schedule_celebration", _plan },
        { "announce_celebration", _plan },
        { "move_celebration", _plan },
        { "cancel_celebration", _plan },
        { "adopt_reminder_policy", _plan },
        { "drop_reminder_policy", _plan },
        { "leave_out", _import },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_for_these_roles_and_no_others(string name, Role[] may)
    {
        var command = Sample(name);
        foreach (var role in Enum.GetValues<Role>())
        {
            var decision = Chronicle.Of().When(command, new Caller(role, role == Role.Association ? SlugOf("vufo") : null));
            if (may.Contains(role))
            {
                Assert.NotEqual(RejectionKind.Forbidden, decision.Rejection?.Kind);
            }
            else
            {
                decision.IsRefused("not-permitted", "", RejectionKind.Forbidden);
            }
        }
    }

    [Fact]
    public void No_command_is_forgotten() =>
        Assert.Equal(CommandReader.Commands.Order(StringComparer.Ordinal), Commands.Select(row => (string)row[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_to_be_kept_under_embargo_is_for_who_may_record_it()
    {
        var hidden = new SealFact(Ties("JP~VN", "1973-09-21"), Instant.FromUtc(2030, 1, 1, 0, 0));
        Chronicle.Of("JP").When(hidden, Role.Planner).IsRefused("not-permitted", "", RejectionKind.Forbidden);
        Assert.Null(Chronicle.Of("JP").When(hidden, Role.Historian).Rejection);
    }

    [Fact]
    public void What_nobody_has_thought_of_is_refused_to_everybody()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            Chronicle.Of().When(new UnheardOf(), role).IsRefused("not-permitted", "", RejectionKind.Forbidden);
        }
    }

    [Fact]
    public void It_is_asked_first_whatever_else_is_wrong() =>
        Chronicle.Of().When(Ties("JP~VN", "1973-09-21"), Role.Planner).IsRefused("not-permitted", "", RejectionKind.Forbidden);

    [Fact]
    public void The_refusal_says_which_role_it_takes()
    {
        var refusal = Chronicle.Of("JP").When(Ties("JP~VN", "1973-09-21"), Role.Planner).Rejection!.Detail;
        Assert.Equal("This takes the role historian or admin; your token has the role planner.", refusal.En);
        Assert.Equal("Việc này cần vai trò historian hoặc admin; mã truy cập của bạn có vai trò planner.", refusal.Vi);
    }

    private static Command Sample(string name)
    {
        var members = (string)WhenALineOfAPackIsRead.Commands.Single(row => (string)row[0] == name)[1];
        return Reading.Line($$"""{"key":"specs/line","do":"{{name}}",{{members}}}""").Command!;
    }
}

public class WhenAnAssociationWorksOnTasks
{
    private static readonly PlanId _plan = PlanId.OfCadence(2027);
    private static readonly Caller _hufo = new(Role.Association, SlugOf("hufo"));

    private readonly Chronicle _record = Chronicle.Of().With(
        Association("vufo", AssociationScope.Umbrella),
        Association("hufo", AssociationScope.Local, "vufo"),
        new AdoptTemplate(SlugOf("cadence"), Both("Việc hằng năm"), [], [new TaskLine(SlugOf("review"), DueOffset.Parse("P14D"), TaskAnchor.Day, Both("Tổng kết"), OwnerRole.Lead, [])]),
        new OpenPlan(_plan, null),
        new AddTask(_plan, Task("ours"), Both("Việc của ta"), new LocalDate(2027, 3, 2), OwnerRole.Support, SlugOf("hufo")),
        new AddTask(_plan, Task("theirs"), Both("Việc của họ"), new LocalDate(2027, 3, 2), OwnerRole.Support, SlugOf("vufo")));

    [Fact]
    public void It_says_how_its_own_stand()
    {
        foreach (var command in OfTask("ours"))
        {
            Assert.Null(_record.When(command, _hufo).Rejection);
        }
    }

    [Fact]
    public void Those_of_another_are_as_unknown_as_what_never_was()
    {
        foreach (var (theirs, nobodys) in OfTask("theirs").Zip(OfTask("nobodys")))
        {
            var refused = _record.When(theirs, _hufo);
            refused.IsRefused("unknown-task", "/task", RejectionKind.NotFound);
            Assert.Equal(
                _record.When(nobodys, _hufo).Rejection!.Detail.En.Replace("nobodys", "theirs", StringComparison.Ordinal), refused.Rejection!.Detail.En);
        }
    }

    [Fact]
    public void A_plan_that_it_has_no_task_in_might_as_well_not_be() =>
        _record.When(new AcknowledgeTask(PlanId.OfCadence(2030), Task("ours")), _hufo).IsRefused("unknown-task", "/task", RejectionKind.NotFound);

    [Fact]
    public void What_was_given_to_another_is_not_its_own_any_more()
    {
        _record.With(new AssignTask(_plan, Task("ours"), SlugOf("vufo"), null));
        _record.When(new AcknowledgeTask(_plan, Task("ours")), _hufo).IsRefused("unknown-task", "/task", RejectionKind.NotFound);
    }

    [Fact]
    public void It_does_not_move_drop_or_give_away_what_it_is_to_do()
    {
        foreach (var command in new Command[]
        {
            new RescheduleTask(_plan, Task("ours"), new LocalDate(2027, 4, 1), Because), new DropTask(_plan, Task("ours"), Because),
            new AssignTask(_plan, Task("ours"), SlugOf("vufo"), null), new ReassignTasks(_plan, SlugOf("hufo"), SlugOf("vufo"), Because),
        })
        {
            _record.When(command, _hufo).IsRefused("not-permitted", "", RejectionKind.Forbidden);
        }
    }

    [Fact]
    public void A_token_that_names_none_has_none() =>
        _record.When(new AcknowledgeTask(_plan, Task("ours")), Role.Association).IsRefused("unknown-task", "/task", RejectionKind.NotFound);

    private static Command[] OfTask(string task) =>
    [
        new AcknowledgeTask(_plan, Task(task)), new CompleteTask(_plan, Task(task), null, "Xong", null), new AddEvidence(_plan, Task(task), "Ảnh", null), new ReopenTask(_plan, Task(task), Because),
    ];

    private static TaskId Task(string name) => TaskId.TryParse(name, out var id) ? id : throw new ArgumentException(name, nameof(name));
}

public class TheTableOfPermissions
{
    [Theory]
    [InlineData(Permission.ReadRecord, "historian planner association admin")]
    [InlineData(Permission.RecordFacts, "historian admin")]
    [InlineData(Permission.Import, "historian planner admin")]
    [InlineData(Permission.ReadPlans, "planner admin")]
    [InlineData(Permission.Plan, "planner admin")]
    [InlineData(Permission.WorkOnTasks, "planner association admin")]
    [InlineData(Permission.ManageContacts, "planner association admin")]
    [InlineData(Permission.ManageWebhooks, "planner association admin")]
    [InlineData(Permission.Subscribe, "historian planner association admin")]
    [InlineData(Permission.OverseeSubscriptions, "admin")]
    [InlineData(Permission.ManageTokens, "admin")]
    [InlineData(Permission.KnowOneself, "historian planner association admin")]
    [InlineData(Permission.Watch, "admin")]
    public void Gives_each_to_these_tokens(Permission permission, string roles) =>
        Assert.Equal(roles, string.Join(' ', Permissions.TokensThatMay(permission).Select(role => role.Name())));

    [Fact]
    public void Is_whole() => Assert.All(Enum.GetValues<Permission>(), permission => Assert.NotEmpty(Permissions.TokensThatMay(permission)));

    [Fact]
    public void Gives_a_role_that_there_is_not_nothing() =>
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.False(((Role)99).May(permission)));

    [Fact]
    public void An_association_speaks_for_itself_alone_and_the_others_for_all()
    {
        var (vufo, japan) = (SlugOf("vufo"), SlugOf("japan"));
        Assert.True(Authority.SpeaksFor(new Caller(Role.Association, japan), japan));
        Assert.False(Authority.SpeaksFor(new Caller(Role.Association, japan), vufo));
        Assert.False(Authority.SpeaksFor(new Caller(Role.Association), vufo));
        Assert.True(Authority.SpeaksFor(new Caller(Role.Planner), vufo));
    }
}
