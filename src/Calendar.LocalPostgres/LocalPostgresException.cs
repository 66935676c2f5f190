namespace Calendar.LocalPostgres;

/// <summary>Why there is no private PostgreSQL.</summary>
public enum LocalPostgresProblem
{
    /// <summary>No folder holds all of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</summary>
    BinariesNotFound,

    /// <summary>The data folder, or what is in it, cannot be made, written or reached.</summary>
    FolderNotWritable,

    /// <summary>The place of the cluster holds something that is no cluster.</summary>
    NotACluster,

    /// <summary>The cluster was made by a major version of PostgreSQL that is not installed.</summary>
    OtherMajorVersion,

    /// <summary>Another server has taken the data folder.</summary>
    FolderInUse,

    /// <summary>We are root, and there is no other OS user to run PostgreSQL, which refuses root.</summary>
    NoUserForPostgres,

    /// <summary><c>initdb</c> failed, or PostgreSQL did not start or does not answer.</summary>
    StartFailed,

    /// <summary>PostgreSQL did not stop in time.</summary>
    StopFailed,

    /// <summary>The database could not be dumped.</summary>
    DumpFailed,
}

/// <summary>What is wrong with the private PostgreSQL, where, and what to do about it; meant to be shown as it is.</summary>
public sealed class LocalPostgresException : Exception
{
    internal LocalPostgresException(LocalPostgresProblem problem, string message, Exception? inner = null)
        : base(message, inner) => Problem = problem;

    public LocalPostgresProblem Problem { get; }
}
