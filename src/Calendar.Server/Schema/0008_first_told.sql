-- When the recipient was told for the first time, by itself or in a digest: what is sent again, or told of as missed, changes nothing in it.
alter table calendar.reminders add first_told timestamptz null;

update calendar.reminders r set first_told = settled
where settled is not null and (state in ('delivered', 'refused') or reason = 'carried'
  or (state = 'missed' and exists (select from calendar.reminders head where head.id = r.carried_by and head.state = 'delivered')));
