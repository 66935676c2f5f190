using Calendar.Almanacs;
using Calendar.Reminders;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Reminders;

/// <summary>Where a mail goes: of a person, read when it leaves and kept nowhere.</summary>
internal sealed record MailAddress(string Name, string Address);

/// <param name="Name">Of the person, or what a webhook is for.</param>
internal sealed record NamedRecipient(Slug Association, string? Name);

/// <summary>Whom messages go to, from the tables in which people can be erased.</summary>
internal sealed class Recipients(NpgsqlDataSource source, Settings settings)
{
    /// <summary>The desk's own address is a setting, not a contact.</summary>
    public static readonly Guid Desk = new("de5c0000-0000-4000-8000-000000000000");

    private const string _all = """
        select id, association, 'mail', language, unsubscribed is not null, away_until, stand_in, only_stands_in, created from calendar.contacts
        union all
        select id, association, 'webhook', 'vi', disabled is not null, null, null, false, created from calendar.webhooks
        """;

    private const string _names = """
        select id, association, name from calendar.contacts where id = any($1) union all select id, association, name from calendar.webhooks where id = any($1)
        """;

    private const string _mail = "select name, mail from calendar.contacts where id = $1 and unsubscribed is null";

    /// <param name="almanac">Knows the umbrella union, whose the desk is.</param>
    public async Task<AddressBook> BookAsync(Almanac almanac, CancellationToken ct)
    {
        await using var command = source.CreateCommand(_all);
        var recipients = new List<Recipient>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (Slug.TryParse(reader.GetString(1), out var association) && Names<ReminderChannel>.TryParse(reader.GetString(2), out var channel))
            {
                recipients.Add(new Recipient(reader.GetGuid(0), association, channel, Names<Language>.TryParse(reader.GetString(3), out var language) ? language : default)
                {
                    IsClosed = reader.GetBoolean(4),
                    AwayUntil = await reader.IsDBNullAsync(5, ct) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(5)),
                    StandIn = await reader.IsDBNullAsync(6, ct) ? null : reader.GetGuid(6),
                    OnlyStandsIn = reader.GetBoolean(7),
                    Since = Instant.FromDateTimeUtc(reader.GetDateTime(8)),
                });
            }
        }

        return new AddressBook(recipients, settings.Desk is not null && almanac.Umbrella is { Slug: var umbrella } ? new Recipient(Desk, umbrella, ReminderChannel.Mail, Language.Vi) : null);
    }

    /// <summary>Whose these are, and what they are called: people by their names. Those that have been erased are not among them.</summary>
    public async Task<IReadOnlyDictionary<Guid, NamedRecipient>> NamesAsync(IEnumerable<Guid> recipients, CancellationToken ct)
    {
        await using var command = source.Command(_names, recipients.Distinct().ToArray());
        var names = new Dictionary<Guid, NamedRecipient>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (Slug.TryParse(reader.GetString(1), out var association))
            {
                names.Add(reader.GetGuid(0), new NamedRecipient(association, await reader.IsDBNullAsync(2, ct) ? null : reader.GetString(2)));
            }
        }

        return names;
    }

    /// <summary>Where to write to a recipient now; null where there is nobody any more, or they want no mails.</summary>
    public async Task<MailAddress?> FindAsync(Guid recipient, CancellationToken ct)
    {
        if (recipient == Desk)
        {
            return settings.Desk is { } desk ? new MailAddress("", desk) : null;
        }

        if (recipient == DeliveryWatch.Canary)
        {
            return settings.Canary is { } canary ? new MailAddress("", canary) : null;
        }

        await using var command = source.Command(_mail, recipient);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new MailAddress(reader.GetString(0), reader.GetString(1)) : null;
    }
}
