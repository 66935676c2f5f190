using System.Collections.Immutable;
using System.Globalization;
using Calendar.Search;
using NodaTime;

namespace Calendar.Server.Http;

/// <summary>
/// Reads the parameters of an address and collects everything that is wrong with them; a parameter nobody asked for is refused,
/// since a misspelt filter would otherwise answer too much.
/// </summary>
/// <param name="parameters">The parameters by name.</param>
/// <param name="path">What they are parameters of.</param>
/// <param name="pointer">Where in a body a parameter stands (RFC 6901), if that is where they come from.</param>
internal sealed class QueryReader(IQueryCollection parameters, PathString path, Func<string, string>? pointer = null)
{
    private readonly List<ProblemError> _errors = [];
    private readonly SortedSet<string> _asked = new(StringComparer.Ordinal);

    public QueryReader(HttpRequest request)
        : this(request.Query, request.Path)
    {
    }

    /// <summary>The path and the query without its cursor, parameters sorted: what a cursor belongs to.</summary>
    public string Canonical => $"{path}?{CanonicalOf(parameters)}";

    public static string CanonicalOf(IQueryCollection parameters, params IReadOnlyCollection<string> without) => string.Join('&', parameters
        .Where(parameter => parameter.Key != "cursor" && !without.Contains(parameter.Key, StringComparer.OrdinalIgnoreCase))
        .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
        .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value.ToString()).Replace("%2C", ",", StringComparison.Ordinal)}"));

    public string? One(string name)
    {
        _asked.Add(name);
        var values = parameters[name];
        if (values.Count > 1)
        {
            Wrong(name, "parameter-twice", $"“{name}” chỉ được nêu một lần (nhiều giá trị thì dùng dấu phẩy).", $"\"{name}\" may stand only once (several values go in commas).");
        }

        return values is [{ Length: > 0 } value, ..] ? value : null;
    }

    /// <summary>Several values in commas, sorted and without repeats: the canonical form.</summary>
    public ImmutableArray<string> Many(string name)
    {
        var text = One(name);
        if (text?.Length > 1000)
        {
            Wrong(name, "too-long", $"“{name}” quá dài.", $"\"{name}\" is too long.");
            return [];
        }

        string[] values = text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (text is not null && values.Length == 0)
        {
            // A form sends nothing for "all"; a comma or a space is a value that was lost.
            Wrong(name, "no-value", $"“{name}” không có giá trị nào: bỏ tham số này hoặc nêu giá trị.", $"\"{name}\" holds no value: leave it out or name one.");
        }

        return [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    public ImmutableArray<T> Many<T>(string name, Func<string, T?> parse, string known)
        where T : struct
    {
        var values = ImmutableArray.CreateBuilder<T>();
        foreach (var text in Many(name))
        {
            if (parse(text) is { } value)
            {
                values.Add(value);
            }
            else
            {
                Unknown(name, text, known);
            }
        }

        return values.ToImmutable();
    }

    public ImmutableArray<T> Names<T>(string name)
        where T : struct, Enum =>
        Many<T>(name, text => Calendar.Names<T>.TryParse(text, out var value) ? value : null, string.Join(", ", Calendar.Names<T>.All));

    public T Name<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (One(name) is not { } text)
        {
            return otherwise;
        }

        if (!Calendar.Names<T>.TryParse(text, out var value))
        {
            Unknown(name, text, string.Join(", ", Calendar.Names<T>.All));
        }

        return value;
    }

    public bool? Bool(string name)
    {
        switch (One(name))
        {
            case "true":
                return true;
            case "false":
                return false;
            case null:
                return null;
            default:
                Wrong(name, "unknown-value", $"“{name}” chỉ nhận “true” hoặc “false”.", $"\"{name}\" takes \"true\" or \"false\".");
                return null;
        }
    }

    public LocalDate? Day(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (PartialDate.TryParse(text, out var date, out var why))
        {
            if (date.Precision == Precision.Day)
            {
                return date.First;
            }

            why = new Text($"“{name}” phải là một ngày đầy đủ như 2027-01-31.", $"\"{name}\" must be a whole day such as 2027-01-31.");
        }

        Wrong(name, "impossible-date", why.Vi, why.En);
        return null;
    }

    /// <summary>What is searched for; null when nothing is.</summary>
    public SearchQuery? Search(string name)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (!SearchQuery.TryParse(text, out var search, out var why))
        {
            Wrong(name, why.Code, why.Detail.Vi, why.Detail.En);
        }

        return search;
    }

    /// <summary>The days from "from", today without it, to before "to", some months later without it.</summary>
    /// <param name="most">So many years the range may be long.</param>
    public (LocalDate From, LocalDate To) Range(LocalDate today, int months, int most = 100)
    {
        var from = Day("from") ?? today;
        var last = new LocalDate(PartialDate.MaxYear, 12, 31);
        var to = Day("to") ?? (from < last.PlusMonths(-months) ? from.PlusMonths(months) : last);
        if (to <= from)
        {
            Wrong("to", "reversed-range", "“to” phải sau “from” (ngày “to” không được tính).", "\"to\" must lie after \"from\" (it is exclusive).");
        }
        else if (from.Year + most <= PartialDate.MaxYear && to > from.PlusYears(most))
        {
            Wrong("to", "range-too-long", $"Khoảng ngày dài nhất là {most} năm.", $"A range has at most {most} years.");
        }

        return (from, to);
    }

    public int? Number(string name, int min, int max)
    {
        if (One(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Wrong(name, "out-of-range", $"“{name}” phải là số từ {min} đến {max}.", $"\"{name}\" must be a number from {min} to {max}.");
        return null;
    }

    public void Wrong(string name, string code, string vi, string en) =>
        _errors.Add(new ProblemError(Problems.TypeOf(code), en, new Text(vi, en))
        {
            Parameter = pointer is null ? name : null,
            Pointer = pointer?.Invoke(name),
        });

    /// <exception cref="RefusedRequestException">Something is wrong.</exception>
    public void Done()
    {
        foreach (var name in parameters.Keys)
        {
            if (!_asked.Contains(name))
            {
                Wrong(
                    Shorten(name), "unknown-parameter",
                    $"Không có tham số “{Shorten(name)}”. Có: {string.Join(", ", _asked)}.",
                    $"There is no parameter \"{Shorten(name)}\". There are: {string.Join(", ", _asked)}.");
            }
        }

        if (_errors.Count > 0)
        {
            throw new RefusedRequestException(Problems.Answer(
                StatusCodes.Status422UnprocessableEntity, "bad-query",
                new Text("Địa chỉ có tham số không dùng được.", "The address has parameters that cannot be used."), _errors));
        }
    }

    public void Unknown(string name, string value, string known) => Wrong(
        name, "unknown-value", $"“{Shorten(value)}” không phải là giá trị của “{name}”. Có: {known}.", $"\"{Shorten(value)}\" is no value of \"{name}\". There are: {known}.");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
