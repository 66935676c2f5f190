alter table calendar.reminders
  add first_told timestamptz null, -- when it left for the first time, by itself or in a digest, or was refused: whatever is sent again changes nothing in it. Null in rows settled before
  add resend_key text        null; -- who asked for it again last, and under which key: a request that comes twice asks once
