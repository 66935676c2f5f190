using System.Text;

namespace Calendar.Server.Tests;

/// <summary>
/// Files that say octet for octet what is answered. With CALENDAR_WRITE_GOLDEN=1 they are written instead: read the difference
/// by eye before it is committed.
/// </summary>
internal static class Golden
{
    public static void Is(string path, byte[] actual)
    {
        if (Environment.GetEnvironmentVariable("CALENDAR_WRITE_GOLDEN") is "1")
        {
            File.WriteAllBytes(path, actual);
        }

        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(path)), Encoding.UTF8.GetString(actual));
    }
}
