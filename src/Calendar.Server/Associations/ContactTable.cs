using Calendar.Associations;
using Calendar.EventStore;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Associations;

/// <summary>A contact as it is kept.</summary>
internal sealed record Contact(Guid Id, ContactDetails Details, Instant Created, Instant Changed);

/// <summary>How a change of a contact ended.</summary>
internal abstract record ContactOutcome
{
    /// <param name="IsNew">False when it was already so.</param>
    public sealed record Done(Contact Contact, bool IsNew) : ContactOutcome;

    /// <summary>The association has as many as one may have.</summary>
    public sealed record TooMany : ContactOutcome;

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
    private const string _of = "select id, name, role, mail, language, created, changed from calendar.contacts where association = $1 order by created, id";

    private const string _add = """
        insert into calendar.contacts (id, association, created, changed, name, role, mail, language) values ($1, $2, $3, $3, $4, $5, $6, $7)
        """;

    private const string _change = """
        update calendar.contacts set changed = $3, name = $4, role = $5, mail = $6, language = $7 where id = $1 and association = $2
        """;

    private const string _erase = "delete from calendar.contacts where id = $1 and association = $2";

    /// <summary>An association's contacts, the oldest first.</summary>
    public async Task<IReadOnlyList<Contact>> OfAsync(Slug association, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await OfAsync(connection, association, ct);
    }

    /// <summary>Adds one, unless there is one just like it: repeating a request is harmless.</summary>
    public Task<ContactOutcome> AddAsync(Guid id, Slug association, ContactDetails details, Instant now, CancellationToken ct) =>
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

                await WriteAsync(connection, _add, id, association, details, now, ct);
                return new ContactOutcome.Done(new Contact(id, details, now, now), IsNew: true);
            },
            ct);

    public Task<ContactOutcome> ChangeAsync(Guid id, Slug association, ContactDetails details, Instant now, CancellationToken ct) =>
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

                await WriteAsync(connection, _change, id, association, details, now, ct);
                return new ContactOutcome.Done(contact with { Details = details, Changed = now }, IsNew: false);
            },
            ct);

    /// <returns>Whether there was one.</returns>
    public async Task<bool> EraseAsync(Guid id, Slug association, CancellationToken ct)
    {
        await using var command = source.CreateCommand(_erase);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(association.Value);
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    private async Task<ContactOutcome> InTurnAsync(Slug association, Func<NpgsqlConnection, IReadOnlyList<Contact>, Task<ContactOutcome>> change, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, ct);
        await using (var turn = new NpgsqlCommand(_takeTurn, connection))
        {
            await turn.ExecuteNonQueryAsync(ct);
        }

        await using (var turn = new NpgsqlCommand(_lock, connection))
        {
            turn.Parameters.AddWithValue(association.Value);
            await turn.ExecuteNonQueryAsync(ct);
        }

        var outcome = await change(connection, await OfAsync(connection, association, ct));
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
            return outcome;
        }
        catch (Exception lost) when (Database.IsAway(lost))
        {
            throw new LogUnavailableException(LogUnavailableReason.OutcomeUnknown, lost);
        }
    }

    private static async Task WriteAsync(NpgsqlConnection connection, string sql, Guid id, Slug association, ContactDetails details, Instant now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in new object[]
        {
            id, association.Value, now.ToDateTimeUtc(), details.Name, (object?)details.Role ?? DBNull.Value, details.Mail, details.Language.Name(),
        })
        {
            command.Parameters.AddWithValue(value);
        }

        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<IReadOnlyList<Contact>> OfAsync(NpgsqlConnection connection, Slug association, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(_of, connection);
        command.Parameters.AddWithValue(association.Value);
        var contacts = new List<Contact>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var language = Names<Language>.TryParse(reader.GetString(4), out var known) ? known : default;
            contacts.Add(new Contact(
                reader.GetGuid(0), new ContactDetails(reader.GetString(1), await reader.IsDBNullAsync(2, ct) ? null : reader.GetString(2), reader.GetString(3), language),
                Instant.FromDateTimeUtc(reader.GetDateTime(5)), Instant.FromDateTimeUtc(reader.GetDateTime(6))));
        }

        return contacts;
    }
}
