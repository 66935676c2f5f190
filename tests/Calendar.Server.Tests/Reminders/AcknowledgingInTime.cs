using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Calendar.Planning;
using Calendar.Server.Reminders;
using Calendar.Server.Tests.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Calendar.Server.Tests.Reminders;

/// <summary>Owners say that they know while those above them are about to be told that they are silent.</summary>
public sealed class AcknowledgingInTime
{
    // A thousand in seventeen calendars. In each there are two more, whose owners stay silent.
    private const int _owners = 60;

    [Fact]
    public async Task Nobody_is_told_of_a_silence_after_it_was_broken()
    {
        for (var i = 0; i < Count.Of(1, 17); i++)
        {
            await RaceAsync();
        }
    }

    private static async Task RaceAsync()
    {
        await using var calendar = await Reminded.StartAsync(Holding.Nothing);
        var (service, dispatcher) = (calendar.Service, calendar.Service.Services.GetRequiredService<Dispatcher>());
        await RecordAsync(calendar);
        await calendar.AtAsync("2027-01-27 08:01");
        await calendar.MakeAsync();
        var links = await LinksAsync(service, "task");
        Assert.Equal((_owners + 2, _owners + 2L), (links.Count, await service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'escalation' and subject like 'escalation/1/%' and state = 'queued'")));

        calendar.SetClock("2027-02-03 08:00");
        dispatcher.Wake();
        var answered = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var asked = links.Where(link => !link.Key.Contains("silent", StringComparison.Ordinal)).OrderBy(link => string.GetHashCode(link.Key, StringComparison.Ordinal));
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = service.Soon }, async (link, _) =>
        {
            (await service.SendAsync("POST", link.Value, null)).Is(303);
            answered[link.Key] = await service.QueryAsync<long>("select last_value from calendar.delivery_numbers");
        });
        await calendar.SettledAsync();

        // A delivery's number is drawn when it can no more be taken back.
        var told = await ToldAsync(service);
        Assert.All(answered, one => Assert.False(
            told.TryGetValue(one.Key, out var number) && number > one.Value, $"Of {one.Key} somebody was told with {told.GetValueOrDefault(one.Key)}, after it was answered at {one.Value}."));
        var plan = service.Services.GetRequiredService<AlmanacFollower>().Current.Plans.Find(PlanId.OfCadence(2027))!;
        Assert.Equal(_owners, plan.Tasks.Values.Count(task => task.State == TaskState.Acknowledged));
        Assert.Equal(2, told.Keys.Count(owner => owner.Contains("silent", StringComparison.Ordinal)));
        Assert.Equal(0, await service.QueryAsync<long>("select count(*) from calendar.reminders where kind = 'escalation' and state not in ('delivered', 'superseded') and subject like 'escalation/1/%'"));

        // Of two silences the desk hears of the one of which those above have not said that they know.
        await service.SendAsync("POST", (await LinksAsync(service, "escalation"))["own-silent-1"], null);
        await calendar.AtAsync("2027-02-10 08:01");
        Assert.Equal("own-silent-2", await service.QueryAsync<string>(
            "select string_agg(distinct split_part(subject, '/', 5), ' ') from calendar.reminders where subject like 'escalation/2/%' and (state = 'delivered' or reason = 'carried')"));
    }

    // Each owner has somebody of its own above it: of several silences that one person is told of, there would be one message.
    private static async Task RecordAsync(Reminded calendar)
    {
        var service = calendar.Service;
        string[] owners = [.. Enumerable.Range(1, _owners).Select(i => i.ToString(CultureInfo.InvariantCulture)), "silent-1", "silent-2"];
        await ImportAsync(service, [
            .. OneTask.Lines(escalateAfter: 7, leads: "14").Split('\n'),
            .. owners.SelectMany(owner => new[] { Association("above-" + owner, "central", "vufo"), Association("own-" + owner, "local", "above-" + owner) }),
        ]);
        await service.ExecuteAsync("""
            insert into calendar.contacts (id, association, created, changed, name, mail, language)
            select gen_random_uuid(), of, now(), now(), of, of || '@example.org', 'vi'
            from (select distinct split_part(stream_id, '-', 1), substr(stream_id, length('association-') + 1) as of from calendar.mt_events where type = 'association_registered') a
            """);
        await calendar.Service.Services.GetRequiredService<Calendar.Server.Planning.PlanningRound>().PassAsync(service.Soon);
        await ImportAsync(service, owners.Select(owner =>
            $$"""{"key":"tests/task/{{owner}}","do":"add_task","plan":"cadence-2027","task":"task-{{owner}}","title":"Việc","due":"2027-02-10","owner":"own-{{owner}}"}"""));
        await calendar.MakeAsync();
    }

    private static string Association(string slug, string scope, string parent) =>
        $$$"""{"key":"tests/{{{slug}}}","do":"register_association","association":"{{{slug}}}","name":{"vi":"{{{slug}}}","en":"{{{slug}}}"},"scope":"{{{scope}}}","parent":"{{{parent}}}","language":"vi","zone":"Asia/Ho_Chi_Minh","source":{"citation":"c","confidence":"confirmed"}}""";

    private static async Task ImportAsync(CalendarService service, IEnumerable<string> lines)
    {
        using var body = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/jsonl");
        var report = (await service.SendAsync("POST", "/v1/imports", body, CalendarService.Bearer(service.Admin!))).Is(200);
        Assert.True(report.Json.GetProperty("refused").GetArrayLength() == 0, report.ToString());
    }

    // By owner.
    private static async Task<Dictionary<string, string>> LinksAsync(CalendarService service, string kind)
    {
        var (links, made) = (service.Services.GetRequiredService<SignedLinks>(), new Dictionary<string, string>(StringComparer.Ordinal));
        await using var command = service.Source.CreateCommand($"select id, association from calendar.reminders where kind = '{kind}' and association like 'own-%' and state = 'delivered'");
        await using var reader = await command.ExecuteReaderAsync(service.Soon);
        while (await reader.ReadAsync(service.Soon))
        {
            made.Add(reader.GetString(1), (await links.MakeAsync(LinkPurpose.Acknowledge, reader.GetGuid(0), null, service.Soon))[CalendarService.PublicUrl.Length..]);
        }

        return made;
    }

    private static async Task<Dictionary<string, long>> ToldAsync(CalendarService service)
    {
        var told = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var command = service.Source.CreateCommand("""
            select r.association, max(a.delivery) from calendar.reminders r join calendar.attempts a on a.reminder = r.id where r.kind = 'escalation' and a.outcome = 'delivered' group by 1
            """);
        await using var reader = await command.ExecuteReaderAsync(service.Soon);
        while (await reader.ReadAsync(service.Soon))
        {
            told.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return told;
    }
}
