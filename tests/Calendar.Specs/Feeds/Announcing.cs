using Calendar.Associations;
using Calendar.Facts;
using Calendar.Planning;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Feeds;

/// <summary>Plans as specs of feeds write them.</summary>
internal static class Announcing
{
    public static readonly Guid Meeting = Guid.Parse("0198a000-0000-7000-8000-000000000001");

    /// <summary>Every command is accepted and leads to events; nobody but an administrator may give all of them.</summary>
    public static Chronicle Plan(this Chronicle record, params Command[] commands)
    {
        foreach (var command in commands)
        {
            var decision = record.When(command, Role.Admin);
            Assert.Null(decision.Rejection);
            Assert.NotEmpty(decision.Events);
        }

        return record;
    }

    public static PlanId PlanOf(string fact, int number) => PlanId.Of(new AnniversaryId(Id(fact), number));

    public static RegisterAssociation Union { get; } = Association("vufo", AssociationScope.Umbrella);

    /// <summary>A few of the tasks towards an anniversary of ties.</summary>
    public static AdoptTemplate Template(params FactKind[] kinds) => new(
        SlugOf("ties"), new Text("Kỷ niệm quan hệ", "Anniversary of ties"), [.. kinds],
        [
            Line("theme", "P-18M", new Text("Chọn chủ đề của năm", "Choose the year's theme")),
            Line("programme", "P-11M", new Text("Thống nhất chương trình với hội bạn", "Agree the programme with the partner association")),
            Line("invitations", "P-6M", new Text("Gửi công hàm mời; đặt hội trường", "Send the notes of invitation, book the hall")),
            Line("report", "P1M", new Text("Báo cáo kết quả", "Report on what came of it")),
        ]);

    public static ScheduleCelebration Schedule(PlanId plan, string on, Guid? id = null) => new(
        plan, new CelebrationId(id ?? Meeting), new Text("Mít tinh kỷ niệm", "Commemorative meeting"), Day(on), new Text("Nhà hát Lớn, Hà Nội", "Opera House, Ha Noi"));

    public static AnnounceCelebration Announce(PlanId plan, Guid? id = null) => new(plan, new CelebrationId(id ?? Meeting));

    public static MoveCelebration Move(PlanId plan, string on) => new(plan, new CelebrationId(Meeting), Day(on), null, Because);

    public static CancelCelebration Cancel(PlanId plan, Guid? id = null) => new(plan, new CelebrationId(id ?? Meeting), Because);

    public static TaskId Task(string name) => TaskId.TryParse(name, out var task) ? task : throw new ArgumentException(name, nameof(name));

    private static TaskLine Line(string name, string offset, Text title) => new(SlugOf(name), DueOffset.Parse(offset), TaskAnchor.Day, title, OwnerRole.Lead, []);
}
