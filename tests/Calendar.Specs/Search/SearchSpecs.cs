using Calendar.Almanacs;
using Calendar.Anniversaries;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;
using Calendar.Search;
using Calendar.Specs.Anniversaries;
using Calendar.Specs.Packs;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Search;

internal static class Searching
{
    public static readonly AnniversaryQuery Ever = new(new(1, 1, 1), new(9999, 12, 31)) { Kinds = [.. FactKinds.All] };

    public static SearchQuery For(string text) => SearchQuery.TryParse(text, out var query, out var why) ? query : throw new ArgumentException(why.Code, nameof(text));

    /// <summary>The facts whose anniversaries of some years are found, the best first.</summary>
    public static IEnumerable<FactId> Facts(this Almanac now, string text, AnniversaryQuery? among = null) =>
        now.Anniversaries(among ?? Asking.Between("2020-01-01", "2031-01-01"), For(text)).Select(found => found.Anniversary.Fact.Id).Distinct();
}

public class WhenThePackIsSearched
{
    [Theory]
    [InlineData("nhat ban")]
    [InlineData("Nhật Bản")]
    [InlineData("NHẬT BẢN")]
    [InlineData("nhật bản")]
    [InlineData("japan")]
    [InlineData("jp")]
    [InlineData("JP")]
    public void Japan_is_found_however_it_is_written(string text)
    {
        var first = Vietnam.Now.Anniversaries(Asking.Year(2033), Searching.For(text));
        Assert.Contains(first, found => found.Rank == SearchRank.Name && found.Anniversary.Fact.Id == FactId.OfKey("vietnam/ties/JP"));
        Assert.Equal(PartyCode.Of("JP"), Assert.Single(Vietnam.Now.Parties, party => Vietnam.Now.RankOf(party, Searching.For(text)) == SearchRank.Name).Code);
        Assert.Equal(PairOf("JP~VN"), Assert.Single(Vietnam.Now.Pairs, pair => pair.Has(VN) && Vietnam.Now.RankOf(pair, Searching.For(text)) == SearchRank.Name));
    }

    [Fact]
    public void A_level_finds_its_partnerships()
    {
        var found = Vietnam.Now.Facts("doi tac chien luoc").Select(Vietnam.Now.Find).ToList();
        Assert.Contains(found, fact => fact is { Kind: FactKind.PartnershipElevated, Level: PartnershipLevel.Strategic });
        Assert.Contains(found, fact => fact is { Kind: FactKind.PartnershipElevated, Level: PartnershipLevel.ComprehensiveStrategic });
        Assert.DoesNotContain(found, fact => fact!.Kind == FactKind.TiesEstablished);
    }

    [Theory]
    [InlineData("hiep uoc huu nghi lao")]
    [InlineData("lao hiep uoc huu nghi")]
    [InlineData("treaty friendship laos")]
    [InlineData("hiệp ước hữ lào")]
    public void A_treaty_is_found_by_its_title_and_its_partner(string text) =>
        Assert.Equal(FactId.OfKey("vietnam/treaties/LA/friendship"), Assert.Single(Vietnam.Now.Facts(text)));

    [Fact]
    public void Former_names_and_aliases_count() =>
        Assert.All(["xlo va ki a", "Xlô-va-ki-a", "slovak"], text => Assert.Contains(FactId.OfKey("vietnam/ties/SK"), Vietnam.Now.Facts(text)));

    [Fact]
    public void What_nothing_is_called_finds_nothing() => Assert.Empty(Vietnam.Now.Facts("xyzzy"));

    [Fact]
    public void Every_word_must_fit() => Assert.Empty(Vietnam.Now.Facts("nhat ban xyzzy"));
}

