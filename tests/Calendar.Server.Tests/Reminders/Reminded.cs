using System.Text.Json;
using Calendar.Server.Reminders;
using Calendar.Server.Reminders.Mail;
using Calendar.Server.Tests.Reminders.Mail;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Tests.Reminders;

/// <summary>A service that sends its mails to a real server, with contacts and days of a test's own.</summary>
public sealed class Reminded : IAsyncDisposable
{
    private Reminded(CalendarService service, SmtpServer server) => (Service, Server) = (service, server);

    public CalendarService Service { get; }

    public SmtpServer Server { get; }

    /// <param name="attempt">How long an attempt may take.</param>
    public static async Task<Reminded> StartAsync(Holding holding = Holding.Vietnam, SmtpServer? server = null, TimeSpan? attempt = null)
    {
        server ??= await SmtpServer.StartAsync();
        var mail = new MailSettings("127.0.0.1", server.Port, MailSecurity.None, null, [], 0, 4, "calendar.example");
        var service = await CalendarService.StartAsync(
            await CalendarService.DatabaseAsync(holding),
            settings => settings with { Mail = mail, MailSender = new MailSender("Lịch", "calendar@calendar.example"), LongestAttempt = attempt ?? TimeSpan.FromMinutes(1) });
        return new Reminded(service, server);
    }

    /// <summary>Adds somebody to write to, and returns their id.</summary>
    public async Task<Guid> ContactAsync(string association, string mail, string language = "vi")
    {
        var added = await Service.PostAsync($"/v1/associations/{association}/contacts", JsonSerializer.Serialize(new { name = "Văn phòng " + association, mail, language }));
        Assert.Equal(201, added.Status);
        await MakeAsync();
        return added.Json.GetProperty("id").GetGuid();
    }

    /// <summary>Makes what is to be reminded of by what is known now.</summary>
    public async Task MakeAsync() => await Service.Services.GetRequiredService<ReminderRound>().PassAsync(Service.Soon);

    /// <summary>Makes it this moment in Ha Noi, and waits until nothing is due any more.</summary>
    public async Task AtAsync(string moment)
    {
        SetClock(moment);
        await MakeAsync();
        await SettledAsync();
    }

    public void SetClock(string moment) => Service.Clock.Set(
        LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm").Parse(moment).Value.InZoneStrictly(DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"]).ToInstant());

    /// <summary>Waits until nothing is due any more, nor on its way.</summary>
    public Task SettledAsync() => UntilAsync(
        "select count(*) = 0 from calendar.reminders where state = 'attempting' or (state = 'queued' and carried_by is null and next_try <= '" + InstantPattern.General.Format(Service.Clock.GetCurrentInstant()) + "')");

    /// <summary>Waits until a question to the database is answered with true.</summary>
    public async Task UntilAsync(string sql)
    {
        var dispatcher = Service.Services.GetRequiredService<Dispatcher>();
        while (!await Service.QueryAsync<bool>(sql))
        {
            dispatcher.Wake();
            await Task.Yield();
            Service.Soon.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Server.DisposeAsync();
    }
}
