-- Marten's own notes on its projections: made so that Marten can start with AutoCreate.None, otherwise left alone.
create table calendar.mt_event_progression (
  name         varchar     not null primary key,
  last_seq_id  bigint      null,
  last_updated timestamptz default transaction_timestamp()
);
