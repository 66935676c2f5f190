using Calendar.Server.Tests.Subscriptions;

namespace Calendar.Server.Tests.Access;

public sealed class ClosedCalendar : IAsyncLifetime
{
    public CalendarService Service { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Service = await CalendarService.StartAsync(await CalendarService.DatabaseAsync(Holding.SmallLog), settings => settings with { PublicReading = false });

    public async Task DisposeAsync() => await Service.DisposeAsync();
}

/// <summary>CALENDAR_PUBLIC_READING=closed: the record is for those who have a token.</summary>
public sealed class ClosedReading(ClosedCalendar calendar) : IClassFixture<ClosedCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/parties")]
    [InlineData("/v1/anniversaries")]
    [InlineData("/v1/gaps")]
    [InlineData("/feeds/anniversaries.ics")]
    [InlineData("/feeds/parties/JP.ics")]
    [InlineData("/feeds/changes.atom")]
    public async Task Needs_any_token(string path)
    {
        (await _service.GetAsync(path)).IsProblem(401, "unauthenticated");
        var answer = (await _service.GetAsync(path, CalendarService.Bearer(await _service.TokenAsync("association")))).Is(200);
        Assert.Equal("private, no-store", answer["Cache-Control"]);
        Assert.Contains("Authorization", answer["Vary"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/assets/calendar.css")]
    public async Task Leaves_these_open(string path) => (await _service.GetAsync(path)).Is(200);

    [Fact]
    public async Task Private_links_go_on() => (await _service.GetAsync((await _service.SubscribeAsync()).Path)).Is(200);

    [Fact]
    public async Task Open_answers_are_the_same_whoever_asks()
    {
        await using var open = await CalendarService.StartAsync(_service.Connection);
        var anybody = (await open.GetAsync("/v1/parties")).Is(200);
        Assert.Equal(anybody.Text, (await open.GetAsync("/v1/parties", CalendarService.Bearer("cal_nonsense"))).Is(200).Text);
        Assert.Equal(anybody.ETag, (await open.GetAsync("/v1/parties", CalendarService.Bearer(_service.Admin!))).Is(200).ETag);
    }
}
