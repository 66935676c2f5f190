namespace Calendar.Benchmarks;

/// <summary>A folder that goes with the benchmark that made it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("calendar-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
