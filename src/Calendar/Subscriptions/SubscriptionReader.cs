using System.Collections.Immutable;
using System.Text.Json;
using Calendar.Commands;

namespace Calendar.Subscriptions;

/// <summary>What a subscription's feed shows; the stored name is in snake case.</summary>
public enum SubscriptionKind
{
    Anniversaries,

    /// <summary>The tasks of one association.</summary>
    Tasks,
}

/// <summary>What a subscription is to be.</summary>
/// <param name="Name">Of the person's own choosing: one line, NFC.</param>
/// <param name="Parameters">The feed's, as its address has them; whether their values mean anything is for the feed's reader to say.</param>
public sealed record SubscriptionRequest(string Name, SubscriptionKind Kind, ImmutableSortedDictionary<string, string> Parameters);

/// <summary>
/// Reads the bodies of <c>/v1/subscriptions</c>. A filter is the same in JSON as in a feed's address, its values in a list instead of
/// commas, so that one reader decides on both.
/// </summary>
public static class SubscriptionReader
{
    public const int LongestName = 100;

    private const int _longestValue = 200;

    private static readonly string[] _ofTasks = ["association", "as"];
    private static readonly string[] _filters = ["party", "group", "association", "tier", "kind"];

    /// <returns>Null with the errors.</returns>
    public static (SubscriptionRequest? Request, IReadOnlyList<Rejection> Errors) Read(JsonElement body)
    {
        var members = new Members(body, "", []);
        var parameters = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var name = members.Line("name", LongestName);
        var (filtered, kind) = (false, SubscriptionKind.Anniversaries);
        members.Object("filter", filter =>
        {
            filtered = true;
            foreach (var of in _filters)
            {
                Add(of, string.Join(',', filter.List<string>(of, IsOne, "một giá trị không có dấu phẩy", "one value, without commas", required: false)));
            }
        });
        members.Object("tasks", tasks =>
        {
            kind = SubscriptionKind.Tasks;
            Add("association", tasks.Id<Slug>("association", Slug.TryParse, "tên ngắn của một hội như vn-jp", "an association's short name such as vn-jp").Value);
            Add("as", tasks.OptionalString("as", _longestValue));
        });
        foreach (var of in kind == SubscriptionKind.Tasks ? ["lang", "alarm"] : new[] { "lang", "alarm", "imprecise", "detail" })
        {
            Add(of, members.OptionalString(of, _longestValue));
        }

        if (kind == SubscriptionKind.Anniversaries)
        {
            Add("ahead", members.OptionalNumber("ahead", 1, 12)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (filtered)
        {
            members.Add(
                "filter-or-tasks", "/tasks",
                "Mỗi đăng ký là lịch kỷ niệm (“filter”) hoặc lịch việc (“tasks”): bỏ một trong hai.",
                "A subscription is of anniversaries (\"filter\") or of tasks (\"tasks\"): leave one of the two out.");
        }

        members.Done();
        return members.Errors.Count == 0 ? (new SubscriptionRequest(name, kind, parameters.ToImmutable()), []) : (null, members.Errors);

        void Add(string of, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                parameters[of] = value;
            }
        }
    }

    /// <summary>Reads <c>{"name":"…"}</c>.</summary>
    /// <returns>Null with the errors.</returns>
    public static (string? Name, IReadOnlyList<Rejection> Errors) ReadName(JsonElement body)
    {
        var members = new Members(body, "", []);
        var name = members.Line("name", LongestName);
        members.Done();
        return members.Errors.Count == 0 ? (name, []) : (null, members.Errors);
    }

    /// <summary>Where in the body a parameter stands.</summary>
    public static string PointerOf(string parameter, SubscriptionKind kind = SubscriptionKind.Anniversaries) => kind == SubscriptionKind.Tasks
        ? _ofTasks.Contains(parameter, StringComparer.Ordinal) ? "/tasks/" + parameter : "/" + parameter
        : _filters.Contains(parameter, StringComparer.Ordinal) ? "/filter/" + parameter : "/" + parameter;

    private static bool IsOne(string text, out string value) => !(value = text).Contains(',', StringComparison.Ordinal);
}
