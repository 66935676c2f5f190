using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Calendar.Benchmarks;

/// <summary>
/// The processor time of this thread on Linux, elsewhere the time: how long something takes on a machine that does nothing else,
/// told on one that does.
/// </summary>
internal static class ThreadClock
{
    private const int _threadCpuTime = 3;

    public static double Microseconds() => OperatingSystem.IsLinux() && GetTime(_threadCpuTime, out var time) == 0
        ? (time.Seconds * 1e6) + (time.Nanoseconds / 1e3)
        : Stopwatch.GetElapsedTime(0).TotalMicroseconds;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
