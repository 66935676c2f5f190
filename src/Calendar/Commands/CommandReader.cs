using System.Collections.Immutable;
using System.Text.Json;
using Calendar.Accords;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Commands;

/// <summary>A command, or everything that is wrong with what was written.</summary>
public sealed record ReadCommand(Command? Command, IReadOnlyList<Rejection> Errors);

/// <summary>One member of a command: its name, what it is, whether it must be there, and whether null means none.</summary>
public sealed record CommandMember(string Name, Type Type, bool IsRequired, bool IsNullable);

/// <summary>A row that is deliberately not imported, with the reason; nothing is recorded, the report names it.</summary>
public sealed record LeaveOut(string About, Text Reason) : Command;

/// <summary>
/// The one reader of commands, for request bodies and import lines. <c>do</c> names the command; the members are those of its
/// record. An import line has a <c>key</c>, from which the ids of what it states are made (UUIDv5); a member that names a fact
/// or claim takes a UUID or such a key.
/// </summary>
public static class CommandReader
{
    private const int _name = 200;
    private const int _title = 500;
    private const int _reason = 1000;
    private const int _report = 4000;

    private static readonly Text _plan = new("mã như cadence-2027, hoặc mã sự kiện, dấu gạch và số năm", "a name such as cadence-2027, or a fact's id, a hyphen and the number of years");
    private static readonly Text _anniversary = new("mã kỷ niệm: mã sự kiện/số năm", "an anniversary's id: the fact's id/the number of years");

