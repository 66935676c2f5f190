-- The longest prefix of the log whose last event was recorded by the moment: the position it ends at, 0 for none, and whether
-- an event lies behind it, so that nothing to come can change the answer. Timestamps never run backwards against positions,
-- so halving the range finds it, with one probe of the primary key a step; positions are ordered, not dense.
create function calendar.position_at(moment timestamptz, out place bigint, out settled boolean)
language plpgsql stable
as $$
declare
  low    bigint := 0;  -- no event up to here is later than the moment
  high   bigint;       -- an event that is
  middle bigint;
  probe  record;
begin
  select e.seq_id, e.timestamp into probe from calendar.mt_events e order by e.seq_id desc limit 1;
  place   := 0;
  settled := probe.timestamp > moment;
  if not coalesce(settled, false) then
    place   := coalesce(probe.seq_id, 0);
    settled := false;
    return;
  end if;

  high := probe.seq_id;
  while high - low > 1 loop
    middle := low + (high - low) / 2;
    select e.seq_id, e.timestamp into probe
    from calendar.mt_events e where e.seq_id > low and e.seq_id <= middle order by e.seq_id desc limit 1;
    if not found then
      low := middle;
    elsif probe.timestamp <= moment then
      low   := middle;
      place := probe.seq_id;
    else
      high := probe.seq_id;
    end if;
  end loop;
end
$$;
