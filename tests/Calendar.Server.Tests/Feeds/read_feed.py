"""Reads an iCalendar feed from standard input with a library of others and prints what it found as JSON."""

import json
import sys

try:
    import icalendar
except ImportError as missing:
    sys.exit(f"The feed is to be read by python3-icalendar, which is not installed (apt-get install python3-icalendar): {missing}")

feed = icalendar.Calendar.from_ical(sys.stdin.buffer.read())


def text(entry, name):
    return str(entry[name]) if name in entry else None


def event(entry):
    alarms = [alarm for alarm in entry.walk("VALARM")]
    return {
        "uid": text(entry, "UID"),
        "start": entry.decoded("DTSTART").isoformat(),
        "end": entry.decoded("DTEND").isoformat(),
        "wholeDay": entry["DTSTART"].params.get("VALUE") == "DATE",
        "summary": text(entry, "SUMMARY"),
        "language": entry["SUMMARY"].params.get("LANGUAGE"),
        "description": text(entry, "DESCRIPTION"),
        "url": text(entry, "URL"),
        "status": text(entry, "STATUS"),
        "transparent": text(entry, "TRANSP"),
        "sequence": int(entry["SEQUENCE"]),
        "stamp": entry.decoded("DTSTAMP").isoformat(),
        "categories": [str(category) for category in entry["CATEGORIES"].cats] if "CATEGORIES" in entry else [],
        "alarms": [alarm.decoded("TRIGGER").total_seconds() for alarm in alarms],
        "repeats": "RRULE" in entry or "RDATE" in entry,
        "errors": [str(error) for error in getattr(entry, "errors", [])],
    }


json.dump(
    {
        "name": text(feed, "X-WR-CALNAME"),
        "source": text(feed, "SOURCE"),
        "method": text(feed, "METHOD"),
        "errors": [str(error) for error in getattr(feed, "errors", [])],
        "events": [event(entry) for entry in feed.walk("VEVENT")],
    },
    sys.stdout,
)
