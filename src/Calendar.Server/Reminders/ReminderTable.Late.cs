namespace Calendar.Server.Reminders;

internal sealed partial class ReminderTable
{
    private const string _madeLate = "select id from calendar.reminders where id = any($1) and reason = 'made_late'";

    /// <summary>Which of these were made when their moment had gone by: nobody was late with them.</summary>
    public async Task<IReadOnlySet<Guid>> MadeLateAsync(IReadOnlyList<Guid> missed, CancellationToken ct)
    {
        var late = new HashSet<Guid>();
        if (missed.Count == 0)
        {
            return late;
        }

        await using var command = Command(source, _madeLate, missed.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            late.Add(reader.GetGuid(0));
        }

        return late;
    }
}
