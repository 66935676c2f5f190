using Calendar.Associations;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Rules;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Feeds;

/// <summary>The small log with another association, Japan's association and a plan towards the 60 years of ties with Japan, 21 September 2033.</summary>
internal static class PlansOfASmallLog
{
    public static readonly PlanId Japan = PlanId.Of(new AnniversaryId(FactId.OfKey("small/ties/JP"), 60));
    public static readonly CelebrationId Meeting = new(Guid.Parse("0198a000-0000-7000-8000-000000000001"));
    public static readonly Text Because = new("Lý do", "Reason");

    public static async Task OpenPlanAsync(this CalendarService service)
    {
        var source = new Source("Thử", null, Confidence.Confirmed);
        await service.PlanAsync(
            new RegisterAssociation(Slug.Of("vufo"), new AssociationDetails(new Text("Hội khác", "Another"), AssociationScope.Local, null, [], Language.Vi, "Asia/Ho_Chi_Minh", source)),
            new RegisterAssociation(Slug.Of("vn-jp"), new AssociationDetails(
                new Text("Hội hữu nghị Việt – Nhật", "Viet Nam – Japan Association"), AssociationScope.Central, null, [PartyCode.Of("JP")], Language.Vi, "Asia/Ho_Chi_Minh", source)),
            new AdoptTemplate(Slug.Of("ties"), new Text("Kỷ niệm", "Anniversary"), [FactKind.TiesEstablished],
            [
                Line("theme", "P-18M", new Text("Chọn chủ đề, khẩu hiệu", "Choose a theme; a slogan")), Line("guests", "P-4M", new Text("Mời khách", "Invite guests")),
                Line("report", "P1M", new Text("Báo cáo", "Report")),
            ]),
            new OpenPlan(Japan, null));
    }

    /// <summary>Each is recorded, by an administrator.</summary>
    public static async Task PlanAsync(this CalendarService service, params Command[] commands)
    {
        foreach (var command in commands)
        {
            var outcome = await service.Services.GetRequiredService<CommandHandler>().HandleAsync(command, new Actor("tests", Role.Admin), null, null, service.Soon);
            Assert.True(outcome is Outcome.Done { Changed: true, Visible: true }, $"{command}: {outcome}");
        }
    }

    public static TaskId TaskOf(string name) => TaskId.Of(Slug.Of(name));

    /// <summary>The newest event was recorded at this moment: other instances find it so.</summary>
    public static Task DateLastAsync(this CalendarService service, string when) =>
        service.ExecuteAsync($"update calendar.mt_events set timestamp = '{when}' where seq_id = (select max(seq_id) from calendar.mt_events)");

    // Of no other anniversary of these years: no plan but this one opens by itself while a test looks on.
    private static TaskLine Line(string name, string offset, Text title) => new(Slug.Of(name), DueOffset.Parse(offset), TaskAnchor.Day, title, OwnerRole.Lead, [Tier.Round]);
}
