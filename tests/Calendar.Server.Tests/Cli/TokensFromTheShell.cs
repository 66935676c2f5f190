using System.Net;
using System.Net.Http.Headers;
using Calendar.Server.Tests.Faults;

namespace Calendar.Server.Tests.Cli;

[Collection(FaultsCollection.Name)]
public sealed class TokensFromTheShell
{
    [Fact]
    public async Task Are_known_to_the_running_server_until_they_are_revoked()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        await folder.StartAsync();
        var made = await folder.RunAsync("token", "--role", "planner", "--label", "Văn phòng", "--expires", "2030-12-31");
        Assert.Equal(0, made.ExitCode);
        var token = made.Output.Trim();
        await UntilAsync(folder, token, HttpStatusCode.OK);

        var listed = await folder.RunAsync("token", "--list");
        Assert.DoesNotContain("cal_", listed.All, StringComparison.Ordinal);
        var line = Assert.Single(listed.Output.Split('\n'), line => line.Contains("Văn phòng", StringComparison.Ordinal));
        Assert.Contains("planner, until 2030-12-31T17:00:00Z", line, StringComparison.Ordinal);

        Assert.Equal(0, (await folder.RunAsync("token", "--revoke", line.Split(' ')[0])).ExitCode);
        await UntilAsync(folder, token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_admin_token_takes_the_place_of_the_one_in_the_file()
    {
        await using var folder = await CalendarFolder.StartedBeforeAsync();
        await folder.StartAsync();
        var former = (await File.ReadAllTextAsync(folder.TokenFile)).Trim();
        await UntilAsync(folder, former, HttpStatusCode.OK);

        var made = await folder.RunAsync("token", "--new-admin");
        Assert.Equal(0, made.ExitCode);
        var token = (await File.ReadAllTextAsync(folder.TokenFile)).Trim();
        Assert.Equal(made.Output.Trim(), token);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.TokenFile));
        Assert.False(File.Exists(folder.TokenFile + ".new"));
        await UntilAsync(folder, token, HttpStatusCode.OK);
        await UntilAsync(folder, former, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("--role", "--role", "king")]
    [InlineData("--association", "--role", "association", "--association", "nobody")]
    [InlineData("--expires", "--role", "planner", "--expires", "2020-01-01")]
    [InlineData("Say one of", "--list", "--new-admin")]
    [InlineData("Say one of")]
    [InlineData("go with --role", "--list", "--label", "x")]
    [InlineData("There is no such token", "--revoke", "tok-nobody")]
    public async Task What_cannot_be_is_refused(string said, params string[] arguments)
    {
        await using var folder = new CalendarFolder(database: await CalendarService.DatabaseAsync(Holding.Nothing));
        var ended = await folder.RunAsync(["token", .. arguments]);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(said, ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("cal_", ended.All, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(CalendarFolder folder, string token, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = new Uri(folder.Environment_["CALENDAR_URL"]) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var bound = CalendarFolder.Bounded();
        while ((await http.GetAsync("/v1/tokens/self", bound)).StatusCode != status)
        {
            Assert.False(bound.IsCancellationRequested, $"It never answers {status}.");
        }
    }
}
