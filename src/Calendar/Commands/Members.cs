using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Calendar.Commands;

/// <summary>
/// Reads the members of one JSON object and collects everything that is wrong with them, each with its JSON Pointer, so that a
/// person mends a command once and not member by member. After an error the values are placeholders: <see cref="Errors"/> decides.
/// </summary>
internal sealed class Members
{
    private const int _maxList = 200;

    private readonly bool _isObject;
    private readonly string _at;
    private readonly List<Rejection> _errors;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _given = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> _asked = new(StringComparer.Ordinal);

    public Members(JsonElement element, string at, List<Rejection> errors)
    {
        (_isObject, _at, _errors) = (element.ValueKind == JsonValueKind.Object, at, errors);
        if (!_isObject)
        {
            Add("object-expected", at, "Ở đây cần một đối tượng JSON {…}.", "A JSON object {…} is needed here.");
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (NameOf(member) is not { } name)
            {
                Add("broken-text", at, "Tên của một thành phần có ký tự Unicode hỏng.", "The name of a member holds half of a Unicode character.");
            }
            else if (!_members.TryAdd(name, member.Value))
            {
                Add("repeated-member", Pointer(name), $"“{Shorten(name)}” đứng hai lần: bỏ một.", $"\"{Shorten(name)}\" stands twice: leave one out.");
            }
        }
    }

    public IReadOnlyList<Rejection> Errors => _errors;

    /// <summary>A member that the route decides; the body must not hold it too.</summary>
    public void Give(string name, string value)
    {
        if (_members.ContainsKey(name))
        {
            Add("unknown-member", Pointer(name), $"“{name}” đã có trong đường dẫn: bỏ đi.", $"\"{name}\" is in the path already: leave it out.");
        }

        _given[name] = JsonSerializer.SerializeToElement(value, ValueJson.Default.String);
    }

    /// <summary>The members that were asked for, with the type of each.</summary>
    public IReadOnlyDictionary<string, Type> Asked => _asked;

    public string? OptionalString(string name, int max)
    {
        if (!Find<string>(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Add("string-expected", Pointer(name), $"“{name}” phải là một chuỗi ký tự.", $"\"{name}\" must be a string.");
            return null;
        }

        return Clean(value, Pointer(name), max);
    }

    public string String(string name, int max) => OptionalString(name, max) ?? Missing(name, "");

    public Text? OptionalText(string name, int max)
    {
        if (!Find<Text>(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            var both = Clean(value, Pointer(name), max);
            return both is null ? null : new Text(both, both);
        }

        var members = new Members(value, Pointer(name), _errors);
        var text = new Text(members.String("vi", max), members.String("en", max));
        members.Done();
        return text;
    }

    public Text Text(string name, int max) => OptionalText(name, max) ?? Missing(name, new Text("", ""));

    public PartialDate? OptionalDate(string name)
    {
        Ask<PartialDate>(name);
        if (OptionalString(name, 40) is not { } text)
        {
            return null;
        }

        if (PartialDate.TryParse(text, out var date, out var why))
        {
            return date;
        }

        _errors.Add(new Rejection(RejectionKind.Invalid, "impossible-date", Pointer(name), why));
        return PartialDate.OfYear(1);
    }

    public PartialDate Date(string name) => OptionalDate(name) ?? Missing(name, PartialDate.OfYear(1));

    /// <summary>A whole day.</summary>
    public LocalDate Day(string name)
    {
        Ask<LocalDate>(name);
        var errors = _errors.Count;
        var date = Date(name);
        if (date.Precision != Precision.Day && _errors.Count == errors)
        {
            Add("impossible-date", Pointer(name), $"“{name}” phải là một ngày đầy đủ như 2027-02-06.", $"\"{name}\" must be a whole day such as 2027-02-06.");
        }

        return date.First;
    }

    /// <summary>An instant with its offset from UTC.</summary>
    public Instant? OptionalInstant(string name)
    {
        Ask<Instant>(name);
        if (OptionalString(name, 40) is not { } text)
        {
            return null;
        }

        // In the last year that there is, an offset may lead out of time.
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: { Year: >= PartialDate.MinYear and < PartialDate.MaxYear } instant })
        {
            return instant.ToInstant();
        }

        Add(
            "malformed-instant", Pointer(name), $"“{Shorten(text)}” không phải là thời điểm: viết như 2027-01-31T09:00:00+07:00.",
            $"\"{Shorten(text)}\" is not an instant: write it like 2027-01-31T09:00:00+07:00.");
        return default(Instant);
    }

