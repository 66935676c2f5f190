using System.Net;
using System.Security.Cryptography.X509Certificates;
using Calendar.Server.Reminders.Mail;
using Ended = Calendar.Server.Reminders.Outcome;

namespace Calendar.Server.Tests.Reminders.Mail;

public sealed class TrustInAServer : IAsyncLifetime
{
    private static readonly X509Certificate2 _certificate = SmtpServer.MakeCertificate();
    private static readonly NetworkCredential _good = new("lan@example.org", "mật khẩu");

    private SmtpServer _upgraded = null!;

    public async Task InitializeAsync() => _upgraded = await SmtpServer.StartAsync(new SmtpServerOptions(Certificate: _certificate, User: _good.UserName, Password: _good.Password));

    public async Task DisposeAsync() => await _upgraded.DisposeAsync();

    [Fact]
    public async Task With_its_own_root_it_is_encrypted_and_we_sign_in()
    {
        await using (var channel = Channels.Channel(Channels.To(_upgraded.Port, MailSecurity.StartTls, _good) with { Roots = [_certificate] }))
        {
            Assert.IsType<Ended.Delivered>(await channel.SendAsync(Channels.Mail()));
        }

        var mail = Assert.Single(await _upgraded.MailsAsync());
        Assert.Equal((true, "lan@example.org"), (mail.Secure, mail.User));

        await using var login = await SmtpServer.StartAsync(new SmtpServerOptions(Certificate: _certificate, IsTlsFromTheStart: true, User: _good.UserName, Password: _good.Password, Without: "PLAIN"));
        await using var implicitly = Channels.Channel(Channels.To(login.Port, MailSecurity.Tls, _good) with { Roots = [_certificate] });
        Assert.IsType<Ended.Delivered>(await implicitly.SendAsync(Channels.Mail()));
        Assert.True(Assert.Single(await login.MailsAsync()).Secure);
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_closes_the_way()
    {
        await AwayAsync(_upgraded, Channels.To(_upgraded.Port, MailSecurity.StartTls, _good), "certificate is not trusted");
        await AwayAsync(_upgraded, Channels.To(_upgraded.Port, MailSecurity.StartTls, _good) with { Roots = [SmtpServer.MakeCertificate()] }, "certificate is not trusted");
        var foreign = SmtpServer.MakeCertificate("mail.example.org");
        await using var other = await SmtpServer.StartAsync(new SmtpServerOptions(Certificate: foreign));
        await AwayAsync(other, Channels.To(other.Port, MailSecurity.StartTls) with { Roots = [foreign] }, "certificate is not trusted: it is for another name");
    }

    [Fact]
    public async Task A_wrong_password_closes_the_way_and_is_not_repeated()
    {
        var wrong = new NetworkCredential(_good.UserName, "wrong-password");
        await AwayAsync(_upgraded, Channels.To(_upgraded.Port, MailSecurity.StartTls, wrong) with { Roots = [_certificate] }, "The server does not let us in", 535);
        await AwayAsync(_upgraded, Channels.To(_upgraded.Port, MailSecurity.StartTls) with { Roots = [_certificate] }, "", 530);
    }

    [Fact]
    public async Task Without_starttls_nothing_is_said()
    {
        await using var plain = await SmtpServer.StartAsync();
        await AwayAsync(plain, Channels.To(plain.Port, MailSecurity.StartTls, _good), "does not support the STARTTLS extension");
        await AwayAsync(plain, Channels.To(plain.Port, MailSecurity.Tls, _good), "");
        await AwayAsync(plain, Channels.To(plain.Port, MailSecurity.None, _good), "");
    }

    [Fact]
    public async Task A_server_that_goes_back_on_starttls_gets_nothing()
    {
        await _upgraded.AnswerAsync(SmtpStep.Starttls, "454 4.7.0 TLS not available", times: 1);
        await AwayAsync(_upgraded, Channels.To(_upgraded.Port, MailSecurity.StartTls, _good) with { Roots = [_certificate] }, "TLS not available", 454);
        await _upgraded.CloseAtAsync(SmtpStep.Starttls, times: 1);
        await AwayAsync(_upgraded, Channels.To(_upgraded.Port, MailSecurity.StartTls, _good) with { Roots = [_certificate] }, "");
    }

    private static async Task AwayAsync(SmtpServer server, MailSettings settings, string answer, int? code = null)
    {
        await using var channel = Channels.Channel(settings);
        var away = Assert.IsType<Ended.Away>(await channel.SendAsync(Channels.Mail()));
        Assert.Contains(answer, away.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("password", away.Answer, StringComparison.Ordinal);
        Assert.Equal(code, away.Code);
        Assert.Empty(await server.MailsAsync());
    }
}
