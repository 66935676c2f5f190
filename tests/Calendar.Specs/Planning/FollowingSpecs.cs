using Calendar.Associations;
using Calendar.Facts;
using Calendar.Planning;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Planning;

public class WhatPlansFollow
{
    private static readonly PlanId Plan = PlanId.Of(new AnniversaryId(Id("ties/JP~VN"), 60));

    private readonly Chronicle _record = new();

    public WhatPlansFollow()
    {
        After(Party("VN"));
        After(Party("JP"));
        After(Association("vufo", AssociationScope.Umbrella));
        After(new AdoptTemplate(SlugOf("relations"), Both("Kỷ niệm"), [FactKind.TiesEstablished], [new TaskLine(SlugOf("ceremony"), DueOffset.Parse("P0D"), TaskAnchor.Day, Both("Lễ"), OwnerRole.Lead, [])]));
        After(Ties("JP~VN", "1973-09-21"));
        After(new OpenPlan(Plan, null));
    }

    [Fact]
    public void Is_every_change_of_the_record()
    {
        Moves(Milestone("visit", "JP~VN", "2008", "Chuyến thăm"));
        Moves(Claim("ties/JP~VN", "archive", "1973-09-20"));
        Moves(Announced("2027-09-21", "state-visit"));
        Moves(Association("vn-jp", AssociationScope.Central, "vufo", "JP"));
        Moves(new CloseAssociation(SlugOf("vn-jp"), Because));
    }

    [Fact]
    public void Is_what_another_plan_covers_and_what_somebody_plans_by_hand()
    {
        Moves(Milestone("visit", "JP~VN", "2003", "Chuyến thăm"));
        Moves(new JoinPlan(Plan, new AnniversaryId(Id("visit"), 30)));
        Moves(new AddTask(Plan, TaskId.Of(SlugOf("guests")), Both("Mời khách"), new LocalDate(2033, 9, 1), OwnerRole.Lead, null));
    }

    [Fact]
    public void Is_not_how_the_work_goes_on()
    {
        var task = TaskId.Of(SlugOf("ceremony"));
        var follows = _record.Now.PlansFollow;

        After(new AcknowledgeTask(Plan, task));
        After(new CompleteTask(Plan, task, null, "Đã xong", null));
        After(new AddEvidence(Plan, task, "Biên bản", null));
        After(new ScheduleCelebration(Plan, new CelebrationId(Guid.NewGuid()), Both("Lễ"), Day("2033-09-21"), null));
        After(new MuteAssociation(SlugOf("vufo"), Because));

        Assert.Equal(follows, _record.Now.PlansFollow);
        Assert.True(_record.Now.Position > follows);
    }

    private void Moves(Command command)
    {
        After(command);
        Assert.Equal(_record.Now.Position, _record.Now.PlansFollow);
    }

    private void After(Command command)
    {
        var decision = _record.When(command, Role.Admin);
        Assert.Null(decision.Rejection);
        Assert.NotEmpty(decision.Events);
    }
}
