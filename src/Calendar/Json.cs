using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Calendar.Associations;
using Calendar.Holidays;
using Calendar.Parties;
using Calendar.Planning;
using Calendar.Relationships;
using Calendar.Reminders;
using NodaTime;
using NodaTime.Text;

namespace Calendar;

/// <summary>JSON forms of the small values: the same in events, answers and golden files.</summary>
public static class CalendarJson
{
    public static IReadOnlyList<JsonConverter> Converters { get; } =
    [
        new PartialDateJson(), new MonthDayJson(), new FactIdJson(), new ClaimIdJson(), new PartyCodeJson(), new TextJson(),
        new ConfidenceJson(), new PartyKindJson(), new PartnershipLevelJson(), new PairJson(), new FactKindJson(), new SlugJson(),
        new LocalDateJson(), new InstantJson(), new TierJson(), new LeapDayRuleJson(), new AnnouncementStatusJson(),
        new AssociationScopeJson(),
        new PlanIdJson(), new TaskIdJson(), new CelebrationIdJson(), new AnniversaryIdJson(), new OffsetJson(), new OwnerRoleJson(), new TaskAnchorJson(), new DropCauseJson(), new TaskStateJson(),
        new LocalTimeJson(), new WeekdayJson(), new ReminderChannelJson(),
    ];
}

internal abstract class StringJson<T> : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryParse(reader.GetString(), out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));

    protected abstract bool TryParse(string? text, out T value);

    protected abstract string Format(T value);
}

internal sealed class PartialDateJson : StringJson<PartialDate>
{
    protected override bool TryParse(string? text, out PartialDate value) => PartialDate.TryParse(text, out value, out _);

    protected override string Format(PartialDate value) => value.ToString();
}

/// <summary>A whole day, <c>2027-02-06</c>.</summary>
internal sealed class LocalDateJson : StringJson<LocalDate>
{
    protected override bool TryParse(string? text, out LocalDate value)
    {
        var isDay = PartialDate.TryParse(text, out var date, out _) && date.Precision == Precision.Day;
        value = isDay ? date.First : default;
        return isDay;
    }

    protected override string Format(LocalDate value) => new PartialDate(value).ToString();
}

/// <summary>A month and day without a year, <c>--09-02</c> (ISO 8601:2000).</summary>
internal sealed class MonthDayJson : StringJson<AnnualDate>
{
    protected override bool TryParse(string? text, out AnnualDate value) => MonthDay.TryParse(text, out value);

    protected override string Format(AnnualDate value) => MonthDay.Format(value);
}

internal sealed class FactIdJson : StringJson<FactId>
{
    public override FactId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, FactId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    protected override bool TryParse(string? text, out FactId value) => FactId.TryParse(text, out value);

    protected override string Format(FactId value) => value.ToString();
}

internal sealed class ClaimIdJson : StringJson<ClaimId>
{
    public override ClaimId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, ClaimId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    protected override bool TryParse(string? text, out ClaimId value) => ClaimId.TryParse(text, out value);

    protected override string Format(ClaimId value) => value.ToString();
}

internal sealed class PartyCodeJson : StringJson<PartyCode>
{
    protected override bool TryParse(string? text, out PartyCode value) => PartyCode.TryParse(text, out value);

    protected override string Format(PartyCode value) => value.Value;
}

internal sealed class PairJson : StringJson<Pair>
{
    protected override bool TryParse(string? text, out Pair value) => Pair.TryParse(text, out value);

    protected override string Format(Pair value) => value.ToString();
}

internal sealed class SlugJson : StringJson<Slug>
{
    protected override bool TryParse(string? text, out Slug value) => Slug.TryParse(text, out value);

    protected override string Format(Slug value) => value.Value;
}

internal sealed class PlanIdJson : StringJson<PlanId>
{
    protected override bool TryParse(string? text, out PlanId value) => PlanId.TryParse(text, out value);

    protected override string Format(PlanId value) => value.ToString();
}

internal sealed class TaskIdJson : StringJson<TaskId>
{
    protected override bool TryParse(string? text, out TaskId value) => TaskId.TryParse(text, out value);

    protected override string Format(TaskId value) => value.Value;
}

internal sealed class CelebrationIdJson : StringJson<CelebrationId>
{
    protected override bool TryParse(string? text, out CelebrationId value) => CelebrationId.TryParse(text, out value);

    protected override string Format(CelebrationId value) => value.ToString();
}

internal sealed class AnniversaryIdJson : StringJson<AnniversaryId>
{
    protected override bool TryParse(string? text, out AnniversaryId value) => AnniversaryId.TryParse(text, out value);

    protected override string Format(AnniversaryId value) => value.ToString();
}

internal sealed class OffsetJson : StringJson<DueOffset>
{
    protected override bool TryParse(string? text, out DueOffset value) => DueOffset.TryParse(text, out value);

    protected override string Format(DueOffset value) => value.ToString();
}

