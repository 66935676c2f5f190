using Calendar.EventStore;
using Calendar.Server.Imports;
using Npgsql;

namespace Calendar.Server.Exports;

/// <summary>Takes an export into an empty log.</summary>
internal static class ExportRestore
{
    /// <returns>How many events were stored.</returns>
    /// <exception cref="ExportRefusedException">The file is not a whole export.</exception>
    /// <exception cref="RestoreRefusedException">The log is not empty, or what the file holds is no log.</exception>
    /// <exception cref="Almanacs.LogBrokenException">This build cannot read an event of it.</exception>
    public static async Task<long> RunAsync(NpgsqlDataSource source, Stream export, Action<int> progress, CancellationToken ct)
    {
        var events = 0L;
        await using var restore = await LogRestore.BeginAsync(source, ct);
        await foreach (var line in ExportReader.ReadAsync(export, ct))
        {
            switch (line)
            {
                case ExportLine.Event { Row: var row }:
                    await restore.AddAsync(row, ct);

                    // What this build cannot read would stop its fold.
                    AlmanacFollower.Read(row.Event);
                    events++;
                    break;
                case ExportLine.Fact fact:
                    await restore.AddFactAsync(fact.Id, fact.Stream, ct);
                    break;
                case ExportLine.Sealed { Seal: var seal }:
                    await restore.AddSealAsync(seal, ct);
                    break;
                case ExportLine.LoadedPack pack:
                    await LoadedPacks.AddAsync(restore.Connection, pack, ct);
                    break;
            }

            progress(1);
        }

        await restore.CommitAsync(ct);
        return events;
    }
}
