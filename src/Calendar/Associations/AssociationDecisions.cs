using Calendar.Almanacs;
using NodaTime;

namespace Calendar.Associations;

/// <summary>What may be said of an association beside all others: who stands above whom, and that there is one umbrella.</summary>
public static class AssociationDecisions
{
    /// <summary>From the umbrella down to a chapter there are four; nobody needs more than so many.</summary>
    public const int MostLevels = 8;

    private const int _named = 5;

    public static Decided Decide(AssociationCommand command, Almanac almanac, Role role)
    {
        var state = almanac.AssociationBook.Load(command.Association);
        var decision = Association.Decide(command, state, role);
        return decision.Events switch
        {
            [AssociationRegistered registered] => With(registered.Details),
            [AssociationChanged changed] => With(changed.Details),
            [AssociationReopened] => With(state.Details!),
            [AssociationClosed] => On(Unclosable(state, almanac.AssociationBook) ?? decision),
            _ => On(decision),
        };

        // Whoever closes or moves the one above meanwhile lets it be decided again. Further up nobody looks: two who move at one moment may close a
        // circle through a third, or both become umbrellas; whoever reads the book comes to an end all the same, and the next change mends it.
        Decided With(AssociationDetails details) => On(Unfit(state.Slug, details, almanac) ?? decision) with
        {
            Beside = details.Parent is { } parent && parent != state.Slug ? (Association.Stream(parent), almanac.VersionOf(Association.Stream(parent))) : null,
        };

        Decided On(Decision outcome) => new(Association.Stream(state.Slug), almanac.VersionOf(Association.Stream(state.Slug)), outcome);
    }

    private static Rejection? Unfit(Slug slug, AssociationDetails details, Almanac almanac)
    {
        var book = almanac.AssociationBook;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(details.Zone) is null)
        {
            return Rejection.Invalid(
                "unknown-zone", "/zone",
                $"Không có múi giờ “{details.Zone}”: dùng tên IANA như Asia/Ho_Chi_Minh.",
                $"There is no time zone \"{details.Zone}\": use an IANA name such as Asia/Ho_Chi_Minh.");
        }

        if (details.Partners.Contains(almanac.Home))
        {
            return Rejection.Invalid(
                "home-partner", "/partners",
                $"{almanac.Home} là bên chủ của lịch này: chỉ nêu các đối tác.",
                $"{almanac.Home} is the home party of this calendar: name partners only.");
        }

        if (details.Scope == AssociationScope.Umbrella && book.Umbrella is { } umbrella && umbrella.Slug != slug)
        {
            return Rejection.Conflict(
                "umbrella-exists", "/scope",
                $"“{umbrella.Name.Vi}” ({umbrella.Slug}) đang là liên hiệp chung: đổi phạm vi của liên hiệp đó trước.",
                $"\"{umbrella.Name.En}\" ({umbrella.Slug}) is the umbrella: change its scope first.");
        }

        return details.Parent is { } parent ? UnfitParent(slug, parent, book) : null;
    }

    private static Rejection? UnfitParent(Slug slug, Slug parent, AssociationBook book)
    {
        if (parent == slug)
        {
            return Rejection.Invalid("own-parent", "/parent", "Một hội không thể là cấp trên của chính mình.", "An association cannot stand above itself.");
        }

        if (book.Find(parent) is not { } above)
        {
            return Rejection.NotFound(
                "unknown-parent", "/parent",
                $"Chưa có hội “{parent}” trong sổ: đăng ký hội cấp trên trước.",
                $"The record holds no association \"{parent}\": register the one above first.");
        }

        if (above.IsClosed)
        {
            return Rejection.Conflict(
                "parent-closed", "/parent",
                $"“{above.Name.Vi}” ({parent}) đã ngừng hoạt động: chọn cấp trên khác, hoặc mở lại hội đó.",
                $"\"{above.Name.En}\" ({parent}) is closed: choose another one above, or reopen it.");
        }

        var chain = book.AboveOf(above).Select(one => one.Slug).Prepend(parent).ToList();
        if (chain.IndexOf(slug) is >= 0 and var back)
        {
            var circle = string.Join(" → ", chain.Take(back + 1).Prepend(slug));
            return Rejection.Conflict(
                "parent-cycle", "/parent",
                $"Như vậy thành vòng tròn: {circle}. Chọn cấp trên khác.",
                $"That would go in a circle: {circle}. Choose another one above.");
        }

        return chain.Count + book.LevelsFrom(slug) > MostLevels
            ? Rejection.Conflict(
                "too-many-levels", "/parent",
                $"Như vậy có hơn {MostLevels} cấp: chọn cấp trên cao hơn.",
                $"That makes more than {MostLevels} levels: choose one further up.")
            : null;
    }

    private static Rejection? Unclosable(Association state, AssociationBook book)
    {
        var children = book.ChildrenOf(state.Slug).Where(child => child.IsOpen).Select(child => child.Slug.Value).ToList();
        if (children.Count > 0)
        {
            var names = string.Join(", ", children.Take(_named)) + (children.Count > _named ? ", …" : "");
            return Rejection.Conflict(
                "children-open", "/association",
                $"{children.Count} hội trực thuộc còn hoạt động ({names}): chuyển các hội này sang cấp trên khác hoặc đóng trước.",
                $"{children.Count} below it are open ({names}): move them to another one above, or close them first.");
        }

        return book.Umbrella is { } umbrella && umbrella.Slug == state.Slug
            ? Rejection.Conflict(
                "only-umbrella", "/association",
                "Đây là liên hiệp chung duy nhất, nơi nhận việc khi không có hội nào khác: đổi phạm vi thành central, giao umbrella cho hội khác, rồi mới đóng.",
                "This is the only umbrella, which does what nobody else does: change its scope to central, give another the scope umbrella, and then close it.")
            : null;
    }
}
