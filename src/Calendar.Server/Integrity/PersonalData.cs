using System.Text.Json;
using System.Text.RegularExpressions;
using Calendar.EventStore;

namespace Calendar.Server.Integrity;

/// <summary>
/// Finds mail addresses and telephone numbers in texts that stand in the log for ever. It would rather overlook a strange one than
/// take the dates, numbers of treaties and addresses of web pages, of which sources are full, for personal data.
/// </summary>
internal static partial class PersonalData
{
    private const string _mail = "a mail address";
    private const string _telephone = "a telephone number";
    private const int _timeout = 10_000; // ms; far more than a megabyte takes

    /// <summary>The text members of a row that hold personal data: a JSON Pointer below the column, and what is there.</summary>
    public static IEnumerable<(string Member, string What)> In(LogRow row)
    {
        var found = new List<(string, string)>();
        Look(row.Event.Data, "data", found);
        if (row.Headers is { } headers)
        {
            Look(headers, "headers", found);
        }

        Look(row.Event.Envelope.CorrelationId, "correlation_id", found);
        Look(row.Event.Envelope.CausationId, "causation_id", found);
        return found;
    }

    public static bool HasMailAddress(string text) => text.Contains('@', StringComparison.Ordinal) && MailAddress().IsMatch(text);

    public static bool HasTelephoneNumber(string text) => TelephoneNumber().IsMatch(Numbered().Replace(text, " # "));

    private static void Look(ReadOnlyMemory<byte> json, string column, List<(string, string)> found)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        Look(document.RootElement, column, found);
    }

    private static void Look(JsonElement element, string path, List<(string, string)> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Look(member.Value, $"{path}/{member.Name}", found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (i, item) in element.EnumerateArray().Index())
                {
                    Look(item, $"{path}/{i}", found);
                }

                break;
            case JsonValueKind.String:
                Look(element.GetString(), path, found);
                break;
        }
    }

    private static void Look(string? text, string member, List<(string, string)> found)
    {
        if (text is null)
        {
            return;
        }

        if (HasMailAddress(text))
        {
            found.Add((member, _mail));
        }

        if (HasTelephoneNumber(text))
        {
            found.Add((member, _telephone));
        }
    }

    // Each step of these has one way to go on, and every repetition is bounded: the time is linear in the text.
    [GeneratedRegex(@"(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}", RegexOptions.CultureInvariant, _timeout)]
    private static partial Regex MailAddress();

    // What has digits and is no telephone number: web addresses, UUIDs, dates, ISBN and ISSN, and numbers of documents (145/2013/NĐ-CP).
    [GeneratedRegex(
        @"https?://[^\s<>""]+"
        + @"|(?<![\p{L}\p{N}])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\p{L}\p{N}])"
        + @"|(?<![\p{L}\p{N}])\d{4}-\d{2}(?:-\d{2})?(?:T[\d:.]{4,18}Z?)?(?![\p{L}\p{N}])"
        + @"|(?<![\p{L}\p{N}])\d{1,2}(?:\.|-|/)\d{1,2}(?:\.|-|/)\d{4}(?![\p{L}\p{N}])"
        + @"|IS[BS]N(?:-1[03])?:? ?[\dXx -]{8,17}"
        + @"|(?<![\p{L}\p{N}])\d{1,6}/\d{2,4}(?:/[\p{L}-]{1,20}\d{0,3})?(?![\p{L}\p{N}])",
        RegexOptions.CultureInvariant, _timeout)]
    private static partial Regex Numbered();

    // International with + or 00; Vietnamese and others with a leading 0; an area code in parentheses; anything behind a word for telephone.
    [GeneratedRegex(
        @"(?<![\p{L}\p{N}])(?:"
        + @"(?:\+|00)[ .(-]?[1-9](?:[ .()\u00A0-]{0,2}\d){7,14}"
        + @"|\(?0(?:[ .)\u00A0-]{0,2}\d){8,10}"
        + @"|\(\d{2,4}(?:[ .-]\d{1,4})?\)[ .\u00A0-]?\d(?:[ .\u00A0-]?\d){5,8}"
        + @"|(?:tel|telephone|phone|fax|mobile|hotline|đt|sđt|đtdđ|điện thoại|di động)[ .:\u00A0]{0,3}\+?\(?\d(?:[ .()\u00A0-]{0,2}\d){5,14}"
        + @")(?![\p{L}\p{N}])",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, _timeout)]
    private static partial Regex TelephoneNumber();
}