internal abstract class NamesJson<T> : StringJson<T>
    where T : struct, Enum
{
    protected override bool TryParse(string? text, out T value) => Names<T>.TryParse(text, out value);

    protected override string Format(T value) => value.Name();
}

internal sealed class FactKindJson : NamesJson<Facts.FactKind>;

internal sealed class OwnerRoleJson : NamesJson<OwnerRole>;

internal sealed class TaskAnchorJson : NamesJson<TaskAnchor>;

internal sealed class DropCauseJson : NamesJson<DropCause>;

internal sealed class TaskStateJson : NamesJson<TaskState>;

internal sealed class ConfidenceJson : NamesJson<Confidence>;

internal sealed class PartyKindJson : NamesJson<PartyKind>;

internal sealed class PartnershipLevelJson : NamesJson<PartnershipLevel>;

internal sealed class AnnouncementStatusJson : NamesJson<AnnouncementStatus>;

internal sealed class AssociationScopeJson : NamesJson<AssociationScope>;

internal sealed class LanguageJson : NamesJson<Language>;

internal sealed class TierJson : NamesJson<Rules.Tier>;

internal sealed class LeapDayRuleJson : NamesJson<LeapDayRule>;

internal sealed class WeekdayJson : NamesJson<Weekday>;

internal sealed class ReminderChannelJson : NamesJson<ReminderChannel>;

/// <summary>Hours and minutes, <c>08:00</c>.</summary>
internal sealed class LocalTimeJson : StringJson<LocalTime>
{
    private static readonly LocalTimePattern _pattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    internal static bool TryRead(string? text, out LocalTime value) => _pattern.Parse(text!).TryGetValue(default, out value);

    protected override bool TryParse(string? text, out LocalTime value) => TryRead(text, out value);

    protected override string Format(LocalTime value) => _pattern.Format(value);
}

/// <summary>An instant in UTC, ISO 8601 with as many digits as it needs.</summary>
internal sealed class InstantJson : StringJson<Instant>
{
    protected override bool TryParse(string? text, out Instant value) => InstantPattern.ExtendedIso.Parse(text!).TryGetValue(default, out value);

    protected override string Format(Instant value) => InstantPattern.ExtendedIso.Format(value);
}

/// <summary>An event inside another one: its stored name and its data.</summary>
internal sealed class FactEventJson : JsonConverter<Facts.IFactEvent>
{
    public override Facts.IFactEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
            || !json.RootElement.TryGetProperty("data", out var data))
        {
            throw new JsonException();
        }

        try
        {
            return EventContracts.Read(type.GetString()!, JsonSerializer.SerializeToUtf8Bytes(data, Commands.ValueJson.Default.JsonElement)) as Facts.IFactEvent
                ?? throw new JsonException();
        }
        catch (EventUnreadableException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Facts.IFactEvent value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, EventContracts.NameOf(value));
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(EventContracts.Write(value));
        writer.WriteEndObject();
    }
}

/// <summary>Reads <c>{"vi":…,"en":…}</c> or one string that stands for both; writes the object.</summary>
internal sealed class TextJson : JsonConverter<Text>
{
    public override Text Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            var both = reader.GetString()!;
            return new Text(both, both);
        }

        string? vi = null, en = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVi = reader.ValueTextEquals("vi"u8);
            var isEn = reader.ValueTextEquals("en"u8);
            reader.Read();
            if (isVi)
            {
                vi = reader.GetString();
            }
            else if (isEn)
            {
                en = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }

        return vi is not null && en is not null ? new Text(vi, en) : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, Text value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("vi"u8, value.Vi);
        writer.WriteString("en"u8, value.En);
        writer.WriteEndObject();
    }
}

/// <summary>Month and day as <c>--09-02</c>.</summary>
public static class MonthDay
{
    public static bool TryParse(string? text, out AnnualDate day)
    {
        day = default;

        // A leap year, so that 29 February can be read.
        if (text is not { Length: 7 } || !text.StartsWith("--", StringComparison.Ordinal)
            || !PartialDate.TryParse(string.Concat("2000-", text.AsSpan(2)), out var date, out _))
        {
            return false;
        }

        day = new AnnualDate(date.Month, date.Day);
        return true;
    }

    public static string Format(AnnualDate day) => string.Create(CultureInfo.InvariantCulture, $"--{day.Month:D2}-{day.Day:D2}");
}

/// <summary>Snake-case names of an enumeration's members: how they are stored and spoken of.</summary>
public static class Names<T>
    where T : struct, Enum
{
    private static readonly T[] _values = Enum.GetValues<T>();

    public static IReadOnlyList<string> All { get; } = [.. _values.Select(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()))];

    public static string Of(T value) => All[Array.IndexOf(_values, value)];

    public static bool TryParse(string? name, out T value)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            if (string.Equals(All[i], name, StringComparison.Ordinal))
            {
                value = _values[i];
                return true;
            }
        }

        value = default;
        return false;
    }
}

public static class NamesExtensions
{
    public static string Name<T>(this T value)
        where T : struct, Enum => Names<T>.Of(value);
}
