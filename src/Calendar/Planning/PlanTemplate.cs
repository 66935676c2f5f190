using Calendar.Rules;

namespace Calendar.Planning;

/// <summary>What is usually to be done towards an anniversary of some kinds, or in every year: the stream <c>template-{name}</c>.</summary>
/// <param name="Adopted">The newest version; null before the first.</param>
/// <param name="ByPerson">Adopted under any role but <see cref="Role.Pack"/>: a newer pack does not undo it.</param>
public sealed record PlanTemplate(Slug Name, TemplateAdopted? Adopted, bool ByPerson)
{
    private const string _prefix = "template-";

    /// <summary>The template of the union's yearly work.</summary>
    public static Slug Cadence { get; } = Slug.Of("cadence");

    public int Version => Adopted?.Version ?? 0;

    public static string Stream(Slug name) => _prefix + name;

    public static bool TryParseStream(string stream, out Slug name)
    {
        name = default;
        return stream.StartsWith(_prefix, StringComparison.Ordinal) && Slug.TryParse(stream[_prefix.Length..], out name);
    }

    /// <summary>The tasks of an anniversary of a tier; all of them for a cadence.</summary>
    public IEnumerable<TaskLine> TasksFor(Tier? tier) => (Adopted?.Tasks ?? []).Where(line => tier is not { } wanted || line.Tiers.IsEmpty || line.Tiers.Contains(wanted));

    /// <param name="others">The templates there are.</param>
    public static Decision Decide(AdoptTemplate command, PlanTemplate state, IEnumerable<PlanTemplate> others, Role role)
    {
        if (role == Role.Pack && state.ByPerson)
        {
            return Decision.Nothing;
        }

        var adopted = new TemplateAdopted(command.Template, state.Version + 1, command.Title, command.Kinds, command.Tasks);
        if (state.Adopted is { } known && known.Title == adopted.Title && known.Kinds.SequenceEqual(adopted.Kinds) && known.Tasks.SequenceEqual(adopted.Tasks))
        {
            return Decision.Nothing;
        }

        return WrongKinds(command, others) ?? WrongTasks(command) ?? Decision.Of(adopted);
    }

    public static PlanTemplate Evolve(PlanTemplate state, IEvent e, Role role) =>
        e is TemplateAdopted adopted ? state with { Adopted = adopted, ByPerson = role != Role.Pack } : state;

    // Which template a plan goes by must not depend on anything but the fact's kind.
    private static Decision? WrongKinds(AdoptTemplate command, IEnumerable<PlanTemplate> others)
    {
        if (command.Kinds.IsEmpty != (command.Template == Cadence))
        {
            return Rejection.Invalid(
                "template-kinds", "/kinds",
                $"Mẫu “{Cadence}” là việc hằng năm của liên hiệp và không có “kinds”; mọi mẫu khác phải có.",
                $"The template \"{Cadence}\" is the union's yearly work and has no \"kinds\"; every other template has.");
        }

        foreach (var kind in command.Kinds)
        {
            if (others.FirstOrDefault(other => other.Name != command.Template && other.Adopted?.Kinds.Contains(kind) == true) is { } taken)
            {
                return Rejection.Conflict(
                    "kind-has-template", "/kinds",
                    $"Sự kiện loại {kind.Name()} đã theo mẫu “{taken.Name}”: bỏ loại này ở mẫu kia trước.",
                    $"Facts of the kind {kind.Name()} go by the template \"{taken.Name}\": take the kind out of that one first.");
            }
        }

        return null;
    }

    private static Decision? WrongTasks(AdoptTemplate command)
    {
        for (var i = 0; i < command.Tasks.Length; i++)
        {
            var (line, at) = (command.Tasks[i], $"/tasks/{i}");
            if (line.Offset.IsContradictory)
            {
                return Rejection.Invalid(
                    "contradictory-offset", at + "/offset",
                    $"“{line.Offset}” vừa trước vừa sau ngày kỷ niệm: mọi phần phải cùng dấu, như P-1M-5D.",
                    $"\"{line.Offset}\" lies before the day and after it: all its parts need the same sign, as in P-1M-5D.");
            }

            if (line.Anchor == TaskAnchor.Tet && command.Template != Cadence)
            {
                return Rejection.Invalid(
                    "tet-in-cadence-only", at + "/anchor",
                    "Chỉ việc hằng năm của liên hiệp tính từ Tết; việc của một kỷ niệm tính từ ngày kỷ niệm.",
                    "Only the union's yearly work counts from Tết; that of an anniversary counts from its day.");
            }

            for (var j = 0; j < i; j++)
            {
                if (Contradiction(line, command.Tasks[j], at, j) is { } contradiction)
                {
                    return contradiction;
                }
            }
        }

        return null;
    }

    private static Rejection? Contradiction(TaskLine line, TaskLine other, string at, int of)
    {
        if (line.Line == other.Line)
        {
            return Rejection.Invalid(
                "repeated-line", at + "/line",
                $"“{line.Line}” đã là tên của việc /tasks/{of}: mỗi việc một tên.",
                $"\"{line.Line}\" is the name of /tasks/{of} already: each task has a name of its own.");
        }

        if (IsSupportersOf(line, other) || IsSupportersOf(other, line))
        {
            return Rejection.Invalid(
                "ambiguous-line", at + "/line",
                $"“{line.Line}” và “{other.Line}” lẫn nhau được: tên của việc phối hợp còn nối thêm tên hội. Chọn tên khác.",
                $"\"{line.Line}\" and \"{other.Line}\" can be mistaken for each other: behind a supporting task's name stands the association's. Choose another name.");
        }

        return line.Title == other.Title && line.Role == other.Role && line.Anchor == other.Anchor && Overlap(line, other) && line.Offset != other.Offset
            ? Rejection.Invalid(
                "contradictory-offset", at + "/offset",
                $"Cùng một việc cho cùng loại năm đã có hạn {other.Offset} ở /tasks/{of}: chọn một hạn, hoặc đặt tên việc khác nhau.",
                $"The same task for the same kind of year is due at {other.Offset} in /tasks/{of}: choose one offset, or call the tasks differently.")
            : null;
    }

    private static bool IsSupportersOf(TaskLine line, TaskLine supported) =>
        supported.Role == OwnerRole.Support && line.Line.Value.StartsWith(supported.Line + "-", StringComparison.Ordinal);

    private static bool Overlap(TaskLine line, TaskLine other) => line.Tiers.IsEmpty || other.Tiers.IsEmpty || line.Tiers.Intersect(other.Tiers).Any();
}
