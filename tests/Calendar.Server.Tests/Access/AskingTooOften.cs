using System.Globalization;
using System.Net;

namespace Calendar.Server.Tests.Access;

/// <summary>Callers behind a proxy that is named: each address prefix has its share, and each token.</summary>
public sealed class AskingTooOften : IAsyncLifetime
{
    private const int _limit = 20;

    private static readonly (string, string) _wrong = CalendarService.Bearer("cal_" + new string('0', 36));

    private CalendarService _service = null!;

    public async Task InitializeAsync() => _service = await CalendarService.StartAsync(
        await CalendarService.DatabaseAsync(Holding.SmallLog),
        settings => settings with { Proxies = [IPNetwork.Parse("127.0.0.0/8")], RateAddress = _limit, RateToken = 0 });

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("203.0.113.1", "203.0.113.254", "203.0.114.1")]
    [InlineData("2001:db8:1::1", "2001:db8:1:ffff::9", "2001:db8:2::1")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.8", "198.51.100.1")]
    public async Task A_prefix_that_has_had_its_share_is_asked_to_wait(string one, string neighbour, string other)
    {
        var refused = (await UntilRefusedAsync("/v1/parties", Via(one))).IsProblem(429, "too-many-requests");
        Assert.InRange(int.Parse(refused["Retry-After"]!, CultureInfo.InvariantCulture), 1, 60);

        (await _service.GetAsync("/feeds/anniversaries.ics", Via(neighbour))).IsProblem(429, "too-many-requests");
        (await _service.GetAsync("/v1/parties", Via(other))).Is(200);
        (await _service.GetAsync("/health/live", Via(one))).Is(200);
        (await _service.GetAsync("/health/ready", Via(one))).Is(200);
    }

    [Fact]
    public async Task Only_what_the_proxy_itself_says_is_believed()
    {
        // What a caller puts in front of it, even this machine's address, is the caller's.
        await UntilRefusedAsync("/v1/parties", Via("127.0.0.1, 203.0.113.1"));
        (await _service.GetAsync("/v1/parties", Via("198.51.100.9, 203.0.113.1"))).Is(429);
        (await _service.GetAsync("/v1/parties", Via("203.0.113.1, 198.51.100.9"))).Is(200);
    }

    [Fact]
    public async Task Wrong_tokens_use_up_a_share_much_faster()
    {
        var from = Via("203.0.113.1");
        (await _service.GetAsync("/v1/tokens/self", _wrong, from)).Is(401);
        (await _service.GetAsync("/v1/parties", from)).IsProblem(429, "too-many-requests");
        (await _service.GetAsync("/v1/parties", Via("198.51.100.1"))).Is(200);
    }

    [Fact]
    public async Task A_token_has_a_share_of_its_own_wherever_it_is_used()
    {
        await using var service = await CalendarService.StartAsync(
            _service.Connection, settings => settings with { Proxies = [IPNetwork.Parse("127.0.0.1/32")], RateAddress = 0, RateToken = _limit });
        var (one, other) = (CalendarService.Bearer(_service.Admin!), CalendarService.Bearer(await service.TokenAsync("planner")));
        var refused = 0;
        for (var i = 0; refused == 0; i++)
        {
            Assert.True(i < 10 * _limit, "It is never refused.");
            refused = (await service.GetAsync("/v1/tokens/self", one, Via($"203.0.{i % 250}.1"))).Status == 429 ? i : 0;
        }

        (await service.GetAsync("/v1/tokens/self", one, Via("198.51.100.1"))).IsProblem(429, "too-many-requests");
        (await service.GetAsync("/v1/tokens/self", other, Via("198.51.100.1"))).Is(200);
        (await service.GetAsync("/v1/parties", one, Via("198.51.100.1"))).Is(200);
    }

    [Fact]
    public async Task Without_a_named_proxy_nothing_is_believed_and_this_machine_is_not_limited()
    {
        await using var service = await CalendarService.StartAsync(_service.Connection, settings => settings with { RateAddress = 1, RateToken = 1 });
        for (var i = 0; i < 20; i++)
        {
            (await service.GetAsync("/v1/parties", Via("203.0.113.1"))).Is(200);
            (await service.GetAsync("/v1/tokens/self", CalendarService.Bearer(_service.Admin!))).Is(200);
        }
    }

    [Fact]
    public async Task Many_who_ask_little_are_all_answered()
    {
        // Few of them share a place, and hardly ever so many as to use up its share.
        for (var i = 0; i < 300; i++)
        {
            (await _service.GetAsync("/v1/rules", Via($"2001:db8:{i:x}::1"))).Is(200);
        }
    }

    private static (string, string) Via(string addresses) => ("X-Forwarded-For", addresses);

    private async Task<Reply> UntilRefusedAsync(string path, (string, string) via)
    {
        for (var i = 0; ; i++)
        {
            Assert.True(i < 10 * _limit, "It is never refused.");
            if (await _service.GetAsync(path, via) is { Status: not 200 } refused)
            {
                return refused;
            }
        }
    }
}
