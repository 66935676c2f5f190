using System.Text.Json;
using Calendar.Subscriptions;

namespace Calendar.Specs.Subscriptions;

/// <summary>What is asked of <c>/v1/subscriptions</c>.</summary>
public sealed class SubscriptionReaderSpecs
{
    [Fact]
    public void A_filter_in_lists_is_the_filter_of_an_address()
    {
        var (request, errors) = Read("""
            {"name":"Nhật Bản","filter":{"party":["JP","LA"],"group":["ASEAN"],"association":["vn-jp","vn-la"],"tier":["round"],"kind":["ties_established"]},"lang":"en","alarm":"P7D","imprecise":"omit","ahead":3,"detail":"full"}
            """);
        Assert.Empty(errors);
        Assert.Equal("Nhật Bản", request!.Name);
        Assert.Equal(
            "ahead=3&alarm=P7D&association=vn-jp,vn-la&detail=full&group=ASEAN&imprecise=omit&kind=ties_established&lang=en&party=JP,LA&tier=round",
            string.Join('&', request.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value}")));
    }

    [Theory]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"name":"x","filter":{}}""")]
    [InlineData("""{"name":"x","filter":null,"lang":null}""")]
    [InlineData("""{"name":"x","filter":{"party":[]}}""")]
    public void What_is_left_out_is_no_parameter(string body) => Assert.Empty(Read(body).Request!.Parameters);

    [Theory]
    [InlineData("""{}""", "/name", "member-required")]
    [InlineData("""{"name":"a","nom":"b"}""", "/nom", "unknown-member")]
    [InlineData("""{"name":"a","filter":{"partei":["JP"]}}""", "/filter/partei", "unknown-member")]
    [InlineData("""{"name":"a","filter":{"party":"JP"}}""", "/filter/party", "list-expected")]
    [InlineData("""{"name":"a","filter":{"party":["JP","LA,FR"]}}""", "/filter/party/1", "malformed-item")]
    [InlineData("""{"name":"a","filter":{"party":["JP","JP"]}}""", "/filter/party/1", "malformed-item")]
    [InlineData("""{"name":"a","filter":{"party":[1]}}""", "/filter/party/0", "malformed-item")]
    [InlineData("""{"name":"a","filter":["JP"]}""", "/filter", "object-expected")]
    [InlineData("""{"name":"a","ahead":"3"}""", "/ahead", "out-of-range")]
    [InlineData("""{"name":"a","ahead":13}""", "/ahead", "out-of-range")]
    [InlineData("""{"name":"a","lang":1}""", "/lang", "string-expected")]
    [InlineData("""{"name":7}""", "/name", "string-expected")]
    [InlineData("""{"name":"  "}""", "/name", "text-length")]
    [InlineData("""{"name":"a\nb"}""", "/name", "one-line")]
    [InlineData("""{"name":"a\u2028b"}""", "/name", "one-line")]
    [InlineData("""{"name":"a\u0000b"}""", "/name", "control-character")]
    [InlineData("""{"name":"a\ud800"}""", "/name", "broken-text")]
    [InlineData("""[]""", "", "object-expected")]
    public void What_is_wrong_is_named_where_it_stands(string body, string pointer, string code)
    {
        var (request, errors) = Read(body);
        Assert.Null(request);
        Assert.Contains(errors, error => error.Pointer == pointer && error.Code == code);
    }

    [Fact]
    public void Names_are_of_a_hundred_characters_and_in_NFC()
    {
        Assert.Equal("Việt", SubscriptionReader.ReadName(JsonElement.Parse("""{"name":" Vie\u0302\u0323t "}""")).Name);
        Assert.NotNull(SubscriptionReader.ReadName(JsonElement.Parse($$"""{"name":"{{new string('ệ', 100)}}"}""")).Name);
        Assert.Equal("text-length", Assert.Single(SubscriptionReader.ReadName(JsonElement.Parse($$"""{"name":"{{new string('ệ', 101)}}"}""")).Errors).Code);
        Assert.Equal("unknown-member", Assert.Single(SubscriptionReader.ReadName(JsonElement.Parse("""{"name":"a","filter":{}}""")).Errors).Code);
    }

    [Fact]
    public void A_parameter_is_known_by_its_place_in_the_body()
    {
        Assert.Equal("/filter/party", SubscriptionReader.PointerOf("party"));
        Assert.Equal("/lang", SubscriptionReader.PointerOf("lang"));
    }

    [Fact]
    public void A_feed_is_of_anniversaries_or_of_tasks()
    {
        var (request, _) = Read("""{"name":"Việc","tasks":{"association":"vn-jp","as":"event"},"lang":"en","alarm":"P7D"}""");
        Assert.Equal((SubscriptionKind.Tasks, "alarm=P7D as=event association=vn-jp lang=en"), (request!.Kind, string.Join(' ', request.Parameters.Select(one => $"{one.Key}={one.Value}"))));
        Assert.Equal(SubscriptionKind.Anniversaries, Read("""{"name":"x","filter":{"association":["vn-jp"]}}""").Request!.Kind);

        Assert.Equal("/tasks", Assert.Single(Read("""{"name":"x","filter":{},"tasks":{"association":"vn-jp"}}""").Errors, error => error.Code == "filter-or-tasks").Pointer);
        Assert.Equal("/tasks/association", Assert.Single(Read("""{"name":"x","tasks":{}}""").Errors).Pointer);
        Assert.Equal("malformed-association", Assert.Single(Read("""{"name":"x","tasks":{"association":"VN JP"}}""").Errors).Code);
        Assert.Equal("/ahead", Assert.Single(Read("""{"name":"x","tasks":{"association":"vn-jp"},"ahead":3}""").Errors).Pointer);
        Assert.Equal("/tasks/party", Assert.Single(Read("""{"name":"x","tasks":{"association":"vn-jp","party":["JP"]}}""").Errors).Pointer);
        Assert.Equal(("/tasks/as", "/lang"), (SubscriptionReader.PointerOf("as", SubscriptionKind.Tasks), SubscriptionReader.PointerOf("lang", SubscriptionKind.Tasks)));
    }

    private static (SubscriptionRequest? Request, IReadOnlyList<Rejection> Errors) Read(string body) => SubscriptionReader.Read(JsonElement.Parse(body));
}
