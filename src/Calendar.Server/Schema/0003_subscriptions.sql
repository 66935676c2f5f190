-- One person's private feeds. Of what is revoked only the hashes of its links stay, so that those say so; of each owner's the newest.
create table calendar.subscriptions (
  id      uuid        not null primary key,
  owner   text        not null,                         -- the actor id of who asked for it
  kind    text        not null default 'anniversaries', -- what its feed shows
  name    text        null,
  variant text        null,                             -- the feed's parameters in canonical form
  created timestamptz not null,
  revoked timestamptz null,
  changed bigint      not null unique,                  -- grows with every change of it or its links, in the order of commits
  check ((revoked is null) = (name is not null)),
  check ((revoked is null) = (variant is not null))
);

create index subscriptions_live on calendar.subscriptions (owner) where revoked is null;
create index subscriptions_revoked on calendar.subscriptions (owner, changed) where revoked is not null;

-- Drawn from under a lock that is held until the commit: no number ever appears behind one that has been seen.
create sequence calendar.subscription_changes;

create table calendar.subscription_links (
  sha256       bytea       not null primary key check (octet_length(sha256) = 32),
  subscription uuid        not null references calendar.subscriptions on delete cascade,
  created      timestamptz not null,
  replaced     timestamptz null, -- null for the current link
  expires      timestamptz null, -- null for the current link
  check ((replaced is null) = (expires is null))
);

create unique index subscription_links_current on calendar.subscription_links (subscription) where expires is null;
create index subscription_links_of on calendar.subscription_links (subscription);

-- Which request made links: a repeat under its key is told so, as the links themselves are not kept. Removed after 48 hours.
create table calendar.subscription_requests (
  caller       text        not null,
  key          text        not null,
  request_hash bytea       not null,
  subscription uuid        not null references calendar.subscriptions on delete cascade,
  recorded     timestamptz not null default now(),
  primary key (caller, key)
);

create index subscription_requests_recorded on calendar.subscription_requests (recorded);
create index subscription_requests_of on calendar.subscription_requests (subscription);

-- How a subscription is read: counts of all instances, and who read it last. No addresses.
create table calendar.subscription_health (
  subscription uuid        not null primary key references calendar.subscriptions on delete cascade,
  last_fetch   timestamptz not null,
  client       text        not null, -- a family of programs
  version      bigint      not null, -- of the public record
  fetches      bigint      not null,
  conditional  bigint      not null,
  not_modified bigint      not null
);
