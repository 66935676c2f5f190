using System.Collections.Immutable;
using System.Text.Json;
using Calendar.Commands;

namespace Calendar.Subscriptions;

/// <summary>What a subscription is to be.</summary>
/// <param name="Name">Of the person's own choosing: one line, NFC.</param>
/// <param name="Parameters">The feed's, as its address has them; whether their values mean anything is for the feed's reader to say.</param>
public sealed record SubscriptionRequest(string Name, ImmutableSortedDictionary<string, string> Parameters);

/// <summary>
/// Reads the bodies of <c>/v1/subscriptions</c>. A filter is the same in JSON as in a feed's address, its values in a list instead of
/// commas, so that one reader decides on both.
/// </summary>
public static class SubscriptionReader
{
    public const int LongestName = 100;

    private const int _longestValue = 200;

    private static readonly string[] _filters = ["party", "group", "association", "tier", "kind"];

    /// <returns>Null with the errors.</returns>
    public static (SubscriptionRequest? Request, IReadOnlyList<Rejection> Errors) Read(JsonElement body)
    {
        var members = new Members(body, "", []);
        var parameters = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var name = members.Line("name", LongestName);
        members.Object("filter", filter =>
        {
            foreach (var of in _filters)
            {
                Add(of, string.Join(',', filter.List<string>(of, IsOne, "một giá trị không có dấu phẩy", "one value, without commas", required: false)));
            }
        });
        foreach (var of in new[] { "lang", "alarm", "imprecise", "detail" })
        {
            Add(of, members.OptionalString(of, _longestValue));
        }

        Add("ahead", members.OptionalNumber("ahead", 1, 12)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        members.Done();
        return members.Errors.Count == 0 ? (new SubscriptionRequest(name, parameters.ToImmutable()), []) : (null, members.Errors);

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
    public static string PointerOf(string parameter) => _filters.Contains(parameter, StringComparer.Ordinal) ? "/filter/" + parameter : "/" + parameter;

    private static bool IsOne(string text, out string value) => !(value = text).Contains(',', StringComparison.Ordinal);
}
