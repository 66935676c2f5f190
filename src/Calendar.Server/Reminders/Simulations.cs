using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Http;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary>What would leave on a day to come, as things stand: decided on a private copy of the almanac in which the plans are open that will be. One at a time.</summary>
internal sealed class Simulations(EventLog log, AlmanacFollower follower, ReminderTable table, Recipients recipients, CivilClock clock, Settings settings) : IDisposable
{
    // Each may take as long as a start.
    private const int _mostWaiting = 16;

    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;

    /// <returns>The almanac it was decided on, and the messages in the order in which they leave.</returns>
    /// <exception cref="RefusedRequestException">Too many are waited for.</exception>
    public async Task<(Almanac Almanac, IReadOnlyList<Departure> Departures)> RunAsync(LocalDate day, CancellationToken ct)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > _mostWaiting)
            {
                throw new LogUnavailableException(LogUnavailableReason.Busy);
            }

            await _turn.WaitAsync(ct);
            try
            {
                return await DecideAsync(day, ct);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<(Almanac Almanac, IReadOnlyList<Departure> Departures)> DecideAsync(LocalDate day, CancellationToken ct)
    {
        var now = clock.Now;
        var almanac = await OnAsync(day, ct);
        var book = await recipients.BookAsync(almanac, ct);
        var silent = new Reminding(almanac, book, clock.Zone).Silent(now.InZone(clock.Zone).Date);
        var told = await table.ToldAsync(silent, clock.Zone, ct);
        return (almanac, new Departures(almanac, book, clock.Zone, told, now).On(day));
    }

    // Where no plan opens until then the almanac is already as it will be.
    private async Task<Almanac> OnAsync(LocalDate day, CancellationToken ct)
    {
        if (!new Planner(follower.Current, day).Openings().Any())
        {
            return follower.Current;
        }

        var fold = new AlmanacFold(settings.Home);
        await AlmanacFollower.FoldAsync(log, fold, ct);
        foreach (var (stream, version, decision) in new Planner(fold.Publish(), day).Openings().ToList())
        {
            foreach (var (offset, e) in decision.Events.Index())
            {
                fold.Apply(new Recorded(fold.Position + 1, stream, version + offset + 1, clock.Now, Role.Round, null, e));
            }
        }

        return fold.Publish();
    }
}
