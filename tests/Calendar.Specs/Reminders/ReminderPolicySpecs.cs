using Calendar.Associations;
using Calendar.Reminders;
using Calendar.Specs.Commands;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Reminders;

public class WhenAPolicyIsAdopted
{
    private readonly Chronicle _record = Chronicle.Of("JP").With(Association("vufo", AssociationScope.Umbrella), Association("vn-jp", AssociationScope.Central, "vufo", "JP"));

    [Fact]
    public void Until_then_the_usual_one_holds() => Assert.Equal(ReminderPolicy.Default, _record.Now.Policies.Of(SlugOf("vn-jp")));

    [Fact]
    public void It_holds_for_its_association_and_the_general_one_for_all_others()
    {
        var (own, general) = (ReminderPolicy.Default with { EscalateAfter = null }, ReminderPolicy.Default with { At = new LocalTime(9, 0) });
        _record.With(new AdoptReminderPolicy(SlugOf("vn-jp"), own), new AdoptReminderPolicy(null, general));

        Assert.Equal((own, general), (_record.Now.Policies.Of(SlugOf("vn-jp")), _record.Now.Policies.Of(SlugOf("vufo"))));

        _record.With(new DropReminderPolicy(SlugOf("vn-jp")));
        Assert.Equal(general, _record.Now.Policies.Of(SlugOf("vn-jp")));
    }

    [Fact]
    public void To_say_it_again_is_nothing_new()
    {
        _record.When(new AdoptReminderPolicy(null, ReminderPolicy.Default)).IsNothingNew();
        _record.When(new DropReminderPolicy(SlugOf("vn-jp"))).IsNothingNew();

        // The same as the general one, but its own: it stays when that changes.
        _record.When(new AdoptReminderPolicy(SlugOf("vn-jp"), ReminderPolicy.Default)).Leads<ReminderPolicyAdopted>();
        _record.When(new AdoptReminderPolicy(SlugOf("vn-jp"), ReminderPolicy.Default)).IsNothingNew();
    }

    [Fact]
    public void It_is_for_an_association_that_there_is()
    {
        _record.When(new AdoptReminderPolicy(SlugOf("vn-fr"), ReminderPolicy.Default)).IsRefused("unknown-association", "/association", RejectionKind.NotFound);
        _record.When(new DropReminderPolicy(SlugOf("vn-fr"))).IsRefused("unknown-association", "/association", RejectionKind.NotFound);
    }

    [Fact]
    public void It_leaves_a_day_on_which_messages_can_leave_the_weekly_one_too()
    {
        _record.When(Reminded.Policy(null, usual => usual with { QuietDays = [.. Enum.GetValues<Weekday>()], DigestDay = null })).IsRefused("no-day-left", "/quietDays", RejectionKind.Invalid);
        _record.When(Reminded.Policy(null, usual => usual with { DigestDay = Weekday.Sunday })).IsRefused("quiet-digest-day", "/digestDay", RejectionKind.Invalid);
    }

    [Fact]
    public void What_is_left_out_is_as_usual() => Assert.Equal(new AdoptReminderPolicy(null, ReminderPolicy.Default), Read("{}"));

    [Fact]
    public void Leads_days_and_channels_are_read_in_any_order_and_an_empty_list_means_none() =>
        Assert.Equal(
            new AdoptReminderPolicy(SlugOf("vn-jp"), ReminderPolicy.Default with
            {
                Tasks = ReminderPolicy.Default.Tasks with { Round = [60, 7, 0], Other = [] },
                DigestDay = null,
                EscalateAfter = null,
                QuietDays = [Weekday.Friday, Weekday.Sunday],
                QuietHolidays = false,
                Channels = [ReminderChannel.Mail, ReminderChannel.Webhook],
            }),
            Read("""
                {"association":"vn-jp","tasks":{"round":[7,60,0],"other":[]},"digestDay":null,"escalateAfter":null,"quietDays":["sunday","friday"],"quietHolidays":false,
                 "channels":["webhook","mail"]}
                """));

    [Fact]
    public void Null_means_none_only_where_there_can_be_none() =>
        Assert.Equal(
            new AdoptReminderPolicy(null, ReminderPolicy.Default with { DigestDay = null, EscalateAfter = null }),
            Read("""{"association":null,"tasks":null,"at":null,"digestDay":null,"quietDays":null,"quietHolidays":null,"escalateAfter":null,"channels":null}"""));

    [Fact]
    public void What_is_wrong_with_it_is_named() =>
        Reading.Body("""
            {"association":"VN JP","tasks":{"round":[30,30],"halves":[1]},"anniversaries":{"half":[401]},"at":"8 giờ","digestDay":"Monday","quietDays":["sunday","sunday"],"escalateAfter":0,
             "channels":["fax"]}
            """, "adopt_reminder_policy").Refuses(
            "malformed-association /association", "malformed-item /tasks/round/1", "unknown-member /tasks/halves", "malformed-item /anniversaries/half/0", "malformed-at /at",
            "unknown-value /digestDay", "malformed-item /quietDays/1", "out-of-range /escalateAfter", "malformed-item /channels/0");

    private static Command? Read(string body) => Reading.Body(body, "adopt_reminder_policy").Command;
}
