using Calendar.Server;
using Calendar.Server.Reminders.Mail;

namespace Calendar.Specs.Reminders.Mail;

public class WhenTheMailServerIsSet
{
    private const string _secret = "hunter2";

    [Theory]
    [InlineData("smtp://mail.example.org", "mail.example.org", 587, "StartTls")]
    [InlineData("smtp://mail.example.org:2525/", "mail.example.org", 2525, "StartTls")]
    [InlineData("smtps://mail.example.org", "mail.example.org", 465, "Tls")]
    [InlineData("smtp+plain://127.0.0.1", "127.0.0.1", 25, "None")]
    [InlineData("smtps://[::1]:4465", "[::1]", 4465, "Tls")]
    public void Its_address_says_how_it_is_reached(string address, string host, int port, string security)
    {
        var mail = Read(("CALENDAR_SMTP", address), From).Mail!;
        Assert.Equal((host.Trim('[', ']'), port, security, null, 10, 4, "calendar.example"),
            (mail.Host, mail.Port, mail.Security.ToString(), mail.Credentials, mail.Rate, mail.Connections, mail.Greeting));
    }

    [Fact]
    public void A_user_has_a_password_which_nothing_shows()
    {
        var mail = Read(("CALENDAR_SMTP", "smtp://lan%40example.org@mail.example.org"), ("CALENDAR_SMTP_PASSWORD", _secret), From).Mail!;
        Assert.Equal(("lan@example.org", _secret), (mail.Credentials!.UserName, mail.Credentials.Password));
        Assert.DoesNotContain(_secret, mail.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_may_lie_in_a_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, _secret + "\n");
        Assert.Equal(_secret, Read(("CALENDAR_SMTP", "smtps://lan@mail.example.org"), ("CALENDAR_SMTP_PASSWORD_FILE", file), From).Mail!.Credentials!.Password);
        File.Delete(file);
    }

    [Fact]
    public void Without_tls_a_password_goes_to_this_machine_only()
    {
        Assert.NotNull(Read(("CALENDAR_SMTP", "smtp+plain://lan@127.0.0.1"), ("CALENDAR_SMTP_PASSWORD", _secret), From).Mail!.Credentials);
        Assert.NotNull(Read(("CALENDAR_SMTP", "smtp+plain://lan@localhost"), ("CALENDAR_SMTP_PASSWORD", _secret), From).Mail!.Credentials);
        Refused("CALENDAR_SMTP is not safe", ("CALENDAR_SMTP", "smtp+plain://lan@mail.example.org"), ("CALENDAR_SMTP_PASSWORD", _secret), From);
        Refused("CALENDAR_SMTP is not safe", ("CALENDAR_SMTP", "smtp+plain://lan@localhost.example.org"), ("CALENDAR_SMTP_PASSWORD", _secret), From);
    }

    [Fact]
    public void Mails_have_a_sender()
    {
        var sender = Read(("CALENDAR_SMTP", "smtp://mail.example.org"), ("CALENDAR_MAIL_FROM", "Lịch hữu nghị <nhac@Example.org>"), ("CALENDAR_MAIL_REPLY_TO", "desk@example.org")).MailSender;
        Assert.Equal(new MailSender("Lịch hữu nghị", "nhac@example.org", new MailSender(null, "desk@example.org")), sender);
        Assert.Equal("example.org", sender.Domain);
    }

    [Fact]
    public void What_comes_back_goes_to_the_sender_unless_another_address_is_set()
    {
        var server = ("CALENDAR_SMTP", "smtp://mail.example.org");
        Assert.Equal("calendar@example.org", Read(server, From).MailSender.Envelope);
        var sender = Read(server, From, ("CALENDAR_MAIL_BOUNCES", "bounces@Example.org")).MailSender;
        Assert.Equal(("bounces@example.org", "calendar@example.org"), (sender.Envelope, sender.Address));
    }

    [Fact]
    public void Without_a_server_mails_come_from_the_own_host()
    {
        Assert.Null(Read().Mail);
        Assert.Equal("calendar@calendar.example", Read().MailSender.Address);
        Assert.Equal("calendar@localhost", Settings.Read(_ => null).MailSender.Address);
    }

    [Theory]
    [InlineData("mail.example.org")]
    [InlineData("https://mail.example.org")]
    [InlineData("smtp://mail.example.org/path")]
    [InlineData("smtp://mail.example.org?x=hunter2")]
    [InlineData("smtp://lan:hun/ter2@mail.example.org")]
    public void What_is_no_address_is_refused(string address) => Refused("CALENDAR_SMTP is not an address such as smtp://host:587", ("CALENDAR_SMTP", address), From);

