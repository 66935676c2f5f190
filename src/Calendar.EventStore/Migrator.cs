using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>
/// Applies the embedded scripts <c>Schema/*.sql</c> of the given assemblies: the assemblies in the order given, the scripts of
/// each in ordinal name order, each once, in a transaction of its own, noted with its SHA-256 in <c>calendar.migrations</c>.
/// Instances that start together wait for each other. Scripts noted by a later build are left alone.
/// </summary>
public static class Migrator
{
    private const string CreateNotes = """
        create schema if not exists calendar;
        create table if not exists calendar.migrations (
          name    text        not null primary key,
          sha256  bytea       not null,
          applied timestamptz not null default now()
        )
        """;

    private const string ReadNotes = "select name, sha256 from calendar.migrations";

    private const string AddNote = "insert into calendar.migrations (name, sha256) values ($1, $2)";

    /// <summary>Brings the database to the scripts' state.</summary>
    /// <exception cref="MigrationException">A script fails, or was edited after it had been applied; the message names it.</exception>
    public static async Task MigrateAsync(NpgsqlDataSource dataSource, IReadOnlyList<Assembly> scripts, CancellationToken ct)
    {
        await using var alone = await AdvisoryLock.AcquireAsync(dataSource, "calendar.migrations", ct);
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using (var create = new NpgsqlCommand(CreateNotes, connection))
            await create.ExecuteNonQueryAsync(ct);

        var notes = await ReadNotesAsync(connection, ct);
        foreach (var script in scripts.SelectMany(Scripts))
        {
            if (!notes.TryGetValue(script.Name, out var applied))
                await ApplyAsync(connection, script, ct);
            else if (!applied.AsSpan().SequenceEqual(script.Hash))
                throw new MigrationException($"Script {script.Name} was edited after it had been applied. Undo that and add a new script.");
        }
    }

    private static IEnumerable<Script> Scripts(Assembly assembly)
    {
        var name = assembly.GetName().Name;
        var prefix = $"{name}.Schema.";
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(resource => Read(assembly, resource, $"{name}/{resource[prefix.Length..]}"));
    }

    private static Script Read(Assembly assembly, string resource, string name)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new Script(name, Encoding.UTF8.GetString(bytes.ToArray()), SHA256.HashData(bytes.ToArray()));
    }

    private static async Task<Dictionary<string, byte[]>> ReadNotesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var notes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(ReadNotes, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            notes.Add(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
        return notes;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Script script, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await using var run = new NpgsqlCommand(script.Sql, connection, transaction) { CommandTimeout = 0 };
            await run.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e)
        {
            throw new MigrationException($"Script {script.Name} failed: {e.MessageText}", e);
        }

        await using var note = new NpgsqlCommand(AddNote, connection, transaction);
        note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = script.Name });
        note.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = script.Hash });
        await note.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private sealed record Script(string Name, string Sql, byte[] Hash);
}
