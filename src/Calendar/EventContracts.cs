using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Calendar.Accords;
using Calendar.Facts;
using Calendar.Parties;
using Calendar.Relationships;

namespace Calendar;

/// <summary>
/// Stored name and shape of every event. Both are contracts for ever: new meaning takes a new name, and an old name is read by
/// an upcast here. Each has its golden JSON in the specs.
/// </summary>
public static class EventContracts
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> _byName = new (string Name, JsonTypeInfo Shape)[]
    {
        ("party_registered", EventJson.Default.PartyRegistered),
        ("party_renamed", EventJson.Default.PartyRenamed),
        ("party_ended", EventJson.Default.PartyEnded),
        ("group_joined", EventJson.Default.GroupJoined),
        ("group_left", EventJson.Default.GroupLeft),
        ("national_day_declared", EventJson.Default.NationalDayDeclared),
        ("ties_established", EventJson.Default.TiesEstablished),
        ("ties_suspended", EventJson.Default.TiesSuspended),
        ("ties_resumed", EventJson.Default.TiesResumed),
        ("partnership_elevated", EventJson.Default.PartnershipElevated),
        ("treaty_signed", EventJson.Default.TreatySigned),
        ("treaty_ended", EventJson.Default.TreatyEnded),
        ("milestone_recorded", EventJson.Default.MilestoneRecorded),
        ("accord_concluded", EventJson.Default.AccordConcluded),
        ("accord_joined", EventJson.Default.AccordJoined),
        ("accord_left", EventJson.Default.AccordLeft),
        ("date_claimed", EventJson.Default.DateClaimed),
        ("claim_preferred", EventJson.Default.ClaimPreferred),
        ("fact_retitled", EventJson.Default.FactRetitled),
        ("fact_withdrawn", EventJson.Default.FactWithdrawn),
        ("fact_reinstated", EventJson.Default.FactReinstated),
        ("commemoration_ended", EventJson.Default.CommemorationEnded),
        ("commemoration_resumed", EventJson.Default.CommemorationResumed),
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
            return (IEvent)JsonSerializer.Deserialize(json, shape)!;
        }
        catch (JsonException e)
        {
            throw new EventUnreadableException($"The data of a '{name}' does not have its shape: {e.Path}.", e);
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
        typeof(ConfidenceJson), typeof(PartyKindJson), typeof(PartnershipLevelJson),
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
internal sealed partial class EventJson : JsonSerializerContext;
