using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Calendar.Accords;
using Calendar.Associations;
using Calendar.Facts;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using Calendar.Rules;

namespace Calendar;

/// <summary>
/// Stored name and shape of every event. Both are contracts for ever: new meaning takes a new name, and an old name is read by
/// an upcast here. Each has its golden JSON in the specs.
/// </summary>
public static class EventContracts
{
    private static readonly JsonSerializerOptions _json = new(EventJson.Default.Options)
    {
        TypeInfoResolver = EventJson.Default.WithAddedModifier(RequireWhatCannotBeNull),
    };

    private static readonly FrozenDictionary<string, JsonTypeInfo> _byName = new (string Name, JsonTypeInfo Shape)[]
    {
        ("party_registered", Shape<PartyRegistered>()),
        ("party_renamed", Shape<PartyRenamed>()),
        ("party_ended", Shape<PartyEnded>()),
        ("group_joined", Shape<GroupJoined>()),
        ("group_left", Shape<GroupLeft>()),
        ("national_day_declared", Shape<NationalDayDeclared>()),
        ("ties_established", Shape<TiesEstablished>()),
        ("ties_suspended", Shape<TiesSuspended>()),
        ("ties_resumed", Shape<TiesResumed>()),
        ("partnership_elevated", Shape<PartnershipElevated>()),
        ("treaty_signed", Shape<TreatySigned>()),
        ("treaty_ended", Shape<TreatyEnded>()),
        ("milestone_recorded", Shape<MilestoneRecorded>()),
        ("accord_concluded", Shape<AccordConcluded>()),
        ("accord_joined", Shape<AccordJoined>()),
        ("accord_left", Shape<AccordLeft>()),
        ("date_claimed", Shape<DateClaimed>()),
        ("claim_preferred", Shape<ClaimPreferred>()),
        ("fact_retitled", Shape<FactRetitled>()),
        ("fact_withdrawn", Shape<FactWithdrawn>()),
        ("fact_reinstated", Shape<FactReinstated>()),
        ("commemoration_ended", Shape<CommemorationEnded>()),
        ("commemoration_resumed", Shape<CommemorationResumed>()),
        ("anniversary_waived", Shape<AnniversaryWaived>()),
        ("waiver_lifted", Shape<WaiverLifted>()),
        ("fact_sealed", Shape<FactSealed>()),
        ("rule_set_adopted", Shape<RuleSetAdopted>()),
        ("holiday_announced", Shape<HolidayAnnounced>()),
        ("holiday_withdrawn", Shape<HolidayWithdrawn>()),
        ("association_registered", Shape<AssociationRegistered>()),
        ("association_changed", Shape<AssociationChanged>()),
        ("association_muted", Shape<AssociationMuted>()),
        ("association_unmuted", Shape<AssociationUnmuted>()),
        ("association_closed", Shape<AssociationClosed>()),
        ("association_reopened", Shape<AssociationReopened>()),
        ("template_adopted", Shape<TemplateAdopted>()),
        ("plan_opened", Shape<PlanOpened>()),
        ("plan_moved", Shape<PlanMoved>()),
        ("template_taken", Shape<TemplateTaken>()),
        ("task_added", Shape<TaskAdded>()),
        ("task_retitled", Shape<TaskRetitled>()),
        ("task_assigned", Shape<TaskAssigned>()),
        ("task_acknowledged", Shape<TaskAcknowledged>()),
        ("task_completed", Shape<TaskCompleted>()),
        ("evidence_added", Shape<EvidenceAdded>()),
        ("task_reopened", Shape<TaskReopened>()),
        ("task_rescheduled", Shape<TaskRescheduled>()),
        ("task_dropped", Shape<TaskDropped>()),
        ("celebration_scheduled", Shape<CelebrationScheduled>()),
        ("celebration_announced", Shape<CelebrationAnnounced>()),
        ("celebration_moved", Shape<CelebrationMoved>()),
        ("celebration_cancelled", Shape<CelebrationCancelled>()),
        ("plan_joined", Shape<PlanJoined>()),
        ("plan_parted", Shape<PlanParted>()),
        ("plan_closed", Shape<PlanClosed>()),
        ("plan_reopened", Shape<PlanReopened>()),
        ("reminder_policy_adopted", Shape<ReminderPolicyAdopted>()),
        ("reminder_policy_dropped", Shape<ReminderPolicyDropped>()),
    }.ToFrozenDictionary(contract => contract.Name, contract => contract.Shape, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, string> _byType =
        _byName.ToFrozenDictionary(contract => contract.Value.Type, contract => contract.Key);

    public static IEnumerable<(string Name, Type Type)> All => _byName.Select(contract => (contract.Key, contract.Value.Type));

    public static string NameOf(IEvent e) => _byType[e.GetType()];

    public static byte[] Write(IEvent e) => JsonSerializer.SerializeToUtf8Bytes(e, _byName[NameOf(e)]);

    /// <summary>The event of a stored row.</summary>
    /// <exception cref="EventUnreadableException">The name is unknown, or the data does not have its shape.</exception>
    public static IEvent Read(string name, ReadOnlySpan<byte> json)
    {
        if (!_byName.TryGetValue(name, out var shape))
        {
            throw new EventUnreadableException($"This build does not know the event '{name}'.", null);
        }

        try
        {
            return (IEvent?)JsonSerializer.Deserialize(json, shape)
                ?? throw new EventUnreadableException($"The data of a '{name}' is null.", null);
        }
        catch (JsonException e)
        {
            throw new EventUnreadableException($"The data of a '{name}' does not have its shape: {e.Path ?? "$"}.", e);
        }
    }

    private static JsonTypeInfo Shape<T>()
        where T : IEvent => _json.GetTypeInfo(typeof(T));

    // A missing confidence would read as confirmed, a missing day as the year 0. What may be null may be missing.
    private static void RequireWhatCannotBeNull(JsonTypeInfo shape)
    {
        foreach (var member in shape.Properties)
        {
            member.IsRequired = member.AssociatedParameter is { IsNullable: false } && Nullable.GetUnderlyingType(member.PropertyType) is null;
        }
    }
}

/// <summary>A stored event that this build cannot read: the fold stops there, nothing is skipped.</summary>
public sealed class EventUnreadableException(string message, Exception? inner) : Exception(message, inner);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false,
    Converters =
    [
        typeof(PartialDateJson), typeof(MonthDayJson), typeof(FactIdJson), typeof(ClaimIdJson), typeof(PartyCodeJson), typeof(TextJson),
        typeof(ConfidenceJson), typeof(PartyKindJson), typeof(PartnershipLevelJson), typeof(SlugJson), typeof(FactKindJson), typeof(LocalDateJson),
        typeof(InstantJson), typeof(TierJson), typeof(LeapDayRuleJson), typeof(FactEventJson), typeof(AnnouncementStatusJson),
        typeof(AssociationScopeJson), typeof(LanguageJson),
        typeof(PlanIdJson), typeof(TaskIdJson), typeof(CelebrationIdJson), typeof(AnniversaryIdJson), typeof(OffsetJson), typeof(OwnerRoleJson), typeof(TaskAnchorJson), typeof(DropCauseJson),
        typeof(LocalTimeJson), typeof(WeekdayJson), typeof(ReminderChannelJson),
    ])]
