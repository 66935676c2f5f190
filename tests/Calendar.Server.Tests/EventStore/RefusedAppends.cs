using System.Text;
using Calendar.EventStore;

namespace Calendar.Server.Tests.EventStore;

public sealed class RefusedAppends(PostgresFixture postgres) : LogDatabase(postgres)
{
    [Theory]
    [InlineData("""{"a":"x\u0000"}""", "nul")]
    [InlineData("""{"x\u0000":1}""", "nul")]
    [InlineData("""{"a":"\uD83D"}""", "surrogate")]
    [InlineData("""{"a":"\uDD4A\uD83D"}""", "surrogate")]
    [InlineData("""{"a":"\uD83D \uDD4A"}""", "surrogate")]
    [InlineData("""{"a":1} {"b":2}""", "not-json")]
    [InlineData("""[1]""", "not-json")]
    [InlineData("""{"a":""", "not-json")]
    [InlineData("", "not-json")]
    public async Task Text_that_cannot_be_stored_is_refused(string json, string reason)
    {
        var refused = await Assert.ThrowsAsync<EventRefusedException>(() => AppendAsync(Append("party-VN", 0, Event(json))));
        Assert.Equal(reason, refused.Reason);
    }

    [Theory]
    [InlineData("""{"a":"\\u0000"}""")]
    [InlineData("""{"a":"\\\\uD83D"}""")]
    [InlineData("""{"a":"\uD83D\uDD4A\n"}""")]
    [InlineData("""{"a":"🕊"}""")]
    public async Task Text_that_only_looks_like_it_is_stored(string json) =>
        Assert.IsType<AppendResult.Appended>(await AppendAsync(Append("party-VN", 0, Event(json))));

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        var e = Event() with { Data = new byte[] { (byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}' } };
        Assert.Equal("not-json", (await Assert.ThrowsAsync<EventRefusedException>(() => AppendAsync(Append("party-VN", 0, e)))).Reason);
    }

    [Fact]
    public async Task More_than_a_mebibyte_is_refused_and_exactly_one_is_not()
    {
        var most = Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', (1 << 20) - 8)}}"}""");
        Assert.Equal(1 << 20, most.Length);
        Assert.IsType<AppendResult.Appended>(await AppendAsync(Append("party-VN", 0, Event() with { Data = most })));

        var append = Append("party-JP", 0, Event() with { Data = most }) with { Events = [Event() with { Data = most }, Event()] };
        Assert.Equal("too-large", (await Assert.ThrowsAsync<EventRefusedException>(() => AppendAsync(append))).Reason);
    }

    [Theory]
    [InlineData('\0', "nul")]
    [InlineData('\uD83D', "surrogate")]
    public async Task Names_are_held_to_the_same_rules(char bad, string reason)
    {
        var name = $"x{bad}y";
        Append[] appends =
        [
            Append(name, 0),
            Append("party-VN", 0, Event(type: name)),
            Append("party-VN", 0) with { Envelope = By with { Reason = name } },
            Append("party-VN", 0) with { Idempotency = new("caller", name, new byte[32], 200) },
        ];

        foreach (var append in appends)
            Assert.Equal(reason, (await Assert.ThrowsAsync<EventRefusedException>(() => AppendAsync(append))).Reason);
    }

    [Fact]
    public async Task No_events_and_no_key_is_a_mistake() =>
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(Append("party-VN", 0, events: 0)));

    [Fact]
    public async Task The_queue_is_bounded()
    {
        await using var holder = await HoldLockAsync();
        var answers = new List<Task<AppendResult>>();
        var busy = await Assert.ThrowsAsync<LogUnavailableException>(async () =>
        {
            for (var i = 0; i < 10_000; i++)
                answers.Add(AppendAsync(Append(Party(i), 0)));
            await Task.WhenAll(answers);
        });
        await holder.DisposeAsync();

        Assert.Equal(LogUnavailableReason.Busy, busy.Reason);
        Assert.InRange(answers.Count, 4096, 4096 + 256);
        Assert.All(await Task.WhenAll(answers), answer => Assert.IsType<AppendResult.Appended>(answer));
    }
}
