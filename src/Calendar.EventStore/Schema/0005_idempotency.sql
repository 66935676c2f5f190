-- What a retried request is answered from: written in the append's transaction, kept for 48 hours.
-- stream_id is null for an outcome that touched no stream.
create table calendar.idempotency (
  caller       text        not null,
  key          text        not null,
  request_hash bytea       not null,
  status       integer     not null,
  stream_id    varchar     null,
  version      bigint      not null,
  recorded     timestamptz not null default now(),
  primary key (caller, key)
);

create index idempotency_recorded on calendar.idempotency (recorded);
