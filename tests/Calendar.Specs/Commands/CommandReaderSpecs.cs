using System.Text;
using System.Text.Json;
using Calendar.Accords;
using Calendar.Associations;
using Calendar.Commands;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using FsCheck;
using FsCheck.Fluent;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Commands;

internal static class Reading
{
    public const string Source = """ "source":{"citation":"mofa.gov.vn","confidence":"confirmed"} """;

    public static ReadCommand Line(string json) => CommandReader.ReadLine(JsonDocument.Parse(json).RootElement);

    public static ReadCommand Body(string json, string command, params ReadOnlySpan<(string, string)> route) =>
        CommandReader.Read(JsonDocument.Parse(json).RootElement, command, route);

    public static T Reads<T>(this ReadCommand read)
        where T : Command
    {
        Assert.Empty(read.Errors);
        return Assert.IsType<T>(read.Command);
    }

    /// <summary>The errors as "code pointer", in order; a command with errors is no command.</summary>
    public static void Refuses(this ReadCommand read, params string[] errors)
    {
        Assert.Equal(errors.Order(StringComparer.Ordinal), read.Errors.Select(e => $"{e.Code} {e.Pointer}").Order(StringComparer.Ordinal));
        Assert.All(read.Errors, error => Assert.Equal(RejectionKind.Invalid, error.Kind));
        Assert.Null(read.Command);
    }

    /// <summary>One member after another of a milestone with everything else right.</summary>
    public static ReadCommand Milestone(string members) => Body(
        $$"""{"kind":"milestone_recorded","on":"1991-11","title":"Bình thường hóa",{{Source}}{{members}}}""", "record_fact", ("relationship", "CN~VN"));
}

public class WhenALineOfAPackIsRead
{
    [Fact]
    public void Its_key_makes_the_id_of_the_fact_it_states()
    {
        var command = Reading.Line($$"""
            {"key":"vietnam/ties/JP","do":"record_fact","relationship":"JP~VN","kind":"ties_established","on":"1973-09-21",{{Reading.Source}} }
            """).Reads<RecordFact>();

        Assert.Equal(
            new RecordFact(PairOf("JP~VN"), FactKind.TiesEstablished, FactId.OfKey("vietnam/ties/JP"), Day("1973-09-21"), new("mofa.gov.vn", null, Confidence.Confirmed)),
            command);
    }

    [Fact]
    public void Its_key_makes_the_id_of_the_claim_it_states()
    {
        var command = Reading.Line($$"""
            {"key":"vietnam/ties/SK/claim/cs","do":"claim_date","fact":"vietnam/ties/SK","on":"1950-02-02","prefer":"Hội hữu nghị",{{Reading.Source}} }
            """).Reads<ClaimDate>();

        Assert.Equal((FactId.OfKey("vietnam/ties/SK"), ClaimId.OfKey("vietnam/ties/SK/claim/cs")), (command.Fact, command.Claim));
        Assert.Equal(Both("Hội hữu nghị"), command.Prefer);
    }

