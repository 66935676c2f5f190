using System.Globalization;
using Calendar.Benchmarks;
using Calendar.EventStore;
using Npgsql;

// Benchmarks append CONNECTION_STRING [ROUNDS]: in a database of its own, which is migrated first.
if (args is not ["append", var connectionString, ..])
{
    Console.Error.WriteLine("usage: Calendar.Benchmarks append CONNECTION_STRING [ROUNDS]");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

await using (var source = NpgsqlDataSource.Create(connectionString))
    await Migrator.MigrateAsync(source, [typeof(EventLog).Assembly], interrupted.Token);

var rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 9;
foreach (var m in await AppendBenchmark.RunAsync(connectionString, rounds, TimeSpan.FromSeconds(0.6), interrupted.Token))
{
    var ratio = m.Ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  {m.Ratio:0.00} × {m.Against}");
    var target = m.Target is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (wanted {m.Target:0.00})");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{m.Name,-42} {m.Value,10:#,0.##} {m.Unit}{ratio}{target}"));
}

return 0;
