using System.Globalization;
using Calendar.Planning;

namespace Calendar.Reminders;

/// <summary>What a reminder is about. Its text is part of the queue's key: what reads the same is reminded of once.</summary>
public abstract record ReminderSubject
{
    /// <summary>A task of an owner: whoever is given it is reminded anew.</summary>
    public sealed record OfTask(PlanId Plan, TaskId Task, Slug Owner) : ReminderSubject
    {
        public override string Text => $"task/{Plan}/{Task}/{Owner}";
    }

    /// <summary>An anniversary, for an association that marks it.</summary>
    public sealed record OfAnniversary(AnniversaryId Anniversary, Slug Association) : ReminderSubject
    {
        public override string Text => $"anniversary/{Anniversary}/{Association}";
    }

    /// <summary>A task that its owner was reminded of and has not acknowledged.</summary>
    /// <param name="Step">1 for the union above, 2 for the desk.</param>
    public sealed record OfSilence(int Step, OfTask About) : ReminderSubject
    {
        public override string Text => string.Create(CultureInfo.InvariantCulture, $"escalation/{Step}/{About.Plan}/{About.Task}/{About.Owner}");
    }

    /// <summary>The weekly message, of the recipient's own association.</summary>
    public sealed record OfWeek(Slug Association) : ReminderSubject
    {
        public override string Text => $"week/{Association}";
    }

    /// <summary>What shows that messages arrive at all.</summary>
    public sealed record OfCanary : ReminderSubject
    {
        public override string Text => "canary";
    }

    /// <summary>What another build has made: nothing is known of it here.</summary>
    public sealed record Unknown(string Written) : ReminderSubject
    {
        public override string Text => Written;
    }

    /// <summary>A weekly message and a canary are about nothing that is due, and nobody needs to hear that one was missed.</summary>
    public bool IsAboutSomething => this is not (OfWeek or OfCanary);

    public abstract string Text { get; }

    /// <summary>Whose affair it is; null for nobody's but the service's.</summary>
    public Slug? For => this switch
    {
        OfTask task => task.Owner,
        OfAnniversary anniversary => anniversary.Association,
        OfSilence silence => silence.About.Owner,
        OfWeek week => week.Association,
        _ => null,
    };

    public sealed override string ToString() => Text;

    public static bool TryParse(string text, out ReminderSubject? subject)
    {
        subject = text.Split('/') switch
        {
            ["task", var plan, var task, var owner] => TaskOf(plan, task, owner),
            ["anniversary", var fact, var number, var association]
                when AnniversaryId.TryParse($"{fact}/{number}", out var id) && Slug.TryParse(association, out var slug) => new OfAnniversary(id, slug),
            ["escalation", "1", var plan, var task, var owner] when TaskOf(plan, task, owner) is { } about => new OfSilence(1, about),
            ["escalation", "2", var plan, var task, var owner] when TaskOf(plan, task, owner) is { } about => new OfSilence(2, about),
            ["week", var association] when Slug.TryParse(association, out var slug) => new OfWeek(slug),
            ["canary"] => new OfCanary(),
            _ => null,
        };
        return subject is not null;
    }

    private static OfTask? TaskOf(string plan, string task, string owner) =>
        PlanId.TryParse(plan, out var planId) && TaskId.TryParse(task, out var taskId) && Slug.TryParse(owner, out var slug) ? new OfTask(planId, taskId, slug) : null;
}
