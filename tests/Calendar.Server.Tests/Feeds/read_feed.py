"""Reads iCalendar feeds with a library of others: a feed as a JSON string on each line of standard input, what was found in it
as JSON on each line of standard output. javascript/read_feed.mjs prints the same."""

import json
import sys

try:
    import icalendar
except ImportError as missing:
    sys.exit(f"The feed is to be read by python3-icalendar, which is not installed (apt-get install python3-icalendar): {missing}")


def text(component, name):
    return str(component[name]) if name in component else None


def seconds(duration):
    return int(duration.total_seconds())


def duration(component, name):
    return seconds(icalendar.vDuration.from_ical(str(component[name]))) if name in component else None


def moment(entry, name):
    return entry.decoded(name).strftime("%Y-%m-%dT%H:%M:%SZ")


def event(entry):
    return {
        "uid": text(entry, "UID"),
        "start": entry.decoded("DTSTART").isoformat(),
        "end": entry.decoded("DTEND").isoformat(),
        "wholeDay": entry["DTSTART"].params.get("VALUE") == "DATE" and entry["DTEND"].params.get("VALUE") == "DATE",
        "summary": text(entry, "SUMMARY"),
        "language": entry["SUMMARY"].params.get("LANGUAGE"),
        "description": text(entry, "DESCRIPTION"),
        "url": text(entry, "URL"),
        "status": text(entry, "STATUS"),
        "transparent": text(entry, "TRANSP"),
        "sequence": int(entry["SEQUENCE"]),
        "stamp": moment(entry, "DTSTAMP"),
        "modified": moment(entry, "LAST-MODIFIED"),
        "categories": [str(category) for category in entry["CATEGORIES"].cats] if "CATEGORIES" in entry else [],
        "alarms": [seconds(alarm.decoded("TRIGGER")) for alarm in entry.walk("VALARM")],
        "repeats": "RRULE" in entry or "RDATE" in entry,
    }


def todo(entry):
    return {
        "uid": text(entry, "UID"),
        "due": entry.decoded("DUE").isoformat(),
        "wholeDay": entry["DUE"].params.get("VALUE") == "DATE",
        "summary": text(entry, "SUMMARY"),
        "language": entry["SUMMARY"].params.get("LANGUAGE"),
        "description": text(entry, "DESCRIPTION"),
        "url": text(entry, "URL"),
        "status": text(entry, "STATUS"),
        "completed": moment(entry, "COMPLETED") if "COMPLETED" in entry else None,
        "relatedTo": text(entry, "RELATED-TO"),
        "sequence": int(entry["SEQUENCE"]),
        "stamp": moment(entry, "DTSTAMP"),
        "categories": [str(category) for category in entry["CATEGORIES"].cats] if "CATEGORIES" in entry else [],
        "alarms": [seconds(alarm.decoded("TRIGGER")) for alarm in entry.walk("VALARM")],
    }


def calendar(feed):
    errors = [f"{component.name}: {error}" for component in feed.walk() for error in component.errors]
    if errors:
        sys.exit("\n".join(errors))

    return {
        "name": text(feed, "NAME"),
        "oldName": text(feed, "X-WR-CALNAME"),
        "description": text(feed, "DESCRIPTION"),
        "color": text(feed, "COLOR"),
        "appleColor": text(feed, "X-APPLE-CALENDAR-COLOR"),
        "source": text(feed, "SOURCE"),
        "refresh": duration(feed, "REFRESH-INTERVAL"),
        "oldRefresh": duration(feed, "X-PUBLISHED-TTL"),
        "method": text(feed, "METHOD"),
        "events": [event(entry) for entry in feed.walk("VEVENT")],
        "todos": [todo(entry) for entry in feed.walk("VTODO")],
    }


sys.stdin.reconfigure(newline="\n")
for line in sys.stdin:
    print(json.dumps(calendar(icalendar.Calendar.from_ical(json.loads(line))), ensure_ascii=False, separators=(",", ":")))
