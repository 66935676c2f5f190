-- Where an association is told by program: one row for each address. Nothing of a person.
create table calendar.webhooks (
  id          uuid        not null primary key,
  association text        not null, -- its slug
  name        text        null,
  url         text        not null,
  created     timestamptz not null,
  changed     timestamptz not null,
  disabled    timestamptz null,     -- since when nothing is sent to it
  why         text        null,     -- gone: it answered 410
  unique (association, url),
  check ((disabled is null) = (why is null))
);

-- What signs must be readable, so secrets are kept as they are, unlike those of tokens and links: whoever reads this table, or a backup
-- of it, can sign as the service does. Former ones sign along until they end.
create table calendar.webhook_secrets (
  webhook uuid        not null references calendar.webhooks on delete cascade,
  secret  bytea       not null check (octet_length(secret) between 24 and 64),
  created timestamptz not null,
  expires timestamptz null -- null for the current one
);

create unique index webhook_secrets_current on calendar.webhook_secrets (webhook) where expires is null;
create index webhook_secrets_of on calendar.webhook_secrets (webhook);

-- Which request made a secret: a repeat under its key is told so, as a secret is shown once. Removed after 48 hours.
create table calendar.webhook_requests (
  caller       text        not null,
  key          text        not null,
  request_hash bytea       not null,
  webhook      uuid        not null references calendar.webhooks on delete cascade,
  recorded     timestamptz not null default now(),
  primary key (caller, key)
);

create index webhook_requests_recorded on calendar.webhook_requests (recorded);
create index webhook_requests_of on calendar.webhook_requests (webhook);

-- A webhook was a member of a contact. It is the association's: each address once, with a secret that nobody has seen, which its rotation replaces.
insert into calendar.webhooks (id, association, url, created, changed)
select gen_random_uuid(), association, webhook, min(created), max(changed) from calendar.contacts where webhook is not null group by association, webhook;

insert into calendar.webhook_secrets (webhook, secret, created)
select id, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), created from calendar.webhooks;

delete from calendar.contacts where mail is null;
alter table calendar.contacts drop column webhook, alter mail set not null;
