namespace Calendar.LocalPostgres;

internal static class ShellText
{
    /// <summary>One word of a shell, whatever it holds.</summary>
    public static string Quote(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '=')
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
