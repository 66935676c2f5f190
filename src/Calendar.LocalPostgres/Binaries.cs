using System.Globalization;

namespace Calendar.LocalPostgres;

/// <summary>A folder with PostgreSQL's programs, and their major version.</summary>
internal sealed record Binaries(string Folder, int Major)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>The first of the wanted major version, else the first: in the setting alone if there is one, else on PATH, then
    /// where packages put them, newest first.</summary>
    /// <exception cref="LocalPostgresException">There are none.</exception>
    public static async Task<Binaries> FindAsync(string? setting, int? wanted, CancellationToken ct)
    {
        Binaries? first = null;
        var folders = setting is null ? OnPath().Concat(Packaged()) : [Path.GetFullPath(setting)];
        foreach (var folder in folders.Where(IsComplete).Select(Real).Distinct(StringComparer.Ordinal))
        {
            if (await MajorAsync(Path.Combine(folder, "postgres"), ct) is not { } major)
            {
                continue;
            }

            first ??= new Binaries(folder, major);
            if (wanted is null || wanted == major)
            {
                return new Binaries(folder, major);
            }
        }

        return first ?? throw NotFound(setting);
    }

    /// <summary>A client program of a server's major version, else of a later one: it refuses servers newer than itself.</summary>
    /// <exception cref="LocalPostgresException">There is none.</exception>
    public static async Task<string> FindClientAsync(string name, string? setting, int major, CancellationToken ct)
    {
        string? later = null;
        var folders = setting is null ? Packaged().Concat(OnPath()) : [Path.GetFullPath(setting)];
        foreach (var program in folders.Select(folder => Path.Combine(folder, name)).Where(File.Exists))
        {
            var found = await MajorAsync(program, ct);
            if (found == major)
            {
                return program;
            }

            later ??= found > major ? program : null;
        }

        return later ?? throw new LocalPostgresException(LocalPostgresProblem.BinariesNotFound, string.Create(
            CultureInfo.InvariantCulture,
            $"{name} of PostgreSQL {major} or later is not in {setting ?? "/usr/lib/postgresql/*/bin or a folder of PATH"}. "
            + $"Install it (apt-get install postgresql-client-{major}), or name its folder (CALENDAR_POSTGRES_BIN)."));
    }

    // Of distributions only some programs are on PATH (Debian: psql, but neither initdb nor postgres).
    private static bool IsComplete(string folder) => Needed.All(name => File.Exists(Path.Combine(folder, name)));

    // A folder of links to the programs may lack those the way to another version needs (psql).
    private static string Real(string folder) =>
        File.ResolveLinkTarget(Path.Combine(folder, "postgres"), returnFinalTarget: true) is { } target
        && Path.GetDirectoryName(target.FullName) is { } real && IsComplete(real)
            ? real
            : folder;

    private static IEnumerable<string> OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathFullyQualified);

    private static IEnumerable<string> Packaged()
    {
        (string Parent, string Pattern)[] places =
        [
            ("/usr/lib/postgresql", "*"), // Debian
            ("/usr", "pgsql-*"), // Red Hat
            ("/opt/homebrew/opt", "postgresql*"),
            ("/usr/local/opt", "postgresql*"), // Homebrew on Intel
        ];
        return places
            .Where(place => Directory.Exists(place.Parent))
            .SelectMany(place => Directory.EnumerateDirectories(place.Parent, place.Pattern).OrderByDescending(Number))
            .Select(folder => Path.Combine(folder, "bin"));
    }

    private static int Number(string folder)
    {
        var name = Path.GetFileName(folder);
        return LeadingNumber(name[(name.LastIndexOfAny(['-', '@']) + 1)..]) ?? 0;
    }

    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19devel"
    private static async Task<int?> MajorAsync(string program, CancellationToken ct)
    {
        var answer = await Programs.RunAsync("/", [program, "--version"], ct);
        var words = answer.Output.Split(' ');
        return answer.ExitCode == 0 && words.Length > 2 ? LeadingNumber(words[2]) : null;
    }

    public static int? LeadingNumber(string text) =>
        int.TryParse(text.AsSpan(0, text.TakeWhile(char.IsAsciiDigit).Count()), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static LocalPostgresException NotFound(string? setting) => new(
        LocalPostgresProblem.BinariesNotFound,
        setting is null
            ? "PostgreSQL is not installed: initdb, pg_ctl and postgres are together neither in a folder of PATH nor in "
              + "/usr/lib/postgresql/*/bin. Install it (apt-get install postgresql; brew install postgresql), name its folder "
              + "(CALENDAR_POSTGRES_BIN), or give the connection string of a server."
            : $"CALENDAR_POSTGRES_BIN names {setting}, which does not hold working initdb, pg_ctl and postgres. "
              + "Name the folder that does (Debian: /usr/lib/postgresql/15/bin), or leave the setting out to have it found.");
}
