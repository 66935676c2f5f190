namespace Calendar.LocalPostgres;

/// <summary>Where the private PostgreSQL lives.</summary>
/// <param name="Folder">
/// The data folder. The cluster lies in its subfolder <c>postgres</c>, the socket in <c>run</c>, the log in <c>postgres.log</c>.
/// </param>
public sealed record LocalPostgresOptions(string Folder)
{
    /// <summary>The folder that holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; null: they are looked for.</summary>
    public string? BinariesFolder { get; init; }

    /// <summary>Told, in one line each, about the steps that take time.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>The database of the connection string, created if absent.</summary>
    public string Database { get; init; } = "calendar";
}
