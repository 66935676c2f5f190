using System.Net.Sockets;
using Npgsql;

namespace Calendar.EventStore;

/// <summary>Which exceptions mean that PostgreSQL is away, and which that it answered.</summary>
internal static class Outage
{
    /// <summary>
    /// The connection is gone or was never made, and with it every certainty about what was sent. A FATAL error counts: it ends
    /// the connection and may come after a commit.
    /// </summary>
    public static bool Is(Exception e) => e switch
    {
        PostgresException p => p.InvariantSeverity is "FATAL" or "PANIC",
        NpgsqlException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>PostgreSQL answered with an error that rolled the transaction back.</summary>
    public static bool IsAnswer(Exception e) => e is PostgresException && !Is(e);
}
