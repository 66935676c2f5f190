using System.Text.Json;
using Calendar.Commands;
using NodaTime;

namespace Calendar.Associations;

/// <summary>Somebody who is written to for an association. Of a person: it lies beside the log, where it can be erased, and never in it.</summary>
/// <param name="Role">What the person does there, in the person's own words.</param>
/// <param name="Mail">An address in ASCII.</param>
public sealed record ContactDetails(string Name, string? Role, string Mail, Language Language)
{
    /// <summary>The last day on which the person is away.</summary>
    public LocalDate? AwayUntil { get; init; }

    /// <summary>Who gets the person's mails meanwhile: another contact of the association, or one of an association above it.</summary>
    public Guid? StandIn { get; init; }

    /// <summary>Gets mails only while somebody is away whom the person stands in for.</summary>
    public bool OnlyStandsIn { get; init; }

    /// <summary>Whether mails go to the same address.</summary>
    public bool IsSameAddress(string mail) => string.Equals(Mail, mail, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Reads the bodies of <c>/v1/associations/{slug}/contacts</c>. What is wrong is named by its member alone: a problem document repeats nothing of a person.</summary>
public static class ContactReader
{
    public const int LongestName = 100;

    /// <returns>Null with the errors.</returns>
    public static (ContactDetails? Contact, IReadOnlyList<Rejection> Errors) Read(JsonElement body)
    {
        var members = new Members(body, "", []);
        var contact = new ContactDetails(Line(members, "name") ?? "", Line(members, "role", isRequired: false), Mail(members), members.Enum<Language>("language") ?? default)
        {
            AwayUntil = members.OptionalDay("awayUntil"),
            StandIn = StandIn(members),
            OnlyStandsIn = members.OptionalBool("onlyStandsIn") ?? false,
        };
        members.Done();
        return members.Errors.Count == 0 ? (contact, []) : (null, members.Errors);
    }

    private static Guid? StandIn(Members members)
    {
        if (members.OptionalString("standIn", LongestName) is not { } text)
        {
            return null;
        }

        if (!Guid.TryParseExact(text, "D", out var id))
        {
            members.Add("malformed-id", "/standIn", "“standIn” là mã của một người liên hệ khác của hội, hoặc của hội cấp trên.", "\"standIn\" is the id of another contact of the association, or of one above it.");
        }

        return id;
    }

    private static string? Line(Members members, string name, bool isRequired = true)
    {
        var line = isRequired ? members.String(name, LongestName) : members.OptionalString(name, LongestName);
        if (line.AsSpan().ContainsAny('\n', '\u2028', '\u2029'))
        {
            members.Add("one-line", members.Pointer(name), "Ở đây chỉ được có một dòng.", "This is a single line.");
        }

        return line;
    }

    private static string Mail(Members members)
    {
        var text = members.String("mail", ContactAddresses.LongestMail);
        if (!ContactAddresses.TryReadMail(text, out var mail) && text.Length > 0)
        {
            members.Add("malformed-mail", "/mail", "Đây không phải là một địa chỉ thư như hoi@example.org.", "This is not a mail address such as office@example.org.");
        }

        return mail ?? "";
    }
}
