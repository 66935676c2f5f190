-- Which version of a pack has been loaded whole.
create table calendar.packs (
  name    text        not null primary key,
  version text        not null,
  loaded  timestamptz not null default now()
);
