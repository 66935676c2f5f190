-- Marten's layout. seq_id has no default: numbers are drawn under the append lock, late, by calendar.append_events.
create table calendar.mt_events (
  seq_id         bigint       not null primary key,
  id             uuid         not null,
  stream_id      varchar      not null references calendar.mt_streams (id) on delete cascade,
  version        bigint       not null,
  data           jsonb        not null,
  bdata          bytea        null,
  type           varchar(500) not null,
  timestamp      timestamptz  not null default now(),
  tenant_id      varchar      default '*DEFAULT*',
  mt_dotnet_type varchar      null,
  correlation_id varchar      null,
  causation_id   varchar      null,
  headers        jsonb        null,
  is_archived    boolean      default false
);

create unique index pk_mt_events_stream_and_version on calendar.mt_events (stream_id, version);

create sequence calendar.mt_events_sequence owned by calendar.mt_events.seq_id;
