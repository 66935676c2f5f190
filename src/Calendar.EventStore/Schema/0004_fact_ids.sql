-- Ids that are unique in the whole log, with the stream that holds each: written in the append's transaction.
create table calendar.fact_ids (
  fact      uuid    not null primary key,
  stream_id varchar not null
);
