-- The append lock, held to the end of the transaction. Whoever appends takes it first, as a statement of its own
-- (a snapshot taken before the lock would not see the last append): under it position order is commit order.
-- The number is "calendar" in ASCII.
create function calendar.lock_log() returns void
language sql
as $$ select pg_advisory_xact_lock(7161124065395368306) $$;
