// Reads iCalendar feeds with a library of others: a feed as a JSON string on each line of standard input, what was found in it
// as JSON on each line of standard output. ../read_feed.py prints the same.

const { default: ICAL } = await import("ical.js").catch(missing => {
  console.error(`The feed is to be read by ical.js, which is not installed (npm ci in ${new URL(".", import.meta.url).pathname}): ${missing.message}`);
  process.exit(1);
});

// RFC 7986 is younger than the library's tables; a property it does not know is left as it was written.
for (const name of ["name", "color", "x-wr-calname", "x-apple-calendar-color"]) {
  ICAL.design.icalendar.property[name] = { defaultType: "text" };
}

for (const name of ["refresh-interval", "x-published-ttl"]) {
  ICAL.design.icalendar.property[name] = { defaultType: "duration" };
}

const value = (component, name) => component.getFirstPropertyValue(name);
const seconds = (component, name) => value(component, name)?.toSeconds() ?? null;

const event = entry => ({
  uid: value(entry, "uid"),
  start: value(entry, "dtstart").toString(),
  end: value(entry, "dtend").toString(),
  wholeDay: value(entry, "dtstart").isDate && value(entry, "dtend").isDate,
  summary: value(entry, "summary"),
  language: entry.getFirstProperty("summary").getFirstParameter("language") ?? null,
  description: value(entry, "description"),
  url: value(entry, "url"),
  status: value(entry, "status"),
  transparent: value(entry, "transp"),
  sequence: value(entry, "sequence"),
  stamp: value(entry, "dtstamp").toString(),
  modified: value(entry, "last-modified").toString(),
  categories: entry.getFirstProperty("categories")?.getValues() ?? [],
  alarms: entry.getAllSubcomponents("valarm").map(alarm => seconds(alarm, "trigger")),
  repeats: entry.hasProperty("rrule") || entry.hasProperty("rdate"),
});

const todo = entry => ({
  uid: value(entry, "uid"),
  due: value(entry, "due").toString(),
  wholeDay: value(entry, "due").isDate,
  summary: value(entry, "summary"),
  language: entry.getFirstProperty("summary").getFirstParameter("language") ?? null,
  description: value(entry, "description"),
  url: value(entry, "url"),
  status: value(entry, "status"),
  completed: value(entry, "completed")?.toString() ?? null,
  relatedTo: value(entry, "related-to"),
  sequence: value(entry, "sequence"),
  stamp: value(entry, "dtstamp").toString(),
  categories: entry.getFirstProperty("categories")?.getValues() ?? [],
  alarms: entry.getAllSubcomponents("valarm").map(alarm => seconds(alarm, "trigger")),
});

const calendar = feed => ({
  name: value(feed, "name"),
  oldName: value(feed, "x-wr-calname"),
  description: value(feed, "description"),
  color: value(feed, "color"),
  appleColor: value(feed, "x-apple-calendar-color"),
  source: value(feed, "source"),
  refresh: seconds(feed, "refresh-interval"),
  oldRefresh: seconds(feed, "x-published-ttl"),
  method: value(feed, "method"),
  events: feed.getAllSubcomponents("vevent").map(event),
  todos: feed.getAllSubcomponents("vtodo").map(todo),
});

// By LF alone: node:readline takes U+2028 for the end of a line too.
let rest = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    process.stdout.write(JSON.stringify(calendar(new ICAL.Component(ICAL.parse(JSON.parse(line))))) + "\n");
  }
}
