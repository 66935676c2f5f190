using System.Collections.Concurrent;
using System.Globalization;
using Calendar.Almanacs;
using Calendar.EventStore;
using Calendar.Server.Access;
using Calendar.Server.Http;
using NodaTime;
using Npgsql;

namespace Calendar.Server.AsOf;

/// <summary>
/// Where every public question of the record begins: at the newest almanac or, with <c>asOf</c>, at the one that held what had been
/// recorded by then. An endpoint asks <see cref="ReadAsync(QueryReader, HttpContext, CancellationToken)"/> before
/// <see cref="QueryReader.Done"/>, answers from the reading alone and puts <see cref="Reading.AsOf"/> into its answer.
/// </summary>
internal sealed class Records(AlmanacFollower follower, EventLog log, PastAlmanacs past, Callers callers, CivilClock clock, Settings settings)
{
    private const int _mostInstants = 10_000;

    /// <summary>What the log may still store under an earlier instant: an append under way, and clocks that differ.</summary>
    private static readonly Duration _unsettled = Duration.FromMinutes(1);

    /// <summary>So long an instance may be behind the log.</summary>
    private static readonly TimeSpan _behind = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(int Log, Instant At), long> _positions = new();

    /// <summary>The parameter, for <see cref="OpenApi.TakesQuery"/>.</summary>
    public static (string Name, string Description) Parameter { get; } = (
        "asOf",
        "The record as it was known at an instant (2026-12-01T03:00:00Z, or with an offset) or at the end of a civil day (2026-12-01). Over a long log it needs a token");

    /// <summary>For addresses that take no other parameters.</summary>
    /// <exception cref="RefusedRequestException">The address cannot be answered.</exception>
    public async ValueTask<Reading> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var query = new QueryReader(context.Request);
        var reading = await ReadAsync(query, context, ct);
        query.Done();
        return reading;
    }

    /// <summary>The reading that the address asks for. What is wrong with <c>asOf</c> is for <see cref="QueryReader.Done"/> to tell.</summary>
    /// <exception cref="RefusedRequestException">The log is too long for this caller, or cannot be read now.</exception>
    public ValueTask<Reading> ReadAsync(QueryReader query, HttpContext context, CancellationToken ct) =>
        query.One(Parameter.Name) is { } text ? ReadAsync(text, query, context, ct) : new(Now);

    private Reading Now => new(follower.Current, clock.Today, null);

    private async ValueTask<Reading> ReadAsync(string text, QueryReader query, HttpContext context, CancellationToken ct)
    {
        var (now, current) = (clock.Now, follower.Current);
        if (Moments.Read(text, clock.Zone) is not { } at)
        {
            Wrong(
                "not-an-instant",
                "viết thời điểm có múi giờ như 2026-12-01T03:00:00Z hay 2026-12-01T10:00:00%2B07:00, hoặc một ngày như 2026-12-01.",
                "write an instant with its offset such as 2026-12-01T03:00:00Z or 2026-12-01T10:00:00%2B07:00, or a day such as 2026-12-01.");
        }
        else if (at > now)
        {
            Wrong("in-the-future", "thời điểm này chưa qua: bỏ “asOf” để xem sổ hiện nay.", "this moment is not over yet: leave \"asOf\" out to see the record as it is.");
        }
        else if (current.PublicNumber == 0)
        {
            Wrong("nothing-recorded", "sổ còn trống: bỏ “asOf”.", "nothing is on record yet: leave \"asOf\" out.");
        }
        else if (await FindAsync(at, now, context, ct) is { } almanac)
        {
            context.Response.Headers["Calendar-Number"] = almanac.PublicNumber.ToString(CultureInfo.InvariantCulture);
            return new Reading(almanac, at.InZone(clock.Zone).Date, at);
        }
        else
        {
            Wrong("before-the-record", "khi đó sổ chưa có gì: chọn thời điểm muộn hơn.", "nothing was on record then: choose a later moment.");
        }

        return Now;

        void Wrong(string code, string vi, string en) => query.Wrong(Parameter.Name, code, $"“{Parameter.Name}”: {vi}", $"\"{Parameter.Name}\": {en}");
    }

    // Null before the first event.
    private async Task<Almanac?> FindAsync(Instant at, Instant now, HttpContext context, CancellationToken ct)
    {
        try
        {
            var place = await PlaceAsync(at, now, ct);
            if (place.Position > follower.Current.Position)
            {
                await follower.WaitForAsync(place.Position, ct).WaitAsync(_behind, ct);
            }

            // From here on only public events count: what is under embargo makes no difference to what is answered, nor to how fast.
            var current = follower.Current;
            place = place with { Position = current.PublicPosition(place.Position) };
            if (place.Position == 0)
            {
                return null;
            }

            await AdmitAsync(current.PublicNumberAt(place.Position), context);
            return current.PublicPosition(current.Position) == place.Position ? current : await past.AtAsync(place, ct);
        }
        catch (Exception away) when (away is LogUnavailableException or NpgsqlException or TimeoutException or LogBrokenException or LogReplacedException)
        {
            throw new RefusedRequestException(Problems.PastAway(context));
        }
    }

    private async Task<Place> PlaceAsync(Instant at, Instant now, CancellationToken ct)
    {
        var replaced = follower.Replaced;
        if (_positions.TryGetValue((replaced, at), out var known))
        {
            return new Place(replaced, known);
        }

        var found = await log.PositionAtAsync(at, ct);
        if (found.Settled || at < now - _unsettled)
        {
            if (_positions.Count >= _mostInstants)
            {
                _positions.Clear();
            }

            _positions[(replaced, at)] = found.Position;
        }

        return new Place(replaced, found.Position);
    }

    private async ValueTask AdmitAsync(long events, HttpContext context)
    {
        if (events <= settings.AsOfEvents || await callers.FindAsync(context) is not null)
        {
            return;
        }

        TokenAuthentication.Challenge(context);
        throw new RefusedRequestException(Problems.Answer(
            StatusCodes.Status401Unauthorized, "as-of-needs-token",
            new Text(
                "Sổ ở thời điểm này quá dài để dựng lại cho người không nêu tên: gửi kèm mã truy cập (“Authorization: Bearer cal_…”), hoặc bỏ “asOf”.",
                "The record up to that moment is too long to be rebuilt for anybody: send a token (\"Authorization: Bearer cal_…\"), or leave \"asOf\" out.")));
    }
}
