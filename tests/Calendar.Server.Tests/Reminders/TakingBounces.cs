using System.Globalization;
using System.Text;
using System.Text.Json;
using Calendar.Server.Reminders;
using Calendar.Server.Tests.Planning;
using Calendar.Server.Tests.Reminders.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Reminders;

/// <summary>A mail was taken over and comes back minutes later, as a mail to the envelope sender. Each test has a recipient of its own.</summary>
public sealed class TakingBounces(TakingBounces.Sent calendar) : IClassFixture<TakingBounces.Sent>
{
    private readonly Reminded _reminded = calendar.Reminded;
    private readonly CalendarService _service = calendar.Reminded.Service;

    public static TheoryData<string, int?, string> Reports => new()
    {
        { "postfix", 550, "5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table" },
        { "postfix, headers", 550, "5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table" },
        { "postfix, no such domain", null, "5.4.4 Host or domain name not found. Name service error for name=example.org type=AAAA: Host not found" },
        { "exim", 550, "5.0.0 No such mailbox here" },
        { "exim, headers", 550, "5.0.0 No such mailbox here" },
        { "exchange", 550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient <…> not found by SMTP address lookup" },
        {
            "google", 550,
            "5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. d9443c01a7336-21a9f5 - gsmtp"
        },
        {
            "google, nothing returned", 550,
            "5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. d9443c01a7336-21a9f5 - gsmtp"
        },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task It_shows_as_refused_with_what_was_said(string report, int? code, string answer)
    {
        var mail = calendar.Next();
        _reminded.SetClock("2027-01-08 08:07");
        var before = await RefusedAsync();
        var taken = (await PostAsync(Write(report, mail))).Is(200).Json;
        Assert.Equal((IdOf(mail), "refused", "bounced", true), (taken.Text("delivery"), taken.Text("state"), taken.Text("reason"), taken.GetProperty("bounced").GetBoolean()));

        var delivery = (await _service.SeeAsync(taken.GetProperty("links").Text("delivery")!)).Is(200).Json;
        Assert.Equal(("refused", "bounced", "2027-01-08T01:07:00Z"), (delivery.Text("state"), delivery.Text("reason"), delivery.GetProperty("delivery").Text("settled")));
        var attempt = Assert.Single(delivery.GetProperty("delivery").GetProperty("attempts").EnumerateArray());
        Assert.Equal(("bounced", code, answer), (attempt.Text("outcome"), Code(attempt), attempt.Text("answer")));
        Assert.StartsWith("2027-01-08T01:00", attempt.Text("ended"), StringComparison.Ordinal);

        var contact = (await _service.SeeAsync("/v1/associations/vufo/contacts")).Items.Single(one => one.Text("mail") == mail.To.Single()).GetProperty("refused");
        Assert.Equal(("2027-01-08T01:07:00Z", code, answer), (contact.Text("at"), Code(contact), contact.Text("answer")));
        Assert.Equal(before + 1, await RefusedAsync());
    }

    [Fact]
    public async Task It_comes_back_to_the_address_for_that_and_is_from_whom_it_was()
    {
        var mail = calendar.Next();
        Assert.Equal("bounces@calendar.example", mail.From);
        Assert.Equal("calendar@calendar.example", mail.Message().From.Mailboxes.Single().Address);
        Assert.EndsWith("@calendar.example", mail.Message().MessageId, StringComparison.Ordinal);
        Assert.DoesNotContain("bounces@", Encoding.Latin1.GetString(mail.Raw), StringComparison.Ordinal);
        Assert.Equal("delivered", await StateAsync(mail));
    }

    [Fact]
    public async Task The_same_report_again_changes_nothing_and_is_answered_alike()
    {
        var mail = calendar.Next();
        var first = (await PostAsync(Bounces.Postfix(mail))).Is(200);
        var rows = await RowsAsync();
        _reminded.SetClock("2027-01-08 09:00");
        Assert.Equal(first.Text, (await PostAsync(Bounces.Postfix(mail))).Is(200).Text);

        // Nor does what another server says of it.
        Assert.Equal(first.Text, (await PostAsync(Bounces.Exim(mail))).Is(200).Text);
        Assert.Equal(rows, await RowsAsync());
    }

    [Theory]
    [InlineData("delayed", "4.4.1")]
    [InlineData("relayed", "2.0.0")]
    [InlineData("Delivered", "2.0.0")]
    [InlineData("expanded (to a list)", "2.0.0")]
    public async Task What_has_not_come_back_stays_delivered(string action, string status)
    {
        var (mail, rows) = (calendar.Undisturbed, await RowsAsync());
        var taken = (await PostAsync(Bounces.Postfix(mail, action, status, diagnostic: "smtp; 451 4.4.1 connection timed out"))).Is(200).Json;
        Assert.Equal(("delivered", false, false), (taken.Text("state"), taken.GetProperty("bounced").GetBoolean(), taken.TryGetProperty("reason", out _)));
        Assert.Equal(rows, await RowsAsync());
    }

    [Fact]
    public async Task What_was_sent_again_since_is_another_message()
    {
        var mail = calendar.Next();
        (await PostAsync(Bounces.Postfix(mail))).Is(200);
        (await _service.PostAsync($"/v1/deliveries/{IdOf(mail)}/resend", "")).Is(202);
        await _reminded.SettledAsync();
        var rows = await RowsAsync();
        var late = (await PostAsync(Bounces.Postfix(mail))).Is(200).Json;
        Assert.Equal(("delivered", false), (late.Text("state"), late.GetProperty("bounced").GetBoolean()));
        Assert.Equal(rows, await RowsAsync());

        var again = (await _reminded.Server.MailsAsync())[^1];
        Assert.StartsWith(IdOf(mail) + ".1@", again.Message().MessageId, StringComparison.Ordinal);
        Assert.Equal("refused", (await PostAsync(Bounces.Google(again))).Is(200).Json.Text("state"));
        Assert.Equal("bounced bounced", await _service.QueryAsync<string>($"select string_agg(outcome, ' ') from calendar.attempts where reminder = '{IdOf(mail)}'"));
    }

    [Fact]
    public async Task What_comes_back_before_its_leaving_is_noted_is_to_come_again()
    {
        var mail = calendar.Next();
        var held = await _reminded.Server.HoldAtAsync(SmtpStep.Accepted, mail.To.Single());
        (await _service.PostAsync($"/v1/deliveries/{IdOf(mail)}/resend", "")).Is(202);
        await held.Reached;
        var again = (await _reminded.Server.MailsAsync())[^1];
        Assert.Equal("5", (await PostAsync(Bounces.Exim(again))).IsProblem(503, "under-way")["Retry-After"]);
        Assert.False((await PostAsync(Bounces.Exim(mail))).Is(200).Json.GetProperty("bounced").GetBoolean());

        await held.ReleaseAsync();
        await _reminded.SettledAsync();
        Assert.True((await PostAsync(Bounces.Exim(again))).Is(200).Json.GetProperty("bounced").GetBoolean());
    }

    [Fact]
    public async Task What_is_about_no_mail_of_ours_is_not_found()
    {
        var mail = calendar.Undisturbed;
        foreach (var other in new[] { "CAF=x@mail.gmail.com", $"{Guid.NewGuid()}@calendar.example", $"{IdOf(mail)}.x@calendar.example", $"{IdOf(mail)}.-1@calendar.example", "", $"{IdOf(mail)}.99999999999@calendar.example", "\u0001\uFFFD@" })
        {
            (await PostAsync(Bounces.Plain(other))).IsProblem(404, "not-found");
        }

        // Somebody's answer to one of ours came back.
        (await PostAsync($"References: <{mail.Message().MessageId}>\n" + Bounces.Plain("CAF=x@mail.gmail.com"))).IsProblem(404, "not-found");

        // An issue that was never sent.
        Assert.False((await PostAsync(Bounces.Plain(IdOf(mail) + ".7@calendar.example"))).Is(200).Json.GetProperty("bounced").GetBoolean());
        await _service.ExecuteAsync($"update calendar.reminders set channel = 'webhook' where id = '{IdOf(mail)}'");
        (await PostAsync(Bounces.Plain(mail.Message().MessageId!))).IsProblem(404, "not-found");
        await _service.ExecuteAsync($"update calendar.reminders set channel = 'mail' where id = '{IdOf(mail)}'");
        Assert.Equal("delivered", await StateAsync(mail));
    }

    [Fact]
    public async Task What_is_no_report_is_said_to_be_none()
    {
        var mail = calendar.Undisturbed;
        var report = Bounces.Postfix(mail);
        string[] others =
        [
            "", "garbage", Encoding.Latin1.GetString(mail.Raw),
            "From: lan@hoi.example\nAuto-Submitted: auto-replied\nIn-Reply-To: <" + mail.Message().MessageId + ">\nSubject: Vắng mặt\n\nTôi đi vắng.\n",
            "Content-Type: message/rfc822\n\n" + report, // forwarded by somebody
            report.Replace("multipart/report", "multipart/mixed", StringComparison.Ordinal),
            report.Replace("message/delivery-status", "message/disposition-notification", StringComparison.Ordinal),
            report.Replace("Action: failed", "Action:", StringComparison.Ordinal),
            report.Replace("Reporting-MTA", new string('x', 70_000) + ": x\nReporting-MTA", StringComparison.Ordinal),
        ];
        foreach (var other in others)
        {
            (await PostAsync(other)).IsProblem(422, "not-a-delivery-report");
        }

        (await _service.PostMailAsync("/v1/bounces?mail=x", report, _service.Admin!)).IsProblem(422, "bad-query").Names("mail", "unknown-parameter");
        (await _service.PostAsync("/v1/bounces", "{}")).IsProblem(415, "unsupported-media-type");

        // Known by its length: nothing of it need be sent.
        var large = await _service.RawAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/bounces HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_service.Admin}\r\nContent-Type: message/rfc822\r\nContent-Length: {(1 << 20) + 1}\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 413 ", large, StringComparison.Ordinal);
        Assert.Contains("too-large", large, StringComparison.Ordinal);
        (await _service.PostMailAsync("/v1/bounces", report, await _service.TokenAsync("association", "vufo"))).IsProblem(403, "not-permitted");
        Assert.Equal("delivered", await StateAsync(mail));
    }

    [Fact]
    public async Task Whatever_is_sent_is_refused_and_ends_nothing()
    {
        const string Report = "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n";
        const string Status = Report + "--b\nContent-Type: message/delivery-status\n\nA: b\n\n";
        foreach (var hostile in new[]
        {
            Filled(i => $"Content-Type: multipart/report; boundary=\"{i}\"\n\n--{i}\n"), Report + Filled(_ => "--b\nContent-Type: message/rfc822\n\n"), Report + Filled(_ => "--b\n\n"),
            Report + Filled(_ => "Content-Type: message/rfc822\n\n"), Filled(_ => "a:b\n"), "X: " + Filled(_ => "a"), "Content-Type: multipart/report; " + Filled(i => $"a*{i}*=b;") + "\n\n",
            Filled(_ => "\0"), Report + Filled(_ => "\0"), Status + Filled(_ => "a: b\n\n"), Status + Filled(_ => "\n"), Status + "Action: failed\nDiagnostic-Code: " + Filled(_ => "=?x?q?=FF?= "),
            "References: " + Filled(_ => "<a@b> ") + "\n" + Report, "In-Reply-To: " + Filled(_ => "(") + "\n" + Report,
        })
        {
            var answer = await PostAsync(hostile[..Math.Min(hostile.Length, 1 << 20)]);
            Assert.True(answer.Status is 404 or 422, answer.ToString());
        }
    }

    [Fact]
    public async Task What_was_said_is_kept_as_one_line_of_text()
    {
        var mail = calendar.Next();
        var diagnostic = "smtp; 550 =?no-such-charset?q?=FF=00?= \0\u0007a\u0085b \u00E9 =?utf-8?q?=E2=80=AE?= " + new string('x', 3_000) + " RECIPIENT";
        (await PostAsync(Bounces.Postfix(mail, status: "5.1.1 (no\0thing)", diagnostic: diagnostic))).Is(200);
        var answer = await _service.QueryAsync<string>($"select answer from calendar.attempts where reminder = '{IdOf(mail)}'");
        Assert.StartsWith("5.1.1 ", answer, StringComparison.Ordinal);
        Assert.True(answer.Length <= 500 && !answer.Any(char.IsControl) && !answer.Contains('\u202E', StringComparison.Ordinal) && !answer.Contains(mail.To.Single(), StringComparison.Ordinal), answer);
        Assert.Equal(550, await _service.QueryAsync<int>($"select code from calendar.attempts where reminder = '{IdOf(mail)}'"));
    }

    private static string Filled(Func<int, string> piece)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < 1 << 20; i++)
        {
            text.Append(piece(i));
        }

