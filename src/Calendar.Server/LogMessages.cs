namespace Calendar.Server;

/// <summary>Every log text of the server: ids and positions, never payloads, addresses or tokens.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "Log folded up to position {Position}: {Facts} facts")]
    public static partial void Folded(this ILogger logger, long position, int facts);

    [LoggerMessage(9, LogLevel.Information, "Folding the log: {Events} events so far")]
    public static partial void Folding(this ILogger logger, long events);

    [LoggerMessage(2, LogLevel.Critical, "The fold has stopped; reads go on from the last good almanac, commands are refused. {Reason}")]
    public static partial void FoldStopped(this ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The database holds another log than the one followed up to position {Position}: folding it anew")]
    public static partial void LogReplaced(this ILogger logger, long position);

    [LoggerMessage(4, LogLevel.Error, "Request {Method} {Route} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string route);

    [LoggerMessage(5, LogLevel.Error, "Rendering a feed failed; the last good one is served")]
    public static partial void RenderFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Information, "Pack {Pack} loaded: {Recorded} recorded, {Already} already so, {LeftOut} left out, {Refused} refused")]
    public static partial void PackLoaded(this ILogger logger, string pack, int recorded, int already, int leftOut, int refused);

    [LoggerMessage(7, LogLevel.Error, "Pack {Pack}: {File} line {Line}: {Code} at {Pointer}")]
    public static partial void PackLineRefused(this ILogger logger, string pack, string file, int line, string code, string pointer);

    [LoggerMessage(8, LogLevel.Warning, "The database cannot be reached; trying again. {Reason}")]
    public static partial void DatabaseAway(this ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Critical, "The fold failed; reads go on from the last good almanac, commands are refused")]
    public static partial void FoldFailed(this ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Information, "The sealed fact {Fact} is public: position {Position}")]
    public static partial void Released(this ILogger logger, Guid fact, long position);

    [LoggerMessage(13, LogLevel.Warning, "The sealed fact {Fact} cannot be published as the record stands: {Code}. It stays sealed; /v1/sealed tells why")]
    public static partial void ReleaseRefused(this ILogger logger, Guid fact, string code);

    [LoggerMessage(14, LogLevel.Information, "Planning: {Opened} plans opened, {Updated} brought up to date with the record; position {Position}")]
    public static partial void Planned(this ILogger logger, int opened, int updated, long position);

    [LoggerMessage(15, LogLevel.Error, "Planning: what is to be recorded in {Stream} cannot be stored ({Reason}); the other plans go on")]
    public static partial void PlanRefused(this ILogger logger, string stream, string reason);

    [LoggerMessage(40, LogLevel.Information, "Reminders: {Made} made, {Moved} moved, {Gone} no longer due")]
    public static partial void RemindersMade(this ILogger logger, int made, int moved, int gone);

    [LoggerMessage(41, LogLevel.Warning, "Reminders: {Taken} taken over from an instance that has ended, {Missed} missed: nothing ran when they were due")]
    public static partial void RemindersSwept(this ILogger logger, int taken, int missed);

    [LoggerMessage(42, LogLevel.Error, "The reminder {Reminder} could not be composed or sent; it is tried again")]
    public static partial void ReminderFailed(this ILogger logger, Guid reminder, Exception exception);

    [LoggerMessage(43, LogLevel.Warning, "The reminder {Reminder} has been settled or taken over since; what came of it here is not noted again")]
    public static partial void ReminderTakenOver(this ILogger logger, Guid reminder);

    [LoggerMessage(44, LogLevel.Warning, "Nothing can be sent by {Channel} for now ({Code}); what is due waits")]
    public static partial void ChannelAway(this ILogger logger, string channel, int? code);

    [LoggerMessage(45, LogLevel.Error, "The dispatcher failed; it begins again")]
    public static partial void DispatcherFailed(this ILogger logger, Exception exception);

    [LoggerMessage(46, LogLevel.Warning, "Deliveries are held ({Reason}): this is not the database that was delivered from, or an older state of it. Run release-deliveries")]
    public static partial void DeliveriesHeld(this ILogger logger, string? reason);

    [LoggerMessage(47, LogLevel.Error, "Deliveries could not be looked at; it is tried again")]
    public static partial void WatchFailed(this ILogger logger, Exception exception);

    [LoggerMessage(48, LogLevel.Warning, "The heartbeat was not heard ({Status})")]
    public static partial void HeartbeatNotHeard(this ILogger logger, int status);

    [LoggerMessage(20, LogLevel.Error, "Round {Round} failed; it is tried again")]
    public static partial void RoundFailed(this ILogger logger, string round, Exception exception);

    [LoggerMessage(30, LogLevel.Error, "A table cannot be followed; what is known of it goes on")]
    public static partial void TableNotRead(this ILogger logger, Exception exception);

    [LoggerMessage(31, LogLevel.Error, "What was counted could not be stored; it is tried again")]
    public static partial void CountsNotStored(this ILogger logger, Exception exception);
}
