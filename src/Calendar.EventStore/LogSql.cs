namespace Calendar.EventStore;

/// <summary>Every statement on the log's tables. What an append writes is in <c>Schema/0007_append_events.sql</c>.</summary>
internal static class LogSql
{
    /// <summary>Raised by <c>calendar.append_events</c> when a stream, fact or key is not as the append expects.</summary>
    public const string StaleState = "YC001";

    /// <summary>The channel that is notified of each commit with its last position.</summary>
    public const string Channel = "calendar_log";

    /// <summary>
    /// For connections that append: a stopped or starved instance must not hold up the others. Generic plans that never scan:
    /// the statements probe indexes by key, and a plan made while the tables were empty stays right when they are not.
    /// </summary>
    public const string AppendSession = """
        set idle_in_transaction_session_timeout = '5s';
        set lock_timeout = '10s';
        set statement_timeout = '30s';
        set default_transaction_isolation = 'read committed';
        set default_transaction_read_only = off;
        set plan_cache_mode = force_generic_plan;
        set enable_seqscan = off
        """;

    public const string AppendEvents = """
        select calendar.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                                      $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
        """;

    public const string Begin = "begin isolation level read committed";
    public const string Commit = "commit";
    public const string Rollback = "rollback";
    public const string LockLog = "select calendar.lock_log()";

    public const string StreamVersions = "select id, version from calendar.mt_streams where id = any ($1)";

    public const string FactStreams = "select fact, stream_id from calendar.fact_ids where fact = any ($1)";

    public const string Outcomes = """
        select i.caller, i.key, i.request_hash, i.status, i.stream_id, i.version
        from unnest($1, $2) as k (caller, key)
        join calendar.idempotency i on i.caller = k.caller and i.key = k.key
        """;

    public const string Outcome = """
        select request_hash, status, stream_id, version from calendar.idempotency where caller = $1 and key = $2
        """;

    // Ids have no index in Marten's layout; stream and version do.
    public const string StoredEvents = """
        select e.id, e.seq_id
        from unnest($1, $2, $3) as own (id, stream_id, version)
        join calendar.mt_events e on e.stream_id = own.stream_id and e.version = own.version and e.id = own.id
        """;

    // A thousand a time: removing must never hold the writer up.
    public const string RemoveOldOutcomes = """
        delete from calendar.idempotency
        where (caller, key) in (select caller, key from calendar.idempotency where recorded < now() - interval '48 hours' limit 1000)
        """;

    public const string ReadStream = """
        select seq_id, id, stream_id, version, type, data, timestamp, headers, correlation_id, causation_id
        from calendar.mt_events where stream_id = $1 order by version
        """;

    public const string ReadAfter = """
        select seq_id, id, stream_id, version, type, data, timestamp, headers, correlation_id, causation_id
        from calendar.mt_events where seq_id > $1 order by seq_id limit $2
        """;

    public const string RowsAfter = """
        select e.seq_id, e.id, e.stream_id, e.version, e.type, e.data, e.timestamp, e.headers, e.correlation_id, e.causation_id, e.mt_dotnet_type,
               (select s.type from calendar.mt_streams s where s.id = e.stream_id and e.version = 1)
        from calendar.mt_events e where e.seq_id > $1 order by e.seq_id limit $2
        """;

    public const string Measure = "select count(*), coalesce(max(seq_id), 0) from calendar.mt_events";

    public const string Facts = "select fact, stream_id from calendar.fact_ids order by fact";

    public const string NextPosition = """
        select s.last_value + case when s.is_called then 1 else 0 end, (select coalesce(max(seq_id), 0) from calendar.mt_events)
        from calendar.mt_events_sequence s
        """;

    public const string Seals = "select up_to, previous, events, sha256, marks from calendar.seals order by up_to";

    public const string LastSeal = Seals + " desc limit 1";

    // Another instance may have sealed the same or other rows meanwhile: either key then refuses.
    public const string AddSeal = """
        insert into calendar.seals (up_to, previous, events, sha256, marks) values ($1, $2, $3, $4, $5) on conflict do nothing
        """;

    public const string HeldRows = """
        select (select count(*) from calendar.mt_events) + (select count(*) from calendar.mt_streams)
             + (select count(*) from calendar.fact_ids) + (select count(*) from calendar.seals)
        """;

    // Their versions come at the end: updated chunk by chunk, each row would leave hundreds of dead ones for the next look to pass.
    public const string RestoreStreams = """
        insert into calendar.mt_streams (id, type, version, timestamp, created)
        select s.id, s.type, 0, s.created, s.created from unnest($1, $2, $3) as s (id, type, created)
        on conflict do nothing
        """;

    public const string FirstVersionGap = """
        select rows.seq_id, rows.stream_id, rows.version, rows.due
        from (select seq_id, stream_id, version, 1 + coalesce(lag(version) over (partition by stream_id order by seq_id), 0) as due
              from calendar.mt_events) as rows
        where rows.version <> rows.due order by rows.seq_id limit 1
        """;

    public const string RestoreVersions = """
        update calendar.mt_streams s set version = e.version, timestamp = e.timestamp
        from (select stream_id, max(version) as version, max(timestamp) as timestamp from calendar.mt_events group by stream_id) as e
        where s.id = e.stream_id
        """;

    public const string CopyEvents = """
        copy calendar.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
        from stdin (format binary)
        """;

    public const string RestoreFacts = "insert into calendar.fact_ids (fact, stream_id) select * from unnest($1, $2)";

    // A number once drawn is not drawn again, whatever became of it.
    public const string FinishRestore = """
        select setval('calendar.mt_events_sequence', greatest($1, last_value)), pg_notify('calendar_log', $1::text)
        from calendar.mt_events_sequence where $1 > 0
        """;

    public const string LastPosition = "select coalesce(max(seq_id), 0) from calendar.mt_events";

    public const string PositionAt = "select place, settled from calendar.position_at($1)";

    public const string UnevenStream = """
        select s.id, coalesce(s.version, 0), coalesce(max(e.version), 0)
        from calendar.mt_streams s left join calendar.mt_events e on e.stream_id = s.id
        group by s.id having s.version is distinct from max(e.version) order by s.id limit 1
        """;

    // The timeline is that of the WAL now written: pg_control_checkpoint() would tell it only after the next checkpoint.
    // A standby writes none and answers with an error: it is not the log's place, wait for the primary.
    public const string LogIdentity = """
        select (select system_identifier from pg_control_system()),
               substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
               (select id from calendar.mt_events where seq_id = $1)
        """;

    public const string Listen = "listen " + Channel;
}