    public AnnualDate MonthAndDay(string name)
    {
        Ask<AnnualDate>(name);
        var text = String(name, 40);
        if (MonthDay.TryParse(text, out var day) || text.Length == 0)
        {
            return day;
        }

        Add("impossible-date", Pointer(name), $"“{text}” không phải là ngày tháng: viết --09-02.", $"\"{text}\" is not a month and day: write --09-02.");
        return default;
    }

    public Source Source(string name)
    {
        if (!Find<Source>(name, out var value))
        {
            return Missing(name, new Source("", null, Confidence.Unconfirmed));
        }

        var members = new Members(value, Pointer(name), _errors);
        var source = new Source(members.String("citation", 1000), members.Url("url"), members.Enum<Confidence>("confidence") ?? default);
        members.Done();
        return source;
    }

    /// <summary>A required code, slug, pair or id, in the words of what is expected.</summary>
    public T Id<T>(string name, Parser<T> parse, string vi, string en) => OptionalId(name, parse, vi, en, out var value) ? value : Missing(name, default(T)!);

    public bool OptionalId<T>(string name, Parser<T> parse, string vi, string en, out T value)
    {
        value = default!;
        Ask<T>(name);
        if (OptionalString(name, Keys.MaxLength) is not { } text)
        {
            return Present(name);
        }

        if (!parse(text, out value))
        {
            Add("malformed-" + name, Pointer(name), $"“{Shorten(text)}” không phải là {vi}.", $"\"{Shorten(text)}\" is not {en}.");
        }

        return true;
    }

    public T? Enum<T>(string name, bool required = true)
        where T : struct, Enum
    {
        Ask<T>(name);
        if (OptionalString(name, 100) is not { } text)
        {
            return required ? Missing(name, (T?)default) : null;
        }

        if (Names<T>.TryParse(text, out var value))
        {
            return value;
        }

        var known = string.Join(", ", Names<T>.All);
        Add("unknown-value", Pointer(name), $"“{Shorten(text)}” không thuộc: {known}.", $"\"{Shorten(text)}\" is none of: {known}.");
        return null;
    }

