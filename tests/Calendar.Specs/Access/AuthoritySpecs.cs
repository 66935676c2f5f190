using System.Text.Json;
using Calendar.Access;
using Calendar.Commands;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Access;

/// <summary>Commands that nobody has said a word about.</summary>
public sealed record UnheardOf : Command;

public class WhoMayWhat
{
    private static readonly Role[] _record = [Role.Historian, Role.Admin, Role.Pack];
    private static readonly Role[] _import = [Role.Historian, Role.Planner, Role.Admin, Role.Pack];

    /// <summary>Every command there is, as little of it as there can be, and who may ask for it. A new one needs a row.</summary>
    public static TheoryData<string, string, Role[]> Commands() => new()
    {
        { "register_party", """{"party":"JP","kind":"state","name":"Nhật Bản"}""", _record },
        { "rename_party", """{"party":"JP","on":"2000","name":"Nhật","source":S}""", _record },
        { "end_party", """{"party":"JP","on":"2000","source":S}""", _record },
        { "join_group", """{"party":"JP","group":"G7"}""", _record },
        { "leave_group", """{"party":"JP","group":"G7"}""", _record },
        { "declare_national_day", """{"party":"JP","day":"--02-23","name":"Sinh nhật Nhật hoàng","source":S}""", _record },
        { "record_fact", """{"relationship":"JP~VN","kind":"ties_established","on":"1973-09-21","source":S}""", _record },
        { "record_fact", """{"relationship":"JP~VN","kind":"ties_established","on":"1973-09-21","source":S,"sealedUntil":"2027-01-01T00:00:00Z"}""", _record },
        { "conclude_accord", """{"accord":"a","on":"2000","title":"t","parties":["JP"],"source":S}""", _record },
        { "join_accord", """{"accord":"a","on":"2000","party":"JP","source":S}""", _record },
        { "leave_accord", """{"accord":"a","on":"2000","party":"JP","ends":"a/b","source":S}""", _record },
        { "claim_date", """{"fact":"a/b","on":"2000","source":S}""", _record },
        { "prefer_claim", """{"fact":"a/b","claim":"a/c","reason":"r"}""", _record },
        { "retitle_fact", """{"fact":"a/b","title":"t","reason":"r"}""", _record },
        { "withdraw_fact", """{"fact":"a/b","reason":"r"}""", _record },
        { "reinstate_fact", """{"fact":"a/b","reason":"r"}""", _record },
        { "end_commemoration", """{"fact":"a/b","on":"2000","reason":"r"}""", _record },
        { "resume_commemoration", """{"fact":"a/b","reason":"r"}""", _record },
        { "waive_anniversary", """{"fact":"a/b","n":10,"reason":"r"}""", _record },
        { "lift_waiver", """{"fact":"a/b","n":10,"reason":"r"}""", _record },
        { "adopt_rules", """{"name":"n","title":"t","lines":[{"tier":"round","every":10}],"from":"2000-01-01","source":S}""", _record },
        { "announce_holiday", """{"party":"VN","date":"2027-02-06","occasion":"tet","name":"Tết","status":"announced","source":S}""", _record },
        { "withdraw_holiday", """{"party":"VN","date":"2027-02-06","reason":"r"}""", _record },
        { "leave_out", """{"about":"VA~VN","reason":"r"}""", _import },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_is_for_these_roles_and_no_others(string name, string json, Role[] may)
    {
        var command = Read(name, json);
        foreach (var role in Enum.GetValues<Role>())
        {
            var record = Chronicle.Of();
            var decision = record.When(command, new Caller(role, role == Role.Association ? SlugOf("vufo") : null));
            if (may.Contains(role))
            {
                Assert.NotEqual(RejectionKind.Forbidden, decision.Rejection?.Kind);
            }
            else
            {
                decision.IsRefused("not-permitted", "", RejectionKind.Forbidden);
            }
        }
    }

    [Fact]
    public void No_command_is_forgotten() =>
        Assert.Equal(CommandReader.Commands.Order(StringComparer.Ordinal), Commands().Select(row => (string)row[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void What_nobody_has_thought_of_is_refused_to_everybody()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            Chronicle.Of().When(new UnheardOf(), role).IsRefused("not-permitted", "", RejectionKind.Forbidden);
        }
    }

    [Fact]
    public void It_is_asked_first_whatever_else_is_wrong() =>
        Chronicle.Of().When(Ties("JP~VN", "1973-09-21"), Role.Planner).IsRefused("not-permitted", "", RejectionKind.Forbidden);

    [Fact]
    public void The_refusal_says_which_role_it_takes()
    {
        var refusal = Chronicle.Of("JP").When(Ties("JP~VN", "1973-09-21"), Role.Planner).Rejection!.Detail;
        Assert.Equal("This takes the role historian or admin; your token has the role planner.", refusal.En);
        Assert.Equal("Việc này cần vai trò historian hoặc admin; mã truy cập của bạn có vai trò planner.", refusal.Vi);
    }

    private static Command Read(string name, string json)
    {
        var read = CommandReader.Read(JsonElement.Parse(json.Replace(":S", """:{"citation":"c","confidence":"confirmed"}""", StringComparison.Ordinal)), name);
        Assert.Empty(read.Errors);
        return read.Command!;
    }
}

public class TheTableOfPermissions
{
    [Theory]
    [InlineData(Permission.ReadRecord, "historian planner association admin")]
    [InlineData(Permission.RecordFacts, "historian admin")]
    [InlineData(Permission.Import, "historian planner admin")]
    [InlineData(Permission.ReadPlans, "planner admin")]
    [InlineData(Permission.Plan, "planner admin")]
    [InlineData(Permission.WorkOnTasks, "planner association admin")]
    [InlineData(Permission.ManageContacts, "planner association admin")]
    [InlineData(Permission.Subscribe, "historian planner association admin")]
    [InlineData(Permission.OverseeSubscriptions, "admin")]
    [InlineData(Permission.ManageTokens, "admin")]
    [InlineData(Permission.KnowOneself, "historian planner association admin")]
    public void Gives_each_to_these_tokens(Permission permission, string roles) =>
        Assert.Equal(roles, string.Join(' ', Permissions.TokensThatMay(permission).Select(role => role.Name())));

    [Fact]
    public void Is_whole() => Assert.All(Enum.GetValues<Permission>(), permission => Assert.NotEmpty(Permissions.TokensThatMay(permission)));

    [Fact]
    public void Gives_a_role_that_there_is_not_nothing() =>
        Assert.All(Enum.GetValues<Permission>(), permission => Assert.False(((Role)99).May(permission)));

    [Fact]
    public void An_association_speaks_for_itself_alone_and_the_others_for_all()
    {
        var (vufo, japan) = (SlugOf("vufo"), SlugOf("japan"));
        Assert.True(Authority.SpeaksFor(new Caller(Role.Association, japan), japan));
        Assert.False(Authority.SpeaksFor(new Caller(Role.Association, japan), vufo));
        Assert.False(Authority.SpeaksFor(new Caller(Role.Association), vufo));
        Assert.True(Authority.SpeaksFor(new Caller(Role.Planner), vufo));
    }
}
