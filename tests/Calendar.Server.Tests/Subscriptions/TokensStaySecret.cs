using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Calendar.Server.Http;
using Calendar.Server.Subscriptions;
using Calendar.Server.Tests.Faults;
using Npgsql;

namespace Calendar.Server.Tests.Subscriptions;

[Collection(FaultsCollection.Name)]
public sealed class TokensStaySecret
{
    [Theory]
    [InlineData(null)]
    [InlineData("Trace")]
    public async Task In_everything_a_server_prints(string? level)
    {
        var database = await CalendarService.DatabaseAsync(Holding.SmallLog);
        await using var folder = new CalendarFolder(database: database);
        if (level is not null)
        {
            // More than anybody should ever turn on.
            foreach (var category in new[] { "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Server.Kestrel", "Calendar.Server.Access", "System", "Npgsql" })
            {
                folder.Environment_["Logging__LogLevel__" + category] = level;
            }
        }

        var server = await folder.StartAsync();
        var address = new Uri(folder.Environment_["CALENDAR_URL"]);
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(folder.TokenFile)).Trim());
        var token = await SubscribeAsync(server);
        var (revoked, forged) = (await SubscribeAsync(server), LinkToken.New());

        foreach (var secret in new[] { token, revoked, forged, token[..^1] + "0" })
        {
            await AskAsync(http, address, secret);
        }

        await server.PostAsync("/v1/subscriptions/" + token, "{}");
        await UseBearerTokensAsync(server, http);
        await using (var source = NpgsqlDataSource.Create(database + ";Pooling=false"))
        await using (var command = source.CreateCommand("alter table calendar.subscription_links rename to away"))
        {
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(503, (await server.GetAsync($"/feeds/s/{LinkToken.New()}.ics")).Status);
        Assert.Equal(503, (await server.PostAsync("/v1/subscriptions", """{"name":"x"}""")).Status);
        Assert.Equal(200, (await server.GetAsync($"/feeds/s/{token}.ics")).Status);
        Assert.Equal(0, await server.StopAsync());

        if (level is not null)
        {
            Assert.Contains($"/feeds/s/{SecretAddresses.Placeholder}.ics", server.Output, StringComparison.Ordinal);
        }

        // Of all tokens only the first one is told, where a person who has just started it looks for it.
        Assert.All(
            server.Output.Split('\n').Where(line => line.Contains("cal_", StringComparison.OrdinalIgnoreCase)),
            line => Assert.StartsWith("  Token  ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(LinkToken.Prefix, server.Output, StringComparison.OrdinalIgnoreCase);
        foreach (var secret in new[] { token, revoked, forged })
        {
            Assert.DoesNotContain(secret[12..^5], server.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task In_traces_and_metrics()
    {
        // Hosting writes the path into its activities where this is off, and from the next version on always.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var told = new ConcurrentQueue<string>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                Tell(options.Tags ?? []);
                return ActivitySamplingResult.AllDataAndRecorded;
            },
            ActivityStarted = activity => Tell(activity.TagObjects.Append(new("name", activity.DisplayName))),
            ActivityStopped = activity => Tell(activity.TagObjects.Append(new("name", activity.DisplayName)).Append(new("name", activity.OperationName))),
        };
        ActivitySource.AddActivityListener(traces);
        using var metrics = new MeterListener();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metrics.SetMeasurementEventCallback<double>((_, _, tags, _) => Tell(tags.ToArray()));
        metrics.SetMeasurementEventCallback<long>((_, _, tags, _) => Tell(tags.ToArray()));
        metrics.Start();

        await using var service = await CalendarService.StartAsync(Holding.SmallLog);
        var made = await service.SubscribeAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        foreach (var secret in new[] { made.Token, LinkToken.New(), made.Token[..^1] + "0" })
        {
            await AskAsync(http, service.Address, secret);
        }

        Assert.Contains(told, tag => tag == $"url.path={PrivateFeedEndpoint.Folder}{SecretAddresses.Placeholder}.ics");
        Assert.Contains("http.route=/feeds/s/{link}.ics", told);
        Assert.DoesNotContain(told, tag => tag.Contains(LinkToken.Prefix, StringComparison.OrdinalIgnoreCase));

        void Tell(IEnumerable<KeyValuePair<string, object?>> tags)
        {
            foreach (var (name, value) in tags)
            {
                told.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
            }
        }
    }

    // Given out, used, mistyped, where they do not belong, revoked, used again.
    private static async Task UseBearerTokensAsync(ServerProcess server, HttpClient http)
    {
        var made = (await server.PostAsync("/v1/tokens", """{"role":"planner","label":"x"}""")).Json;
        var (id, token) = (made.GetProperty("id").GetString()!, made.GetProperty("token").GetString()!);
        foreach (var secret in new[] { token, token[..^1] + "0", Calendar.Server.Access.Token.New() })
        {
            foreach (var path in new[] { "/v1/tokens/self", "/v1/tokens", "/v1/parties", "/v1/tokens/" + id })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
                using var answer = await http.SendAsync(request);
                Assert.InRange((int)answer.StatusCode, 200, 499);
            }
        }

        using var revoked = await http.DeleteAsync("/v1/tokens/" + id);
        Assert.Equal(204, (int)revoked.StatusCode);
        await server.PostAsync("/v1/tokens", $$"""{"role":"{{token[^6..]}}"}""");
    }

    private static async Task<string> SubscribeAsync(ServerProcess server)
    {
        var made = await server.PostAsync("/v1/subscriptions", """{"name":"x"}""");
        Assert.Equal(201, made.Status);
        return made.Json.GetProperty("url").GetString()!.Split('/')[^1][..^".ics".Length];
    }

    // Right and wrong, in every place of an address, in every case, and in requests that are none.
    private static async Task AskAsync(HttpClient http, Uri address, string secret)
    {
        string[] paths =
        [
            $"/feeds/s/{secret}.ics", $"/feeds/s/{secret}.ics?lang=en", $"/feeds/s/{secret}.ics?lang=xx", $"/feeds/s/{secret}.ics?{secret}={secret}", $"/feeds/s/{secret}", $"/feeds/s/{secret}/x", $"/FEEDS/S/{secret.ToUpperInvariant()}.ICS",
            $"/feeds/{secret}.ics", $"/{secret}", $"/x/{secret}/{secret}.ics", $"/assets/{secret}.css", $"/v1/subscriptions/{secret}", $"/?{secret}", $"/v1/anniversaries?party={secret}", $"/feeds/s/{secret.Replace("_", "%5F", StringComparison.Ordinal)}.ics",
        ];
        foreach (var path in paths)
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Post })
            {
                foreach (var accept in new[] { "*/*", "text/html" })
                {
                    using var request = new HttpRequestMessage(method, path);
                    request.Headers.Add("Accept", accept);
                    request.Headers.Add("Sec-Fetch-Mode", "navigate");
                    using var answer = await http.SendAsync(request);
                    Assert.InRange((int)answer.StatusCode, 200, 499);
                }
            }
        }

        string[] broken =
        [
            $"GET /feeds/s/{secret}.ics HTTP/9.9\r\n\r\n", $"GET /feeds/s/{secret}\0.ics HTTP/1.1\r\nHost: x\r\n\r\n", $"GET /feeds/s/{secret}.ics HTTP/1.1\r\n\r\n", $"G\u0001T /feeds/s/{secret}.ics HTTP/1.1\r\nHost: x\r\n\r\n",
            $"GET /feeds/s/{secret}%zz.ics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", $"GET /feeds/s/{secret}.ics HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
            $"GET {secret} HTTP/1.1\r\nHost: x\r\n\r\n", $"GET /feeds/s/{secret}.ics HTTP/1.1\r\nHost: x\r\nBroken {secret}\r\n\r\n",
        ];
        foreach (var octets in broken)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(octets));
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null);
        }
    }
}
