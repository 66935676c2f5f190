"""Reads mails, one base64 line each, with Python's email package and icalendar, and says as JSON what they are."""
import base64
import email
import email.policy
import json
import sys

import icalendar

for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(line), policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    read = icalendar.Calendar.from_ical(calendars[0].get_payload(decode=True)) if calendars else None
    print(json.dumps({
        "headers": [[name, str(value)] for name, value in message.items()],
        "defects": [str(defect) for part in message.walk() for defect in part.defects],
        "to": [[one.display_name, one.addr_spec] for one in message["to"].addresses],
        "tree": [part.get_content_type() for part in message.walk()],
        "texts": [part.get_content() for part in parts if part.get_content_maintype() == "text" and part not in calendars],
        "fileName": calendars[0].get_filename() if calendars else None,
        "disposition": calendars[0].get_content_disposition() if calendars else None,
        "methodParameter": calendars[0].get_param("method") if calendars else None,
        "component": calendars[0].get_param("component") if calendars else None,
        "method": str(read["METHOD"]) if read else None,
        "summaries": [str(one["SUMMARY"]) for one in read.walk() if "SUMMARY" in one] if read else [],
    }))