    [Fact]
    public void A_named_fact_goes_before_the_key()
    {
        var id = Guid.Parse("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
        var command = Reading.Line($$"""
            {"key":"a/b","do":"rename_party","party":"MK","fact":"{{id}}","on":"2019-02-12","name":{"vi":"Bắc Macedonia","en":"North Macedonia"},{{Reading.Source}} }
            """).Reads<RenameParty>();

        Assert.Equal(new FactId(id), command.Fact);
    }

    public static TheoryData<string, string, Type> Commands => new()
    {
        { "register_party", """ "party":"VN-HN","kind":"subnational","name":"Hà Nội","aliases":["Thăng Long"],"groups":["VN"] """, typeof(RegisterParty) },
        { "rename_party", """ "party":"MK","on":"2019","name":"Bắc Macedonia", """ + Reading.Source, typeof(RenameParty) },
        { "end_party", """ "party":"CS","on":"1992-12-31","successors":["CZ","SK"], """ + Reading.Source, typeof(EndParty) },
        { "join_group", """ "party":"LA","group":"ASEAN" """, typeof(JoinGroup) },
        { "leave_group", """ "party":"GB","group":"EU" """, typeof(LeaveGroup) },
        { "declare_national_day", """ "party":"LA","day":"--12-02","name":"Ngày Quốc khánh", """ + Reading.Source, typeof(DeclareNationalDay) },
        { "record_fact", """ "relationship":"VN~US","kind":"partnership_elevated","level":"comprehensive","on":"2013-07", """ + Reading.Source, typeof(RecordFact) },
        { "conclude_accord", """ "accord":"mekong","on":"1995-04-05","title":"Hiệp định Mê Công","parties":["KH","LA"],"inForce":"1995-04-05", """ + Reading.Source, typeof(ConcludeAccord) },
        { "join_accord", """ "accord":"mekong","party":"KH","on":"1996", """ + Reading.Source, typeof(JoinAccord) },
        { "leave_accord", """ "accord":"mekong","party":"KH","on":"2000","ends":"vietnam/accords/mekong", """ + Reading.Source, typeof(LeaveAccord) },
        { "claim_date", """ "fact":"vietnam/ties/SK","on":"1950-02-02", """ + Reading.Source, typeof(ClaimDate) },
        { "prefer_claim", """ "fact":"vietnam/ties/SK","claim":"vietnam/ties/SK/claim/cs","reason":"Hội tính từ 1950" """, typeof(PreferClaim) },
        { "retitle_fact", """ "fact":"a/b","title":"Hiệp ước","reason":"Theo bản gốc" """, typeof(RetitleFact) },
        { "withdraw_fact", """ "fact":"a/b","reason":"Ghi nhầm" """, typeof(WithdrawFact) },
        { "reinstate_fact", """ "fact":"a/b","reason":"Ghi đúng" """, typeof(ReinstateFact) },
        { "end_commemoration", """ "fact":"a/b","on":"1991-12-26","reason":"Hết hiệu lực" """, typeof(EndCommemoration) },
        { "resume_commemoration", """ "fact":"a/b","reason":"Lại kỷ niệm" """, typeof(ResumeCommemoration) },
        { "waive_anniversary", """ "fact":"a/b","n":60,"reason":"Quốc tang" """, typeof(WaiveAnniversary) },
        { "lift_waiver", """ "fact":"a/b","n":60,"reason":"Vẫn tổ chức" """, typeof(LiftWaiver) },
        { "adopt_rules", """ "name":"jubilees","title":"Năm tròn và 25, 75","lines":[{"tier":"round","every":10,"years":[25,75]},{"tier":"half","every":5,"kinds":["treaty_signed"]}],"from":"2027-01-01", """ + Reading.Source, typeof(AdoptRules) },
        { "announce_holiday", """ "party":"VN","date":"2027-02-05","occasion":"tet","name":"Tết Nguyên đán","status":"announced", """ + Reading.Source, typeof(AnnounceHoliday) },
        { "withdraw_holiday", """ "party":"VN","date":"2027-02-05","reason":"Thông báo đã được thay" """, typeof(WithdrawHoliday) },
        { "register_association", """ "association":"vn-jp","name":"Hội hữu nghị Việt Nam – Nhật Bản","scope":"central","parent":"vufo","partners":["JP"],"language":"vi","zone":"Asia/Ho_Chi_Minh", """ + Reading.Source, typeof(RegisterAssociation) },
        { "change_association", """ "association":"vufo","name":"Liên hiệp","scope":"umbrella","language":"vi","zone":"Asia/Ho_Chi_Minh", """ + Reading.Source, typeof(ChangeAssociation) },
        { "mute_association", """ "association":"vn-jp","reason":"Hội xin tạm ngừng" """, typeof(MuteAssociation) },
        { "unmute_association", """ "association":"vn-jp","reason":"Hết thời gian" """, typeof(UnmuteAssociation) },
        { "close_association", """ "association":"vn-jp","reason":"Sáp nhập" """, typeof(CloseAssociation) },
        { "reopen_association", """ "association":"vn-jp","reason":"Ghi nhầm" """, typeof(ReopenAssociation) },
        { "adopt_template", """ "template":"relations","title":"Kỷ niệm quan hệ","kinds":["ties_established"],"tasks":[{"line":"theme","offset":"P-18M","title":"Chủ đề","role":"lead","tiers":["round"]}] """, typeof(AdoptTemplate) },
        { "open_plan", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","lead":"vn-jp" """, typeof(OpenPlan) },
        { "close_plan", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","report":"Đã hoàn thành" """, typeof(ClosePlan) },
        { "reopen_plan", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","reason":"Còn việc" """, typeof(ReopenPlan) },
        { "take_template", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60" """, typeof(TakeTemplate) },
        { "join_plan", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","anniversary":"3f2504e0-4f89-41d3-9a0c-0305e82c3301/65" """, typeof(JoinPlan) },
        { "part_plan", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","anniversary":"3f2504e0-4f89-41d3-9a0c-0305e82c3301/65","reason":"Tổ chức riêng" """, typeof(PartPlan) },
        { "reassign_tasks", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","from":"vn-jp","to":"vufo","reason":"Sáp nhập" """, typeof(ReassignTasks) },
        { "add_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","title":"Mời đoàn","due":"2033-06-01","role":"support","owner":"hufo" """, typeof(AddTask) },
        { "assign_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme","owner":"vufo" """, typeof(AssignTask) },
        { "acknowledge_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme" """, typeof(AcknowledgeTask) },
        { "complete_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme","on":"2032-03-18","note":"Đã họp","url":"https://example.org/a" """, typeof(CompleteTask) },
        { "add_evidence", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme","url":"https://example.org/a" """, typeof(AddEvidence) },
        { "reopen_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme","reason":"Chưa xong" """, typeof(ReopenTask) },
        { "reschedule_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme","due":"2032-04-01","reason":"Họp dời" """, typeof(RescheduleTask) },
        { "drop_task", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","task":"theme","reason":"Không cần" """, typeof(DropTask) },
        { "schedule_celebration", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","title":"Lễ kỷ niệm","on":"2033-09","place":"Hà Nội" """, typeof(ScheduleCelebration) },
        { "announce_celebration", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","celebration":"vietnam/celebrations/JP-2033" """, typeof(AnnounceCelebration) },
        { "move_celebration", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","celebration":"vietnam/celebrations/JP-2033","on":"2033-09-20","reason":"Trùng lịch" """, typeof(MoveCelebration) },
        { "cancel_celebration", """ "plan":"3f2504e0-4f89-41d3-9a0c-0305e82c3301-60","celebration":"vietnam/celebrations/JP-2033","reason":"Bão" """, typeof(CancelCelebration) },
        { "adopt_reminder_policy", """ "association":"vn-jp","tasks":{"round":[30,7,1]},"at":"07:30","digestDay":"friday","quietDays":["sunday"],"escalateAfter":5,"channels":["mail"] """, typeof(AdoptReminderPolicy) },
        { "drop_reminder_policy", """ "association":"vn-jp" """, typeof(DropReminderPolicy) },
        { "leave_out", """ "about":"VA~VN","reason":{"vi":"Chưa có quan hệ","en":"No full relations"} """, typeof(LeaveOut) },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_can_be_written(string name, string members, Type command)
    {
        var read = Reading.Line($$"""{"key":"specs/line","do":"{{name}}",{{members}}}""");

        Assert.Empty(read.Errors);
        Assert.IsType(command, read.Command);
        if (read.Command is IStatesFact states)
        {
            Assert.Equal(FactId.OfKey("specs/line"), states.Fact);
        }
    }

    [Theory]
    [InlineData("2027-02", "impossible-date /date")]
    [InlineData("2027", "impossible-date /date")]
    [InlineData("2027-02-30", "impossible-date /date")]
    [InlineData("mùng 1", "impossible-date /date")]
    public void A_holiday_is_a_whole_day(string date, string error) =>
        Reading.Body($$"""{"party":"VN","date":"{{date}}","reason":"x"}""", "withdraw_holiday").Refuses(error);

    [Fact]
    public void A_holiday_without_its_members_names_each() =>
        Reading.Body("""{"status":"fixed","occasion":"Tết"}""", "announce_holiday").Refuses(
            "member-required /party", "member-required /date", "malformed-occasion /occasion", "member-required /name", "unknown-value /status", "member-required /source");

    [Fact]
    public void An_association_without_its_members_names_each() =>
        Reading.Body("""{"scope":"regional","parent":"VUFO","partners":["JP","JP"],"contact":"x"}""", "register_association").Refuses(
            "member-required /association", "member-required /name", "unknown-value /scope", "malformed-parent /parent", "malformed-item /partners/1", "member-required /language",
            "member-required /zone", "member-required /source", "unknown-member /contact");

    [Fact]
    public void These_are_all_the_commands() =>
        Assert.Equal(CommandReader.Commands.Order(StringComparer.Ordinal), Commands.Select(row => (string)row[0]!).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("""{"do":"leave_out","about":"x","reason":"y"}""", "member-required /key")]
    [InlineData("""{"key":"a/b"}""", "member-required /do")]
    [InlineData("""{"key":"no-slash","do":"leave_out","about":"x","reason":"y"}""", "malformed-key /key")]
    [InlineData("""{"key":"white space/x","do":"leave_out","about":"x","reason":"y"}""", "malformed-key /key")]
    [InlineData("""{"key":7,"do":"leave_out","about":"x","reason":"y"}""", "string-expected /key")]
    [InlineData("""{"key":"a/b","do":"erase_everything"}""", "unknown-command /do")]
    [InlineData("""{"key":"a/b","do":"leave_out","about":"x"}""", "member-required /reason")]
    [InlineData("""["leave_out"]""", "object-expected ")]
    [InlineData("""null""", "object-expected ")]
    public void A_line_that_is_none_says_why(string json, string error) => Reading.Line(json).Refuses(error);

    [Fact]
    public void A_key_of_more_than_two_hundred_characters_is_refused() =>
        Reading.Line($$"""{"key":"a/{{new string('b', 199)}}","do":"leave_out","about":"x","reason":"y"}""").Refuses("text-length /key");
}

public class WhenABodyIsRead
{
    [Fact]
    public void The_route_gives_what_it_decides() =>
        Assert.Equal(PairOf("CN~VN"), Reading.Milestone("").Reads<RecordFact>().Relationship);

    [Fact]
    public void A_new_fact_may_go_without_an_id_until_the_edge_makes_one() =>
        Assert.Equal(default, Reading.Milestone("").Reads<RecordFact>().Fact);

    [Fact]
    public void What_the_route_decides_is_not_said_again() =>
        Reading.Milestone(""","relationship":"CN~VN" """).Refuses("unknown-member /relationship");

    [Fact]
    public void A_misspelt_member_is_refused_and_not_lost_in_silence() =>
        Reading.Milestone(""","commemmorated":false,"do":"record_fact" """).Refuses("unknown-member /commemmorated", "unknown-member /do");

    [Fact]
    public void A_member_that_stands_twice_is_refused() => Reading.Milestone(""","on":"1991-12" """).Refuses("repeated-member /on");

    [Fact]
    public void Members_are_told_apart_by_case() => Reading.Milestone(""","Note":"x" """).Refuses("unknown-member /Note");

    [Fact]
    public void A_pointer_escapes_what_RFC_6901_escapes() => Reading.Milestone(""","a/b~c":1""").Refuses("unknown-member /a~1b~0c");

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() =>
        Reading.Body(
            """
            {"kind":"friendship","on":"2023-02-30","level":5,"commemorated":"yes","title":{"vi":"Chỉ tiếng Việt"},"inForce":"1991-13",
             "through":"cs","note":[],"source":{"url":"ftp://mofa.gov.vn","confidence":"sure","page":7},"extra":1}
            """,
            "record_fact", ("relationship", "CN~VN"))
        .Refuses(
            "unknown-value /kind", "impossible-date /on", "string-expected /level", "boolean-expected /commemorated", "member-required /title/en",
            "impossible-date /inForce", "malformed-through /through", "object-expected /note", "member-required /source/citation",
            "malformed-url /source/url", "unknown-value /source/confidence", "unknown-member /source/page", "unknown-member /extra");

    [Fact]
    public void An_empty_body_names_every_member_that_is_needed() =>
        Reading.Body("{}", "record_fact", ("relationship", "CN~VN"))
            .Refuses("member-required /kind", "member-required /on", "member-required /source");

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    [InlineData("null")]
    public void A_body_that_is_no_object_is_told_once(string json) =>
        Reading.Body(json, "record_fact", ("relationship", "CN~VN")).Refuses("object-expected ");

    [Theory]
    [InlineData("CN~CN")]
    [InlineData("CN")]
    [InlineData("cn~vn")]
    public void A_pair_with_itself_or_no_pair_is_refused(string pair) =>
        Reading.Body($$"""{"kind":"ties_established","on":"1950-01-18",{{Reading.Source}}}""", "record_fact", ("relationship", pair))
            .Refuses("malformed-relationship /relationship");

    [Fact]
    public void An_impossible_date_says_what_is_impossible()
    {
        var read = Reading.Body($$"""{"kind":"ties_established","on":"1900-02-29",{{Reading.Source}}}""", "record_fact", ("relationship", "CN~VN"));

        read.Refuses("impossible-date /on");
        Assert.Equal(new Text("Tháng 2 năm 1900 không có ngày 29.", "1900-02 has no day 29."), read.Errors[0].Detail);
    }

    [Fact]
    public void A_null_is_as_good_as_nothing()
    {
        Assert.Null(Reading.Milestone(""","note":null,"commemorated":null""").Reads<RecordFact>().Note);
        Reading.Body("""{"reason":null}""", "withdraw_fact", ("fact", "a/b")).Refuses("member-required /reason");
    }

    [Theory]
    [InlineData("", "text-length /reason")]
    [InlineData("   ", "text-length /reason")]
    [InlineData("a\\u0000b", "control-character /reason")]
    [InlineData("a\\tb", "control-character /reason")]
    [InlineData("a\\u0085b", "control-character /reason")]
    [InlineData("\\ud800", "broken-text /reason")]
    [InlineData("a\\udc00b", "broken-text /reason")]
    [InlineData("a\\ufffeb", "broken-text /reason")]
    [InlineData("a\\uffffb", "broken-text /reason")]
    public void Text_that_no_feed_can_carry_is_refused(string escaped, string error) =>
        Reading.Body($$"""{"reason":"{{escaped}}"}""", "withdraw_fact", ("fact", "a/b")).Refuses(error);

    [Fact]
    public void The_name_of_a_member_may_be_broken_too() =>
        Assert.Equal("broken-text", Assert.Single(Reading.Body("""{"reason":"Ghi nhầm","\ud800":1}""", "withdraw_fact", ("fact", "a/b")).Errors).Code);

    [Fact]
    public void Text_is_trimmed_and_composed()
    {
        var read = Reading.Body("""{"reason":{"vi":" Quan he\u0302\u0323 \n ","en":"Cafe\u0301"}}""", "withdraw_fact", ("fact", "a/b"));

        Assert.Equal(new Text("Quan h\u1ec7", "Caf\u00e9"), read.Reads<WithdrawFact>().Reason);
    }

    [Fact]
    public void Lines_of_a_text_are_kept() =>
        Assert.Equal("một\nhai", Reading.Body("""{"reason":"một\nhai"}""", "withdraw_fact", ("fact", "a/b")).Reads<WithdrawFact>().Reason.Vi);

    [Fact]
    public void One_string_stands_for_both_languages() =>
        Assert.Equal(Both("RCEP"), Reading.Body("""{"reason":"RCEP"}""", "withdraw_fact", ("fact", "a/b")).Reads<WithdrawFact>().Reason);

    [Theory]
    [InlineData("reason", 1000, "withdraw_fact", """{"reason":"#"}""")]
    [InlineData("title", 500, "retitle_fact", """{"reason":"Vì","title":"#"}""")]
    public void A_text_has_a_longest_length(string member, int max, string command, string json)
    {
        Assert.Empty(Reading.Body(json.Replace("#", new string('ệ', max), StringComparison.Ordinal), command, ("fact", "a/b")).Errors);
        Reading.Body(json.Replace("#", new string('ệ', max + 1), StringComparison.Ordinal), command, ("fact", "a/b")).Refuses($"text-length /{member}");
    }

    [Theory]
    [InlineData("\"VN\"", "list-expected /parties")]
    [InlineData("[]", "list-expected /parties")]
    [InlineData("null", "member-required /parties")]
    [InlineData("[\"VN\",\"vn\"]", "malformed-item /parties/1")]
    [InlineData("[\"VN\",\"LA\",\"VN\"]", "malformed-item /parties/2")]
    public void A_list_names_its_wrong_item(string parties, string error) =>
        Reading.Body($$"""{"on":"1995","title":"Hiệp định","parties":{{parties}},{{Reading.Source}}}""", "conclude_accord", ("accord", "mekong")).Refuses(error);

    [Fact]
    public void A_list_has_at_most_two_hundred_items()
    {
        static string Codes(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"P{i}\""));
        static ReadCommand Read(int count) => Reading.Body(
            $$"""{"on":"1995","title":"Công ước","parties":[{{Codes(count)}}],{{Reading.Source}}}""", "conclude_accord", ("accord", "unclos"));

        Assert.Equal(200, Read(200).Reads<ConcludeAccord>().Signatories.Length);
        Read(201).Refuses("list-expected /parties");
    }

    [Fact]
    public void A_group_has_no_comma_for_commas_separate_a_filters_values() =>
        Reading.Body("""{"group":"ASEAN,EU"}""", "join_group", ("party", "LA")).Refuses("malformed-group /group");

    [Theory]
    [InlineData("https://mofa.gov.vn/a?b=c", true)]
    [InlineData("http://mofa.gov.vn", true)]
    [InlineData("mofa.gov.vn", false)]
    [InlineData("/a", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("file:///etc/passwd", false)]
    public void A_sources_address_is_an_http_address(string url, bool good)
    {
        var read = Reading.Body(
            $$$"""{"kind":"ties_established","on":"1950-01-18","source":{"citation":"x","confidence":"probable","url":"{{{url}}}"}}""",
            "record_fact", ("relationship", "CN~VN"));

        if (good)
        {
            Assert.Equal(url, read.Reads<RecordFact>().Source.Url);
        }
        else
        {
            read.Refuses("malformed-url /source/url");
        }
    }

    [Theory]
    [InlineData("\"JP\"")]
    [InlineData("\"00000000-0000-0000-0000-000000000000\"")]
    public void A_fact_is_named_by_a_UUID_or_a_key(string fact) =>
        Reading.Milestone($$""","fact":{{fact}}""").Refuses("malformed-fact /fact");
}

public class WhenAnythingAtAllIsRead
{
    private static readonly string[] Names =
        ["kind", "on", "source", "title", "note", "level", "inForce", "through", "ends", "fact", "commemorated", "relationship", "reason", "parties"];

    [Fact]
    public void It_is_a_command_or_told_what_is_wrong_and_never_breaks() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Objects.ToArbitrary(), Gen.Elements(CommandReader.Commands.ToArray()).ToArbitrary(), (json, name) =>
        {
            var read = Reading.Body(json, name, ("party", "LA"));
            Assert.Equal(read.Command is null, read.Errors.Count > 0);
        }));

    [Fact]
    public void A_text_that_is_accepted_is_composed_trimmed_and_whole() =>
        Specs.Ical.Strings.ForAny(text =>
        {
            var read = Reading.Body($$"""{"reason":{{Escaped(text)}}}""", "withdraw_fact", ("fact", "a/b"));
            if (read.Command is WithdrawFact { Reason.Vi: var reason })
            {
                Assert.True(reason.IsNormalized() && reason.Trim() == reason && reason.Length is > 0 and <= 1000);
                Assert.DoesNotContain(reason, c => char.IsControl(c) && c != '\n');
            }
            else
            {
                Assert.Equal("/reason", Assert.Single(read.Errors).Pointer);
            }
        });

    private static Gen<string> Objects =>
        from names in Gen.Elements(Names).Or(Specs.Ical.Strings.Any.Generator).ArrayOf()
        from values in Values(2).ArrayOf(names.Length)
        select "{" + string.Join(',', names.Zip(values, (name, value) => $"{Escaped(name)}:{value}")) + "}";

    private static Gen<string> Values(int depth) =>
        depth == 0
            ? Gen.OneOf(
                Gen.Elements("null", "true", "7", "-1e400", "\"1973-09-21\"", "\"ties_established\"", "\"a/b\"", "\"VN\"", "\"probable\""),
                Specs.Ical.Strings.Any.Generator.Select(Escaped))
            : Gen.OneOf(
                Values(0),
                Values(depth - 1).ArrayOf().Select(items => $"[{string.Join(',', items)}]"),
                from vi in Values(depth - 1)
                from en in Values(depth - 1)
                from name in Gen.Elements("vi", "en", "citation", "confidence", "url", "x")
                select $$"""{"vi":{{vi}},"en":{{en}},"{{name}}":{{vi}}}""");

    // Every character as an escape, so that halves of characters reach the reader as JSON allows them.
    private static string Escaped(string text) =>
        text.Aggregate(new StringBuilder("\""), (json, c) => json.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")).Append('"').ToString();
}
