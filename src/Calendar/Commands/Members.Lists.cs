using System.Collections.Immutable;
using System.Text.Json;

namespace Calendar.Commands;

/// <content>Members that are lists or objects.</content>
internal sealed partial class Members
{
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

    /// <summary>A list that may be empty; null when it is left out.</summary>
    public ImmutableArray<T>? OptionalList<T>(string name, Parser<T> parse, string vi, string en)
    {
        Ask<T[]>(name);
        return Has(name) ? List(name, parse, vi, en, required: false) : null;
    }

    /// <summary>Whether the member is there; so that an empty list can mean none.</summary>
    public bool Has(string name) => Present(name);

    /// <summary>Whether the member is there as null: elsewhere that is as if it were left out, here it means none.</summary>
    public bool IsNull(string name)
    {
        _nullable.Add(name);
        return !_given.ContainsKey(name) && _members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null;
    }

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

    /// <summary>An object with members of its own; nothing is read when it is left out.</summary>
    public void Object(string name, Action<Members> read)
    {
        if (Find<object>(name, out var value))
        {
            var members = new Members(value, Pointer(name), _errors);
            read(members);
            members.Done();
        }
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
}