    [Fact]
    public void Each_refusal_names_what_is_missing_or_wrong_and_no_value()
    {
        var server = ("CALENDAR_SMTP", "smtp://mail.example.org");
        var user = ("CALENDAR_SMTP", "smtp://lan@mail.example.org");
        Refused("CALENDAR_SMTP holds a password; it should stand in CALENDAR_SMTP_PASSWORD", ("CALENDAR_SMTP", $"smtp://lan:{_secret}@mail.example.org"), From);
        Refused("CALENDAR_SMTP_PASSWORD is not set", user, From);
        Refused("CALENDAR_SMTP names no user", server, ("CALENDAR_SMTP_PASSWORD", _secret), From);
        Refused("CALENDAR_SMTP_PASSWORD and CALENDAR_SMTP_PASSWORD_FILE", user, ("CALENDAR_SMTP_PASSWORD", _secret), ("CALENDAR_SMTP_PASSWORD_FILE", "/x"), From);
        Refused("CALENDAR_SMTP_PASSWORD_FILE is not a file", user, ("CALENDAR_SMTP_PASSWORD_FILE", $"/{_secret}"), From);
        Refused("CALENDAR_SMTP_PASSWORD is set, but CALENDAR_SMTP is not", ("CALENDAR_SMTP_PASSWORD", _secret));
        Refused("CALENDAR_SMTP_CA is not a PEM file", server, ("CALENDAR_SMTP_CA", $"/{_secret}"), From);
        Refused("CALENDAR_SMTP_CA is not a PEM file", server, ("CALENDAR_SMTP_CA", typeof(Settings).Assembly.Location), From);
        Refused("CALENDAR_MAIL_FROM is not set", server);
        Refused("CALENDAR_MAIL_FROM is not a mail address", server, ("CALENDAR_MAIL_FROM", "Calendar"));
        Refused("CALENDAR_MAIL_FROM is not a mail address", server, ("CALENDAR_MAIL_FROM", "a@example.org, b@example.org"));
        Refused("CALENDAR_MAIL_REPLY_TO is not a mail address", server, From, ("CALENDAR_MAIL_REPLY_TO", "x@y"));
        Refused("CALENDAR_MAIL_BOUNCES is not a mail address", server, From, ("CALENDAR_MAIL_BOUNCES", "Bounces <bounces@example.org>"));
        Refused("CALENDAR_MAIL_RATE is not a number of mails a second", server, From, ("CALENDAR_MAIL_RATE", "-1"));
        Refused("CALENDAR_MAIL_CONNECTIONS is not a number of connections from 1 to 100", server, From, ("CALENDAR_MAIL_CONNECTIONS", "0"));
    }

    [Theory]
    [InlineData("1", "100", "30", "at most 30, or the rate at least 4.")]
    [InlineData("1", "2", "1", "at most 1, or the rate at least 2.")]
    [InlineData("3", "100", "33", "at most 99, or the rate at least 4.")]
    public void Connections_that_would_wait_for_their_turn_longer_than_they_hold_a_mail_are_refused(string rate, string connections, string longest, string instead)
    {
        Refused($"CALENDAR_MAIL_CONNECTIONS is too many for CALENDAR_MAIL_RATE: a mail would wait longer for its turn than CALENDAR_LONGEST_ATTEMPT. It should be {instead}", Paced(rate));
        Assert.Equal(0, Read(Paced("0")).Mail!.Rate);
        Assert.Equal(100, Read(Paced("100")).Mail!.Rate);

        (string, string)[] Paced(string at) =>
            [("CALENDAR_SMTP", "smtp://mail.example.org"), From, ("CALENDAR_MAIL_RATE", at), ("CALENDAR_MAIL_CONNECTIONS", connections), ("CALENDAR_LONGEST_ATTEMPT", longest)];
    }

    private static (string, string) From => ("CALENDAR_MAIL_FROM", "Calendar <calendar@example.org>");

    private static Settings Read(params (string Name, string Value)[] set) =>
        Settings.Read(name => name == "CALENDAR_PUBLIC_URL" ? "https://calendar.example" : set.FirstOrDefault(one => one.Name == name).Value);

    private static void Refused(string start, params (string Name, string Value)[] set)
    {
        var message = Assert.Throws<SettingException>(() => Read(set)).Message;
        Assert.StartsWith(start, message, StringComparison.Ordinal);
        Assert.DoesNotContain(_secret, message, StringComparison.Ordinal);
    }
}
