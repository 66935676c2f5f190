using System.Diagnostics;

namespace Calendar.Server.Exports;

/// <summary>
/// A file that appears under its name only when it is whole and on the disk. Until then it lies beside it under a name that says so. Its user alone reads it.
/// </summary>
internal sealed class WholeFile : IAsyncDisposable
{
    private readonly string _path;

    private WholeFile(string path, string temporary) => (_path, TemporaryPath) = (path, temporary);

    public string TemporaryPath { get; }

    public static WholeFile Create(string path)
    {
        var full = Path.GetFullPath(path);
        var file = new WholeFile(full, $"{full}.{Environment.ProcessId}.unfinished");
        file.Open(FileMode.Create).Dispose();
        return file;
    }

    public FileStream Open(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (mode == FileMode.Create && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(TemporaryPath, options);
    }

    /// <summary>Gives it its name. A file that bore it is replaced.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        await using (var written = Open(FileMode.Open))
        {
            written.Flush(flushToDisk: true);
        }

        File.Move(TemporaryPath, _path, overwrite: true);

        // The new name too: there is no other way to a folder's fsync.
        using var sync = Process.Start("sync", [Path.GetDirectoryName(_path)!]);
        await sync.WaitForExitAsync(ct);
        if (sync.ExitCode != 0)
        {
            throw new IOException($"{_path} is written, but sync could not put its name on the disk (exit code {sync.ExitCode}).");
        }
    }

    /// <summary>Removes it unless it was finished.</summary>
    public ValueTask DisposeAsync()
    {
        File.Delete(TemporaryPath);
        return ValueTask.CompletedTask;
    }
}