    private static readonly Dictionary<string, Func<Members, Command>> _commands = new(StringComparer.Ordinal)
    {
        ["register_party"] = m => new RegisterParty(Party(m), m.Enum<PartyKind>("kind") ?? default, m.Text("name", _name), Strings(m, "aliases"), Groups(m)),
        ["rename_party"] = m => new RenameParty(Party(m), NewFact(m), m.Date("on"), m.Source("source"), m.Text("name", _name)),
        ["end_party"] = m => new EndParty(Party(m), NewFact(m), m.Date("on"), m.Source("source"), m.List<PartyCode>("successors", PartyCode.TryParse, "mã bên như JP", "a party's code such as JP", required: false)),
        ["join_group"] = m => new JoinGroup(Party(m), Group(m)),
        ["leave_group"] = m => new LeaveGroup(Party(m), Group(m)),
        ["declare_national_day"] = m => new DeclareNationalDay(Party(m), NewFact(m), m.MonthAndDay("day"), m.Source("source"), m.Text("name", _name)) { Replaces = Replaced(m) },
        ["record_fact"] = Record,
        ["conclude_accord"] = m => new ConcludeAccord(Accord(m), NewFact(m), m.Date("on"), m.Source("source"), m.Text("title", _title), m.List<PartyCode>("parties", PartyCode.TryParse, "mã bên như JP", "a party's code such as JP", required: true))
        {
            InForce = m.OptionalDate("inForce"),
            Commemorated = m.OptionalBool("commemorated"),
            Note = m.OptionalText("note", _reason),
            Replaces = Replaced(m),
        },
        ["join_accord"] = m => new JoinAccord(Accord(m), NewFact(m), m.Date("on"), m.Source("source"), Party(m), m.OptionalBool("commemorated")) { Replaces = Replaced(m) },
        ["leave_accord"] = m => new LeaveAccord(Accord(m), NewFact(m), m.Date("on"), m.Source("source"), Party(m), Fact(m, "ends")),
        ["claim_date"] = m => new ClaimDate(Fact(m, "fact"), NewClaim(m), m.Date("on"), m.Source("source"), m.OptionalText("prefer", _reason)),
        ["prefer_claim"] = m => new PreferClaim(Fact(m, "fact"), Claim(m), Reason(m)),
        ["retitle_fact"] = m => new RetitleFact(Fact(m, "fact"), m.Text("title", _title), Reason(m)),
        ["withdraw_fact"] = m => new WithdrawFact(Fact(m, "fact"), Reason(m)),
        ["reinstate_fact"] = m => new ReinstateFact(Fact(m, "fact"), Reason(m)),
        ["end_commemoration"] = m => new EndCommemoration(Fact(m, "fact"), m.Date("on"), Reason(m)),
        ["resume_commemoration"] = m => new ResumeCommemoration(Fact(m, "fact"), Reason(m)),
        ["waive_anniversary"] = m => new WaiveAnniversary(Fact(m, "fact"), m.Number("n", 1, PartialDate.MaxYear), Reason(m)),
        ["lift_waiver"] = m => new LiftWaiver(Fact(m, "fact"), m.Number("n", 1, PartialDate.MaxYear), Reason(m)),
        ["adopt_rules"] = m => new AdoptRules(
            m.Id<Slug>("name", Slug.TryParse, "tên như decree-145-2013", "a name such as decree-145-2013"), m.Text("title", _title), m.Objects("lines", Line),
            m.Enum<LeapDayRule>("leapDay", required: false) ?? LeapDayRule.LastOfFebruary, m.Day("from"), m.Source("source")),
        ["announce_holiday"] = m => new AnnounceHoliday(
            Party(m), m.Day("date"), m.Id<Slug>("occasion", Slug.TryParse, "tên như tet hay national-day", "a name such as tet or national-day"), m.Text("name", _name),
            m.Enum<AnnouncementStatus>("status") ?? default, m.Source("source")),
        ["withdraw_holiday"] = m => new WithdrawHoliday(Party(m), m.Day("date"), Reason(m)),
        ["register_association"] = m => new RegisterAssociation(Association(m), Details(m)),
        ["change_association"] = m => new ChangeAssociation(Association(m), Details(m)),
        ["mute_association"] = m => new MuteAssociation(Association(m), Reason(m)),
        ["unmute_association"] = m => new UnmuteAssociation(Association(m), Reason(m)),
        ["close_association"] = m => new CloseAssociation(Association(m), Reason(m)),
        ["reopen_association"] = m => new ReopenAssociation(Association(m), Reason(m)),
        ["adopt_template"] = m => new AdoptTemplate(Template(m), m.Text("title", _title), m.List<FactKind>("kinds", AnyKind, "loại sự kiện", "a kind of fact", required: false), m.Objects("tasks", TaskLine)),
        ["open_plan"] = m => NewPlan(m),
        ["close_plan"] = m => new ClosePlan(Plan(m), m.OptionalText("report", _report)),
        ["reopen_plan"] = m => new ReopenPlan(Plan(m), Reason(m)),
        ["take_template"] = m => new TakeTemplate(Plan(m)),
        ["join_plan"] = m => new JoinPlan(Plan(m), AnniversaryId(m)),
        ["part_plan"] = m => new PartPlan(Plan(m), AnniversaryId(m), Reason(m)),
        ["reassign_tasks"] = m => new ReassignTasks(Plan(m), Owner(m, "from"), Owner(m, "to"), Reason(m)),
        ["add_task"] = m => new AddTask(
            Plan(m), m.OptionalId<TaskId>("task", TaskId.TryParse, "tên như guests-hufo", "a name such as guests-hufo", out var task) ? task : default,
            m.Text("title", _name), m.Day("due"), m.Enum<OwnerRole>("role", required: false) ?? OwnerRole.Lead, OptionalOwner(m, "owner")),
        ["assign_task"] = m => new AssignTask(Plan(m), Task(m), Owner(m, "owner"), m.OptionalText("reason", _reason)),
        ["acknowledge_task"] = m => new AcknowledgeTask(Plan(m), Task(m)),
        ["complete_task"] = m => new CompleteTask(Plan(m), Task(m), m.OptionalDay("on"), m.OptionalString("note", _report), m.Url("url")),
        ["add_evidence"] = m => new AddEvidence(Plan(m), Task(m), m.OptionalString("note", _report), m.Url("url")),
        ["reopen_task"] = m => new ReopenTask(Plan(m), Task(m), Reason(m)),
        ["reschedule_task"] = m => new RescheduleTask(Plan(m), Task(m), m.Day("due"), Reason(m)),
        ["drop_task"] = m => new DropTask(Plan(m), Task(m), Reason(m)),
        ["schedule_celebration"] = m => new ScheduleCelebration(
            Plan(m), m.OptionalId<CelebrationId>("celebration", CelebrationId.TryParse, "UUID hoặc key", "a UUID or key", out var celebration) ? celebration : default,
            m.Text("title", _name), m.Date("on"), m.OptionalText("place", _name)),
        ["announce_celebration"] = m => new AnnounceCelebration(Plan(m), Celebration(m)),
        ["move_celebration"] = m => new MoveCelebration(Plan(m), Celebration(m), m.Date("on"), m.OptionalText("place", _name), Reason(m)),
        ["cancel_celebration"] = m => new CancelCelebration(Plan(m), Celebration(m), Reason(m)),
        ["adopt_reminder_policy"] = m => new AdoptReminderPolicy(OptionalOwner(m, "association"), Policy(m)),
        ["drop_reminder_policy"] = m => new DropReminderPolicy(Association(m)),
        ["leave_out"] = m => new LeaveOut(m.String("about", _name), Reason(m)),
    };

