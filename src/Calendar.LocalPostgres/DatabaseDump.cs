using System.Globalization;
using Npgsql;

namespace Calendar.LocalPostgres;

/// <summary>A whole database in a file of <c>pg_dump</c>'s custom format.</summary>
public sealed class DatabaseDump
{
    private DatabaseDump(string loadLine) => LoadLine = loadLine;

    /// <summary>The line for a shell that puts the dump in the place of what the database holds: all of it or nothing. It asks for the password, if one is needed.</summary>
    public string LoadLine { get; }

    /// <summary>Dumps a database of any server. The password reaches <c>pg_dump</c> in its environment: command lines are everybody's to read.</summary>
    /// <param name="connectionString">For Npgsql.</param>
    /// <param name="file">Where to; what is there is overwritten, and keeps its permissions.</param>
    /// <param name="finalFile">The path that <see cref="LoadLine"/> names.</param>
    /// <param name="binariesFolder">The folder that holds <c>pg_dump</c>; null: it is looked for.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LocalPostgresException">There is no fitting <c>pg_dump</c>, or it failed.</exception>
    public static async Task<DatabaseDump> WriteAsync(
        string connectionString, string file, string finalFile, string? binariesFolder, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var program = await Binaries.FindClientAsync("pg_dump", binariesFolder, await MajorAsync(connectionString, ct), ct);
        var target = Target(settings);
        var dump = await Programs.RunAsync(
            "/", [program, "--format=custom", "--no-password", "--file=" + file],
            [.. target.Select(setting => ("PG" + setting.Variable, setting.Value)), .. Secrets(settings)], ct);
        if (dump.ExitCode != 0)
        {
            throw new LocalPostgresException(LocalPostgresProblem.DumpFailed, $"The database could not be dumped: {dump.Output}");
        }

        var place = string.Join(' ', target.Select(setting => $"{setting.Word}={Quote(setting.Value)}"));
        return new DatabaseDump(
            $"{ShellText.Quote(Path.Combine(Path.GetDirectoryName(program)!, "pg_restore"))} --clean --if-exists --no-owner --single-transaction "
            + $"-d {ShellText.Quote(place)} {ShellText.Quote(finalFile)}");
    }

    private static async Task<int> MajorAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        return connection.PostgreSqlVersion.Major;
    }

    // Where it is, in libpq's words: as environment variables and in a connection string of its own.
    private static List<(string Variable, string Word, string Value)> Target(NpgsqlConnectionStringBuilder settings)
    {
        var hosts = settings.Host!.Split(',', StringSplitOptions.TrimEntries).Select(host => Split(host, settings.Port)).ToList();
        List<(string, string, string)> target =
        [
            ("HOST", "host", string.Join(',', hosts.Select(host => host.Name))),
            ("PORT", "port", string.Join(',', hosts.Select(host => host.Port.ToString(CultureInfo.InvariantCulture)))),
            ("USER", "user", settings.Username ?? Environment.UserName),
            ("DATABASE", "dbname", settings.Database ?? settings.Username ?? Environment.UserName),
            ("SSLMODE", "sslmode", settings.SslMode switch
            {
                SslMode.Disable => "disable",
                SslMode.Allow => "allow",
                SslMode.Require => "require",
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                _ => "prefer",
            }),
        ];
        if (hosts.Count > 1)
        {
            target.Add(("TARGETSESSIONATTRS", "target_session_attrs", "read-write"));
        }

        Add("SSLROOTCERT", "sslrootcert", settings.RootCertificate);
        Add("SSLCERT", "sslcert", settings.SslCertificate);
        Add("SSLKEY", "sslkey", settings.SslKey);
        return target;

        void Add(string variable, string word, string? value)
        {
            if (value is not null)
            {
                target.Add((variable, word, value));
            }
        }
    }

    // "db2:5433": one of several hosts may have a port of its own. A socket's folder has none.
    private static (string Name, int Port) Split(string host, int port) =>
        !host.StartsWith('/') && host.LastIndexOf(':') is > 0 and var colon && int.TryParse(host.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var own)
            ? (host[..colon], own)
            : (host, port);

    // As Npgsql finds them: in the string, else where it is told to look.
    private static IEnumerable<(string Name, string Value)> Secrets(NpgsqlConnectionStringBuilder settings)
    {
        if ((settings.Password ?? Environment.GetEnvironmentVariable("PGPASSWORD")) is { } password)
        {
            yield return ("PGPASSWORD", password);
        }

        if ((settings.Passfile ?? Environment.GetEnvironmentVariable("PGPASSFILE")) is { } file)
        {
            yield return ("PGPASSFILE", file);
        }
    }

    private static string Quote(string value) =>
        "'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
