using System.Globalization;

namespace Calendar.Server.Tests.Reminders;

/// <summary>A record of one union with one task a year, of which its contacts are reminded once, a week before it is due.</summary>
internal static class OneTask
{
    private const string Union = """
        {"key":"tests/vufo","do":"register_association","association":"vufo","name":{"vi":"Liên hiệp","en":"The union"},"scope":"umbrella","language":"vi","zone":"Asia/Ho_Chi_Minh","source":{"citation":"c","confidence":"confirmed"}}
        """;

    // Due on 15 January, or the working day after.
    private const string Yearly = """
        {"key":"tests/cadence","do":"adopt_template","template":"cadence","title":"Việc hằng năm","kinds":[],"tasks":[{"line":"annual-review","offset":"P14D","title":{"vi":"Tổng kết năm","en":"Annual review"},"role":"lead"}]}
        """;

    /// <summary>What the log begins with.</summary>
    /// <param name="digest">Whether there is a weekly message.</param>
    /// <param name="escalateAfter">0 for never.</param>
    public static string Lines(bool digest = false, int escalateAfter = 0, string leads = "7") => string.Join('\n', Union.Trim(), Yearly.Trim(), Policy(digest, escalateAfter, leads));

    /// <summary>Another policy in the place of the one before.</summary>
    public static string Policy(bool digest = false, int escalateAfter = 0, string leads = "7") => $$$"""
        {"key":"tests/policy/{{{leads}}}","do":"adopt_reminder_policy","tasks":{"round":[],"half":[],"other":[{{{leads}}}]},"anniversaries":{"round":[],"half":[],"other":[]},"digestDay":{{{(digest ? "\"monday\"" : "null")}}},"quietDays":[],"quietHolidays":false,"escalateAfter":{{{(escalateAfter > 0 ? escalateAfter.ToString(CultureInfo.InvariantCulture) : "null")}}}}
        """.Trim();

    /// <summary>SQL that adds so many contacts, <c>p1@example.org</c> and so on.</summary>
    public static string Contacts(int count, string association = "vufo") => string.Create(CultureInfo.InvariantCulture, $"""
        insert into calendar.contacts (id, association, created, changed, name, mail, language)
        select gen_random_uuid(), '{association}', now(), now(), 'Người ' || n, 'p' || n || '@example.org', 'vi' from generate_series(1, {count}) n
        """);
}
