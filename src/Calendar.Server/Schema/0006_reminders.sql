-- Who stands in for a contact that is away, and who wants no more mails.
alter table calendar.contacts
  add stand_in       uuid        null, -- another contact of the association, or one of an association above it
  add only_stands_in boolean     not null default false,
  add away_until     date        null,
  add unsubscribed   timestamptz null; -- of this mail address: another one begins anew

-- One message to one recipient: made long before it is due, kept for a year after. What it says is composed when it leaves.
create table calendar.reminders (
  id           uuid        not null primary key,
  kind         text        not null, -- task, anniversary, escalation, week or canary: the first word of its subject
  subject      text        not null,
  due          date        not null, -- the day it is about
  lead         smallint    not null, -- so many days before
  recipient    uuid        not null, -- a contact or a webhook, or the desk
  channel      text        not null, -- mail or webhook
  association  text        null,     -- whose affair it is
  moment       timestamptz not null, -- when it is to leave
  state        text        not null check (state in ('queued', 'attempting', 'delivered', 'refused', 'missed', 'superseded')),
  reason       text        null,     -- why it was superseded, refused or missed: a word
  next_try     timestamptz not null,
  tries        integer     not null default 0,     -- failures of its own; how long it waits depends on them
  failing_since timestamptz null,                  -- the first of them
  attempts     integer     not null default 0,     -- of any kind
  waited       boolean     not null default false, -- its channel was away when it was due: that is no reason to miss it
  issue        integer     not null default 0,     -- grows when somebody asks for it again: another message
  made         timestamptz not null,
  settled      timestamptz null,
  claim        bigint      not null default 0,     -- grows with every claim: whoever holds an older one settles nothing
  holder       bigint      null,                   -- the instance that holds it, by the advisory lock of its session
  lease        timestamptz null,                   -- by the database's clock
  sending      boolean     not null default false, -- from here on it counts as perhaps delivered
  carried_by   uuid        null,                   -- the digest that tells of it
  acknowledged timestamptz null,
  perhaps_sent boolean     not null default false, -- a restored backup cannot know
  unique (subject, due, lead, recipient, channel)
);

create index reminders_unsent on calendar.reminders (moment) where state in ('queued', 'attempting');
create index reminders_due on calendar.reminders (channel, next_try, (kind <> 'week'), id) where state = 'queued' and carried_by is null;
create index reminders_of on calendar.reminders (recipient, moment) where state in ('queued', 'missed');
create unique index reminders_attempting on calendar.reminders (recipient) where state = 'attempting'; -- one message at a time to each
create index reminders_carried on calendar.reminders (carried_by) where carried_by is not null;
create index reminders_by_moment on calendar.reminders (moment, id);
create index reminders_refused on calendar.reminders (settled) where state = 'refused';
create index reminders_sent on calendar.reminders ((coalesce(settled, 'infinity'::timestamptz)), id) where state <> 'queued' or attempts > 0;
create index reminders_sent_to on calendar.reminders (recipient, (coalesce(settled, 'infinity'::timestamptz)), id) where state <> 'queued' or attempts > 0;
create index reminders_ended on calendar.reminders (due) where state not in ('queued', 'attempting');

-- Every attempt to deliver one.
create table calendar.attempts (
  reminder uuid        not null references calendar.reminders on delete cascade,
  number   integer     not null,
  begun    timestamptz not null,
  ended    timestamptz null,
  delivery bigint      null, -- drawn when it could no more be taken back
  outcome  text        null, -- delivered, deferred, refused, away, withheld; lost where the instance ended before it noted that
  code     integer     null, -- of the other side's reply
  answer   text        null, -- what it said, without addresses
  primary key (reminder, number)
);

create sequence calendar.delivery_numbers;

-- What all instances have in common.
create table calendar.delivery_state (
  only_row          boolean     not null primary key default true check (only_row),
  round             bigint      not null default 0, -- grows with every round that makes reminders: an older one writes nothing
  place             text        null,               -- where deliveries were made last: the cluster, the database, this table. Whatever was restored or copied lies elsewhere
  position          bigint      null,               -- of the log at that time
  event             uuid        null,               -- the event there
  delivery          bigint      not null default 0, -- the last number drawn by then
  noted             timestamptz null,
  held              timestamptz null,               -- since then nothing is delivered, until it is released
  held_reason       text        null,
  released          timestamptz null                -- what was noted before is of no account any more
);

insert into calendar.delivery_state default values;

-- What signed links are signed with. It must be readable; whoever has a dump can make links.
create table calendar.link_keys (
  key     bytea       not null primary key check (octet_length(key) = 32),
  created timestamptz not null default now()
);

-- Who wants no mails from an association, also after their contact has been erased: known again by the address, which is not kept.
create table calendar.unsubscribed (
  hash    bytea       not null primary key, -- calendar.address_hash with a key of link_keys
  contact uuid        not null,             -- as the links in the person's mails name it: added again it has this id again, and they open
  since   timestamptz not null
);

create function calendar.address_hash(key bytea, association text, mail text) returns bytea immutable
  return sha256(key || convert_to(association || ' ' || lower(mail collate "C"), 'UTF8'));

insert into calendar.link_keys (key) values (sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')));
