-- Whom a token stands for, how long, who made it and when it was last used. Of one that is revoked its hash stays, so that it is never
-- issued again, and its id, which may stand in the log; what people wrote about it goes.
alter table calendar.tokens
  add association  text        null, -- the one that it speaks for
  add label        text        null, -- a note of who has it
  add created_by   text        null, -- the actor id of who made it; null for one that was made on the machine
  add expires      timestamptz null,
  add revoked      timestamptz null,
  add last_used    timestamptz null, -- stored once a minute
  add request_key  text        null, -- which request made it: a repeat under its key is told so, as the token itself is not kept
  add request_hash bytea       null,
  add changed      bigint      null, -- grows with every change, in the order of commits
  add check (association is null or role = 'association'),
  add check (revoked is null or label is null),
  add check ((request_key is null) = (request_hash is null));

-- Drawn from under a lock that is held until the commit: no number ever appears behind one that has been seen.
create sequence calendar.token_changes;

update calendar.tokens set changed = nextval('calendar.token_changes');
alter table calendar.tokens alter changed set not null, add unique (changed);
create unique index tokens_request on calendar.tokens (created_by, request_key);
