using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Calendar.Server.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Health;

public sealed partial class ReadingMetrics(EmptyCalendar calendar) : IClassFixture<EmptyCalendar>
{
    private readonly CalendarService _service = calendar.Service;

    [Fact]
    public async Task Is_for_this_machine_and_for_administrators()
    {
        var local = (await _service.GetAsync("/metrics")).Is(200);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", local["Content-Type"]);
        Assert.Equal("private, no-store", local["Cache-Control"]);

        // A proxy of this machine asks for somebody else.
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "Via", "X-Real-IP" })
        {
            Assert.Equal("Bearer", (await _service.GetAsync("/metrics", (header, "198.51.100.7"))).IsProblem(401, "unauthenticated")["WWW-Authenticate"]);
        }

        var proxied = ("X-Forwarded-For", "198.51.100.7");
        (await _service.GetAsync("/metrics", proxied, CalendarService.Bearer(await _service.TokenAsync("planner")))).IsProblem(403, "not-permitted");
        (await _service.GetAsync("/metrics", proxied, CalendarService.Bearer("cal_nothing"))).IsProblem(401, "unauthenticated");
        (await _service.GetAsync("/metrics", proxied, CalendarService.Bearer(_service.Admin!))).Is(200);
    }

    [Fact]
    public async Task Says_how_deliveries_go_each_with_its_help_and_type()
    {
        var lines = (await _service.GetAsync("/metrics")).Is(200).Text.Split('\n')[..^1];
        Assert.All(lines, line => Assert.Matches(Line(), line));
        foreach (var name in new[] { "calendar_reminders_oldest_unsent_seconds", "calendar_reminders_lag_seconds", "calendar_reminders_due", "calendar_reminders_refused", "calendar_deliveries_held", "calendar_deliveries_well" })
        {
            var type = Array.IndexOf(lines, $"# TYPE {name} gauge");
            Assert.StartsWith($"# HELP {name} ", lines[type - 1], StringComparison.Ordinal);
            Assert.Equal($"{name} {(name.EndsWith("well", StringComparison.Ordinal) ? 1 : 0)}", lines[type + 1]);
        }
    }

    [Fact]
    public async Task Shows_what_other_meters_of_the_service_measure_by_itself()
    {
        var meter = _service.Services.GetRequiredService<IMeterFactory>().Create("Calendar.Tests");
        var asked = meter.CreateCounter<long>("tests.asked", "{request}", "Said \"so\"\\\nand so");
        asked.Add(2, new("way", "a\"b\\c\nd"), new("by", 1));
        asked.Add(3, new("by", 1), new KeyValuePair<string, object?>("way", "a\"b\\c\nd"));
        var took = meter.CreateHistogram("tests.took", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        took.Record(0.1);
        took.Record(0.5);
        took.Record(7);
        meter.CreateUpDownCounter<int>("tests.open").Add(-2);
        meter.CreateObservableCounter("tests.read", () => new Measurement<double>(1.5, new KeyValuePair<string, object?>("from", null)), "By");
        using var elsewhere = new Meter(new MeterOptions("Calendar.Tests") { Scope = new object() });
        elsewhere.CreateCounter<int>("tests.elsewhere").Add(1);
        using var others = new Meter("Somebody.Else");
        others.CreateCounter<int>("tests.others").Add(1);

        var text = string.Join('\n', (await _service.GetAsync("/metrics")).Is(200).Text.Split('\n').Where(line => line.Contains("tests_", StringComparison.Ordinal)));

        Assert.Equal("""
            # HELP tests_asked_total Said "so"\\\nand so
            # TYPE tests_asked_total counter
            tests_asked_total{by="1",way="a\"b\\c\nd"} 5
            # TYPE tests_open gauge
            tests_open -2
            # TYPE tests_read_bytes_total counter
            tests_read_bytes_total{from=""} 1.5
            # TYPE tests_took_seconds histogram
            tests_took_seconds_bucket{le="0.1"} 1
            tests_took_seconds_bucket{le="1"} 2
            tests_took_seconds_bucket{le="+Inf"} 3
            tests_took_seconds_sum 7.6
            tests_took_seconds_count 3
            """, text);
    }

    [Theory]
    [InlineData("calendar.reminders.lag", "s", false, "calendar_reminders_lag_seconds")]
    [InlineData("calendar.requests", "{request}", true, "calendar_requests_total")]
    [InlineData("calendar.wait_seconds", "s", false, "calendar_wait_seconds")]
    [InlineData("calendar.read", "By", true, "calendar_read_bytes_total")]
    [InlineData("2nd--try (now)", null, false, "_2nd_try_now")]
    public void Names_are_as_Prometheus_has_them(string name, string? unit, bool isCounter, string expected) => Assert.Equal(expected, Metrics.NameOf(name, unit, isCounter));

    [GeneratedRegex("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{([a-z_]+=\"([^\"\\\\]|\\\\.)*\",?)+\\})? [-+.0-9eEInfNa]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
