using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;

namespace Calendar.Specs;

/// <summary>What is stored is read for ever: these files only grow, and a file once here is never edited.</summary>
public class WhenAStoredEventIsRead
{
    public static TheoryData<string> Stored => [.. EventContracts.All.Select(contract => contract.Name).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Golden => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Path.GetDirectoryName(ThisFile())!, "Contracts");

    [Theory]
    [MemberData(nameof(Stored))]
    public void Every_event_has_its_golden_file(string name) =>
        Assert.True(File.Exists(PathOf(name)), $"Write tests/Calendar.Specs/Contracts/{name}.json: the JSON of a '{name}' with every member, as it is to be read for ever.");

    [Theory]
    [MemberData(nameof(Golden))]
    public void It_is_written_as_it_was_read(string file)
    {
        var (name, golden) = (NameOf(file), File.ReadAllBytes(PathOf(file)));

        var e = EventContracts.Read(name, golden);

        Assert.Equal(name, EventContracts.NameOf(e));
        Assert.Equal(Compact(golden), Compact(EventContracts.Write(e)));
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public void The_newest_golden_file_shows_every_member(string name)
    {
        // A member that came later came with a file of its own.
        var newest = Directory.GetFiles(Folder, name + "@*.json").Append(PathOf(name)).Max(StringComparer.Ordinal)!;
        var type = EventContracts.All.Single(contract => contract.Name == name).Type;
        using var golden = JsonDocument.Parse(File.ReadAllBytes(newest));

        Assert.Equal(
            type.GetProperties().Where(member => member.GetMethod!.IsPublic).Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name)).Order(StringComparer.Ordinal),
            golden.RootElement.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Without_a_member_it_cannot_do_without_it_is_unreadable(string file)
    {
        string[] optional = ["through", "note", "inForce", "url", "replaces", "line", "offset", "anchor", "place", "report", "parent"];
        var (name, golden) = (NameOf(file), File.ReadAllBytes(PathOf(file)));
        using var document = JsonDocument.Parse(golden);

        Assert.All(document.RootElement.EnumerateObject().Select(member => member.Name), left =>
        {
            var without = Encoding.UTF8.GetBytes("{" + string.Join(',', document.RootElement.EnumerateObject().Where(m => m.Name != left)
                .Select(m => $"\"{m.Name}\":{m.Value.GetRawText()}")) + "}");
            if (optional.Contains(left) || (name, left) is ("partnership_elevated", "title") or ("task_assigned", "reason")
                or ("reminder_policy_adopted", "association" or "digestDay" or "escalateAfter"))
            {
                Assert.Equal(name, EventContracts.NameOf(EventContracts.Read(name, without)));
            }
            else
            {
                Assert.Throws<EventUnreadableException>(() => EventContracts.Read(name, without));
            }
        });
    }

    [Fact]
    public void What_is_not_there_is_not_written()
    {
        var json = EventContracts.Write(new TiesSuspended(Given.Id("x"), Given.Day("1973"), new Source("x", null, Confidence.Unconfirmed), null));

        Assert.Equal(
            $$$"""{"fact":"{{{Given.Id("x")}}}","on":"1973","source":{"citation":"x","confidence":"unconfirmed"}}""",
            Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void Members_it_does_not_know_yet_are_passed_over() =>
        Assert.Equal(new GroupJoined(Given.VN, "ASEAN"), EventContracts.Read("group_joined", """{"group":"ASEAN","since":1995,"party":"VN"}"""u8));

    [Fact]
    public void A_plain_string_reads_as_both_languages() =>
        Assert.Equal(
            new FactRetitled(Given.Id("x"), Given.Both("RCEP"), new Text("Vì", "Because")),
            EventContracts.Read("fact_retitled", Encoding.UTF8.GetBytes($$$"""{"fact":"{{{Given.Id("x")}}}","title":"RCEP","reason":{"en":"Because","fr":{"x":[1]},"vi":"Vì"}}""")));

    [Fact]
    public void A_name_this_build_does_not_know_is_unreadable_and_told()
    {
        var e = Assert.Throws<EventUnreadableException>(() => EventContracts.Read("star_observed", "{}"u8));

        Assert.Contains("'star_observed'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("""{"fact":7,"reason":"x"}""")]
    [InlineData("""{"fact":"vietnam/ties/JP","reason":"x"}""")]
    [InlineData("""{"fact":null,"reason":"x"}""")]
    [InlineData("""{"fact":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","reason":null}""")]
    [InlineData("""{"fact":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","reason":7}""")]
    [InlineData("""{"fact":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","reason":{"vi":"x"}}""")]
    [InlineData("""{"fact":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","reason":{"vi":"x","en":{}}}""")]
    [InlineData("""{"fact":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","reason":"\ud800"}""")]
    public void Data_of_another_shape_is_unreadable(string json) =>
        Assert.Throws<EventUnreadableException>(() => EventContracts.Read("fact_withdrawn", Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("on", "\"1973-02-30\"")]
    [InlineData("on", "1973")]
    [InlineData("level", "\"cordial\"")]
    [InlineData("level", "3")]
    [InlineData("commemorated", "\"yes\"")]
    [InlineData("source", "{\"citation\":\"x\"}")]
    public void A_value_that_means_nothing_is_unreadable(string member, string value)
    {
        var golden = JsonDocument.Parse(File.ReadAllBytes(PathOf("partnership_elevated"))).RootElement.EnumerateObject();
        var broken = "{" + string.Join(',', golden.Select(m => $"\"{m.Name}\":{(m.Name == member ? value : m.Value.GetRawText())}")) + "}";

        Assert.Throws<EventUnreadableException>(() => EventContracts.Read("partnership_elevated", Encoding.UTF8.GetBytes(broken)));
    }

    // What follows an at sign numbers the shapes that a name has had.
    private static string NameOf(string file) => file.Split('@')[0];

    private static string PathOf(string name) => Path.Combine(Folder, name + ".json");

    private static string Compact(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, _plain);
    }

    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
