using Calendar.Associations;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Calendar.Specs;

/// <summary>
/// Commands as they come from people and packs in any order, right and wrong: few parties, few facts and few dates, so that
/// they meet, repeat and contradict each other.
/// </summary>
internal static class AnyHistory
{
    private static readonly string[] Parties = ["VN", "JP", "LA", "KH", "SK"];
    private static readonly string[] Pairs = ["JP~VN", "LA~VN", "KH~VN", "SK~VN", "JP~LA"];
    private static readonly string[] Slugs = ["mekong", "paris"];
    private static readonly string[] Associations = ["vufo", "hufo", "vn-jp", "vn-la"];

    /// <summary>Dates of all precisions, leap days often, the first and the last year now and then.</summary>
    public static Gen<PartialDate> Dates { get; } = DatesIn(Gen.Frequency(
        (6, Gen.Choose(1945, 2030)), (1, Gen.Elements(1, 4, 1900, 2000, 9996, 9999))));

    /// <summary>A step of a history: who asks for what. Most are about a handful of facts.</summary>
    public static Gen<(Command Command, Role Role)> Steps { get; } =
        from command in Gen.OneOf(Recorded, Recorded, Accords, OfParties, About, About, About, Rules, OfHolidays, OfAssociations, OfPlans, OfPlans, OfPolicies)
        from role in Gen.Frequency((4, Gen.Constant(Role.Admin)), (1, Gen.Constant(Role.Pack)))
        select (command, role);

    public static Arbitrary<(Command Command, Role Role)[]> Any { get; } = Steps.ArrayOf().Resize(60).ToArbitrary();

    /// <summary>The record after a history; what was refused left no trace.</summary>
    public static Chronicle After(IEnumerable<(Command Command, Role Role)> steps)
    {
        var chronicle = Chronicle.Of("JP", "LA", "KH", "SK");
        foreach (var (command, role) in steps)
        {
            chronicle.When(command, role);
        }

        return chronicle;
    }

    public static Gen<PartialDate> DatesIn(Gen<int> years) =>
        from year in years
        from month in Gen.Choose(1, 12)
        from day in Gen.Choose(1, 31)
        from shape in Gen.Choose(0, 9)
        select shape switch
        {
            0 => PartialDate.OfYear(year),
            1 => PartialDate.OfMonth(year, month),
            2 => PartialDate.OfDay(year, 2, CalendarSystem.Iso.GetDaysInMonth(year, 2)),
            _ => PartialDate.OfDay(year, month, Math.Min(day, CalendarSystem.Iso.GetDaysInMonth(year, month))),
        };

    private static Gen<PartialDate> Days => DatesIn(Gen.Elements(1950, 1973, 1977, 1992, 1996, 2013, 2028));

    private static Gen<string> Facts => Gen.Choose(0, 9).Select(i => $"any/{i}");

    private static Gen<string> Claims => Gen.Choose(0, 4).Select(i => $"any/claim/{i}");

    private static Gen<Text> Titles => Gen.Elements("Hiệp ước", "Tuyên bố chung", "Hiệp định").Select(Given.Both);

    private static Gen<AnniversaryId> Anniversaries =>
        from fact in Facts
        from n in Gen.Elements(30, 35, 50, 50, 54, 77)
        select new AnniversaryId(Given.Id(fact), n);

    private static Gen<Command> OfPlans =>
        from plan in Gen.Frequency((5, Anniversaries.Select(PlanId.Of)), (1, Gen.Elements(2026, 2027).Select(PlanId.OfCadence)))
        from name in Gen.Elements("guests", "messages", "film")
        from owner in Gen.Elements(Associations).Select(Given.SlugOf)
        from other in Anniversaries
        from day in Gen.Choose(-10, 700).Select(days => new LocalDate(2026, 1, 1).PlusDays(days))
        from celebration in Gen.Choose(0, 1).Select(i => new CelebrationId(Keys.ToGuid($"any/celebration/{i}")))
        let task = TaskId.Of(Given.SlugOf(name))
        from command in Gen.Elements<Command>(
            AnyTemplate(day), new OpenPlan(plan, null), new OpenPlan(plan, owner), new ClosePlan(plan, null), new ReopenPlan(plan, Given.Because), new TakeTemplate(plan),
            new JoinPlan(plan, other), new PartPlan(plan, other, Given.Because), new ReassignTasks(plan, owner, Given.SlugOf("vufo"), Given.Because),
            new AddTask(plan, task, Given.Both("Làm phim"), day, OwnerRole.Lead, null), new AssignTask(plan, task, owner, null), new AcknowledgeTask(plan, task),
            new CompleteTask(plan, task, null, "Xong", null), new AddEvidence(plan, task, "Ảnh", null), new ReopenTask(plan, task, Given.Because),
            new RescheduleTask(plan, task, day, Given.Because), new DropTask(plan, task, Given.Because),
            new ScheduleCelebration(plan, celebration, Given.Both("Lễ"), new PartialDate(day), null), new AnnounceCelebration(plan, celebration),
            new MoveCelebration(plan, celebration, new PartialDate(day), null, Given.Because), new CancelCelebration(plan, celebration, Given.Because))
        select command;

