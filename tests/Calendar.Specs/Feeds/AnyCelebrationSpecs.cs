using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Feeds;
using Calendar.Planning;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Feeds.Announcing;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Feeds;

public class WhenCelebrationsGoThroughAnyHistory
{
    private static readonly PlanId _ties = PlanOf("ties/LA~VN", 65);
    private static readonly LocalDate _today = new(2026, 6, 1);
    private static readonly FeedFilter[] _feeds =
    [
        Subscribing.Filter(_today), .. from party in new[] { "LA", "FR", "JP" } from years in new[] { 2, 12 } select Of(party, years),
    ];

    [Fact]
    public void What_a_feed_showed_it_shows_for_ninety_days_once_and_under_a_greater_sequence_where_it_differs() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Steps.ArrayOf().Resize(40).ToArbitrary(), steps =>
        {
            var record = Chronicle.Of("LA", "FR", "JP").With(Ties("LA~VN", "1962-09-05"), Ties("FR~VN", "1973-04-12"), Treaty("treaty", "LA~VN", "1977-07-18", "Hiệp ước"))
                .Plan(Union, Template(FactKind.TiesEstablished, FactKind.TreatySigned), new OpenPlan(_ties, null)).On(2026, 6, 1);
            var before = _feeds.Select(feed => Shown(record, feed)).ToList();
            foreach (var step in steps)
            {
                record.When(step, Role.Admin);
                var after = _feeds.Select(feed => Shown(record, feed)).ToList();
                for (var i = 0; i < _feeds.Length; i++)
                {
                    Assert.All(before[i], was => Assert.True(
                        after[i].TryGetValue(was.Key, out var now) && (now.Entry == was.Value.Entry || now.Revision > was.Value.Revision), $"{step}: {was}, {now}"));
                }

                before = after;
            }
        }));

    // By UID: no two are of one.
    private static Dictionary<string, (string Entry, int Revision)> Shown(Chronicle record, FeedFilter feed) =>
        record.Now.Celebrations(feed, _today, Chronicle.Zone).ToDictionary(one => one.Uid, one => ($"{one.On} {one.Place} {one.IsCancelled} {string.Join(' ', one.Anniversaries)}", one.Revision));

    private static FeedFilter Of(string party, int years) => new(
        new AnniversaryQuery(new(2025, 1, 1), new(2026 + years, 1, 1)) { Parties = [Code(party)], Tiers = TierSet.All }, Imprecise.Span);

    private static Gen<Command> Steps =>
        from id in Gen.Elements(Meeting, Guid.Parse("0198a000-0000-7000-8000-000000000002")).Select(id => new CelebrationId(id))
        from day in Gen.Elements("2027-07-16", "2027-09-05", "2029-01-01", "2036-01-01", "2050-01-01")
        from other in Gen.Elements(new AnniversaryId(Id("treaty"), 50), new AnniversaryId(Id("ties/FR~VN"), 54))
        from command in Gen.Frequency<Command>(
            (2, Gen.Constant<Command>(Schedule(_ties, day, id.Value))), (2, Gen.Constant<Command>(Announce(_ties, id.Value))), (1, Gen.Constant<Command>(Cancel(_ties, id.Value))),
            (4, Gen.Constant<Command>(new MoveCelebration(_ties, id, Day(day), null, Because))), (3, Gen.Constant<Command>(new JoinPlan(_ties, other))),
            (3, Gen.Constant<Command>(new PartPlan(_ties, other, Because))))
        select command;
}
