using Microsoft.Net.Http.Headers;

namespace Calendar.Server.Http;

/// <summary>The forms a list is answered in; in snake case the values of <c>format</c>.</summary>
internal enum ListForm
{
    Json,
    Csv,
    Xlsx,
}

/// <summary>What an answer looks like: <c>format</c> where a list has it (people click links), else Accept.</summary>
internal static class Negotiation
{
    public const string Json = "application/json";
    public const string Csv = "text/csv";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    // Of those that are equally welcome the first.
    private static readonly (ListForm Form, string Type)[] _forms = [(ListForm.Csv, Csv), (ListForm.Xlsx, Xlsx), (ListForm.Json, Json)];

    /// <summary>For the OpenAPI document of every list with these forms.</summary>
    public static (string Name, string Description) Parameter { get; } = ("format", "json, csv or xlsx, instead of Accept");

    public static ListForm FormOf(HttpRequest request, QueryReader query)
    {
        var best = _forms.MaxBy(form => Weight(request, form.Type));
        return query.Name("format", Weight(request, best.Type) > 0 ? best.Form : ListForm.Json);
    }

    /// <summary>Whether Accept names the type at least as strongly as the default one.</summary>
    public static bool Prefers(HttpRequest request, string type, string otherwise) =>
        Weight(request, type) is > 0 and var weight && weight >= Weight(request, otherwise);

    /// <summary>Whether Accept lists the type itself and no wildcard in its place.</summary>
    public static bool Lists(HttpRequest request, string type) => Weight(request, type) > 0;

    private static double Weight(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept.OfType<string>().ToList(), out var accepted)
        && accepted.FirstOrDefault(media => media.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)) is { } named
            ? named.Quality ?? 1
            : 0;
}
