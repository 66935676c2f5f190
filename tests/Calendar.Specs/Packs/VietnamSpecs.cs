using System.Text.Json;
using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Rules;
using Calendar.Specs.Anniversaries;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Packs;

/// <summary>The facts shipped with the product, read and decided as the server does.</summary>
internal static class Vietnam
{
    /// <summary>All lines, in ordinal order of the files.</summary>
    public static IReadOnlyList<(string At, JsonElement Json)> Lines { get; } =
        [.. Directory.GetFiles(Folder(), "*.jsonl").Order(StringComparer.Ordinal).SelectMany(file =>
            File.ReadLines(file).Select((line, i) => ($"{Path.GetFileName(file)}:{i + 1}", JsonDocument.Parse(line).RootElement)))];

    /// <summary>Keys by the ids they make.</summary>
    public static IReadOnlyDictionary<FactId, string> Keys { get; } = Lines.ToDictionary(line => FactId.OfKey(KeyOf(line.Json)), line => KeyOf(line.Json));

    private static readonly Lazy<Chronicle> _loaded = new(() =>
    {
        var record = new Chronicle();
        Assert.Empty(Load(record));
        return record;
    });

    /// <summary>The record after the pack; shared, so nobody adds to it.</summary>
    public static Almanac Now => _loaded.Value.Now;

    public static Fact Fact(string key) => Now.Find(FactId.OfKey(key)) ?? throw new ArgumentException(key, nameof(key));

    /// <summary>Loads the pack; what is refused, by file and line.</summary>
    public static List<string> Load(Chronicle record)
    {
        var refused = new List<string>();
        foreach (var (at, json) in Lines)
        {
            var read = CommandReader.ReadLine(json);
            refused.AddRange(read.Errors.Select(error => $"{at} {error.Code} {error.Pointer}"));
            if (read.Command is { } command && record.When(command, Role.Pack) is { } decision)
            {
                refused.AddRange(decision.Warnings.Prepend(decision.Rejection).OfType<Rejection>().Select(why => $"{at} {why.Code} {why.Pointer}"));
            }
        }

        return refused;
    }

    private static string KeyOf(JsonElement line) => line.GetProperty("key").GetString()!;

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var at in new[] { "Packs/vietnam", "src/Calendar.Server/Packs/vietnam" })
            {
                if (Directory.Exists(Path.Combine(folder.FullName, at)))
                {
                    return Path.Combine(folder.FullName, at);
                }
            }
        }

        throw new DirectoryNotFoundException("Packs/vietnam");
    }
}

public class WhenThePackIsLoaded
{
    [Fact]
    public void Every_line_is_accepted_without_a_warning() => Assert.Empty(Vietnam.Load(new Chronicle()));

    [Fact]
    public void Loading_it_again_adds_nothing()
    {
        var record = new Chronicle();
        Vietnam.Load(record);
        var events = record.Log.Count;

        Assert.Empty(Vietnam.Load(record));
        Assert.Equal(events, record.Log.Count);
    }

    [Fact]
    public void A_newer_pack_with_one_more_claim_adds_just_that()
    {
        var record = new Chronicle();
        Vietnam.Load(record);
        var events = record.Log.Count;
        var claim = JsonDocument.Parse("""
            {"key":"vietnam/ties/JP/claim/archive","do":"claim_date","fact":"vietnam/ties/JP","on":"1973-09-20","source":{"citation":"an archive","confidence":"probable"}}
            """).RootElement;

        record.When(CommandReader.ReadLine(claim).Command!, Role.Pack).Leads<DateClaimed>();
        Assert.Empty(Vietnam.Load(record));
        Assert.Equal(events + 1, record.Log.Count);
    }

    [Fact]
    public void It_undoes_nothing_that_people_have_decided_since()
    {
        var record = new Chronicle();
        Vietnam.Load(record);
        foreach (var commemorated in Vietnam.Keys.Keys.Where(id => record.Now.Find(id) is { IsCommemorated: true }).Take(40))
        {
            record.When(new WithdrawFact(commemorated, Because));
        }

        record.When(new PreferClaim(FactId.OfKey("vietnam/ties/SK"), ClaimId.OfKey("vietnam/ties/SK/claim/through-czechoslovakia"), Because));
        var events = record.Log.Count;

        Assert.Empty(Vietnam.Load(record));
        Assert.Equal(events, record.Log.Count);
    }

    [Fact]
    public void Every_line_has_a_key_of_its_own_under_the_packs_name()
    {
        Assert.Equal(Vietnam.Lines.Count, Vietnam.Keys.Count);
        Assert.All(Vietnam.Keys.Values, key => Assert.StartsWith("vietnam/", key, StringComparison.Ordinal));
    }

