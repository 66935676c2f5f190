using System.Security.Cryptography;
using Calendar.EventStore;
using Calendar.Server.Health;
using Npgsql;

namespace Calendar.Server.Imports;

/// <summary>The facts shipped with the product: a folder of JSON lines, loaded in the order of the file names.</summary>
/// <param name="Version">A hash of the files.</param>
internal sealed record Pack(string Name, string Version, IReadOnlyList<string> Files)
{
    public static Pack Find(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Packs", name);
        if (!Slug.TryParse(name, out _) || !Directory.Exists(folder))
        {
            throw new SettingException($"CALENDAR_PACK names no pack that is shipped: '{name}'. Use vietnam, or none for an empty log.");
        }

        var files = Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return new Pack(name, Convert.ToHexStringLower(hash.GetHashAndReset())[..16], files);
    }
}

/// <summary>Loads a pack whose version is new, one instance at a time; the table <c>calendar.packs</c>.</summary>
internal sealed class PackLoader(
    NpgsqlDataSource source, EventLog log, AlmanacFollower follower, Importer importer, Settings settings, Readiness readiness, ILogger<PackLoader> logger)
{
    private const string _find = "select version from calendar.packs where name = $1";

    private const string _note = """
        insert into calendar.packs (name, version) values ($1, $2)
        on conflict (name) do update set version = excluded.version, loaded = now()
        """;

    /// <returns>The report, or null when there was nothing to load, or no fold to load it on.</returns>
    public async Task<ImportReport?> LoadAsync(Action<string> progress, CancellationToken ct)
    {
        if (follower.State == FoldState.Stopped)
        {
            return null;
        }

        var report = settings.Pack is { } name ? await LoadAsync(Pack.Find(name), progress, ct) : null;

        // Whoever loaded it, here or elsewhere: the first feed shows all of it.
        await follower.WaitForAsync(await log.LastPositionAsync(ct), ct);
        readiness.PackIsLoaded();
        return report;
    }

    private async Task<ImportReport?> LoadAsync(Pack pack, Action<string> progress, CancellationToken ct)
    {
        await using var alone = await AdvisoryLock.AcquireAsync(source, "calendar.packs", ct);
        if (await VersionOfAsync(pack.Name, ct) == pack.Version)
        {
            return null;
        }

        progress($"Loading the pack {pack.Name} …");
        var report = await importer.ImportAsync(pack.Files, new Actor("pack-" + pack.Name, Role.Pack), dryRun: false, _ => { }, ct);
        foreach (var refused in report.Refused)
        {
            logger.PackLineRefused(pack.Name, refused.File, refused.Line, refused.Why.Code, refused.Why.Pointer);
        }

        // Noted last: a crash before this loads it again, which adds only what is missing.
        await using var note = source.Command(_note, pack.Name, pack.Version);
        await note.ExecuteNonQueryAsync(ct);
        logger.PackLoaded(pack.Name, report.Recorded, report.Already, report.LeftOut.Lines, report.Refused.Lines);
        return report;
    }

    private async Task<string?> VersionOfAsync(string name, CancellationToken ct)
    {
        await using var command = source.Command(_find, name);
        return (string?)await command.ExecuteScalarAsync(ct);
    }
}
