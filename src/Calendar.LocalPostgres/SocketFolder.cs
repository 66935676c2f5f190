using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Calendar.LocalPostgres;

/// <summary>Where the cluster's socket lies: in the data folder, or, if that does not fit, in a short folder of its own.</summary>
internal static class SocketFolder
{
    private const int Longest = 90; // bytes; a socket's address has room for about 104, its name included
    private const string RuntimePrefix = "/tmp/calendar-";

    public static string Choose(string dataFolder)
    {
        // A comma would be read as the end of a host, a quote as the end of a setting.
        var run = Path.Combine(dataFolder, "run");
        return Encoding.UTF8.GetByteCount(run) <= Longest && run.AsSpan().IndexOfAny(',', '"') < 0
            ? run
            : RuntimePrefix + RandomNumberGenerator.GetHexString(32, lowercase: true); // nobody can have made it before; see PidFile
    }

    /// <summary>A folder with a random name serves one run.</summary>
    public static void Forget(string socketFolder)
    {
        if (socketFolder.StartsWith(RuntimePrefix, StringComparison.Ordinal) && Directory.Exists(socketFolder))
        {
            Directory.Delete(socketFolder, recursive: true);
        }
    }

    /// <summary>Neither TLS nor GSS: on a socket both cost a round trip for nothing.</summary>
    public static string ConnectionString(string socketFolder, string database, bool pooling = true) => new NpgsqlConnectionStringBuilder
    {
        Host = socketFolder,
        Port = 5432,
        Username = "postgres",
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        Pooling = pooling,
    }.ConnectionString;

    /// <returns>Null if a server answers, else why not.</returns>
    public static async Task<string?> SilenceAsync(string socketFolder, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(socketFolder, ".s.PGSQL.5432")))
        {
            return "no socket";
        }

        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(socketFolder, "postgres", pooling: false));
            await connection.OpenAsync(ct);
            return null;
        }
        catch (NpgsqlException refused)
        {
            return refused.Message;
        }
    }
}
