alter table calendar.reminders
  add first_told  timestamptz null, -- when the recipient was told of it, by itself or in a digest: whatever is sent again changes nothing in it
  add resend_key  text        null; -- who asked for it again last, and under which key: a request that comes twice asks once

update calendar.reminders r set first_told = settled
where settled is not null and (state in ('delivered', 'refused') or reason = 'carried'
  or (state = 'missed' and exists (select from calendar.reminders head where head.id = r.carried_by and head.state = 'delivered')));
