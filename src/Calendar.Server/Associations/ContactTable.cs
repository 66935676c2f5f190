using Calendar.Associations;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Associations;

/// <summary>A contact as it is kept.</summary>
/// <param name="Unsubscribed">Since when the person wants no mails.</param>
internal sealed record Contact(Guid Id, ContactDetails Details, Instant Created, Instant Changed, Instant? Unsubscribed);

/// <summary>How a change of a contact ended.</summary>
internal abstract record ContactOutcome
{
    /// <param name="IsNew">False when it was already so.</param>
    public sealed record Done(Contact Contact, bool IsNew) : ContactOutcome;

    /// <summary>The association has as many as one may have.</summary>
    public sealed record TooMany : ContactOutcome;

    /// <summary>Whoever is to stand in is no other contact of the association or of one above it.</summary>
    public sealed record NoStandIn : ContactOutcome;

    public sealed record Unknown : ContactOutcome;
}

/// <summary>The table <c>calendar.contacts</c>. It is asked every time: what has been erased is in nobody's memory.</summary>
internal sealed class ContactTable(NpgsqlDataSource source)
{
    /// <summary>So many an association may have.</summary>
    public const int Most = 20;

    // One change of an association's contacts at a time. A stopped instance must not hold up the others.
    private const string _takeTurn = """
        set local lock_timeout = '10s';
        set local idle_in_transaction_session_timeout = '5s';
        """;

    private const string _lock = "select pg_advisory_xact_lock(hashtextextended('calendar.contacts ' || $1, 0))";
    private const string _columns = "id, name, role, mail, language, created, changed, away_until, stand_in, only_stands_in, unsubscribed";
    private const string _of = $"select {_columns} from calendar.contacts where association = $1 order by created, id";
    private const string _find = $"select {_columns} from calendar.contacts where id = $1";

