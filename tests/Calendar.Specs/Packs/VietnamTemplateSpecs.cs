using Calendar.Facts;
using Calendar.Planning;
using Calendar.Rules;

namespace Calendar.Specs.Packs;

/// <summary>What the pack says is usually to be done.</summary>
public class ThePacksTemplates
{
    [Fact]
    public void Are_adopted_each_in_its_first_version_and_give_way_to_people()
    {
        Assert.Equal(["cadence", "national-days", "partnerships", "relations"], Vietnam.Now.Plans.Templates.Keys);
        Assert.All(Vietnam.Now.Plans.Templates.Values, template => Assert.Equal((1, false), (template.Version, template.ByPerson)));
    }

    [Fact]
    public void Leave_no_kind_of_fact_that_is_commemorated_without_one()
    {
        Assert.All(FactKinds.All.Where(kind => kind.IsCommemoratedByDefault()), kind => Assert.NotNull(Vietnam.Now.Plans.TemplateOf(kind)));
        Assert.Equal("national-days", Vietnam.Now.Plans.TemplateOf(FactKind.NationalDay)!.Name.Value);
    }

    [Fact]
    public void Begin_eighteen_months_before_a_round_year_of_relations_and_eleven_before_a_half_one()
    {
        Assert.Equal(
            ["P-18M", "P-15M", "P-12M", "P-11M", "P-9M", "P-8M", "P-7M", "P-6M", "P-4M", "P-4M", "P-3M", "P-2M", "P-1M", "P-7D", "P0D", "P1D", "P1M", "P3M"],
            Offsets("relations", Tier.Round));
        Assert.Equal(["P-11M", "P-8M", "P-4M", "P-4M", "P-3M", "P-2M", "P-1M", "P-7D", "P0D", "P1D", "P1M", "P3M"], Offsets("relations", Tier.Half));
        Assert.Equal(["P-3M", "P-7D", "P0D", "P1D"], Offsets("relations", Tier.Other));
        Assert.Equal(["P-6M", "P0D"], Offsets("partnerships", Tier.Round));
    }

    [Fact]
    public void Give_the_union_a_task_in_every_quarter_and_one_before_Tet()
    {
        var cadence = Vietnam.Now.Plans.TemplateOf(PlanTemplate.Cadence).TasksFor(null).ToList();

        Assert.Equal("tet-gathering", Assert.Single(cadence, line => line.Anchor == TaskAnchor.Tet).Line.Value);
        Assert.Equal(4, cadence.Count(line => line.Line.Value.StartsWith("briefing-", StringComparison.Ordinal)));
        Assert.All(cadence, line => Assert.Equal(OwnerRole.Lead, line.Role));
    }

    [Fact]
    public void Ask_in_both_languages()
    {
        Assert.All(Vietnam.Now.Plans.Templates.Values.SelectMany(template => template.Adopted!.Tasks), line => Assert.NotEqual(line.Title.Vi, line.Title.En));
    }

    private static IEnumerable<string> Offsets(string template, Tier tier) =>
        Vietnam.Now.Plans.TemplateOf(Slug.Of(template)).TasksFor(tier).Select(line => line.Offset.ToString());
}