    public static IReadOnlyCollection<string> Commands => _commands.Keys;

    /// <summary>The members a command takes, as its reader asks for them.</summary>
    public static IReadOnlyList<CommandMember> MembersOf(string command)
    {
        var asking = new Members(JsonElement.Parse("{}"u8), "", []);
        Sealed(asking, _commands[command](asking));
        var required = asking.Errors.Where(error => error.Code == "member-required").Select(error => error.Pointer[1..]).ToHashSet(StringComparer.Ordinal);
        return [.. asking.Asked.Select(member => new CommandMember(member.Key, member.Value, required.Contains(member.Key), asking.Nullable.Contains(member.Key)))];
    }

    /// <summary>Reads the body of a request to a route that says which command it is.</summary>
    /// <param name="body">The body; the members that the route decides are not among its members.</param>
    /// <param name="command">What the route does, a key of <see cref="Commands"/>.</param>
    /// <param name="route">Members the route decides, such as <c>relationship</c>.</param>
    public static ReadCommand Read(JsonElement body, string command, params ReadOnlySpan<(string Name, string Value)> route)
    {
        var members = new Members(body, "", []);
        foreach (var (name, value) in route)
        {
            members.Give(name, value);
        }

        return Finish(members, _commands[command]);
    }

    /// <summary>Reads one line of a pack or import.</summary>
    public static ReadCommand ReadLine(JsonElement line)
    {
        var errors = new List<Rejection>();
        var m = new Members(line, "", errors);
        var key = m.String("key", Keys.MaxLength);
        if (key.Length > 0 && !Keys.IsKey(key))
        {
            m.Add("malformed-key", "/key", "“key” phải có dấu gạch chéo và không có khoảng trắng, như vietnam/ties/JP.", "\"key\" must hold a slash and no white space, like vietnam/ties/JP.");
        }

        var name = m.String("do", 100);
        if (errors.Count > 0 || !_commands.TryGetValue(name, out var make))
        {
            if (errors.Count == 0)
            {
                m.Add("unknown-command", "/do", $"Không có lệnh này. Có: {string.Join(", ", Commands)}.", $"There is no such command. There are: {string.Join(", ", Commands)}.");
            }

            return new ReadCommand(null, errors);
        }

        var read = Finish(m, make);
        return read.Command switch
        {
            IStatesFact { Fact.Value: var id } states when id == Guid.Empty => read with { Command = states.WithFact(FactId.OfKey(key)) },
            IMakes { NeedsId: true } makes => read with { Command = makes.With(Keys.ToGuid(key)) },
            ClaimDate { Claim.Value: var id } claim when id == Guid.Empty => read with { Command = claim with { Claim = ClaimId.OfKey(key) } },
            _ => read,
        };
    }

    private static ReadCommand Finish(Members m, Func<Members, Command> make)
    {
        var command = m.Errors.Count == 0 || m.Errors[0].Code != "object-expected" ? Sealed(m, make(m)) : null;
        m.Done();
        return new ReadCommand(m.Errors.Count == 0 ? command : null, m.Errors);
    }

    // Whatever states a fact may keep it under embargo until an instant.
    private static Command Sealed(Members m, Command command) =>
        command is IStatesFact && m.OptionalInstant("sealedUntil") is { } until ? new SealFact(command, until) : command;

    private static TierRule Line(Members m) => new(
        m.Enum<Tier>("tier") ?? default, m.OptionalNumber("every", 1, RuleSet.MostYears), m.Numbers("years", 1, RuleSet.MostYears),
        m.List<FactKind>("kinds", Kind, "loại sự kiện được kỷ niệm", "a kind that is commemorated", required: false));

    private static bool Kind(string text, out FactKind kind) => Names<FactKind>.TryParse(text, out kind) && kind.IsCommemoratedByDefault();

    private static FactId? Replaced(Members m) => m.OptionalId<FactId>("replaces", FactId.TryParse, "UUID hoặc key", "a UUID or key", out var fact) ? fact : null;

