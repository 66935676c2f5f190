using System.Text;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Planning;
using Calendar.Reminders;
using Calendar.Server.Reminders;
using Calendar.Specs.Planning;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Calendar.Specs.Given;

namespace Calendar.Specs.Reminders;

/// <summary>Whatever was recorded, whatever the policies say and whoever is there.</summary>
public class AnyReminder
{
    private static readonly Gen<Recipient> _recipients =
        from association in Gen.Elements("vufo", "hufo", "vn-jp", "vn-la", "nobody")
        from key in Gen.Elements("office", "chair")
        from channel in Gen.Elements(ReminderChannel.Mail, ReminderChannel.Mail, ReminderChannel.Webhook)
        from closed in Gen.Elements(false, false, false, true)
        from away in Gen.Elements<int?>(null, null, 0, 200)
        select Reminded.Contact(association, key + channel, channel) with
        {
            IsClosed = closed,
            AwayUntil = away is { } days ? new LocalDate(2026, 6, 1).PlusDays(days) : null,
            StandIn = away is null ? null : Reminded.Contact(association, "chairMail").Id,
        };

    private static readonly Gen<AddressBook> _books =
        from recipients in _recipients.ListOf().Resize(8)
        from desk in Gen.Elements(null, Reminded.Desk)
        select new AddressBook([.. recipients.DistinctBy(one => one.Id)], desk);

    // From here every history goes on: two fiftieth years are prepared for.
    private static readonly (Command Command, Role Role)[] _beginning =
    [
        .. new Command[]
        {
            Association("vufo", AssociationScope.Umbrella), Association("vn-jp", AssociationScope.Central, "vufo", "JP"), Association("vn-la", AssociationScope.Central, "vufo", "LA"),
            Association("hufo", AssociationScope.Local, "vufo", "JP"),
            Record(FactKind.TiesEstablished, "any/0", "JP~VN", "1976-09-21"), Record(FactKind.TiesEstablished, "any/1", "LA~VN", "1977-09-05"),
        }.Concat(Planned.Templates).Append(new OpenPlan(Planned.PlanOf("any/0", 50), null)).Append(new OpenPlan(Planned.PlanOf("any/1", 50), null)).Select(command => (command, Role.Admin)),
    ];

    private static readonly Arbitrary<(Chronicle Record, AddressBook Book, LocalDate A, LocalDate B, LocalDate C)> _any = (
        from steps in AnyHistory.Steps.ArrayOf().Resize(60)
        from book in _books
        from first in Gen.Choose(-200, 400)
        from second in Gen.Choose(0, 200)
        from third in Gen.Choose(0, 200)
        let begin = new LocalDate(2026, 6, 1).PlusDays(first)
        select (AnyHistory.After(_beginning.Concat(steps)), book, begin, begin.PlusDays(second), begin.PlusDays(second + third))).ToArbitrary();

