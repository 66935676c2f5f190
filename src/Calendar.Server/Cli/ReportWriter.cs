using Calendar.Server.Imports;

namespace Calendar.Server.Cli;

/// <summary>An import's report in words.</summary>
internal static class ReportWriter
{
    public static async Task WriteAsync(TextWriter output, ImportReport report, bool dryRun)
    {
        foreach (var line in report.LeftOut)
        {
            await output.WriteLineAsync($"  left out  {line.File}:{line.Line}  {line.Why.Pointer[1..]}: {line.Why.Detail.En}");
        }

        foreach (var line in report.Warned)
        {
            await output.WriteLineAsync($"  warning   {line.File}:{line.Line}  {line.Why.Detail.En}");
        }

        foreach (var line in report.Refused)
        {
            await output.WriteLineAsync($"  refused   {line.File}:{line.Line}  {line.Why.Code} at {(line.Why.Pointer.Length == 0 ? "the line" : line.Why.Pointer)}: {line.Why.Detail.En}");
        }

        if (report.Refused.Count == LineReports.Most || report.LeftOut.Count == LineReports.Most || report.Warned.Count == LineReports.Most)
        {
            await output.WriteLineAsync($"  Of each kind only the first {LineReports.Most} are named.");
        }

        await output.WriteLineAsync(
            $"{(dryRun ? "Would record" : "Recorded")} {report.Recorded} lines; {report.Already} were already so, {report.LeftOut.Lines} left out, {report.Refused.Lines} refused.");
    }
}
