namespace Calendar.LocalPostgres;

/// <summary>Folders and files with the permissions they need from their first moment on.</summary>
internal static class Folders
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The data folder, made if absent, in its full path.</summary>
    /// <exception cref="LocalPostgresException">It cannot be made or written.</exception>
    public static string MakeDataFolder(string path)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            // Under root PostgreSQL is another user, who must pass through (not look around).
            if (!Directory.Exists(folder))
            {
                Make(folder, Environment.IsPrivilegedProcess ? Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : Private);
            }

            var probe = Path.Combine(folder, ".write-probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return folder;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(folder, refused);
        }
    }

    public static LocalPostgresException NotWritable(string folder, Exception refused) => new(
        LocalPostgresProblem.FolderNotWritable,
        $"The folder {folder} cannot be used: {refused.Message} Give it to the user Calendar runs as, "
        + "run Calendar as the user it belongs to, or choose another data folder (CALENDAR_DATA).",
        refused);

    /// <summary>Open to its user alone, also if it was there and open to others.</summary>
    /// <exception cref="LocalPostgresException">It cannot be made, or belongs to somebody else.</exception>
    public static void MakePrivate(string path)
    {
        try
        {
            Make(path, Private);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, refused);
        }
    }

    /// <summary>To read and write, made if absent. Others cannot even open it, so they cannot lock it.</summary>
    public static FileStream OpenPrivate(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static void Make(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The private PostgreSQL needs Linux or macOS; give a connection string instead.");
        }

        Directory.CreateDirectory(path, mode);
        File.SetUnixFileMode(path, mode);
    }
}