public class WhenFoundThingsAreRanked
{
    private static readonly Chronicle _record = Chronicle.Of("JP", "LA", "US").With(
        Ties("LA~VN", "1962-09-05"), Treaty("lao", "JP~VN", "1990-01-01", "Hiệp ước về Lào"), Treaty("order", "LA~VN", "1977-07-18", "Hiệp ước hữu nghị"),
        Treaty("apart", "LA~VN", "1978-07-18", "Hữu nghị và hiệp ước"), Treaty("prefix", "LA~VN", "1979-07-18", "Hiệp ước hữu nghịch lý"));

    [Fact]
    public void A_partys_whole_name_comes_before_the_same_word_in_a_title()
    {
        var found = _record.Now.Facts("lào").ToList();
        Assert.Equal(5, found.Count);
        Assert.Equal(Id("lao"), found[^1]);
    }

    [Fact]
    public void Words_in_order_come_before_words_apart_and_these_before_beginnings() =>
        Assert.Equal([Id("order"), Id("apart"), Id("prefix")], _record.Now.Facts("hiep uoc huu nghi"));

    [Fact]
    public void Equals_come_in_the_usual_order()
    {
        var found = _record.Now.Anniversaries(Asking.Between("2020-01-01", "2026-01-01"), Searching.For("hiep"));
        Assert.Equal(found.OrderBy(one => one.Rank).ThenBy(one => one.Anniversary.Key()), found);
    }

    [Fact]
    public void Pages_put_together_are_the_whole()
    {
        var range = Asking.Between("2020-01-01", "2040-01-01");
        var whole = _record.Now.Anniversaries(range, Searching.For("huu nghi"));
        var (pages, after) = (new List<(SearchRank, Anniversary)>(), (FoundKey?)null);
        while (_record.Now.Anniversaries(range, Searching.For("huu nghi"), after, 7) is { Count: > 0 } page)
        {
            pages.AddRange(page);
            after = new FoundKey(page[^1].Rank, page[^1].Anniversary.Key());
        }

        Assert.Equal(60, whole.Count);
        Assert.Equal(whole, pages);
        Assert.Equal(60, _record.Now.Count(range, Searching.For("huu nghi")));
    }
}

public class WhenTheRecordChangesAfterASearch
{
    private readonly Chronicle _record = Chronicle.Of("JP", "LA").With(Ties("JP~VN", "1973-09-21"), Treaty("t", "JP~VN", "1990-05-05", "Hiệp ước cũ"));

    [Fact]
    public void A_new_fact_is_found()
    {
        Assert.Empty(_record.Now.Facts("mekong"));
        _record.With(Milestone("m", "JP~VN", "2008-02", "Năm Mekong"));
        Assert.Equal([Id("m")], _record.Now.Facts("mekong"));
    }

    [Fact]
    public void A_new_title_is_found_and_the_old_one_no_more_but_in_the_older_almanac()
    {
        var before = _record.Now;
        Assert.Equal([Id("t")], before.Facts("cũ"));
        _record.With(Retitle("t", "Hiệp định mới"));

        Assert.Equal([Id("t")], _record.Now.Facts("mới"));
        Assert.Empty(_record.Now.Facts("cũ"));
        Assert.Equal([Id("t")], before.Facts("hiep uoc"));
        Assert.Empty(before.Facts("mới"));
    }

    [Fact]
    public void An_older_almanac_that_is_searched_late_knows_its_own_titles()
    {
        var before = _record.Now;
        _record.With(Retitle("t", "Hiệp định mới"), Milestone("m", "JP~VN", "2008-02", "Hiệp ước khác"));
        Assert.Equal([Id("m")], _record.Now.Facts("hiep uoc"));
        Assert.Equal([Id("t")], before.Facts("hiep uoc"));
    }

    [Fact]
    public void A_party_is_found_by_its_new_name_and_by_its_old_one_until_the_renaming_is_withdrawn()
    {
        var rename = Renamed("JP", "2030-01-01", "Phù Tang");
        Assert.Empty(_record.Now.Facts("phu tang"));
        _record.With(rename);
        Assert.Contains(Id("ties/JP~VN"), _record.Now.Facts("phu tang"));
        Assert.Contains(Id("ties/JP~VN"), _record.Now.Facts("nhat ban"));

        _record.With(new WithdrawFact(rename.Fact, Because));
        Assert.Empty(_record.Now.Facts("phu tang"));
    }