        return text.ToString();
    }

    private static string Write(string report, ReceivedMail mail) => report switch
    {
        "postfix" => Bounces.Postfix(mail),
        "postfix, headers" => Bounces.Postfix(mail, headersOnly: true),
        "postfix, no such domain" => Bounces.Postfix(
            mail, status: "5.4.4", diagnostic: "X-Postfix; Host or domain name not found. Name service error for\n    name=example.org type=AAAA: Host not found"),
        "exim" => Bounces.Exim(mail),
        "exim, headers" => Bounces.Exim(mail, headersOnly: true),
        "exchange" => Bounces.Exchange(mail),
        "google" => Bounces.Google(mail),
        _ => Bounces.Google(mail, returns: false),
    };

    private static string IdOf(ReceivedMail mail) => mail.Message().MessageId![..36];

    private static int? Code(JsonElement of) => of.TryGetProperty("code", out var code) ? code.GetInt32() : null;

    private Task<Reply> PostAsync(string mail) => _service.PostMailAsync("/v1/bounces", mail, _service.Admin!);

    private async Task<int> RefusedAsync()
    {
        var watch = _service.Services.GetRequiredService<DeliveryWatch>();
        await watch.LookAsync(_service.Soon);
        return watch.Health!.Refused;
    }

    private Task<string> StateAsync(ReceivedMail mail) => _service.QueryAsync<string>($"select state from calendar.reminders where id = '{IdOf(mail)}'");

    private Task<string> RowsAsync() => _service.QueryAsync<string>(
        "select string_agg(row(r.*)::text || row(a.*)::text, ' ' order by r.id, a.number) from calendar.reminders r join calendar.attempts a on a.reminder = r.id");

    /// <summary>A reminder that has left for each of many.</summary>
    public sealed class Sent : IAsyncLifetime
    {
        private const int _recipients = 20;

        private Queue<ReceivedMail> _mails = new();

        public Reminded Reminded { get; private set; } = null!;

        /// <summary>One that stays delivered.</summary>
        public ReceivedMail Undisturbed { get; private set; } = null!;

        /// <summary>One that nobody else touches.</summary>
        public ReceivedMail Next() => _mails.Dequeue();

        public async Task InitializeAsync()
        {
            Reminded = await Reminded.StartAsync(Holding.Nothing, settings => settings with { MailSender = settings.MailSender with { Bounces = "bounces@calendar.example" } });
            await Reminded.RecordAsync(OneTask.Lines());
            await Reminded.Service.ExecuteAsync(OneTask.Contacts(_recipients));
            await Reminded.UntilMadeAsync();
            await Reminded.AtAsync("2027-01-08 08:00");
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"delivered {_recipients}"), await Reminded.StatesAsync());
            _mails = new(await Reminded.Server.MailsAsync());
            Undisturbed = _mails.Dequeue();
        }

        public async Task DisposeAsync() => await Reminded.DisposeAsync();
    }
}
