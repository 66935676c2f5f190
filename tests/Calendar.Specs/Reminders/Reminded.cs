using Calendar.Associations;
using Calendar.Planning;
using Calendar.Reminders;
using static Calendar.Specs.Given;
using static Calendar.Specs.Planning.Planned;

namespace Calendar.Specs.Reminders;

/// <summary>Reminders as specs ask for them.</summary>
internal static class Reminded
{
    /// <summary>Somebody of an association, to be written to.</summary>
    public static Recipient Contact(string association, string key = "office", ReminderChannel channel = ReminderChannel.Mail) =>
        new(Keys.ToGuid($"specs/{association}/{key}"), SlugOf(association), channel, Language.Vi);

    /// <summary>One contact each.</summary>
    public static AddressBook Book(params string[] associations) => new([.. associations.Select(association => Contact(association))]);

    public static Recipient Desk { get; } = Contact("vufo", "desk");

    public static Reminding Reminding(this Chronicle record, AddressBook book) => new(record.Now, book, Chronicle.Zone);

    public static IEnumerable<Reminder> Reminders(this Chronicle record, AddressBook book, string from, string to) => record.Reminding(book).Between(Date(from), Date(to));

    /// <summary>Of one task.</summary>
    public static IEnumerable<Reminder> Reminders(this Chronicle record, AddressBook book, string from, string to, string task) =>
        record.Reminders(book, from, to).Where(reminder => reminder.Subject is ReminderSubject.OfTask about && about.Task == TaskOf(task));

    public static IEnumerable<Reminder> Anniversaries(this Chronicle record, AddressBook book, string from, string to) =>
        record.Reminders(book, from, to).Where(reminder => reminder.Subject is ReminderSubject.OfAnniversary);

    public static IEnumerable<Reminder> Weeks(this Chronicle record, AddressBook book, string from, string to) =>
        record.Reminders(book, from, to).Where(reminder => reminder.Subject is ReminderSubject.OfWeek);

    /// <summary>"day lead recipient" of each, for another one "recipient for association", by day.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<Reminder> reminders) => reminders
        .Select(one => $"{new PartialDate(one.Day)} {one.Lead} {one.To.Association}{(one.Subject.For == one.To.Association ? "" : $" for {one.Subject.For}")}")
        .Order(StringComparer.Ordinal);

    public static ReminderSubject.OfTask SubjectOf(PlanId plan, string task, string owner) => new(plan, TaskOf(task), SlugOf(owner));

    public static AdoptReminderPolicy Policy(string? association, Func<ReminderPolicy, ReminderPolicy> change) =>
        new(association is null ? null : SlugOf(association), change(ReminderPolicy.Default));

    /// <summary>An association that lies in another time zone.</summary>
    public static RegisterAssociation Abroad(string slug, string zone, params string[] partners) => Association(slug, AssociationScope.Abroad, "vufo", partners) is var there
        ? there with { Details = there.Details with { Zone = zone } }
        : there;
}
