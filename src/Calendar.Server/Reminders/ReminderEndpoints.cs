using System.Globalization;
using Calendar.Access;
using Calendar.Reminders;
using Calendar.Server.Access;
using Calendar.Server.Http;
using Calendar.Server.Planning;
using NodaTime;

namespace Calendar.Server.Reminders;

/// <summary><c>/v1/reminders</c>: what goes to whom and when; of an association its own affairs.</summary>
internal sealed class ReminderEndpoints(ReminderTable table, Recipients recipients, Simulations simulations, AlmanacFollower follower, CivilClock clock)
{
    // A table has all of it.
    public const int MostRows = 50_000;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/reminders", (HttpContext context, ReminderEndpoints endpoints, CancellationToken ct) => endpoints.ListAsync(context, ct)).WithTags("Reminders")
        .WithSummary("What goes to whom and when, by moment, in JSON, CSV or XLSX; or, with simulate, what would leave on a day as things stand now")
        .WithDescription(
            "Reminders are made 400 days ahead and looked at again when they leave. A simulation supposes that all that is due before its day is delivered, that nobody acknowledges "
            + "anything, and that the record, the policies and the contacts stay as they are; a digest is one item with items of its own.")
        .Needs(Permission.ReadReminders)
        .Produces<Page<ReminderView>>(200, Negotiation.Json, Negotiation.Csv, Negotiation.Xlsx)
        .TakesQuery(
            ("association", "Whose affairs, in commas"), ("kind", string.Join(", ", Names<ReminderKind>.All)), ("state", "queued and attempting unless named; or " + string.Join(", ", Names<ReminderState>.All)),
            ("from", "First day"), ("to", "Day after the last"), ("simulate", "A day from today on, such as 2030-03-01, instead of state, from and to"),
            ("limit", $"At most {Paging.MaxLimit}; a table has up to {MostRows} rows"), ("cursor", "From a next link"), Negotiation.Parameter)
        .RefusesWith(401, 403, 503);

    /// <summary>The associations whose affairs are asked for and may be seen; null where there is none. Empty for all.</summary>
    public static IReadOnlyCollection<Slug>? Seen(IReadOnlyCollection<Slug> asked, Caller caller) =>
        caller.Role != Role.Association ? asked
        : caller.Association is { } own && (asked.Count == 0 || asked.Contains(own)) ? [own]
        : null;

    /// <summary>A cursor of a list of reminders.</summary>
    public static (Instant At, Guid Id)? ReadKey(string? key) =>
        key?.Split(' ') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at) && Guid.TryParseExact(id, "D", out var known)
            && at >= NodaConstants.BclEpoch.ToUnixTimeTicks() && at <= Instant.MaxValue.ToUnixTimeTicks()
            ? (Instant.FromUnixTimeTicks(at), known)
            : null;

    public static string KeyOf(Instant at, Guid id) => string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeTicks()} {id:D}");

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var (query, caller) = (new QueryReader(context.Request), TokenAuthentication.ActorOf(context.User, null, context.TraceIdentifier).Caller);
        var associations = Seen(PlanEndpoints.Owners(query, follower.Current), caller);
        var kinds = query.Names<ReminderKind>("kind");
        var form = Negotiation.FormOf(context.Request, query);
        var page = form == ListForm.Json ? Paging.Read(query, counts: false) : Paging.Read(query, MostRows, MostRows, counts: false);
        if (query.Day("simulate") is { } day)
        {
            return await SimulateAsync(context, query, page, form, day, associations, kinds, caller, ct);
        }

        var wanted = new ReminderQuery(page.Limit + 1)
        {
            Associations = associations ?? [],
            Kinds = kinds,
            States = query.Names<ReminderState>("state") is { IsEmpty: false } states ? states : [ReminderState.Queued, ReminderState.Attempting],
            From = Start(query.Day("from")),
            To = Start(query.Day("to")),
            After = ReadKey(page.After),
        };
        CheckRange(query, wanted, page);
        query.Done();

        var rows = associations is null ? [] : (await table.ComingAsync(wanted, ct)).ToList();
        if (rows.Count > page.Limit)
        {
            rows.RemoveAt(page.Limit);
            Paging.Link(context, KeyOf(rows[^1].Reminder.Moment, rows[^1].Reminder.Id));
        }

        var views = new ReminderViews(follower.Current, await recipients.NamesAsync(rows.Select(row => row.Reminder.Recipient), ct), caller);
        return Answer(rows.ConvertAll(views.Of), form);
    }

    private async Task<IResult> SimulateAsync(
        HttpContext context, QueryReader query, Paging page, ListForm form, LocalDate day, IReadOnlyCollection<Slug>? associations, IReadOnlyCollection<ReminderKind> kinds, Caller caller,
        CancellationToken ct)
    {
        if (day < clock.Today)
        {
            query.Wrong("simulate", "in-the-past", "“simulate” đã qua: xem /v1/deliveries để biết đã gửi gì.", "\"simulate\" is over: /v1/deliveries shows what was sent.");
        }
        else if (day.Year >= PartialDate.MaxYear - 1)
        {
            query.Wrong("simulate", "too-far-ahead", "“simulate” quá xa: chọn ngày sớm hơn.", "\"simulate\" is too far ahead: choose an earlier day.");
        }

        query.Done();
        if (associations is null)
        {
            return Answer([], form);
        }

        var (almanac, departures) = await simulations.RunAsync(day, ct);
        var views = new ReminderViews(almanac, await recipients.NamesAsync(departures.Select(one => one.To.Id), ct), caller);
        var found = departures.Select(departure => Narrow(departure, associations, kinds)).OfType<Departure>().Select(views.Of).OfType<ReminderView>().Index();
        var (items, _) = page.Cut(context, found, one => one.Index.ToString("D8", CultureInfo.InvariantCulture));
        return Answer(items.ConvertAll(one => one.Item), form);
    }

    // What is asked for of a digest is shown as that digest.
    private static Departure? Narrow(Departure departure, IReadOnlyCollection<Slug> associations, IReadOnlyCollection<ReminderKind> kinds)
    {
        var items = departure.Items.Where(item =>
            (associations.Count == 0 || (item.Subject.For is { } association && associations.Contains(association))) && (kinds.Count == 0 || kinds.Contains(ReminderRow.KindOf(item.Subject)))).ToList();
        var isAsked = departure.Items.IsEmpty
            ? (associations.Count == 0 || associations.Contains(departure.To.Association)) && (kinds.Count == 0 || kinds.Contains(ReminderKind.Week))
            : items.Count > 0;
        return isAsked ? departure with { Items = [.. items] } : null;
    }

    private static void CheckRange(QueryReader query, ReminderQuery wanted, Paging page)
    {
        if (wanted.To <= wanted.From)
        {
            query.Wrong("to", "reversed-range", "“to” phải sau “from” (ngày “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }

        if (page.After is not null && wanted.After is null)
        {
            Paging.Foreign(query);
        }
    }

    private Instant? Start(LocalDate? day) => day is { } known ? clock.Zone.AtStartOfDay(known).ToInstant() : null;

    private IResult Answer(IReadOnlyList<ReminderView> items, ListForm form) => form == ListForm.Json
        ? Answers.Tagged(new Page<ReminderView>(items, null))
        : ReminderTables.Reminders(clock.Zone).Answer(form, items);
}