    private const string _add = """
        insert into calendar.contacts (id, association, created, changed, name, role, mail, language, away_until, stand_in, only_stands_in, unsubscribed)
        values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    private const string _change = """
        update calendar.contacts set changed = $3, name = $4, role = $5, mail = $6, language = $7, away_until = $8, stand_in = $9, only_stands_in = $10, unsubscribed = $11
        where id = $1 and association = $2
        """;

    // Nobody is stood in for by who is not there.
    private const string _erase = """
        with erased as (delete from calendar.contacts where id = $1 and association = $2 returning id)
        update calendar.contacts set stand_in = null where stand_in in (select id from erased)
        """;

    private const string _standsIn = "select exists (select from calendar.contacts where id = $1 and association = any($2))";

    private const string _unsubscribe = """
        with person as (update calendar.contacts set unsubscribed = coalesce(unsubscribed, $2) where id = $1 returning id, association, mail, unsubscribed)
        insert into calendar.unsubscribed (hash, contact, since)
        select calendar.address_hash(newest.key, association, mail), id, unsubscribed from person, (select key from calendar.link_keys order by created desc, key limit 1) newest
        on conflict (hash) do update set contact = excluded.contact
        """;

    private const string _resubscribe = """
        with person as (update calendar.contacts set unsubscribed = null where id = $1 returning association, mail)
        delete from calendar.unsubscribed u using person, calendar.link_keys k where u.hash = calendar.address_hash(k.key, association, mail)
        """;

    private const string _stopped = """
        select u.contact, u.since from calendar.unsubscribed u, calendar.link_keys k where u.hash = calendar.address_hash(k.key, $1, $2) limit 1
        """;

    /// <summary>An association's contacts, the oldest first.</summary>
    public async Task<IReadOnlyList<Contact>> OfAsync(Slug association, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await OfAsync(connection, association, ct);
    }

    /// <summary>
    /// Adds one, unless there is one just like it: repeating a request is harmless. Who wanted no mails before they were erased wants none now, and has the id
    /// by which their links name them.
    /// </summary>
    /// <param name="above">The associations above: their contacts may stand in.</param>
    public Task<ContactOutcome> AddAsync(Guid id, Slug association, IReadOnlyList<Slug> above, ContactDetails details, Instant now, CancellationToken ct) =>
        InTurnAsync(
            association,
            async (connection, known) =>
            {
                if (known.FirstOrDefault(contact => contact.Details == details) is { } same)
                {
                    return new ContactOutcome.Done(same, IsNew: false);
                }

                if (known.Count >= Most)
                {
                    return new ContactOutcome.TooMany();
                }

                var stopped = await StoppedAsync(connection, association, details.Mail, ct);
                var added = new Contact(stopped is { Contact: var former } && known.All(contact => contact.Id != former) ? former : id, details, now, now, stopped?.Since);
                if (!await CanStandInAsync(connection, association, above, added, ct))
                {
                    return new ContactOutcome.NoStandIn();
                }

                await WriteAsync(connection, _add, association, added, ct);
                return new ContactOutcome.Done(added, IsNew: true);
            },
            ct);

    /// <summary>Changes one. Another address is another person's until they say so: whether that one wants mails is as it was left.</summary>
    /// <inheritdoc cref="AddAsync" path="/param"/>
    public Task<ContactOutcome> ChangeAsync(Guid id, Slug association, IReadOnlyList<Slug> above, ContactDetails details, Instant now, CancellationToken ct) =>
        InTurnAsync(
            association,
            async (connection, known) =>
            {
                if (known.FirstOrDefault(contact => contact.Id == id) is not { } contact)
                {
                    return new ContactOutcome.Unknown();
                }

                if (contact.Details == details)
                {
                    return new ContactOutcome.Done(contact, IsNew: false);
                }

                var unsubscribed = contact.Details.IsSameAddress(details.Mail) ? contact.Unsubscribed : (await StoppedAsync(connection, association, details.Mail, ct))?.Since;
                var changed = contact with { Details = details, Changed = now, Unsubscribed = unsubscribed };
                if (!await CanStandInAsync(connection, association, above, changed, ct))
                {
                    return new ContactOutcome.NoStandIn();
                }

                await WriteAsync(connection, _change, association, changed, ct);
                return new ContactOutcome.Done(changed, IsNew: false);
            },
            ct);

    /// <summary>Erases one. Who had it stand in has nobody then.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> EraseAsync(Guid id, Slug association, CancellationToken ct) =>
        await InTurnAsync(
            association,
            async (connection, known) =>
            {
                if (known.FirstOrDefault(contact => contact.Id == id) is not { } contact)
                {
                    return new ContactOutcome.Unknown();
                }

                await connection.ExecuteAsync(_erase, ct, id, association.Value);
                return new ContactOutcome.Done(contact, IsNew: false);
            },
            ct) is ContactOutcome.Done;

    /// <summary>One, of whichever association.</summary>
    public async Task<Contact?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var command = source.Command(_find, id);
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    /// <summary>The person wants no mails from now on, or wants them again.</summary>
    public Task UnsubscribeAsync(Guid id, bool wantsMails, Instant now, CancellationToken ct) =>
        wantsMails ? source.ExecuteAsync(_resubscribe, ct, id) : source.ExecuteAsync(_unsubscribe, ct, id, now.ToDateTimeUtc());

    private static async Task<bool> CanStandInAsync(NpgsqlConnection connection, Slug association, IReadOnlyList<Slug> above, Contact contact, CancellationToken ct)
    {
        if (contact.Details.StandIn is not { } standIn)
        {
            return true;
        }

        await using var command = connection.Command(_standsIn, standIn, above.Append(association).Select(one => one.Value).ToArray());
        return standIn != contact.Id && (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task<(Guid Contact, Instant Since)?> StoppedAsync(NpgsqlConnection connection, Slug association, string mail, CancellationToken ct)
    {
        await using var command = connection.Command(_stopped, association.Value, mail);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetGuid(0), Instant.FromDateTimeUtc(reader.GetDateTime(1))) : null;
    }

    private async Task<ContactOutcome> InTurnAsync(Slug association, Func<NpgsqlConnection, IReadOnlyList<Contact>, Task<ContactOutcome>> change, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);
        await connection.ExecuteAsync(_takeTurn, ct);
        await connection.ExecuteAsync(_lock, ct, association.Value);
        var outcome = await change(connection, await OfAsync(connection, association, ct));
        await transaction.CommitOrUnknownAsync();
        return outcome;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, string sql, Slug association, Contact contact, CancellationToken ct)
    {
        var details = contact.Details;
        await connection.ExecuteAsync(
            sql, ct, contact.Id, association.Value, contact.Changed.ToDateTimeUtc(), details.Name, details.Role, details.Mail, details.Language.Name(),
            details.AwayUntil?.ToDateOnly(), details.StandIn, details.OnlyStandsIn, contact.Unsubscribed?.ToDateTimeUtc());
    }

    private static async Task<IReadOnlyList<Contact>> OfAsync(NpgsqlConnection connection, Slug association, CancellationToken ct)
    {
        await using var command = connection.Command(_of, association.Value);
        return await ReadAsync(command, ct);
    }

    private static async Task<IReadOnlyList<Contact>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var contacts = new List<Contact>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var language = Names<Language>.TryParse(reader.GetString(4), out var known) ? known : default;
            var details = new ContactDetails(reader.GetString(1), await reader.IsDBNullAsync(2, ct) ? null : reader.GetString(2), reader.GetString(3), language)
            {
                AwayUntil = await reader.IsDBNullAsync(7, ct) ? null : LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(7)),
                StandIn = await reader.IsDBNullAsync(8, ct) ? null : reader.GetGuid(8),
                OnlyStandsIn = reader.GetBoolean(9),
            };
            contacts.Add(new Contact(
                reader.GetGuid(0), details, Instant.FromDateTimeUtc(reader.GetDateTime(5)), Instant.FromDateTimeUtc(reader.GetDateTime(6)),
                await reader.IsDBNullAsync(10, ct) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(10))));
        }

        return contacts;
    }
}