    private static Command Record(Members m) => new RecordFact(
        m.Id<Pair>("relationship", Pair.TryParse, "một cặp mã khác nhau như JP~VN", "a pair of two different codes such as JP~VN"),
        m.Enum<FactKind>("kind") ?? default, NewFact(m), m.Date("on"), m.Source("source"))
    {
        Commemorated = m.OptionalBool("commemorated"),
        Title = m.OptionalText("title", _title),
        Note = m.OptionalText("note", _reason),
        Level = m.Enum<PartnershipLevel>("level", required: false),
        InForce = m.OptionalDate("inForce"),
        Through = m.OptionalId<PartyCode>("through", PartyCode.TryParse, "mã bên như CS", "a party's code such as CS", out var through) ? through : null,
        Ends = m.OptionalId<FactId>("ends", FactId.TryParse, "UUID hoặc key", "a UUID or key", out var ends) ? ends : null,
        Replaces = Replaced(m),
    };

    private static PartyCode Party(Members m) => m.Id<PartyCode>("party", PartyCode.TryParse, "mã bên như JP", "a party's code such as JP");

    private static Slug Accord(Members m) => m.Id<Slug>("accord", Slug.TryParse, "tên như paris-1991", "a name such as paris-1991");

    private static Slug Association(Members m) => m.Id<Slug>("association", Slug.TryParse, "tên như vufo hay vn-jp", "a name such as vufo or vn-jp");

    private static AssociationDetails Details(Members m) => new(
        m.Text("name", _name), m.Enum<AssociationScope>("scope") ?? default,
        m.OptionalId<Slug>("parent", Slug.TryParse, "tên như vufo", "a name such as vufo", out var parent) ? parent : null,
        m.List<PartyCode>("partners", PartyCode.TryParse, "mã bên như JP", "a party's code such as JP", required: false),
        m.Enum<Language>("language") ?? default, m.String("zone", 100), m.Source("source"));

    private static FactId Fact(Members m, string name) => m.Id<FactId>(name, FactId.TryParse, "UUID hoặc key", "a UUID or key");

    private static ClaimId Claim(Members m) => m.Id<ClaimId>("claim", ClaimId.TryParse, "UUID hoặc key", "a UUID or key");

    private static FactId NewFact(Members m) => m.OptionalId<FactId>("fact", FactId.TryParse, "UUID hoặc key", "a UUID or key", out var fact) ? fact : default;

    private static ClaimId NewClaim(Members m) => m.OptionalId<ClaimId>("claim", ClaimId.TryParse, "UUID hoặc key", "a UUID or key", out var claim) ? claim : default;

    private static TaskLine TaskLine(Members m) => new(
        m.Id<Slug>("line", IsLine, "tên ngắn như logo-contest, nhiều nhất 38 ký tự", "a short name such as logo-contest, at most 38 characters"),
        m.Id<DueOffset>("offset", DueOffset.TryParse, "khoảng thời gian như P-18M, P-7D, P0D hay P1M, trong vòng 20 năm", "a period such as P-18M, P-7D, P0D or P1M, within 20 years"),
        m.Enum<TaskAnchor>("anchor", required: false) ?? TaskAnchor.Day, m.Text("title", _name), m.Enum<OwnerRole>("role") ?? default,
        m.List<Tier>("tiers", Names<Tier>.TryParse, "round, half hoặc other", "round, half or other", required: false));

    // Behind it may stand the name of an association.
    private static bool IsLine(string text, out Slug line) => Slug.TryParse(text, out line) && text.Length < TaskId.MaxLength - Slug.MaxLength;

    private static bool AnyKind(string text, out FactKind kind) => Names<FactKind>.TryParse(text, out kind);

    private static Slug Template(Members m) => m.Id<Slug>("template", Slug.TryParse, "tên như relations", "a name such as relations");

    private static PlanId Plan(Members m) => m.Id<PlanId>("plan", PlanId.TryParse, _plan.Vi, _plan.En);

