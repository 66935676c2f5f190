-- Bearer tokens: only the SHA-256 of the token is kept. id is an opaque actor id that may stand in the log.
create table calendar.tokens (
  id      text        not null primary key,
  sha256  bytea       not null unique,
  role    text        not null,
  created timestamptz not null default now()
);
