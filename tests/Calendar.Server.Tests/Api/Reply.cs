using System.Text;
using System.Text.Json;

namespace Calendar.Server.Tests;

/// <summary>An answer read to its end, and words for what tests expect of it; a failure shows the answer.</summary>
public sealed class Reply
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _request;
    private JsonElement? _json;

    private Reply(string request, int status, byte[] body) => (_request, Status, Body) = (request, status, body);

    public int Status { get; }

    public byte[] Body { get; }

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => _json ??= JsonElement.Parse(Body);

    public IEnumerable<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>A header as it was sent, several lines joined with commas; null without it.</summary>
    public string? this[string header] => _headers.GetValueOrDefault(header);

    public string ETag => this["ETag"] ?? throw new InvalidOperationException($"{this} has no ETag.");

    public static async Task<Reply> OfAsync(string request, HttpResponseMessage response, CancellationToken ct)
    {
        var answer = new Reply(request, (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct));
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            answer._headers[name] = string.Join(", ", values);
        }

        return answer;
    }

    public Reply Is(int status)
    {
        Assert.True(Status == status, $"Expected {status}: {this}");
        return this;
    }

    /// <summary>A problem document (RFC 9457) of this status and type, in both languages.</summary>
    public Reply IsProblem(int status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", this["Content-Type"]);
        Assert.True(Json.GetProperty("type").GetString() == "urn:calendar:problem:" + code, $"Expected {code}: {this}");
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(Json.GetProperty("title").GetString()));
        Assert.Equal(Json.GetProperty("detail").GetString(), Json.GetProperty("text").GetProperty("en").GetString());
        Assert.False(string.IsNullOrEmpty(Json.GetProperty("text").GetProperty("vi").GetString()));
        return this;
    }

    /// <summary>Its errors name this member (a JSON Pointer) or parameter, with this type.</summary>
    public Reply Names(string at, string code)
    {
        Assert.True(
            Json.TryGetProperty("errors", out var errors) && errors.EnumerateArray().Any(error =>
                (Is(error, "pointer", at) || Is(error, "parameter", at)) && Is(error, "type", "urn:calendar:problem:" + code)),
            $"Expected {code} at '{at}': {this}");
        return this;

        static bool Is(JsonElement error, string member, string value) =>
            error.TryGetProperty(member, out var found) && string.Equals(found.GetString(), value, StringComparison.Ordinal);
    }

    public IReadOnlyList<JsonElement> Items => [.. Json.GetProperty("items").EnumerateArray()];

    /// <summary>The address behind <c>rel="next"</c>; null on the last page.</summary>
    public string? Next => this["Link"] is { } link ? link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)] : null;

    public override string ToString()
    {
        var text = Body.Length <= 1000 ? Text : Encoding.UTF8.GetString(Body, 0, 1000) + "…";
        return $"{_request} → {Status}\n{string.Join('\n', _headers.Select(header => $"{header.Key}: {header.Value}"))}\n\n{text}";
    }
}
