using Calendar.Commands;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs;

public class WhenAnythingIsAsked
{
    [Fact]
    public void Whatever_is_accepted_repeats_to_nothing() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(AnyHistory.Any, steps =>
        {
            var record = Chronicle.Of("JP", "LA", "KH", "SK");
            foreach (var (command, role) in steps)
            {
                if (record.When(command, role).Rejection is null)
                {
                    record.When(command, role).IsNothingNew();
                }
            }
        }));

    [Fact]
    public void The_same_record_gives_the_same_decision() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(AnyHistory.Any, AnyHistory.Steps.ToArbitrary(), (steps, next) =>
        {
            var (here, there) = (AnyHistory.After(steps), AnyHistory.After(steps));
            var (decided, again) = (here.When(next.Command, next.Role), there.When(next.Command, next.Role));
            Assert.Equal(decided.Rejection, again.Rejection);
            Assert.Equal(decided.Events.Select(EventContracts.Write), again.Events.Select(EventContracts.Write));
        }));

    [Fact]
    public void The_decision_says_where_its_events_go_and_on_which_version_it_was_made()
    {
        var record = Chronicle.Of("JP").With(Ties("JP~VN", "1973-09-21"));

        var about = record.Decide(Claim("ties/JP~VN", "notes", "1973-09-21"), new Caller(Role.Historian));
        var anew = record.Decide(Accord("cptpp", "2018-03-08", "CPTPP", "JP", "VN"), new Caller(Role.Historian));

        Assert.Equal(("ties-JP~VN", 1), (about.Stream, about.Version));
        Assert.Equal(("accord-cptpp", 0), (anew.Stream, anew.Version));
    }

    [Fact]
    public void What_is_left_out_on_purpose_records_nothing() =>
        Chronicle.Of().When(new LeaveOut("VA~VN", Because), Role.Pack).IsNothingNew();
}
