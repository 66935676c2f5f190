-- Stores one group of appends or nothing: lock, check, insert, notify. Answers the positions in the order of the events.
-- One call carries everything, so that nobody holds the lock while a client is still sending, and a client that is
-- stopped half-way holds nothing. Needs read committed: every statement below must see what was committed before the lock.
-- SQLSTATE YC001: a stream is not at its version, or a fact or key exists; the caller then looks which one.
create function calendar.append_events(
  checked_streams text[], checked_versions bigint[],
  new_streams text[], new_stream_versions bigint[], new_stream_types text[],
  grown_streams text[], grown_stream_versions bigint[],
  event_ids uuid[], event_streams text[], event_versions bigint[], event_types text[], dotnet_types text[],
  bodies jsonb[], correlations text[], causations text[], envelopes jsonb[],
  new_facts uuid[], new_fact_streams text[], moved_facts uuid[], moved_fact_streams text[],
  callers text[], keys text[], request_hashes bytea[], statuses integer[], outcome_streams text[], outcome_versions bigint[]
) returns bigint[]
language plpgsql
as $$
declare
  stamp     timestamptz;
  positions bigint[] := '{}';
begin
  perform calendar.lock_log();

  -- Scalar subqueries, not joins: one index probe a row, whatever the planner believes about the tables' sizes.
  if exists (select from unnest(checked_streams, checked_versions) as c (id, version)
             where c.version <> coalesce((select s.version from calendar.mt_streams s where s.id = c.id), 0))
    or cardinality(new_facts) > 0 and exists (select from calendar.fact_ids f where f.fact = any (new_facts))
    or cardinality(keys) > 0 and exists (
      select from unnest(callers, keys) as k (caller, key)
      where (select true from calendar.idempotency i where i.caller = k.caller and i.key = k.key))
  then
    raise sqlstate 'YC001' using message = 'a stream, fact or key is not as the append expects';
  end if;

  if cardinality(event_ids) > 0 then
    -- The clock may step back between two appends; positions and timestamps may not disagree.
    stamp := greatest(clock_timestamp(), (select e.timestamp from calendar.mt_events e order by e.seq_id desc limit 1));

    -- Two statements, not "on conflict": that writes a second WAL record for every new row.
    if cardinality(new_streams) > 0 then
      insert into calendar.mt_streams (id, type, version, timestamp, created)
      select s.id, s.type, s.version, stamp, stamp
      from unnest(new_streams, new_stream_types, new_stream_versions) as s (id, type, version);
    end if;

    if cardinality(grown_streams) > 0 then
      update calendar.mt_streams s set version = g.version, timestamp = stamp
      from unnest(grown_streams, grown_stream_versions) as g (id, version)
      where s.id = g.id;
    end if;

    positions := array(select nextval('calendar.mt_events_sequence') from generate_series(1, cardinality(event_ids)));

    insert into calendar.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id,
                                    mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
    select e.seq_id, e.id, e.stream_id, e.version, e.data, e.type, stamp, '*DEFAULT*',
           e.dotnet_type, e.correlation_id, e.causation_id, e.headers, false
    from unnest(positions, event_ids, event_streams, event_versions, bodies, event_types,
                dotnet_types, correlations, causations, envelopes)
      as e (seq_id, id, stream_id, version, data, type, dotnet_type, correlation_id, causation_id, headers);

    perform pg_notify('calendar_log', positions[cardinality(positions)]::text);
  end if;

  if cardinality(new_facts) > 0 then
    insert into calendar.fact_ids (fact, stream_id)
    select f.fact, f.stream_id from unnest(new_facts, new_fact_streams) as f (fact, stream_id);
  end if;

  if cardinality(moved_facts) > 0 then
    update calendar.fact_ids f set stream_id = m.stream_id
    from unnest(moved_facts, moved_fact_streams) as m (fact, stream_id)
    where f.fact = m.fact;
  end if;

  if cardinality(keys) > 0 then
    insert into calendar.idempotency (caller, key, request_hash, status, stream_id, version)
    select k.caller, k.key, k.request_hash, k.status, k.stream_id, k.version
    from unnest(callers, keys, request_hashes, statuses, outcome_streams, outcome_versions)
      as k (caller, key, request_hash, status, stream_id, version);
  end if;

  return positions;
end
$$;
