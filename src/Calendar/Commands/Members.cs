using System.Text;
using System.Text.Json;

namespace Calendar.Commands;

/// <summary>
/// Reads the members of one JSON object and collects everything that is wrong with them, each with its JSON Pointer, so that a
/// person mends a command once and not member by member. After an error the values are placeholders: <see cref="Errors"/> decides.
/// </summary>
internal sealed partial class Members
{
    private const int _maxList = 200;

    private readonly bool _isObject;
    private readonly string _at;
    private readonly List<Rejection> _errors;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _given = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nullable = new(StringComparer.Ordinal);

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

    /// <summary>Those of them of which null means none.</summary>
    public IReadOnlySet<string> Nullable => _nullable;

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

    /// <summary>A string without line breaks.</summary>
    public string? OptionalLine(string name, int max)
    {
        var line = OptionalString(name, max);
        if (line.AsSpan().ContainsAny('\n', '\u2028', '\u2029'))
        {
            Add("one-line", Pointer(name), $"“{name}” chỉ được có một dòng.", $"\"{name}\" is a single line.");
        }

        return line;
    }

    public string Line(string name, int max) => OptionalLine(name, max) ?? Missing(name, "");

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

    /// <summary>An http or https address.</summary>
    public string? Url(string name)
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
