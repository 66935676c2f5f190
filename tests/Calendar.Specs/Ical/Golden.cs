using System.Runtime.CompilerServices;
using System.Text;

namespace Calendar.Specs.Ical;

/// <summary>Files reviewed by eye, which what is written equals octet for octet.</summary>
internal static class Golden
{
    public static void Is(string name, byte[] written) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "Golden", name)), Encoding.UTF8.GetString(written));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