    [Fact]
    public void A_withdrawn_fact_is_found_no_more_and_again_when_it_stands()
    {
        _record.With(Withdraw("t"));
        Assert.Empty(_record.Now.Facts("hiep uoc"));
        _record.With(Reinstate("t"));
        Assert.Equal([Id("t")], _record.Now.Facts("hiep uoc"));
    }
}

/// <summary>The word index against reading every title.</summary>
public class WhenAnyHistoryIsSearched
{
    private static readonly string[] Words =
        ["nhật", "ban", "JP", "l", "lào", "hiệp", "ước", "dinh", "tuyên", "tu", "chung", "tên", "một", "hai", "quan", "hệ", "việt nam", "doi tac", "chien luoc", "japan", "of", "đổi", "x"];

    [Fact]
    public void Every_almanac_on_the_way_finds_what_reading_every_title_finds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(AnyHistory.Any, Gen.Elements(Words).ArrayOf().Where(words => words.Length is > 0 and < 4).ArrayOf().Resize(6).ToArbitrary(), (steps, searches) =>
        {
            var record = AnyHistory.After([]);
            var almanacs = new List<Almanac> { record.Now };
            foreach (var (i, (command, role)) in steps.Index())
            {
                record.When(command, role);
                almanacs.Add(record.Now);

                // Some are searched while they are the newest, all of them once more when they are not.
                if (i % 7 == 3)
                {
                    Assert.Equal(Plainly(record.Now, "hiep"), Found(record.Now, "hiep"));
                }
            }

            foreach (var almanac in Enumerable.Reverse(almanacs).Where((_, i) => i % 5 == 0))
            {
                foreach (var text in searches.Select(words => string.Join(' ', words)).Distinct(StringComparer.Ordinal))
                {
                    Assert.Equal(Plainly(almanac, text), Found(almanac, text));
                }
            }
        }));

    private static IEnumerable<string> Found(Almanac almanac, string text) =>
        almanac.Anniversaries(Searching.Ever with { To = new(2060, 1, 1) }, Searching.For(text)).DistinctBy(found => found.Anniversary.Fact.Id)
            .Select(found => $"{found.Rank is SearchRank.Name} {found.Rank is SearchRank.Prefix} {found.Anniversary.Fact.Id}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Plainly(Almanac almanac, string text)
    {
        var words = SearchText.Words(text);
        var anniversaries = almanac.Anniversaries(Searching.Ever with { To = new(2060, 1, 1) }).Select(anniversary => anniversary.Fact).DistinctBy(fact => fact.Id);
        return (from fact in anniversaries
                let title = Titles.Of(almanac, fact)
                let names = fact.Parties.SelectMany(party => NamesOf(almanac.FindParty(party)!)).ToList()
                let said = names.Append(title.Vi).Append(title.En).SelectMany(SearchText.Words).ToHashSet(StringComparer.Ordinal)
                where words.All(word => said.Any(one => one.StartsWith(word, StringComparison.Ordinal)))
                let isName = names.Exists(name => string.Equals(SearchText.Fold(name), SearchText.Fold(text), StringComparison.Ordinal))
                select $"{isName} {!isName && !words.All(said.Contains)} {fact.Id}").Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> NamesOf(Party party) =>
        [party.Code.Value, .. party.Registered!.Aliases, .. new[] { party.Registered.Name }.Concat(party.Facts.Values.Where(fact => fact.Kind == FactKind.PartyRenamed && fact.Withdrawn is null)
            .Select(fact => fact.Title!)).SelectMany(name => new[] { name.Vi, name.En })];
}
