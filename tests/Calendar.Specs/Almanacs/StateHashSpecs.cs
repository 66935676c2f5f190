using System.Globalization;
using Calendar.Almanacs;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Reminders;
using FsCheck;
using FsCheck.Fluent;

namespace Calendar.Specs.Almanacs;

public sealed class StateHashSpecs
{
    // What StateHash writes of a fact; On, Source, Confidence, ClaimCount and IsCommemorated follow from the others.
    private static readonly string[] _written =
    [
        "Claims", "ClaimCount", "ChangedAt", "Commemorated", "Confidence", "Day", "Decided", "Ended", "Ends", "Id", "InForce", "IsCommemorated", "IsReplaced", "Kind", "Level", "Note", "On",
        "Parties", "Preferred", "PreferenceReason", "Replaces", "Revision", "Series", "Source", "StatedBy", "StatedOn", "Stream", "Through", "Title", "Waivers", "Withdrawn",
    ];

    [Fact]
    public void The_same_log_comes_to_the_same_state_in_batches_or_at_once_and_in_any_language() =>
        Prop.ForAll(AnyHistory.Any, steps =>
        {
            var chronicle = AnyHistory.After(steps);
            var expected = StateHash.Of(chronicle.Now);
            foreach (var culture in new[] { "vi-VN", "tr-TR", "ar-SA", "" })
            {
                Assert.Equal(expected, In(culture, () => StateHash.Of(WhenTheLogIsFolded.Fold(chronicle.Log))));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Another_event_is_another_state()
    {
        var chronicle = Chronicle.Of("JP").With(Given.Ties("JP~VN", "1973-09-21"));
        var states = new List<string> { StateHash.Of(chronicle.Now) };
        Command[] commands =
        [
            Given.Claim("ties/JP~VN", "claims/JP", "1973-09-22"), Given.Prefer("ties/JP~VN", "claims/JP"), Given.Retitle("ties/JP~VN", "Quan hệ"),
            Given.EndMarking("ties/JP~VN", "2030"), Given.ResumeMarking("ties/JP~VN"), Given.Withdraw("ties/JP~VN"), Given.Reinstate("ties/JP~VN"),
            Given.Renamed("JP", "1945-08-15", "Nhật"), new JoinGroup(PartyCode.Of("JP"), "G7"),
            Given.Waive("ties/JP~VN", 60), Given.Rules("2030-01-01", LeapDayRule.FirstOfMarch, new Calendar.Rules.TierRule(Calendar.Rules.Tier.Round, 10, [], [])),
            Given.Association("vn-jp", Calendar.Associations.AssociationScope.Central), Given.Association("vn-jp", Calendar.Associations.AssociationScope.Central, null, "JP"),
            new Calendar.Associations.MuteAssociation(Given.SlugOf("vn-jp"), Given.Because), new Calendar.Associations.CloseAssociation(Given.SlugOf("vn-jp"), Given.Because),
            new AdoptReminderPolicy(null, ReminderPolicy.Default with { EscalateAfter = 9 }), new AdoptReminderPolicy(Given.SlugOf("vn-jp"), ReminderPolicy.Default),
            new AdoptReminderPolicy(Given.SlugOf("vn-jp"), ReminderPolicy.Default with { QuietHolidays = false }),
            new SealFact(Given.Milestone("hidden", "JP~VN", "2027", "Tuyên bố"), NodaTime.Instant.FromUtc(2027, 1, 1, 0, 0)),
        ];
        foreach (var command in commands)
        {
            states.Add(StateHash.Of(chronicle.With(command).Now));
        }

        Assert.Equal(states.Count, states.Distinct(StringComparer.Ordinal).Count());
        Assert.All(states, state => Assert.Matches("^[0-9a-f]{64}$", state));
    }

    [Fact]
    public void Everything_a_fact_holds_is_part_of_the_state() =>
        Assert.Equal(_written.Order(StringComparer.Ordinal), typeof(Fact).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));

    private static T In<T>(string culture, Func<T> work)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
