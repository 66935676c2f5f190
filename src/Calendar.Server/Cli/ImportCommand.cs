using System.CommandLine;
using Calendar.Server.Imports;
using NodaTime;

namespace Calendar.Server.Cli;

/// <summary><c>import FILE…</c>: JSON lines of commands, or tables of facts; good lines are recorded, bad ones named by file and line.</summary>
internal static class ImportCommand
{
    public static System.CommandLine.Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = ".jsonl: JSON lines of commands. .csv, .xlsx: facts of relationships, in the columns of GET /v1/facts?format=csv.", Arity = ArgumentArity.OneOrMore };
        var dryRun = new Option<bool>("--dry-run") { Description = "Decides every line and stores nothing." };
        var import = new System.CommandLine.Command("import", "Records the commands of files. Exit code 1 when lines were refused.") { files, dryRun };
        import.SetAction((parsed, ct) => RunAsync(parsed.GetRequiredValue(files), parsed.GetValue(dryRun), ct));
        return import;
    }

    private static async Task<int> RunAsync(FileInfo[] files, bool dryRun, CancellationToken ct)
    {
        foreach (var file in files)
        {
            if (WhyNot(file) is { } why)
            {
                await Console.Error.WriteLineAsync(why);
                return ExitCodes.Failed;
            }
        }

        var settings = Settings.Read(Environment.GetEnvironmentVariable);
        await using var database = await Database.OpenAsync(settings, owner: false, Console.Error.WriteLine, ct);
        await database.MigrateAsync(ct);
        using var host = OfflineHost.Create(settings, database);
        await host.StartAsync(ct);
        try
        {
            return await ImportAsync(host.Services, database, files, dryRun, ct);
        }
        finally
        {
            // What has been started is not taken apart while it runs.
            await host.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<int> ImportAsync(IServiceProvider services, Database database, FileInfo[] files, bool dryRun, CancellationToken ct)
    {
        await services.GetRequiredService<AlmanacFollower>().Folded.WaitAsync(ct);

        // Behind whoever is importing now.
        await using var alone = await EventStore.AdvisoryLock.AcquireAsync(database.Source, Importer.Lock, ct);
        var importer = services.GetRequiredService<Importer>();
        var report = await importer.ImportAsync(
            [.. files.Select(file => file.FullName)], new Actor("cli", Role.Admin), dryRun,
            lines => Console.Error.Write($"\r{lines} lines "), ct);
        await Console.Error.WriteLineAsync();
        await ReportWriter.WriteAsync(Console.Out, report, dryRun);
        return report.Refused.Count == 0 ? ExitCodes.Done : ExitCodes.Findings;
    }

    private static string? WhyNot(FileInfo file) =>
        !file.Exists ? $"There is no file {file}."
        : file.Length > ImportFile.MaxLength ? $"{file} is larger than 256 MB: split it."
        : ImportFile.FormOf(file.Name) is null ? $"{file} ends in none of .jsonl, .csv, .xlsx: its ending says what it holds."
        : null;
}

/// <summary>The service without HTTP, for CLI verbs.</summary>
internal static class OfflineHost
{
    public static IHost Create(Settings settings, Database database)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddCalendar(settings, database.Source, SystemClock.Instance);
        return builder.Build();
    }
}
