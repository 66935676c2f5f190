using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using NodaTime;

namespace Calendar.Server.Reminders.Webhooks;

/// <summary>
/// What an attempt means. Whatever is not 2xx is tried again, since the receiver, its network or the address can be mended within the three days that
/// it is tried; but 410 is meant for ever. Of an answer nothing is told but its code: what is behind an address is nobody's business here.
/// </summary>
internal static class WebhookAnswers
{
    /// <summary>The longest that a receiver may want to be left alone.</summary>
    public static readonly Duration LongestPause = Duration.FromHours(24);

    /// <summary>What an association is told of an attempt that reached nobody.</summary>
    public const string Unreached = "Nobody answers under this address, or it is not one of the public network";

    /// <summary>Tried again like one whose name is not known: when it is given up tells no more than why.</summary>
    public static Outcome Unfit { get; } = new Outcome.Deferred(null, "Not called: the address is not https, or is not one of the public network");

    private static Outcome NotKnown { get; } = new Outcome.Deferred(null, "The host's name is not known");

    private static Outcome NoConnection { get; } = new Outcome.Deferred(null, "No connection");

    public static Outcome TooSlow { get; } = new Outcome.Deferred(null, "No answer in time");

    /// <summary>Nobody was called or answered. Which of these it was tells what names and machines there are in the networks around this one.</summary>
    public static bool IsUnreached(int? code, string? answer) => code is null && (answer == Unfit.Answer || answer == NotKnown.Answer || answer == NoConnection.Answer);

    public static Outcome Of(HttpResponseMessage response, Instant now)
    {
        var code = (int)response.StatusCode;
        var status = string.Create(CultureInfo.InvariantCulture, $"HTTP {code}");
        return code switch
        {
            >= 200 and < 300 => new Outcome.Delivered(code, status),
            (int)HttpStatusCode.Gone => new Outcome.Refused(code, status + ": the receiver wants nothing any more, so the webhook has been disabled", IsGone: true),

            // Not for ever: while it is tried again its keeper can correct the address.
            >= 300 and < 400 => new Outcome.Deferred(code, status + ": redirects are not followed, so the webhook's address must be changed", PauseOf(response.Headers.RetryAfter, now)),
            _ => new Outcome.Deferred(code, status, PauseOf(response.Headers.RetryAfter, now)),
        };
    }

    public static Outcome Of(HttpRequestException failure) => failure switch
    {
        { InnerException: AddressRefusedException } => Unfit,
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } => NotKnown,
        { HttpRequestError: HttpRequestError.SecureConnectionError } => new Outcome.Deferred(null, "No secure connection: see the certificate, its chain and its name"),
        { HttpRequestError: HttpRequestError.ConnectionError } => NoConnection,
        { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new Outcome.Deferred(null, "The answer's headers are too long"),
        { HttpRequestError: HttpRequestError.InvalidResponse } => new Outcome.Deferred(null, "The answer is not HTTP"),
        _ => new Outcome.Deferred(null, "The connection broke off"),
    };

    private static Duration? PauseOf(RetryConditionHeaderValue? header, Instant now)
    {
        Duration? pause = header switch
        {
            { Delta: { } delta } => Duration.FromTimeSpan(delta),
            { Date: { } date } => Instant.FromDateTimeOffset(date) - now,
            _ => null,
        };
        return pause > Duration.Zero ? Duration.Min(pause.Value, LongestPause) : null;
    }
}
