using System.Text.Json;
using Calendar.Almanacs;
using Calendar.Commands;
using NodaTime;

namespace Calendar.Access;

/// <summary>What a token is to be.</summary>
/// <param name="Label">A note of who has it: one line, NFC.</param>
public sealed record TokenRequest(Role Role, Slug? Association, string? Label, Instant? Expires);

/// <summary>Reads what a token is to be, for bodies of <c>/v1/tokens</c> and the options of the shell.</summary>
public static class TokenReader
{
    public const int LongestLabel = 100;

    /// <summary>So long a token may live that does not live for ever.</summary>
    public const int MostYears = 5;

    /// <param name="almanac">Knows which associations there are.</param>
    /// <param name="zone">In which a day ends.</param>
    /// <returns>Null with the errors.</returns>
    public static (TokenRequest? Request, IReadOnlyList<Rejection> Errors) Read(JsonElement body, Almanac almanac, Moment now, DateTimeZone zone)
    {
        var members = new Members(body, "", []);
        var role = ReadRole(members);
        Slug? association = members.OptionalId<Slug>("association", Slug.TryParse, "tên như vufo", "a name such as vufo", out var named) ? named : null;
        var label = members.OptionalLine("label", LongestLabel);
        var expires = members.OptionalEnd("expires", zone);
        members.Done();
        if (members.Errors.Count == 0)
        {
            Check(members, role, association, almanac);
            Check(members, expires, now, zone);
        }

        return members.Errors.Count == 0 ? (new TokenRequest(role, association, label, expires), []) : (null, members.Errors);
    }

    private static Role ReadRole(Members members)
    {
        var text = members.String("role", 100);
        if (text.Length == 0 || (Names<Role>.TryParse(text, out var role) && Permissions.OfTokens.Contains(role)))
        {
            return Names<Role>.TryParse(text, out var known) ? known : default;
        }

        var roles = string.Join(", ", Permissions.OfTokens.Select(one => one.Name()));
        members.Add("unknown-value", "/role", $"Vai trò này không có: chọn một trong {roles}.", $"There is no such role: choose one of {roles}.");
        return default;
    }

    private static void Check(Members members, Role role, Slug? association, Almanac almanac)
    {
        if (role == Role.Association && association is null)
        {
            members.Add("member-required", "/association", "Thiếu “association”: mã này nói thay cho hội nào?", "\"association\" is missing: which one does the token speak for?");
        }

        if (role != Role.Association && association is not null)
        {
            members.Add(
                "member-not-for-role", "/association",
                "Chỉ vai trò association mới nói thay cho một hội: bỏ “association”, hoặc đổi “role”.",
                "Only the role association speaks for one: leave \"association\" out, or change \"role\".");
        }
        else if (association is { } named && almanac.FindAssociation(named) is not { IsOpen: true })
        {
            var isClosed = almanac.FindAssociation(named) is { IsClosed: true };
            members.Add(
                isClosed ? "association-closed" : "unknown-association", "/association",
                isClosed ? $"Hội “{named}” đã ngừng hoạt động: mở lại hội trước." : $"Chưa có hội “{named}” trong sổ: xem /v1/associations.",
                isClosed ? $"The association \"{named}\" is closed: reopen it first." : $"The record holds no association \"{named}\": see /v1/associations.");
        }
    }

    private static void Check(Members members, Instant? expires, Moment now, DateTimeZone zone)
    {
        if (expires <= now.Instant)
        {
            members.Add("in-the-past", "/expires", "“expires” đã qua: chọn thời điểm trong tương lai.", "\"expires\" is over: choose a moment to come.");
        }

        if (expires > zone.AtStartOfDay(now.Day.PlusYears(MostYears).PlusDays(1)).ToInstant())
        {
            members.Add(
                "too-far-ahead", "/expires",
                $"Mã truy cập sống nhiều nhất {MostYears} năm: chọn ngày sớm hơn, hoặc bỏ “expires” nếu mã không hết hạn.",
                $"A token lives {MostYears} years at most: choose an earlier day, or leave \"expires\" out for one without an end.");
        }
    }
}
