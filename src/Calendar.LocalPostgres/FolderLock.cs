namespace Calendar.LocalPostgres;

/// <summary>
/// Locks that vanish with their process, however it ends: an open file (flock), not what is written in it.
/// The files themselves are never deleted, or two processes could lock two files of one name.
/// </summary>
internal static class FolderLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Alone, or null if another holds the file alone or shared.</summary>
    public static FileStream? TryTake(string path) => Try(path, FileShare.None);

    /// <summary>Beside other sharers, or null if another holds the file alone.</summary>
    public static FileStream? TryShare(string path) => Try(path, FileShare.ReadWrite);

    /// <summary>Alone, after those who have the file now. Unbounded: the one before may be making a cluster or recovering.</summary>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken ct)
    {
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(Pause, ct);
        }
    }

    private static FileStream? Try(string path, FileShare share)
    {
        try
        {
            return Folders.OpenPrivate(path, share);
        }
        catch (IOException locked) when (locked.HResult is 11 or 35) // EWOULDBLOCK of flock on Linux, on macOS
        {
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Folders.NotWritable(Path.GetDirectoryName(path)!, refused);
        }
    }
}
