using Calendar.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Server.Feeds;

/// <summary>As what tasks stand in a feed.</summary>
internal enum TaskForm
{
    /// <summary>To-dos, for programs that keep lists of them.</summary>
    Todo,

    /// <summary>Events of a whole day, for programs that pass over to-dos.</summary>
    Event,
}

/// <summary>One feed of tasks: always somebody's own. Equal variants are rendered once.</summary>
/// <param name="Association">The owner of the tasks.</param>
/// <param name="Alarm">How long before the due day a reminder sounds; null for none.</param>
internal sealed record TaskVariant(Slug Association, TaskForm As, Language Language, Period? Alarm)
{
    /// <summary>What the reader of a link that will end is told.</summary>
    public FeedNotice? Notice { get; init; }

    /// <summary>The parameters, in canonical form.</summary>
    public string Filter => string.Join('&', Parts());

    public static TaskVariant Read(QueryReader query)
    {
        if (!Slug.TryParse(query.One("association"), out var association))
        {
            query.Wrong("association", "malformed-association", "“association” là tên ngắn của một hội, như vn-jp.", "\"association\" is the short name of one, such as vn-jp.");
        }

        var variant = new TaskVariant(association, query.Name("as", TaskForm.Todo), query.Name("lang", Language.Vi), FeedVariant.ReadAlarm(query));
        query.Done();
        return variant;
    }

    private IEnumerable<string> Parts()
    {
        yield return "association=" + Association;
        yield return "as=" + As.Name();
        if (Language != Language.Vi)
        {
            yield return "lang=" + Language.Name();
        }

        if (Alarm is not null)
        {
            yield return "alarm=" + PeriodPattern.NormalizingIso.Format(Alarm);
        }
    }
}