    // What follows says something: histories lead to reminders of every kind.
    [Fact]
    public void Is_about_a_task_an_anniversary_a_week_or_a_silence()
    {
        var kinds = _any.Generator.Sample(50, 60)
            .SelectMany(any => any.Record.Reminding(any.Book).Between(any.A, any.C).Concat(any.Record.Reminding(any.Book).Escalations(Silent(any.Record, any.A))))
            .Select(one => one.Subject.GetType().Name).ToHashSet();
        Assert.Equal(["OfAnniversary", "OfSilence", "OfTask", "OfWeek"], kinds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Belongs_to_one_day() => Prop.ForAll(_any, any =>
    {
        var (record, book, a, b, c) = any;
        Assert.Equal(
            All(record.Reminding(book).Between(a, c)),
            All(record.Reminding(book).Between(a, b).Concat(record.Reminding(book).Between(b, c))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_made_once() => Prop.ForAll(_any, any =>
    {
        var keys = any.Record.Reminding(any.Book).Between(any.A, any.C).Select(one => one.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Is_found_again_by_its_subject_with_all_the_others_about_it() => Prop.ForAll(_any, any =>
    {
        var reminding = any.Record.Reminding(any.Book);
        foreach (var about in reminding.Between(any.A, any.C).GroupBy(one => one.Subject).ToList())
        {
            var known = about.Key is ReminderSubject.OfWeek ? about.Select(one => one.Due).Distinct().SelectMany(due => reminding.Of(about.Key, due)) : reminding.Of(about.Key);
            Assert.Equal(All(about), All(known.Where(one => one.Day >= any.A && one.Day < any.C)));
            Assert.All(about, one => Assert.Contains(one, reminding.Of(one.Subject, one.Due)));
            Assert.All(about, one => Assert.Equal(All(reminding.Of(one.Subject, one.Due).Where(other => other.To.Id == one.To.Id)), All(reminding.Of(one.Subject, one.Due, one.To.Id))));
            Assert.True(ReminderSubject.TryParse(about.Key.Text, out var parsed));
            Assert.Equal(about.Key, parsed);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Leaves_on_no_quiet_day_at_its_policy_s_time() => Prop.ForAll(_any, any =>
    {
        var (now, reminding) = (any.Record.Now, any.Record.Reminding(any.Book));
        var quiet = new QuietDays(now);
        foreach (var one in reminding.Between(any.A, any.C).Concat(reminding.Escalations(Silent(any.Record, any.A))))
        {
            var policy = one.To == any.Book.Desk ? now.Policies.General : now.Policies.Of(one.To.Association);
            Assert.Equal(one.Day + policy.At, one.Moment.InZone(reminding.ZoneOf(one.To)).LocalDateTime);
            Assert.False(quiet.IsQuiet(policy, one.Day), $"{one} leaves on a quiet day.");
            Assert.True(one.To.IsThere(one.Day) || one.To == any.Book.Desk);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Comes_no_later_than_what_it_is_about_and_an_escalation_no_sooner_than_the_policy_says() => Prop.ForAll(_any, any =>
    {
        var reminding = any.Record.Reminding(any.Book);
        Assert.All(
            reminding.Between(any.A, any.C).Where(one => one.Subject is not ReminderSubject.OfWeek), one => Assert.True(one.Day <= one.Due.PlusDays(-one.Lead)));
        var told = Silent(any.Record, any.A);
        foreach (var step in reminding.Escalations(told))
        {
            var about = Assert.IsType<ReminderSubject.OfSilence>(step.Subject);
            Assert.Equal(TaskState.Open, any.Record.Now.Plans.Find(about.About.Plan, about.About.Task)!.State);
            Assert.True(step.Day >= any.A.PlusDays(about.Step * any.Record.Now.Policies.Of(about.About.Owner).EscalateAfter!.Value));
        }

        var keys = reminding.Escalations(told).Select(step => step.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(reminding.Escalations(told).GroupBy(step => (((ReminderSubject.OfSilence)step.Subject).About, step.To)), steps => Assert.Single(steps));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_escalation_is_about_one_of_the_silences_that_are_asked_for() => Prop.ForAll(_any, any =>
    {
        var (now, reminding) = (any.Record.Now, any.Record.Reminding(any.Book));
        var silent = reminding.Silent(any.A).ToHashSet();
        Assert.Subset(silent, reminding.Escalations(Silent(any.Record, any.A)).Where(step => step.Due <= any.A.PlusDays(ReminderPolicy.LongestLead))
            .Select(step => (((ReminderSubject.OfSilence)step.Subject).About, step.Due)).ToHashSet());
        Assert.All(silent, one => Assert.True(reminding.IsSilent(one.Subject, one.Due)));
        Assert.Subset(now.Plans.Tasks.Select(task => (new ReminderSubject.OfTask(task.Plan, task.Id, task.Owner), task.Due)).ToHashSet(), silent);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Can_be_told_alone_and_with_others_in_both_languages() => Prop.ForAll(_any, any =>
    {
        var (now, reminding) = (any.Record.Now, any.Record.Reminding(any.Book));
        var some = reminding.Between(any.A, any.C).Concat(reminding.Escalations(Silent(any.Record, any.A))).DistinctBy(one => one.Subject).Take(12).ToList();
        foreach (var language in Enum.GetValues<Language>())
        {
            var to = Reminded.Contact("vufo") with { Language = language };
            MessageItem[] items = [.. some.Select(one => new MessageItem(one.Subject, one.Due, one.Lead, "https://lich.example.vn/a"))];
            foreach (var message in items.Select(item => new Message(to, [item], false)).Append(new Message(to, [.. items], true) { Missed = [.. items] }))
            {
                var letter = Letters.Write(now, message, any.A, "https://lich.example.vn");
                Assert.InRange(letter.Subject.Length, 1, 150);
                Assert.DoesNotContain('\n', letter.Subject + string.Concat(letter.Sections.SelectMany(section => section.Items).Select(item => item.Title + string.Concat(item.Details))));
                Assert.StartsWith("{", Encoding.UTF8.GetString(MessageJson.Write(now, message, "https://lich.example.vn")), StringComparison.Ordinal);
                Assert.StartsWith("calendar.reminder.", MessageJson.TypeOf(message), StringComparison.Ordinal);

                // What could not be written would be refused here.
                Assert.NotEqual(0, CalendarPart.Of(now, message, "nhac@example.vn", null, "https://lich.example.vn", Chronicle.Zone)?.Body.Length);
            }
        }
    }).QuickCheckThrowOnFailure();

    // Every task as if its owner had been told of it on one day.
    private static List<Told> Silent(Chronicle record, LocalDate on) =>
        [.. record.Now.Plans.Tasks.Select(task => new Told(new ReminderSubject.OfTask(task.Plan, task.Id, task.Owner), task.Due, 7, on))];

    private static IEnumerable<string> All(IEnumerable<Reminder> reminders) => reminders.Select(one => $"{one.Key} {one.Day} {one.Moment} {one.To}").Order(StringComparer.Ordinal);
}