    // By its own name, or by what it is for.
    private static OpenPlan NewPlan(Members m)
    {
        var named = new List<(PlanId Plan, string At)>();
        if (m.OptionalId<PlanId>("plan", PlanId.TryParse, _plan.Vi, _plan.En, out var plan))
        {
            named.Add((plan, "/plan"));
        }

        if (m.OptionalId<AnniversaryId>("anniversary", Planning.AnniversaryId.TryParse, _anniversary.Vi, _anniversary.En, out var anniversary))
        {
            named.Add((PlanId.Of(anniversary), "/anniversary"));
        }

        if (m.OptionalNumber("cadence", 1, PartialDate.MaxYear) is { } year)
        {
            named.Add((PlanId.OfCadence(year), "/cadence"));
        }

        if (named.Count != 1 && m.Errors.Count == 0)
        {
            m.Add(
                "plan-named-once", "/plan",
                "Nêu đúng một trong ba: “plan”, “anniversary” (mã sự kiện/số năm) hoặc “cadence” (năm của việc hằng năm).",
                "Name exactly one of \"plan\", \"anniversary\" (a fact's id/the number of years) and \"cadence\" (the year of the yearly work).");
        }

        var (of, at) = named.FirstOrDefault();
        return new OpenPlan(of, OptionalOwner(m, "lead")) { NamedAt = at ?? "/plan" };
    }

    private static TaskId Task(Members m) => m.Id<TaskId>("task", TaskId.TryParse, "tên như guests-hufo", "a name such as guests-hufo");

    private static CelebrationId Celebration(Members m) => m.Id<CelebrationId>("celebration", CelebrationId.TryParse, "UUID hoặc key", "a UUID or key");

    private static AnniversaryId AnniversaryId(Members m) => m.Id<AnniversaryId>("anniversary", Planning.AnniversaryId.TryParse, _anniversary.Vi, _anniversary.En);

    private static Slug Owner(Members m, string name) => m.Id<Slug>(name, Slug.TryParse, "tên hội như vn-jp", "an association's name such as vn-jp");

    private static Slug? OptionalOwner(Members m, string name) => m.OptionalId<Slug>(name, Slug.TryParse, "tên hội như vn-jp", "an association's name such as vn-jp", out var owner) ? owner : null;

    // What is left out is as it is by default, and null, where there can be none, means none: as the policy is shown. The order of days and channels means nothing.
    private static ReminderPolicy Policy(Members m)
    {
        var usual = ReminderPolicy.Default;
        return new ReminderPolicy(
            LeadsOf(m, "tasks", usual.Tasks), LeadsOf(m, "anniversaries", usual.Anniversaries),
            m.OptionalId<LocalTime>("at", LocalTimeJson.TryRead, "giờ như 08:00", "a time such as 08:00", out var at) ? at : usual.At,
            m.Enum<Weekday>("digestDay", required: false) ?? (m.IsNull("digestDay") ? null : usual.DigestDay),
            m.OptionalList<Weekday>("quietDays", Names<Weekday>.TryParse, "ngày trong tuần như saturday", "a day of the week such as saturday")?.Sort() ?? usual.QuietDays,
            m.OptionalBool("quietHolidays") ?? usual.QuietHolidays,
            m.OptionalNumber("escalateAfter", 1, 90) ?? (m.IsNull("escalateAfter") ? null : usual.EscalateAfter),
            m.OptionalList<ReminderChannel>("channels", Names<ReminderChannel>.TryParse, "mail hoặc webhook", "mail or webhook")?.Sort() ?? usual.Channels);
    }

    private static Leads LeadsOf(Members m, string name, Leads usual)
    {
        var leads = usual;
        m.Object(name, of => leads = new Leads(Tier(of, "round", usual.Round), Tier(of, "half", usual.Half), Tier(of, "other", usual.Other)));
        return leads;

        // The longest first, whatever their order was.
        static ImmutableArray<int> Tier(Members m, string name, ImmutableArray<int> usual) =>
            m.Has(name) ? [.. m.Numbers(name, 0, ReminderPolicy.LongestLead).OrderDescending()] : usual;
    }

    private static Text Reason(Members m) => m.Text("reason", _reason);

    private static string Group(Members m) => m.Id<string>("group", IsGroup, "tên nhóm không có dấu phẩy", "a group's name without commas");

    private static ImmutableArray<string> Groups(Members m) => m.List<string>("groups", IsGroup, "tên nhóm không có dấu phẩy", "a group's name without commas", required: false);

    private static ImmutableArray<string> Strings(Members m, string name) =>
        m.List(name, (string text, out string value) => (value = text).Length > 0, "một chuỗi ký tự", "a string", required: false);

    // Commas separate the values of a filter.
    private static bool IsGroup(string text, out string group) => (group = text).Length <= 60 && !text.Contains(',', StringComparison.Ordinal);
}