    [Fact]
    public void It_holds_so_many_parties_facts_and_claims()
    {
        var facts = Enumerable.Range(0, Vietnam.Now.FactCount).Select(Vietnam.Now.FactAt).ToList();
        var parties = Vietnam.Now.Parties.CountBy(party => party.Registered!.Kind).ToDictionary();
        var kinds = facts.CountBy(fact => fact.Kind).ToDictionary();

        Assert.Equal((205, 16, 25), (parties[PartyKind.State], parties[PartyKind.Organisation], parties[PartyKind.Subnational]));
        Assert.Equal(
            (200, 2, 2, 78, 26, 27, 7, 198),
            (kinds[FactKind.TiesEstablished], kinds[FactKind.TiesSuspended], kinds[FactKind.TiesResumed], kinds[FactKind.PartnershipElevated],
                kinds[FactKind.TreatySigned], kinds[FactKind.MilestoneRecorded], kinds[FactKind.AccordConcluded], kinds[FactKind.NationalDay]));
        Assert.Equal((2, 8), (kinds[FactKind.PartyRenamed], kinds[FactKind.PartyEnded]));
        Assert.Equal(67, facts.Sum(fact => fact.Claims.Length - 1));
        Assert.Equal(3, facts.Count(fact => fact.Ended is not null));
    }

    [Fact]
    public void What_is_left_out_has_its_reason()
    {
        var leftOut = Vietnam.Lines.Select(line => CommandReader.ReadLine(line.Json).Command).OfType<LeaveOut>().ToList();

        Assert.Equal(17, leftOut.Count);
        Assert.All(leftOut, line => Assert.NotEqual(line.Reason.Vi, line.Reason.En));
    }
}

public class WhenThePacksFactsAreExamined
{
    private static IEnumerable<Fact> Facts => Enumerable.Range(0, Vietnam.Now.FactCount).Select(Vietnam.Now.FactAt);

    [Fact]
    public void Every_fact_says_where_each_date_comes_from() =>
        Assert.All(Facts.SelectMany(fact => fact.Claims), claim => Assert.NotEmpty(claim.Source.Citation));

    [Fact]
    public void What_is_only_general_knowledge_is_unconfirmed() =>
        Assert.Empty(Facts.SelectMany(fact => fact.Claims.Select(claim => (Key: Vietnam.Keys[fact.Id], claim.Source)))
            .Where(claim => claim.Source.Citation.Split(';')[0] == "general knowledge" && claim.Source.Confidence != Confidence.Unconfirmed)
            .Select(claim => claim.Key));

    [Fact]
    public void What_is_unconfirmed_has_no_address_that_would_confirm_it() =>
        Assert.DoesNotContain(Facts.SelectMany(fact => fact.Claims), claim => claim.Source is { Confidence: Confidence.Unconfirmed, Url: not null });

    [Fact]
    public void No_relationship_is_suspended_today() =>
        Assert.DoesNotContain(Vietnam.Now.Pairs, pair => Vietnam.Now.SuspensionsOf(pair).On(Day("2026-01-01")));

    [Theory]
    [InlineData("KH~VN", "1977-12-31", "1978-12-31")]
    [InlineData("CL~VN", "1973", "1989-12-31")]
    public void Interruptions_lie_in_the_past(string pair, string first, string last)
    {
        var suspensions = Vietnam.Now.SuspensionsOf(PairOf(pair));

        Assert.True(suspensions.On(Day(first)) && suspensions.On(Day(last)));
        Assert.False(suspensions.On(new PartialDate(Day(last).Last.PlusDays(1))));
    }

    [Fact]
    public void Every_pair_of_ties_has_one_establishment() =>
        Assert.All(
            Vietnam.Now.Pairs.Select(pair => Vietnam.Now.LoadRelationship(pair).Facts.Values.Count(fact => fact.Kind == FactKind.TiesEstablished)),
            count => Assert.InRange(count, 0, 1));

