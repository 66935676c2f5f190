using System.CommandLine;
using System.Text.Json;
using Calendar.Access;
using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Server.Access;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Cli;

/// <summary><c>token</c>: gives out tokens, lists and revokes them. Whoever runs it on the machine may do everything.</summary>
internal static class TokenCommand
{
    public static System.CommandLine.Command Create()
    {
        var role = new Option<string>("--role") { Description = $"Gives out a token with this role: {string.Join(", ", Permissions.OfTokens.Select(one => one.Name()))}." };
        var association = new Option<string>("--association") { Description = "The association that it speaks for, with the role association." };
        var label = new Option<string>("--label") { Description = "A note of who has it." };
        var expires = new Option<string>("--expires") { Description = "The last day that it works on, such as 2027-12-31, or an instant." };
        var list = new Option<bool>("--list") { Description = "Lists the tokens that have not been revoked." };
        var revoke = new Option<string>("--revoke") { Description = "Revokes the token with this id." };
        var newAdmin = new Option<bool>("--new-admin") { Description = "Puts another admin token in the place of the one in the file admin-token, which is revoked." };
        var token = new System.CommandLine.Command("token", "Gives out, lists and revokes tokens. A running server notices within seconds.") { role, association, label, expires, list, revoke, newAdmin };
        token.Validators.Add(parsed =>
        {
            Option[] verbs = [role, list, revoke, newAdmin];
            if (verbs.Count(verb => parsed.GetResult(verb) is not null) != 1)
            {
                parsed.AddError("Say one of --role, --list, --revoke, --new-admin.");
            }
            else if (parsed.GetResult(role) is null && new Option[] { association, label, expires }.Any(option => parsed.GetResult(option) is not null))
            {
                parsed.AddError("--association, --label and --expires go with --role.");
            }
        });
        token.SetAction((parsed, ct) => RunAsync(
            tokens =>
                parsed.GetValue(list) ? ListAsync(tokens, ct)
                : parsed.GetValue(newAdmin) ? ReplaceAdminAsync(tokens, ct)
                : parsed.GetValue(revoke) is { } id ? RevokeAsync(tokens, id, ct)
                : IssueAsync(tokens, parsed.GetValue(role)!, parsed.GetValue(association), parsed.GetValue(label), parsed.GetValue(expires), ct),
            ct));
        return token;
    }

    private static async Task<int> RunAsync(Func<Machine, Task<int>> work, CancellationToken ct)
    {
        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        return await work(new Machine(settings, database, new TokenTable(database.Source), new CivilClock(SystemClock.Instance, settings.Zone)));
    }

    // The token alone on standard output, so that a script can take it from there.
    private static async Task<int> IssueAsync(Machine machine, string role, string? association, string? label, string? expires, CancellationToken ct)
    {
        var asked = new Dictionary<string, string?>(StringComparer.Ordinal) { ["role"] = role, ["association"] = association, ["label"] = label, ["expires"] = expires };
        var almanac = association is null ? new AlmanacFold(machine.Settings.Home).Publish() : await machine.FoldAsync(ct);
        var (request, errors) = TokenReader.Read(JsonSerializer.SerializeToElement(asked), almanac, machine.Clock.Moment, machine.Clock.Zone);
        if (request is null)
        {
            foreach (var error in errors)
            {
                await Console.Error.WriteLineAsync($"--{error.Pointer.TrimStart('/')}: {error.Detail.En}");
            }

            return ExitCodes.Failed;
        }

        var secret = Token.New();
        if (await machine.Tokens.AddAsync(NewToken.Of(request, secret, machine.Clock.Now), null, ct) is not TokenOutcome.Done done)
        {
            await Console.Error.WriteLineAsync($"There are {TokenTable.MostLive} live tokens already: revoke those that are not used.");
            return ExitCodes.Failed;
        }

        await Console.Out.WriteLineAsync(secret);
        await Console.Error.WriteLineAsync($"{Describe(done.Token, machine.Clock)}. The token is shown once and not kept.");
        return ExitCodes.Done;
    }

    private static async Task<int> ListAsync(Machine machine, CancellationToken ct)
    {
        foreach (var token in (await machine.Tokens.ReadAsync(0, ct)).Where(token => token.Revoked is null).OrderBy(token => token.Id, StringComparer.Ordinal))
        {
            await Console.Out.WriteLineAsync(Describe(token, machine.Clock));
        }

        return ExitCodes.Done;
    }

    private static async Task<int> RevokeAsync(Machine machine, string id, CancellationToken ct)
    {
        if (await machine.Tokens.RevokeAsync(id, null, machine.Clock.Now, ct) is TokenOutcome.Unknown)
        {
            await Console.Error.WriteLineAsync("There is no such token: see calendar token --list.");
            return ExitCodes.Failed;
        }

        await Console.Error.WriteLineAsync($"Revoked {id}.");
        return ExitCodes.Done;
    }

    private static async Task<int> ReplaceAdminAsync(Machine machine, CancellationToken ct)
    {
        var folder = machine.Settings.DataFolder;
        await Console.Out.WriteLineAsync(await AdminToken.ReplaceAsync(machine.Tokens, folder, machine.Clock.Now, ct));
        await Console.Error.WriteLineAsync($"The new admin token is in {AdminToken.PathIn(folder)}; the former one opens nothing any more.");
        return ExitCodes.Done;
    }

    private static string Describe(IssuedToken token, CivilClock clock)
    {
        var expires = token.Expires is not { } end ? "without an end" : $"{(end <= clock.Now ? "expired" : "until")} {Write(end)}";
        return $"{token.Id}  {token.Role.Name()}{(token.Association is { } association ? " " + association : "")}, {expires}, "
            + $"made {Write(token.Created)}, {(token.LastUsed is { } used ? "last used " + Write(used) : "never used")}{(token.Label is { } label ? ": " + label : "")}";
    }

    private static string Write(Instant at) => InstantPattern.General.Format(at);

    private sealed record Machine(Settings Settings, Database Database, TokenTable Tokens, CivilClock Clock)
    {
        /// <summary>The record, which knows the associations.</summary>
        public async Task<Almanac> FoldAsync(CancellationToken ct)
        {
            var fold = new AlmanacFold(Settings.Home);
            await using var log = new EventLog(Database.Source, NullLogger<EventLog>.Instance);
            await AlmanacFollower.FoldAsync(log, fold, ct);
            return fold.Publish();
        }
    }
}
