-- Marten's layout: column names, types and defaults are a contract with Marten, not ours to improve.
create table calendar.mt_streams (
  id          varchar     not null primary key,
  type        varchar     null,
  version     bigint      null,
  timestamp   timestamptz not null default now(),
  created     timestamptz not null default now(),
  tenant_id   varchar     default '*DEFAULT*',
  is_archived boolean     default false
);