    public bool? OptionalBool(string name)
    {
        if (!Find<bool>(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Add("boolean-expected", Pointer(name), $"“{name}” phải là true hoặc false.", $"\"{name}\" must be true or false.");
        return null;
    }

    public ImmutableArray<T> List<T>(string name, Parser<T> parse, string vi, string en, bool required)
    {
        if (!Find<T[]>(name, out var value))
        {
            return required ? Missing<ImmutableArray<T>>(name, []) : [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > _maxList || (required && value.GetArrayLength() == 0))
        {
            Add("list-expected", Pointer(name), $"“{name}” phải là danh sách từ 1 đến {_maxList} mục.", $"\"{name}\" must be a list of 1 to {_maxList} items.");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(value.GetArrayLength());
        foreach (var element in value.EnumerateArray())
        {
            var at = $"{Pointer(name)}/{items.Count}";
            var text = element.ValueKind == JsonValueKind.String ? Clean(element, at, 200) : null;
            if (text is null || !parse(text, out var item) || items.Contains(item))
            {
                Add("malformed-item", at, $"Mục này phải là {vi} và không lặp lại.", $"This item must be {en}, and stand only once.");
                return [];
            }

            items.Add(item);
        }

        return items.ToImmutable();
    }

    public int? OptionalNumber(string name, int min, int max)
    {
        if (!Find<int>(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        Add("out-of-range", Pointer(name), $"“{name}” phải là số nguyên từ {min} đến {max}.", $"\"{name}\" must be a whole number from {min} to {max}.");
        return null;
    }

    public int Number(string name, int min, int max) => OptionalNumber(name, min, max) ?? Missing(name, min);

    /// <summary>Whole numbers, none twice; empty when left out.</summary>
    public ImmutableArray<int> Numbers(string name, int min, int max)
    {
        if (!Find<int[]>(name, out var value))
        {
            return [];
        }

        var numbers = ImmutableArray.CreateBuilder<int>();
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= _maxList)
        {
            foreach (var element in value.EnumerateArray())
            {
                if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var number) || number < min || number > max || numbers.Contains(number))
                {
                    Add(
                        "malformed-item", $"{Pointer(name)}/{numbers.Count}", $"Mục này phải là số nguyên từ {min} đến {max} và không lặp lại.",
                        $"This item must be a whole number from {min} to {max}, and stand only once.");
                    return [];
                }

                numbers.Add(number);
            }

            return numbers.ToImmutable();
        }

        Add("list-expected", Pointer(name), $"“{name}” phải là danh sách nhiều nhất {_maxList} mục.", $"\"{name}\" must be a list of at most {_maxList} items.");
        return [];
    }

    /// <summary>Objects, each with members of its own.</summary>
    public ImmutableArray<T> Objects<T>(string name, Func<Members, T> read)
    {
        if (!Find<T[]>(name, out var value))
        {
            return Missing<ImmutableArray<T>>(name, []);
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > _maxList)
        {
            Add("list-expected", Pointer(name), $"“{name}” phải là danh sách từ 1 đến {_maxList} mục.", $"\"{name}\" must be a list of 1 to {_maxList} items.");
            return [];
        }

        var items = ImmutableArray.CreateBuilder<T>(value.GetArrayLength());
        foreach (var element in value.EnumerateArray())
        {
            var members = new Members(element, $"{Pointer(name)}/{items.Count}", _errors);
            items.Add(read(members));
            members.Done();
        }

        return items.ToImmutable();
    }

    /// <summary>Every member nobody asked for is refused: a misspelt one would otherwise be lost in silence.</summary>
    public void Done()
    {
        // What the route decides has been reported already.
        foreach (var name in _members.Keys)
        {
            if (!_asked.ContainsKey(name) && !_given.ContainsKey(name))
            {
                Add(
                    "unknown-member", Pointer(name),
                    $"Không có thành phần “{Shorten(name)}” ở đây: bỏ đi hoặc sửa tên. Có: {string.Join(", ", _asked.Keys.Where(known => !_given.ContainsKey(known)))}.",
                    $"There is no member \"{Shorten(name)}\" here: leave it out or mend its name. There are: {string.Join(", ", _asked.Keys.Where(known => !_given.ContainsKey(known)))}.");
            }
        }
    }

    public void Add(string code, string pointer, string vi, string en) => _errors.Add(Rejection.Invalid(code, pointer, vi, en));

    public string Pointer(string name) => $"{_at}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private string? Url(string name)
    {
        var text = OptionalString(name, 2000);
        if (text is null || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"))
        {
            return text;
        }

        Add("malformed-url", Pointer(name), $"“{Shorten(text)}” không phải là địa chỉ http(s).", $"\"{Shorten(text)}\" is not an http(s) address.");
        return null;
    }

    // Text of people: NFC, trimmed, no control characters, no lone surrogates, of a length a feed can carry.
    private string? Clean(JsonElement value, string pointer, int max)
    {
        string? text;
        try
        {
            text = value.GetString()!.Normalize(NormalizationForm.FormC);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            text = null;
        }

        if (text?.Contains('\uFFFF', StringComparison.Ordinal) != false)
        {
            // \ud800 without its second half, \ufffe or \uffff: JSON allows them, no text holds them, XML breaks on them.
            Add("broken-text", pointer, "Chuỗi này có ký tự Unicode hỏng.", "This string holds half of a Unicode character, or one that does not exist.");
            return null;
        }

        if (text.Any(c => char.IsControl(c) && c is not '\n'))
        {
            Add("control-character", pointer, "Chuỗi này có ký tự điều khiển: bỏ đi.", "This string holds a control character: remove it.");
            return null;
        }

        text = text.Trim();
        if (text.Length == 0 || text.Length > max)
        {
            Add("text-length", pointer, $"Ở đây cần từ 1 đến {max} ký tự.", $"1 to {max} characters are needed here.");
            return null;
        }

        return text;
    }

    private void Ask<T>(string name) => _asked.TryAdd(name, typeof(T));

    private bool Find<T>(string name, out JsonElement value)
    {
        Ask<T>(name);
        return _given.TryGetValue(name, out value) || (_members.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null);
    }

    private bool Present(string name) => _given.ContainsKey(name) || (_members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null);

    private T Missing<T>(string name, T placeholder)
    {
        // A value that is there but wrong has been reported already.
        if (_isObject && !Present(name))
        {
            Add("member-required", Pointer(name), $"Thiếu “{name}”.", $"\"{name}\" is missing.");
        }

        return placeholder;
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class ValueJson : System.Text.Json.Serialization.JsonSerializerContext;

internal delegate bool Parser<T>(string text, out T value);
