using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Anniversaries;

/// <summary>The index against what anybody would write who had all the time in the world.</summary>
public class WhenTheIndexIsAsked
{
    private static readonly string[] Partners = ["AU", "BN", "CN", "FR", "JP", "KH", "LA", "US"];
    private static readonly string[] Groups = ["ASEAN", "Asia", "EU", "G7"];

    // A few hundred facts are looked at one by one, thousands by the days they fall on.
    private static readonly Lazy<Almanac> _few = new(() => Almanac(400, 1));
    private static readonly Lazy<Almanac> _many = new(() => Almanac(7_000, 2));

    [Fact]
    public void It_finds_among_a_few_facts_what_brute_force_finds() => FindsTheSame(_few.Value, 300);

    [Fact]
    public void It_finds_among_thousands_of_facts_what_brute_force_finds() => FindsTheSame(_many.Value, 100);

    [Fact]
    public void It_finds_the_same_in_any_history() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(AnyHistory.Any, Queries.ToArbitrary(), (steps, query) =>
        {
            var now = AnyHistory.After(steps).Now;
            Assert.Equal(BruteForce.Find(now, query), Lines(now.Anniversaries(query)));
        }));

    [Fact]
    public void It_counts_what_it_finds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Queries.ToArbitrary(), Gen.Elements(false, true).ToArbitrary(), (query, many) =>
        {
            var now = many ? _many.Value : _few.Value;
            Assert.Equal(now.Anniversaries(query).Count, now.Count(query));
        }));

    [Fact]
    public void Pages_put_together_are_the_whole_list() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Queries.ToArbitrary(), Gen.Choose(1, 40).ToArbitrary(), Gen.Elements(false, true).ToArbitrary(), (query, limit, many) =>
        {
            var now = many ? _many.Value : _few.Value;
            var shorter = query with { To = LocalDate.Min(query.To, query.From.PlusMonths(14)) };
            var (pages, after) = (new List<Anniversary>(), (AnniversaryKey?)null);
            while (now.Anniversaries(shorter, after, limit) is { Count: > 0 } page)
            {
                Assert.InRange(page.Count, 1, limit);
                pages.AddRange(page);
                after = page[^1].Key();
            }

            Assert.Equal(Lines(now.Anniversaries(shorter)), Lines(pages));
        }));

    [Fact]
    public void A_page_of_nothing_is_empty() => Assert.Empty(_few.Value.Anniversaries(Asking.Year(2030), limit: 0));

    [Fact]
    public void The_order_is_first_day_then_coarse_before_fine_then_fact_then_number()
    {
        var record = Chronicle.Of("JP").With(
            Milestone("d", "JP~VN", "2020-09-01", "Ngày"), Milestone("m", "JP~VN", "2020-09", "Tháng"), Milestone("y", "JP~VN", "2020", "Năm"),
            Milestone("j", "JP~VN", "2020-01-01", "Ngày đầu năm"), Milestone("e", "JP~VN", "2020-09-01", "Cùng ngày"));
        var sameDay = new[] { Id("d"), Id("e") }.Order().ToArray();

        Assert.Equal(
            [Id("y"), Id("j"), Id("m"), .. sameDay],
            record.Now.Anniversaries(Asking.Year(2030)).Select(a => a.Fact.Id));
    }

    [Fact]
    public void The_list_is_sorted_by_its_own_key() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Queries.ToArbitrary(), query =>
        {
            var keys = _many.Value.Anniversaries(query).ConvertAll(a => a.Key());
            Assert.All(keys.Zip(keys.Skip(1)), two => Assert.True(two.First < two.Second));
        }));

    [Fact]
    public void Every_answer_also_passes_the_filters_one_by_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Queries.ToArbitrary(), query =>
            _few.Value.Anniversaries(query).TrueForAll(query.Matches)));

    private static void FindsTheSame(Almanac now, int times) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(Queries.ToArbitrary(), query =>
            Assert.Equal(BruteForce.Find(now, query), Lines(now.Anniversaries(query)))));

    private static IEnumerable<string> Lines(IEnumerable<Anniversary> anniversaries) =>
        anniversaries.Select(a => $"{a.Date} {a.Fact.Id} {a.Number}");

    private static Gen<AnniversaryQuery> Queries =>
        from year in Gen.Choose(1999, 2032)
        from day in Gen.Choose(0, 365)
        from days in Gen.Frequency((3, Gen.Choose(0, 40)), (2, Gen.Choose(41, 1_500)))
        from parties in Some(["VN", .. Partners, "XX"])
        from groups in Some([.. Groups, "Mercosur"])
        from kinds in Some([.. FactKinds.WithAnniversaries, FactKind.TiesSuspended])
        from tiers in Gen.Frequency((2, Gen.Constant(TierSet.All)), (3, Gen.Choose(0, 7).Select(bits => (TierSet)bits)))
        from precisions in Some([Precision.Year, Precision.Month, Precision.Day])
        let start = new LocalDate(year, 1, 1).PlusDays(day)
        select new AnniversaryQuery(start, start.PlusDays(days))
        {
            Parties = [.. parties.Select(PartyCode.Of)],
            Groups = [.. groups],
            Kinds = [.. kinds],
            Tiers = tiers,
            Precisions = [.. precisions],
        };

    // Mostly any; else one to three values.
    private static Gen<T[]> Some<T>(T[] values) =>
        Gen.Frequency((3, Gen.Constant(Array.Empty<T>())), (2, Gen.Choose(1, 3).SelectMany(count => Gen.Elements(values).ArrayOf(count)).Select(some => some.Distinct().ToArray())));

    // Events straight into the fold: thousands of facts, a tenth of them withdrawn or ended, moved or taken up again.
    private static Almanac Almanac(int facts, ulong seed)
    {
        var fold = new AlmanacFold(VN);
        var (position, versions) = (0L, new Dictionary<string, long>(StringComparer.Ordinal));
        foreach (var (code, i) in Partners.Prepend("VN").Select((code, i) => (code, i)))
        {
            Apply($"party-{code}", new PartyRegistered(PartyCode.Of(code), PartyKind.State, Both(code), [], [Groups[i % 4], Groups[i * i % 3]]));
        }

        var plans = (from origin in AnyHistory.DatesIn(Gen.Choose(1945, 2020))
                     from partner in Gen.Choose(0, Partners.Length - 1)
                     from kind in Gen.Choose(0, 5)
                     from fate in Gen.Choose(0, 19)
                     from later in AnyHistory.DatesIn(Gen.Choose(2000, 2040))
                     select (On: origin, Partner: PartyCode.Of(Partners[partner]), Kind: kind, Fate: fate, Later: later)).Sample(facts, new Rnd(seed), 50);
        Adopt("2004-03-01", LeapDayRule.FirstOfMarch, new TierRule(Tier.Round, 10, [25, 75], []), new TierRule(Tier.Half, null, [45], [FactKind.TreatySigned]));
        foreach (var (plan, i) in plans.Select((plan, i) => (plan, i)))
        {
            var id = Id($"index/{i}");
            var ties = Relationship.Stream(Pair.Of(VN, plan.Partner));
            var (stream, stated) = plan.Kind switch
            {
                0 => (ties, (IEvent)new TiesEstablished(id, plan.On, Ministry, plan.Fate != 3, null, null)),
                1 => (ties, new PartnershipElevated(id, plan.On, Ministry, true, PartnershipLevel.Strategic, null, null)),
                2 => (ties, new TreatySigned(id, plan.On, Ministry, true, Both("Hiệp định"), null, null)),
                3 => (ties, new MilestoneRecorded(id, plan.On, Ministry, true, Both("Chuyến thăm"), null)),
                4 => ($"accord-a{i}", new Calendar.Accords.AccordConcluded(id, plan.On, Ministry, true, Both("Hiệp định"), [plan.Partner, VN, PartyCode.Of("LA")], null, null)),
                _ => ($"party-{plan.Partner}", new NationalDayDeclared(id, new AnnualDate(plan.On.First.Month, plan.On.First.Day), Ministry, Both("Ngày lễ"))),
            };
            Apply(stream, stated);
            if (plan.Fate == 0)
            {
                Apply(stream, new FactWithdrawn(id, Because));
            }
            else if (plan.Fate == 1)
            {
                Apply(stream, new CommemorationEnded(id, plan.Later, Because));
            }
            else if (plan.Fate == 2 && plan.Kind != 5)
            {
                Apply(stream, new DateClaimed(id, ClaimOf($"{i}"), plan.Later, Ministry));
                Apply(stream, new ClaimPreferred(id, ClaimOf($"{i}"), Because));
            }

            if (i % 997 == 0)
            {
                fold.Publish();
            }
        }

        Adopt("2021-07-01", LeapDayRule.LastOfFebruary, new TierRule(Tier.Round, 20, [], []), new TierRule(Tier.Half, 10, [], []), new TierRule(Tier.Other, null, [40], []));
        return fold.Publish();

        void Adopt(string from, LeapDayRule leapDay, params TierRule[] lines) =>
            Apply("rules", new RuleSetAdopted(SlugOf("rules-" + from), Both(from), [.. lines], leapDay, Day(from).First, Ministry));

        void Apply(string stream, IEvent e)
        {
            var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
            fold.Apply(new Recorded(++position, stream, version, Instant.FromUtc(2026, 1, 1, 0, 0), Role.Historian, null, e));
        }
    }

    /// <summary>Every fact, every year, written from the design alone.</summary>
    private static class BruteForce
    {
        public static List<string> Find(Almanac now, AnniversaryQuery query)
        {
            var found = new List<(string Date, FactId Fact, int Number)>();
            for (var i = 0; i < now.FactCount; i++)
            {
                var fact = now.FactAt(i);
                if (!fact.Commemorated || fact.Withdrawn is not null || fact.IsReplaced || !Passes(now, query, fact))
                {
                    continue;
                }

                for (var year = query.From.Year; year <= query.To.Year; year++)
                {
                    var n = fact.Kind == FactKind.NationalDay ? year : year - fact.On.Year;
                    var (date, first, last) = In(now.Rules, fact, year);
                    var tier = TierOf(now.Rules, fact.Kind, n, first);
                    var precision = date.Length switch { 4 => Precision.Year, 7 => Precision.Month, _ => Precision.Day };
                    if (n >= 1 && first < query.To && last >= query.From
                        && (fact.Ended is null || last < fact.Ended.On.First)
                        && (fact.Kind == FactKind.NationalDay || query.Tiers.HasFlag(tier))
                        && (query.Precisions.IsEmpty || query.Precisions.Contains(precision))
                        && query.From < query.To)
                    {
                        found.Add((date, fact.Id, n));
                    }
                }
            }

            return [.. found.OrderBy(f => f.Date, StringComparer.Ordinal).ThenBy(f => f.Fact.ToString(), StringComparer.Ordinal).ThenBy(f => f.Number)
                .Select(f => $"{f.Date} {f.Fact} {f.Number}")];
        }

        private static bool Passes(Almanac now, AnniversaryQuery query, Fact fact) =>
            (query.Parties.IsEmpty || fact.Parties.Any(party => query.Parties.Contains(party)))
            && (query.Groups.IsEmpty || fact.Parties.Any(party => party != VN && now.FindParty(party)!.Groups.Any(group => query.Groups.Contains(group))))
            && (query.Kinds.IsEmpty ? fact.Kind != FactKind.NationalDay : query.Kinds.Contains(fact.Kind));

        // Of the sets adopted from a day that is not later, the one from the latest day; of several, the last adopted.
        private static RuleSet InForce(RuleBook rules, LocalDate day) =>
            rules.Adopted.Where(adoption => adoption.From is null || adoption.From <= day).OrderBy(adoption => adoption.From ?? LocalDate.MinIsoValue).Last().Rules;

        private static TierSet TierOf(RuleBook rules, FactKind kind, int n, LocalDate first)
        {
            var lines = InForce(rules, first).Lines;
            var own = lines.Any(line => line.Kinds.Contains(kind)) ? lines.Where(line => line.Kinds.Contains(kind)) : lines.Where(line => line.Kinds.IsEmpty);
            var tiers = new[] { Tier.Round, Tier.Half, Tier.Other };
            foreach (var tier in tiers)
            {
                if (own.Any(line => line.Tier == tier && line.Years.Contains(n)))
                {
                    return (TierSet)(1 << (int)tier);
                }
            }

            var found = tiers.FirstOrDefault(tier => own.Any(line => line.Tier == tier && line.Every is { } every && n % every == 0), Tier.Other);
            return (TierSet)(1 << (int)found);
        }

        private static (string Date, LocalDate First, LocalDate Last) In(RuleBook rules, Fact fact, int year)
        {
            var text = fact.Day is { } day ? MonthDay.Format(day)[1..] : fact.On.ToString()[4..];
            if (text == "-02-29" && !CalendarSystem.Iso.IsLeapYear(year))
            {
                text = fact.Day is null && InForce(rules, new LocalDate(year, 2, 28)).LeapDay == LeapDayRule.FirstOfMarch ? "-03-01" : "-02-28";
            }

            var date = $"{year:D4}{text}";
            var parts = date.Split('-').Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            return parts.Length switch
            {
                1 => (date, new(year, 1, 1), new(year, 12, 31)),
                2 => (date, new(year, parts[1], 1), new LocalDate(year, parts[1], 1).PlusMonths(1).PlusDays(-1)),
                _ => (date, new(year, parts[1], parts[2]), new(year, parts[1], parts[2])),
            };
        }
    }
}
