using Calendar.Accords;
using Calendar.Almanacs;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;
using NodaTime;

namespace Calendar.Specs;

/// <summary>Commands and values as specs write them: a fact is named by a short key, a date by its text.</summary>
internal static class Given
{
    public static readonly PartyCode VN = PartyCode.Of("VN");

    public static readonly Source Ministry = new("Danh sách của Bộ Ngoại giao", "https://mofa.gov.vn/", Confidence.Confirmed);

    public static readonly Text Because = new("Theo văn bản gốc.", "After the original text.");

    public static PartialDate Day(string text) => PartialDate.Parse(text);

    public static FactId Id(string key) => FactId.OfKey("specs/" + key);

    public static ClaimId ClaimOf(string key) => ClaimId.OfKey("specs/" + key);

    public static Pair PairOf(string text) => Pair.TryParse(text, out var pair) ? pair : throw new ArgumentException(text, nameof(text));

    public static Slug SlugOf(string text) => Slug.TryParse(text, out var slug) ? slug : throw new ArgumentException(text, nameof(text));

    public static PartyCode Code(string text) => PartyCode.Of(text);

    public static Text Both(string text) => new(text, text);

    public static RegisterParty Party(string code, params string[] groups) =>
        new(PartyCode.Of(code), PartyKind.State, Names.GetValueOrDefault(code, Both(code)), [], [.. groups]);

    /// <summary>Ties of a pair; their fact is called "ties/" and the pair.</summary>
    public static RecordFact Ties(string pair, string on) => Record(FactKind.TiesEstablished, $"ties/{pair}", pair, on);

    public static RecordFact Suspended(string pair, string on) => Record(FactKind.TiesSuspended, $"suspended/{pair}/{on}", pair, on);

    public static RecordFact Resumed(string pair, string on) => Record(FactKind.TiesResumed, $"resumed/{pair}/{on}", pair, on);

    public static RecordFact Elevated(string pair, string on, PartnershipLevel level) =>
        Record(FactKind.PartnershipElevated, $"partnerships/{pair}/{level.Name()}", pair, on) with { Level = level };

    public static RecordFact Treaty(string key, string pair, string on, string title) =>
        Record(FactKind.TreatySigned, key, pair, on) with { Title = Both(title) };

    public static RecordFact Milestone(string key, string pair, string on, string title) =>
        Record(FactKind.MilestoneRecorded, key, pair, on) with { Title = Both(title) };

    public static RecordFact Record(FactKind kind, string key, string pair, string on) => new(PairOf(pair), kind, Id(key), Day(on), Ministry);

    /// <summary>An accord; its fact is called "accords/" and its slug.</summary>
    public static ConcludeAccord Accord(string slug, string on, string title, params string[] parties) =>
        new(SlugOf(slug), Id($"accords/{slug}"), Day(on), Ministry, Both(title), [.. parties.Select(PartyCode.Of)]);

    public static JoinAccord Joins(string party, string slug, string on) =>
        new(SlugOf(slug), Id($"accords/{slug}/joined/{party}/{on}"), Day(on), Ministry, PartyCode.Of(party), null);

    public static LeaveAccord Leaves(string party, string slug, string on, string ends) =>
        new(SlugOf(slug), Id($"accords/{slug}/left/{party}/{on}"), Day(on), Ministry, PartyCode.Of(party), Id(ends));

    public static DeclareNationalDay NationalDay(string party, int month, int day, string name) =>
        new(PartyCode.Of(party), Id($"days/{party}/{month}-{day}"), new AnnualDate(month, day), Ministry, Both(name));

    /// <summary>An association that is written to in Vietnamese.</summary>
    public static RegisterAssociation Association(string slug, AssociationScope scope, string? parent = null, params string[] partners) => new(
        SlugOf(slug),
        new AssociationDetails(Both($"Hội {slug}"), scope, parent is null ? null : SlugOf(parent), [.. partners.Select(Code)], Language.Vi, "Asia/Ho_Chi_Minh", Ministry));

    /// <summary>A holiday of Viet Nam.</summary>
    public static AnnounceHoliday Announced(string date, string occasion, AnnouncementStatus status = AnnouncementStatus.Announced) =>
        new(VN, Day(date).First, SlugOf(occasion), Both($"Nghỉ {occasion}"), status, Ministry);

    public static WithdrawHoliday TakenBack(string date) => new(VN, Day(date).First, Because);

    public static RenameParty Renamed(string party, string on, string name) =>
        new(PartyCode.Of(party), Id($"names/{party}/{on}"), Day(on), Ministry, Both(name));

    public static EndParty Ended(string party, string on, params string[] successors) =>
        new(PartyCode.Of(party), Id($"ends/{party}"), Day(on), Ministry, [.. successors.Select(PartyCode.Of)]);

    public static ClaimDate Claim(string fact, string claim, string on) => new(Id(fact), ClaimOf(claim), Day(on), Ministry, null);

    public static PreferClaim Prefer(string fact, string claim) => new(Id(fact), ClaimOf(claim), Because);

    public static RetitleFact Retitle(string fact, string title) => new(Id(fact), Both(title), Because);

    public static WithdrawFact Withdraw(string fact) => new(Id(fact), Because);

    public static ReinstateFact Reinstate(string fact) => new(Id(fact), Because);

    public static EndCommemoration EndMarking(string fact, string on) => new(Id(fact), Day(on), Because);

    public static ResumeCommemoration ResumeMarking(string fact) => new(Id(fact), Because);

    public static WaiveAnniversary Waive(string fact, int n) => new(Id(fact), n, Because);