    [Fact]
    public void Two_facts_of_one_relationship_on_one_day_are_two_acts_and_named_here()
    {
        string[] twoActs =
        [
            // Two acts of 26 June 2003.
            "vietnam/partnerships/ID/comprehensive + vietnam/treaties/ID/continental-shelf",

            // Two texts of 18 July 1977.
            "vietnam/treaties/LA/border + vietnam/treaties/LA/friendship",

            // Ties were taken up again in the month of the victory.
            "vietnam/milestones/KH/victory + vietnam/ties/KH/resumed",

            // The partnership was declared when the agreement was signed.
            "vietnam/partnerships/AE/comprehensive + vietnam/treaties/AE/cepa",
        ];

        var overlapping =
            from pair in Vietnam.Now.Pairs
            let facts = Vietnam.Now.LoadRelationship(pair).Facts.Values.Concat(Vietnam.Now.AccordsOf(pair))
                .Where(fact => fact.Withdrawn is null && fact.On.Precision != Precision.Year)
                .OrderBy(fact => Vietnam.Keys[fact.Id], StringComparer.Ordinal).ToList()
            from x in facts
            from y in facts
            where string.CompareOrdinal(Vietnam.Keys[x.Id], Vietnam.Keys[y.Id]) < 0 && x.On.Overlaps(y.On)
            select $"{Vietnam.Keys[x.Id]} + {Vietnam.Keys[y.Id]}";

        Assert.Equal(twoActs.Order(StringComparer.Ordinal), overlapping.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Titles_that_stand_alone_are_in_both_languages() =>
        Assert.Empty(Facts.Where(fact => fact.IsCommemorated && fact.Title is { } title && (title.Vi.Length == 0 || title.En.Length == 0))
            .Select(fact => Vietnam.Keys[fact.Id]));
}

public class WhenThePackNamesAssociations
{
    private static IReadOnlyList<Association> All => Vietnam.Now.Associations;

    [Fact]
    public void There_are_155_and_the_one_of_1946_is_closed()
    {
        Assert.Equal(155, All.Count);
        Assert.Equal("viet-hoa", Assert.Single(All, association => association.IsClosed).Slug.Value);
        Assert.DoesNotContain(All, association => association.IsMuted || association.ByPerson != SaidByPerson.Nothing);
    }

    [Fact]
    public void What_rests_on_general_knowledge_alone_is_unconfirmed_and_nothing_else_is() => Assert.All(
        All, association => Assert.Equal(association.Details!.Source.Citation == "general knowledge", association.Details.Source.Confidence == Confidence.Unconfirmed));

    [Fact]
    public void So_many_are_unconfirmed() => Assert.Equal(62, All.Count(association => association.Details!.Source.Confidence == Confidence.Unconfirmed));

    [Fact]
    public void All_but_those_abroad_stand_below_the_union() => Assert.All(All, association => Assert.Equal(
        association.Details!.Scope is AssociationScope.Umbrella or AssociationScope.Abroad ? null : "vufo",
        Vietnam.Now.AssociationBook.AboveOf(association) is [.., var highest] ? highest.Slug.Value : null));

    [Theory]
    [InlineData("vn-jp", "vufo")]
    [InlineData("vn-cu-hanoi", "haufo vufo")]
    [InlineData("vn-la-tuy-hoa", "phu-yen-ufo vufo")]
    [InlineData("vn-au-long-an", "vufo")]
    [InlineData("icap", "")]
    public void Local_ones_stand_below_the_union_of_their_place(string slug, string above) => Assert.Equal(
        above, string.Join(' ', Vietnam.Now.AssociationBook.AboveOf(Vietnam.Now.FindAssociation(SlugOf(slug))!).Select(one => one.Slug)));

    [Fact]
    public void Names_are_of_one_language_each() => Assert.All(All, association =>
    {
        Assert.DoesNotMatch("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]|thành phố|tỉnh", association.Name.En.ToLowerInvariant());
        Assert.DoesNotContain(" - ", association.Name.Vi + association.Name.En, StringComparison.Ordinal);
        Assert.NotEqual(association.Name.Vi, association.Name.En);
    });

    [Theory]
    [InlineData("vietnam/ties/JP", "vn-jp vn-jp-hanoi vn-jp-hcmc")]
    [InlineData("vietnam/ties/LA", "vn-la vn-asean vn-la-bac-giang vn-la-hcmc vn-la-tuy-hoa vn-asean-dong-nai")]
    [InlineData("vietnam/ties/CU", "vn-cu vn-cu-hanoi cu-vn icap")]
    [InlineData("vietnam/ties/TL", "vn-asean vn-asean-dong-nai")]
    [InlineData("vietnam/milestones/ASEAN/admission", "vn-asean vn-asean-dong-nai")]
    [InlineData("vietnam/ties/PE", "")]
    public void Anniversaries_find_their_associations(string fact, string associations) =>
        Assert.Equal(associations, string.Join(' ', Coverage.Of(Vietnam.Now, Vietnam.Fact(fact)).Select(association => association.Slug)));

    [Fact]
    public void City_ties_are_their_countries() => Assert.All(
        Vietnam.Lines.Where(line => line.At.StartsWith("50-", StringComparison.Ordinal) && line.Json.GetProperty("relationship").GetString()!.StartsWith("JP", StringComparison.Ordinal)),
        line => Assert.Equal("vn-jp", Coverage.Of(Vietnam.Now, Vietnam.Fact(line.Json.GetProperty("key").GetString()!)).First().Slug.Value));
}

public class WhenThePackIsAsked
{
    [Fact]
    public void Japans_sixtieth_is_on_21_September_2033() =>
        Assert.Contains("2033-09-21 60 vietnam/ties/JP", Of("JP", 2033, TierSet.All));

    [Fact]
    public void Laos_marks_fifty_years_of_the_treaty_and_sixty_five_of_ties_in_2027() =>
        Assert.Equal(
            ["2027-07-18 50 vietnam/treaties/LA/border", "2027-07-18 50 vietnam/treaties/LA/friendship", "2027-09-05 65 vietnam/ties/LA"],
            Of("LA", 2027, TierSet.Round | TierSet.Half).Where(line => !line.Contains("accords", StringComparison.Ordinal)));

    [Fact]
    public void Bruneis_leap_day_is_kept_on_the_28th_and_comes_back()
    {
        Assert.Contains("2027-02-28 35 vietnam/ties/BN", Of("BN", 2027, TierSet.All));
        Assert.Contains("2032-02-29 40 vietnam/ties/BN", Of("BN", 2032, TierSet.All));
    }

    [Fact]
    public void The_United_States_still_have_thirty_years_of_comprehensive_partnership_in_2043()
    {
        Assert.Contains("2043-07-25 30 vietnam/partnerships/US/comprehensive", Of("US", 2043, TierSet.All));
        Assert.Contains("2043-09-10 20 vietnam/partnerships/US/comprehensive-strategic", Of("US", 2043, TierSet.All));
    }

    [Fact]
    public void Slovakia_has_two_claims_and_counts_from_1993()
    {
        var fact = Vietnam.Fact("vietnam/ties/SK");

        Assert.Equal(["1993-01-01", "1950-02-02"], fact.Claims.Select(claim => claim.On.ToString()));
        Assert.Equal(("1993-01-01", Confidence.Disputed), (fact.On.ToString(), fact.Confidence));
    }

    [Fact]
    public void Chinas_normalisation_is_one_commemorated_fact_with_two_claims()
    {
        var of1991 = Vietnam.Now.LoadRelationship(PairOf("CN~VN")).Facts.Values.Where(fact => fact.Claims.Any(claim => claim.On.Year == 1991));
        var fact = Assert.Single(of1991);

        Assert.True(fact.IsCommemorated);
        Assert.Equal(FactKind.MilestoneRecorded, fact.Kind);
        Assert.Equal(["1991-11", "1991-11-10"], fact.Claims.Select(claim => claim.On.ToString()));
        Assert.Equal(("1991-11-10", Confidence.Unconfirmed), (fact.On.ToString(), fact.Confidence));
    }

    [Theory]
    [InlineData("CS")]
    [InlineData("DD")]
    [InlineData("SU")]
    [InlineData("YU")]
    public void Predecessors_ties_are_history_only(string party) => Assert.False(Vietnam.Fact($"vietnam/ties/{party}").IsCommemorated);

    [Theory]
    [InlineData("CZ", "1950-02-02", "CS")]
    [InlineData("RU", "1950-01-30", "SU")]
    [InlineData("RS", "1957-03-10", "YU")]
    public void Successors_count_on_from_the_old_date(string party, string since, string through)
    {
        var fact = Vietnam.Fact($"vietnam/ties/{party}");

        Assert.Equal((since, through, true), (fact.On.ToString(), fact.Through?.Value, fact.IsCommemorated));
    }

    [Fact]
    public void Viet_Nams_own_national_day_is_2_September() =>
        Assert.Contains(
            Vietnam.Now.Anniversaries(Asking.Year(2030) with { Kinds = [FactKind.NationalDay], Parties = [VN] }),
            day => day.Date == Day("2030-09-02"));

    private static IEnumerable<string> Of(string party, int year, TierSet tiers) =>
        Vietnam.Now.Anniversaries(Asking.Year(year) with { Parties = [PartyCode.Of(party)], Tiers = tiers })
            .Select(a => $"{a.Date} {a.Number} {Vietnam.Keys[a.Fact.Id]}");
}
