using Calendar.EventStore;
using NodaTime;

namespace Calendar.Server.Rounds;

/// <summary>Seals the log: every full thousand events within a minute, what is left after an hour. Fenced by the keys of <c>calendar.seals</c>.</summary>
internal sealed class SealRound(Seals seals) : Round("seals")
{
    public override Task PassAsync(CancellationToken ct) => seals.SealAsync(Duration.FromHours(1), ct);

    public override Instant NextAfter(Instant pass) => pass + Duration.FromMinutes(1);
}
