using System.Globalization;

namespace Calendar.LocalPostgres;

/// <summary>The two lines for a shell that take a cluster to another major version.</summary>
internal static class MoveLines
{
    public static string Dump(string folder, string binaries, int major, string socketFolder, Programs programs)
    {
        var (old, file) = (Run(binaries, programs), Dumped(major));
        return $"cd {ShellText.Quote(folder)} && {Make(socketFolder, programs)} && {Start(old, socketFolder)} && (umask 077; {old}pg_dumpall -h {ShellText.Quote(socketFolder)} -U postgres > {file}.sql) "
            + $"&& {old}pg_ctl -D postgres -w stop && mv postgres {file}";
    }

    public static string Restore(string folder, string binaries, int major, string socketFolder, Programs programs)
    {
        var (run, file) = (Run(binaries, programs), Dumped(major));
        return $"cd {ShellText.Quote(folder)} && {Make("postgres", programs)} && {run}initdb -D postgres {string.Join(' ', Cluster.InitDbArguments)} "
            + $"&& {Start(run, socketFolder)} && {run}psql -X -q -h {ShellText.Quote(socketFolder)} -U postgres -d postgres < {file}.sql "
            + $"&& {run}pg_ctl -D postgres -w stop";
    }

    /// <summary>Takes a dump into the cluster, which does not run.</summary>
    public static string Load(string folder, string binaries, string socketFolder, string load, Programs programs)
    {
        var run = Run(binaries, programs);
        return $"cd {ShellText.Quote(folder)} && {Make(socketFolder, programs)} && {Start(run, socketFolder)} && {{ {load}; failed=$?; "
            + $"{run}pg_ctl -D postgres -w stop && [ $failed = 0 ]; }}";
    }

    private static string Make(string path, Programs programs) =>
        $"install -d -m 700 {(programs.User is { } user ? $"-o {user} " : "")}{ShellText.Quote(path)}";

    private static string Start(string run, string socketFolder) =>
        $"{run}pg_ctl -D postgres -w -l postgres.log -o {ShellText.Quote("-c listen_addresses= -k " + ShellText.Quote(socketFolder))} start";

    private static string Run(string binaries, Programs programs) => programs.Prefix + ShellText.Quote(binaries) + "/";

    private static string Dumped(int major) => "postgres-" + major.ToString(CultureInfo.InvariantCulture);
}
