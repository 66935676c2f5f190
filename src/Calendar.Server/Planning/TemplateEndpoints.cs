using Calendar.Access;
using Calendar.Almanacs;
using Calendar.Planning;
using Calendar.Server.Access;
using Calendar.Server.Http;

namespace Calendar.Server.Planning;

/// <summary><c>/v1/templates</c>: what is usually to be done, and how many open plans go by it.</summary>
internal static class TemplateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var templates = routes.MapGroup("/v1/templates").WithTags("Templates");
        templates.MapGet("", (HttpContext context, AlmanacFollower follower) =>
            {
                var query = new QueryReader(context.Request);
                var page = Paging.Read(query);
                query.Done();
                var almanac = follower.Current;
                return page.Answer(
                    context, almanac.Plans.Templates.Values.Select(template => template.Adopted).OfType<TemplateAdopted>(), template => template.Template.Value,
                    template => TemplateView.Of(almanac, template));
            })
            .WithSummary("The templates by name").Needs(Permission.ReadPlans).Produces<Page<TemplateView>>()
            .TakesQuery(("limit", "At most 500"), ("cursor", "From a next link"), ("count", "true adds the total")).RefusesWith(401, 403);
        templates.MapGet("{template}", (string template, AlmanacFollower follower) =>
                Slug.TryParse(template, out var name) && Show(follower.Current, name) is { } shown ? Answers.Tagged((TemplateView)shown.Value, shown.Version) : Missing)
            .WithSummary("One template: its tasks, and how many open plans go by an older version").Needs(Permission.ReadPlans).Produces<TemplateView>().RefusesWith(401, 403, 404);
        templates.MapPut("{template}", (string template, HttpContext context, CommandEndpoint endpoint, CancellationToken ct) =>
                Slug.TryParse(template, out var name)
                    ? endpoint.HandleAsync(context, "adopt_template", [("template", template)], (almanac, _) => Show(almanac, name), ct)
                    : Task.FromResult(Missing))
            .WithSummary("Adopts a template, or another version of it; open plans keep theirs until they take it").TakesCommand("adopt_template", "template").Needs(Permission.Plan)
            .Produces<TemplateView>(StatusCodes.Status201Created).Produces<TemplateView>();
    }

    private static Shown? Show(Almanac almanac, Slug name) => almanac.Plans.TemplateOf(name).Adopted is { } adopted
        ? new Shown(TemplateView.Address(name), TemplateView.Of(almanac, adopted), almanac.VersionOf(PlanTemplate.Stream(name)))
        : null;

    private static IResult Missing { get; } = Problems.NotFound("Không có mẫu kế hoạch nào như vậy.", "There is no such template.");
}