    public static AdoptRules Rules(string from, LeapDayRule leapDay, params TierRule[] lines) =>
        new(SlugOf("rules-" + from), Both("Quy tắc từ " + from), [.. lines], leapDay, Day(from).First, Ministry);

    private static readonly Dictionary<string, Text> Names = new(StringComparer.Ordinal)
    {
        ["VN"] = new("Việt Nam", "Viet Nam"),
        ["JP"] = new("Nhật Bản", "Japan"),
        ["LA"] = new("Lào", "Laos"),
        ["KH"] = new("Campuchia", "Cambodia"),
        ["BN"] = new("Brunei", "Brunei"),
        ["SK"] = new("Slovakia", "Slovakia"),
        ["US"] = new("Hoa Kỳ", "United States"),
        ["MK"] = new("Macedonia", "Macedonia"),
    };
}

/// <summary>A record as it grows: commands are decided on the almanac as it stands, and what they lead to is folded at once.</summary>
internal sealed class Chronicle
{
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Asia/Ho_Chi_Minh"];

    private readonly AlmanacFold _fold = new(Given.VN);
    private readonly List<Recorded> _log = [];
    private Instant _clock = Instant.FromUtc(2026, 1, 1, 5, 0);

    /// <summary>Everything up to now; published after every command, so that each one copies what it touches.</summary>
    public Almanac Now { get; private set; } = new AlmanacFold(Given.VN).Publish();

    public IReadOnlyList<Recorded> Log => _log;

    /// <summary>A record in which Viet Nam and these parties are registered.</summary>
    public static Chronicle Of(params string[] parties) =>
        new Chronicle().With([Given.Party("VN", "ASEAN", "Asia"), .. parties.Select(party => Given.Party(party))]);

    /// <summary>What happened before: every command is accepted and leads to events.</summary>
    public Chronicle With(params Command[] commands)
    {
        foreach (var command in commands)
        {
            var decision = When(command);
            Assert.Null(decision.Rejection);
            Assert.NotEmpty(decision.Events);
        }

        return this;
    }

    /// <summary>From now on it is noon of this day.</summary>
    public Chronicle On(int year, int month, int day)
    {
        _clock = Zone.AtStrictly(new LocalDateTime(year, month, day, 12, 0)).ToInstant();
        return this;
    }

    /// <summary>Lets a command be decided and folds its events, a second after the last ones.</summary>
    /// <param name="role">Who records or plans, as the command is, when left out.</param>
    public Decision When(Command command, Role? role = null) =>
        When(command, new Caller(role ?? (command is PlanningCommand or AssociationCommand or ReminderCommand ? Role.Planner : Role.Historian)));

    /// <inheritdoc cref="When(Command, Role?)"/>
    public Decision When(Command command, Caller caller)
    {
        var decided = Decide(command, caller);
        _clock += Duration.FromSeconds(1);
        var version = decided.Version;
        foreach (var e in decided.Decision.Events)
        {
            Fold(new Recorded(_log.Count + 1, decided.Stream, ++version, _clock, caller.Role, null, e));
        }

        if (!decided.Decision.Events.IsEmpty)
        {
            Now = _fold.Publish();
        }

        return decided.Decision;
    }

    /// <summary>What a command would lead to now; nothing is folded.</summary>
    public Decided Decide(Command command, Caller caller) => Decisions.Decide(Now, command, caller, new Moment(_clock, Today));

    public LocalDate Today => _clock.InZone(Zone).Date;

    /// <summary>A planning round: what the planner finds is recorded until it finds nothing more.</summary>
    /// <returns>How many appends that took.</returns>
    public int Round()
    {
        for (var appends = 0; ; )
        {
            var found = new Planner(Now, Today).Round().ToList();
            if (found.Count == 0)
            {
                return appends;
            }

            foreach (var decided in found)
            {
                Assert.NotEmpty(decided.Decision.Events);
                Append(decided, Role.Round);
            }

            Assert.InRange(appends += found.Count, 1, 10_000);
        }
    }

    /// <summary>Folds what was decided before, as the log would have stored it.</summary>
    public Chronicle Append(Decided decided, Role role = Role.Planner)
    {
        var version = decided.Version;
        foreach (var e in decided.Decision.Events)
        {
            Fold(new Recorded(_log.Count + 1, decided.Stream, ++version, _clock, role, null, e));
        }

        Now = _fold.Publish();
        return this;
    }

    public Fact Fact(string key) => Now.Find(Given.Id(key)) ?? throw new ArgumentException(key, nameof(key));

    private void Fold(Recorded recorded)
    {
        _log.Add(recorded);
        _fold.Apply(recorded);
    }
}

internal static class Then
{
    /// <summary>The one event of an accepted command.</summary>
    public static T Leads<T>(this Decision decision)
        where T : IEvent
    {
        Assert.Null(decision.Rejection);
        return Assert.IsType<T>(Assert.Single(decision.Events));
    }

    /// <summary>It is already so: no event, no refusal.</summary>
    public static void IsNothingNew(this Decision decision)
    {
        Assert.Null(decision.Rejection);
        Assert.Empty(decision.Events);
    }

    public static void IsRefused(this Decision decision, string code, string pointer, RejectionKind kind = RejectionKind.Conflict)
    {
        Assert.Empty(decision.Events);
        Assert.NotNull(decision.Rejection);
        Assert.Equal((kind, code, pointer), (decision.Rejection.Kind, decision.Rejection.Code, decision.Rejection.Pointer));
        Assert.NotEqual(decision.Rejection.Detail.Vi, decision.Rejection.Detail.En);
    }
}
