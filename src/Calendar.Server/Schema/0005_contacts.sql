-- Whom an association is reached by. Of persons: a row that is deleted is gone, and nothing of it stands in the log.
create table calendar.contacts (
  id          uuid        not null primary key,
  association text        not null, -- its slug
  name        text        not null,
  role        text        null,     -- what the person does there
  mail        text        null,
  webhook     text        null,
  language    text        not null,
  created     timestamptz not null,
  changed     timestamptz not null,
  check (mail is not null or webhook is not null)
);

create index contacts_of on calendar.contacts (association, created, id);