[JsonSerializable(typeof(PartyRegistered))]
[JsonSerializable(typeof(PartyRenamed))]
[JsonSerializable(typeof(PartyEnded))]
[JsonSerializable(typeof(GroupJoined))]
[JsonSerializable(typeof(GroupLeft))]
[JsonSerializable(typeof(NationalDayDeclared))]
[JsonSerializable(typeof(TiesEstablished))]
[JsonSerializable(typeof(TiesSuspended))]
[JsonSerializable(typeof(TiesResumed))]
[JsonSerializable(typeof(PartnershipElevated))]
[JsonSerializable(typeof(TreatySigned))]
[JsonSerializable(typeof(TreatyEnded))]
[JsonSerializable(typeof(MilestoneRecorded))]
[JsonSerializable(typeof(AccordConcluded))]
[JsonSerializable(typeof(AccordJoined))]
[JsonSerializable(typeof(AccordLeft))]
[JsonSerializable(typeof(DateClaimed))]
[JsonSerializable(typeof(ClaimPreferred))]
[JsonSerializable(typeof(FactRetitled))]
[JsonSerializable(typeof(FactWithdrawn))]
[JsonSerializable(typeof(FactReinstated))]
[JsonSerializable(typeof(CommemorationEnded))]
[JsonSerializable(typeof(CommemorationResumed))]
[JsonSerializable(typeof(AnniversaryWaived))]
[JsonSerializable(typeof(WaiverLifted))]
[JsonSerializable(typeof(FactSealed))]
[JsonSerializable(typeof(RuleSetAdopted))]
[JsonSerializable(typeof(HolidayAnnounced))]
[JsonSerializable(typeof(HolidayWithdrawn))]
[JsonSerializable(typeof(AssociationRegistered))]
[JsonSerializable(typeof(AssociationChanged))]
[JsonSerializable(typeof(AssociationMuted))]
[JsonSerializable(typeof(AssociationUnmuted))]
[JsonSerializable(typeof(AssociationClosed))]
[JsonSerializable(typeof(AssociationReopened))]
[JsonSerializable(typeof(TemplateAdopted))]
[JsonSerializable(typeof(PlanOpened))]
[JsonSerializable(typeof(PlanMoved))]
[JsonSerializable(typeof(TemplateTaken))]
[JsonSerializable(typeof(TaskAdded))]
[JsonSerializable(typeof(TaskRetitled))]
[JsonSerializable(typeof(TaskAssigned))]
[JsonSerializable(typeof(TaskAcknowledged))]
[JsonSerializable(typeof(TaskCompleted))]
[JsonSerializable(typeof(EvidenceAdded))]
[JsonSerializable(typeof(TaskReopened))]
[JsonSerializable(typeof(TaskRescheduled))]
[JsonSerializable(typeof(TaskDropped))]
[JsonSerializable(typeof(CelebrationScheduled))]
[JsonSerializable(typeof(CelebrationAnnounced))]
[JsonSerializable(typeof(CelebrationMoved))]
[JsonSerializable(typeof(CelebrationCancelled))]
[JsonSerializable(typeof(PlanJoined))]
[JsonSerializable(typeof(PlanParted))]
[JsonSerializable(typeof(PlanClosed))]
[JsonSerializable(typeof(PlanReopened))]
[JsonSerializable(typeof(ReminderPolicyAdopted))]
[JsonSerializable(typeof(ReminderPolicyDropped))]
internal sealed partial class EventJson : JsonSerializerContext;
