using Calendar.EventStore;
using Calendar.Server.Reminders.Webhooks;
using Npgsql;

namespace Calendar.Server.Tests.Reminders.Webhooks;

/// <summary>A database in which a webhook was a member of a contact.</summary>
public sealed class WebhooksOfContacts
{
    private const string Former = """
        drop table calendar.webhook_requests, calendar.webhook_secrets, calendar.webhooks;
        alter table calendar.contacts add webhook text null, alter mail drop not null;
        delete from calendar.migrations where name like '%0007_webhooks%';
        insert into calendar.contacts (id, association, name, mail, webhook, language, created, changed)
        values
          (gen_random_uuid(), 'vufo', 'Both', 'both@vufo.example', 'https://hooks.example.org/a', 'vi', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
          (gen_random_uuid(), 'vufo', 'Same', null, 'https://hooks.example.org/a', 'vi', '2026-01-03T00:00:00Z', '2026-01-04T00:00:00Z'),
          (gen_random_uuid(), 'hufo', 'Only', null, 'https://hooks.example.org/a', 'vi', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z'),
          (gen_random_uuid(), 'vufo', 'Mail', 'mail@vufo.example', null, 'vi', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z')
        """;

    [Fact]
    public async Task They_become_the_associations_own_and_contacts_are_people_with_a_mail_address()
    {
        var soon = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;
        await using var source = NpgsqlDataSource.Create(await CalendarService.DatabaseAsync(Holding.Nothing));
        await using (var back = source.CreateCommand(Former))
        {
            await back.ExecuteNonQueryAsync(soon);
        }

        await Migrator.MigrateAsync(source, [typeof(EventLog).Assembly, typeof(CalendarApp).Assembly], soon);

        await using (var contacts = source.CreateCommand("select string_agg(name || ' ' || mail, ', ' order by name) from calendar.contacts"))
        {
            Assert.Equal("Both both@vufo.example, Mail mail@vufo.example", await contacts.ExecuteScalarAsync(soon));
        }

        var webhooks = await new WebhookTable(source).OfAsync(null, soon);
        Assert.Equal(["vufo https://hooks.example.org/a", "hufo https://hooks.example.org/a"], webhooks.Select(one => $"{one.Association} {one.Details.Url}"));
        Assert.All(webhooks, one => Assert.Equal((32, null), (one.Secrets.Single().Key.Length, one.Disabled)));
        Assert.NotEqual(webhooks[0].Secrets.Single().Key, webhooks[1].Secrets.Single().Key);
    }
}