    private static AdoptTemplate AnyTemplate(LocalDate day) => new(
        Given.SlugOf("any"), Given.Both("Mẫu"), [.. FactKinds.WithAnniversaries],
        [
            new TaskLine(Given.SlugOf("guests"), new DueOffset(-day.Month, 0), TaskAnchor.Day, Given.Both("Mời khách"), OwnerRole.Support, []),
            .. day.Month % 2 == 0 ? new[] { new TaskLine(Given.SlugOf("messages"), new DueOffset(0, -day.Day), TaskAnchor.Day, Given.Both($"Điện mừng {day.Month}"), OwnerRole.Lead, []) } : [],
        ]);

    private static Gen<Command> Recorded =>
        from kind in Gen.Elements(
            FactKind.TiesEstablished, FactKind.TiesEstablished, FactKind.TiesSuspended, FactKind.TiesResumed,
            FactKind.PartnershipElevated, FactKind.TreatySigned, FactKind.TreatyEnded, FactKind.MilestoneRecorded)
        from key in Facts
        from pair in Gen.Elements(Pairs)
        from day in Days
        from title in Titles
        from commemorated in Gen.Elements<bool?>(null, null, false)
        from ends in Facts
        from replaces in Gen.Frequency((3, Gen.Constant("")), (1, Facts))
        let named = kind is FactKind.TreatySigned or FactKind.MilestoneRecorded
        select (Command)(new RecordFact(Given.PairOf(pair), kind, Given.Id(key), day, Given.Ministry)
        {
            Commemorated = commemorated,
            Title = named ? title : null,
            Level = kind == FactKind.PartnershipElevated ? PartnershipLevel.Strategic : null,
            Ends = kind == FactKind.TreatyEnded ? Given.Id(ends) : null,
            Replaces = replaces.Length > 0 && kind.IsCommemoratedByDefault() ? Given.Id(replaces) : null,
        });

    private static Gen<Command> Accords =>
        from slug in Gen.Elements(Slugs)
        from key in Facts
        from ends in Facts
        from day in Days
        from title in Titles
        from party in Gen.Elements(Parties)
        from what in Gen.Choose(0, 3)
        select what switch
        {
            0 or 1 => (Command)(Given.Accord(slug, day.ToString(), title.Vi, "VN", "LA", "KH") with { Fact = Given.Id(key) }),
            2 => Given.Joins(party, slug, day.ToString()) with { Fact = Given.Id(key) },
            _ => Given.Leaves(party, slug, day.ToString(), ends) with { Fact = Given.Id(key) },
        };

    private static Gen<Command> OfParties =>
        from party in Gen.Elements([.. Parties, "ZZ"])
        from key in Facts
        from day in Days
        from bloc in Gen.Elements("ASEAN", "Asia", "EU")
        from name in Gen.Elements("Tên một", "Tên hai")
        from what in Gen.Choose(0, 5)
        select what switch
        {
            0 => (Command)Given.Party(party, bloc),
            1 => Given.Renamed(party, day.ToString(), name) with { Fact = Given.Id(key) },
            2 => new JoinGroup(PartyCode.Of(party), bloc),
            3 => new LeaveGroup(PartyCode.Of(party), bloc),
            4 => Given.NationalDay(party, 9, day.Year % 3 + 1, name) with { Fact = Given.Id(key) },
            _ => Given.Ended(party, day.ToString(), "VN") with { Fact = Given.Id(key) },
        };

    private static Gen<Command> Rules =>
        from year in Gen.Choose(2020, 2032)
        from lines in Lines
        from leapDay in Gen.Elements(LeapDayRule.LastOfFebruary, LeapDayRule.FirstOfMarch)
        select (Command)Given.Rules($"{year}-03-01", leapDay, lines);

