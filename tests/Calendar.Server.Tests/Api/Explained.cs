using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Calendar.Server.Tests.Api;

/// <summary>
/// Explanations as people read them, in golden files: what is said in both languages, without what other golden files show and
/// what a longer pack changes.
/// </summary>
internal static class Explained
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task IsAsync(CalendarService service, string fact, int number, string name)
    {
        var told = JsonNode.Parse((await service.GetAsync($"/v1/anniversaries/{FactId.OfKey(fact)}/{number}/explanation")).Is(200).Body)!;
        var shown = new JsonObject
        {
            ["title"] = told["title"]!.DeepClone(),
            ["date"] = told["anniversary"]?["date"]?.DeepClone(),
            ["sentences"] = told["sentences"]!.DeepClone(),
            ["rule"] = told["rule"]!["name"]!.DeepClone(),
            ["suspended since"] = told["suspension"]?["since"]?.DeepClone(),
            ["events"] = new JsonArray([.. told["events"]!.AsArray().Select(Event)]),
        };
        Golden.Is(CalendarService.FileBeside($"Golden/explained/{name}.json"), [.. JsonSerializer.SerializeToUtf8Bytes(shown, Readable), (byte)'\n']);
    }

    private static JsonNode Event(JsonNode? e)
    {
        var shown = e!.DeepClone().AsObject();
        Assert.True(shown["number"]!.GetValue<long>() > 0);
        shown.Remove("number");
        shown.Remove("reason");
        return shown;
    }
}
