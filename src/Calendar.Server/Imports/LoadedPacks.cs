using Calendar.Server.Exports;
using NodaTime;
using Npgsql;

namespace Calendar.Server.Imports;

/// <summary>
/// The notes on packs (<c>calendar.packs</c>) as an export carries them: without them the first start over a restored log would load
/// its packs once more, and record what was left out of the log on purpose.
/// </summary>
internal static class LoadedPacks
{
    public static async Task<IReadOnlyList<ExportLine.LoadedPack>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var packs = new List<ExportLine.LoadedPack>();
        await using var command = new NpgsqlCommand("select name, version, loaded from calendar.packs order by name", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            packs.Add(new ExportLine.LoadedPack(reader.GetString(0), reader.GetString(1), Instant.FromDateTimeUtc(reader.GetDateTime(2))));
        }

        return packs;
    }

    /// <summary>Notes a pack in a transaction of the caller's.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, ExportLine.LoadedPack pack, CancellationToken ct)
    {
        const string note = """
            insert into calendar.packs (name, version, loaded) values ($1, $2, $3)
            on conflict (name) do update set version = excluded.version, loaded = excluded.loaded
            """;
        await using var command = connection.Command(note, pack.Name, pack.Version, pack.Loaded.ToDateTimeUtc());
        await command.ExecuteNonQueryAsync(ct);
    }
}
