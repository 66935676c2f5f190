-- Seals: hashes of the log's rows as PostgreSQL returns them, each covering the one before, so that what happens to old rows shows.
-- A seal covers the rows after the position "previous" up to the position "up_to". A seal has one successor: two writers never fork the chain.
create table calendar.seals (
  up_to    bigint      not null primary key,
  previous bigint      not null unique,
  events   bigint      not null check (events > 0),
  sha256   bytea       not null check (octet_length(sha256) = 32),
  -- The first four octets of each row's own hash: they tell which row is no longer what it was.
  marks    bytea       not null check (octet_length(marks) = 4 * events),
  sealed   timestamptz not null default clock_timestamp(),
  check (previous >= 0 and previous < up_to)
);