    /// <summary>Lines of rule sets, contradictory ones now and then.</summary>
    public static Gen<TierRule[]> Lines { get; } = (
        from tier in Gen.Elements(Tier.Round, Tier.Half, Tier.Other)
        from every in Gen.Elements<int?>(null, 5, 10, 20, 25)
        from years in Gen.Elements(25, 50, 75, 45, 60).ArrayOf().Resize(3)
        from kinds in Gen.Frequency((2, Gen.Constant<FactKind[]>([])), (1, Gen.Elements(FactKind.TiesEstablished, FactKind.TreatySigned).ArrayOf().Resize(2)))
        select new TierRule(tier, every, [.. years.Distinct()], [.. kinds.Distinct()])).NonEmptyListOf().Resize(3).Select(lines => lines.ToArray());

    private static Gen<Command> OfHolidays =>
        from day in Gen.Choose(1, 9)
        from party in Gen.Elements("VN", "JP", "ZZ")
        from occasion in Gen.Elements("tet", "national-day", "mourning")
        from status in Gen.Elements(AnnouncementStatus.Estimated, AnnouncementStatus.Announced)
        from announces in Gen.Elements(true, true, false)
        let date = $"2027-02-0{day}"
        select announces
            ? (Command)(Given.Announced(date, occasion, status) with { Party = PartyCode.Of(party) })
            : Given.TakenBack(date) with { Party = PartyCode.Of(party) };

    private static Gen<Command> OfAssociations =>
        from slug in Gen.Elements(Associations)
        from parent in Gen.Elements([null, "nobody", .. Associations])
        from scope in Gen.Elements(AssociationScope.Umbrella, AssociationScope.Central, AssociationScope.Local)
        from partner in Gen.Elements("JP", "LA", "ZZ")
        from what in Gen.Choose(0, 8)
        let about = Given.SlugOf(slug)
        select what switch
        {
            <= 4 => (Command)Given.Association(slug, scope, parent, partner),
            5 => new CloseAssociation(about, Given.Because),
            6 => new ReopenAssociation(about, Given.Because),
            7 => new MuteAssociation(about, Given.Because),
            _ => new UnmuteAssociation(about, Given.Because),
        };

    private static Gen<Command> OfPolicies =>
        from slug in Gen.Elements([null, "nobody", .. Associations])
        from leads in Gen.Elements<int[]>([], [0], [7, 1], [30, 3, 2], [400, 180]).ListOf(6)
        from hour in Gen.Choose(0, 23)
        from digest in Gen.Elements<Weekday?>(null, Weekday.Monday, Weekday.Sunday)
        from quiet in Gen.Elements<Weekday[]>([], [Weekday.Saturday, Weekday.Sunday], [.. Enum.GetValues<Weekday>().Except([Weekday.Monday])])
        from holidays in Gen.Elements(true, false)
        from after in Gen.Elements<int?>(null, 3, 7)
        from channels in Gen.Elements<ReminderChannel[]>([ReminderChannel.Mail, ReminderChannel.Webhook], [ReminderChannel.Mail], [])
        from adopts in Gen.Elements(true, true, true, false)
        let association = slug is null ? (Slug?)null : Given.SlugOf(slug)
        select adopts || association is null
            ? (Command)new AdoptReminderPolicy(association, new ReminderPolicy(
                new Leads([.. leads[0]], [.. leads[1]], [.. leads[2]]), new Leads([.. leads[3]], [.. leads[4]], [.. leads[5]]),
                new LocalTime(hour, 30), digest, [.. quiet], holidays, after, [.. channels]))
            : new DropReminderPolicy(association.Value);

    private static Gen<Command> About =>
        from fact in Facts
        from claim in Claims
        from day in Days
        from prefer in Gen.Elements(null, Given.Because)
        from title in Titles
        from n in Gen.Choose(1, 80)
        from what in Gen.Choose(0, 10)
        select what switch
        {
            0 or 1 => (Command)(Given.Claim(fact, claim, day.ToString()) with { Prefer = prefer }),
            2 or 3 => Given.Prefer(fact, claim),
            4 => Given.Retitle(fact, title.Vi),
            5 => Given.Withdraw(fact),
            6 => Given.Reinstate(fact),
            7 => Given.EndMarking(fact, day.ToString()),
            8 => Given.Waive(fact, n),
            9 => new LiftWaiver(Given.Id(fact), n, Given.Because),
            _ => Given.ResumeMarking(fact),
        };
}
