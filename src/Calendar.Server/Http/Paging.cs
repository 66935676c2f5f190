using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Calendar.Search;
using Calendar.Server.AsOf;

namespace Calendar.Server.Http;

/// <summary>One page of a list; the next one's address is in the Link header.</summary>
/// <param name="Count">How many there are in all, if the query asked.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, int? Count)
{
    public AsOfView? AsOf { get; init; }
}

/// <summary>
/// Keyset paging: a cursor is the last item's sort key and a checksum over it, the path and the query, so that a cursor of another
/// query or a mistyped one is refused. It guards no secret, so it needs none: every instance makes the same.
/// </summary>
internal sealed class Paging
{
    public const int MaxLimit = 500;
    private const int _checksum = 9;

    // The sort key of the longest name that there can be.
    private const int _longest = 1500;

    private Paging(int limit, string? after, bool count) => (Limit, After, Count) = (limit, after, count);

    public int Limit { get; }

    /// <summary>The sort key behind which the page begins.</summary>
    public string? After { get; }

    public bool Count { get; }

    /// <param name="most">The longest page.</param>
    /// <param name="limit">How long one is that no limit is asked for.</param>
    /// <param name="counts">Whether the list has a total.</param>
    public static Paging Read(QueryReader query, int most = MaxLimit, int limit = 100, bool counts = true)
    {
        limit = query.Number("limit", 1, most) ?? limit;
        var count = counts && query.Bool("count") == true;
        string? after = null;
        if (query.One("cursor") is { } cursor && !TryRead(cursor, query.Canonical, out after))
        {
            Foreign(query);
        }

        return new Paging(limit, after, count);
    }

    /// <summary>The cursor is not one of this list.</summary>
    public static void Foreign(QueryReader query) => query.Wrong(
        "cursor", "wrong-cursor",
        "“cursor” không thuộc truy vấn này: dùng nguyên địa chỉ “next”, hoặc bắt đầu lại từ trang đầu.",
        "\"cursor\" does not belong to this query: follow the \"next\" link as it is, or start again at the first page.");

    /// <summary>Answers one page of items that are sorted by <paramref name="keyOf"/>, ordinally.</summary>
    public IResult Answer<TItem, TView>(HttpContext context, IEnumerable<TItem> sorted, Func<TItem, string> keyOf, Func<TItem, TView> view, AsOfView? asOf = null)
    {
        var (items, all) = Cut(context, sorted, keyOf);
        return Answers.Tagged(new Page<TView>([.. items.Select(view)], Count ? all : null) { AsOf = asOf });
    }

    /// <summary>The same as a table.</summary>
    public IResult Table<TItem>(HttpContext context, IEnumerable<TItem> sorted, Func<TItem, string> keyOf, Table<TItem> table, ListForm form) =>
        table.Answer(form, Cut(context, sorted, keyOf).Items);

    /// <summary>The items of the page, whose next one is announced, and how many there are in all.</summary>
    public (List<TItem> Items, int All) Cut<TItem>(HttpContext context, IEnumerable<TItem> sorted, Func<TItem, string> keyOf)
    {
        var all = sorted.ToList();
        var from = After is null ? 0 : all.FindIndex(item => string.CompareOrdinal(keyOf(item), After) > 0);
        var items = from < 0 ? [] : all.GetRange(from, Math.Min(Limit, all.Count - from));
        if (from >= 0 && from + items.Count < all.Count)
        {
            Link(context, keyOf(items[^1]));
        }

        return (items, all.Count);
    }

    /// <summary>Answers one page of what fits a search, the best first, then by key.</summary>
    /// <param name="rankOf">Null for what does not fit.</param>
    public IResult AnswerRanked<TItem, TView>(
        HttpContext context, IEnumerable<TItem> items, Func<TItem, SearchRank?> rankOf, Func<TItem, string> keyOf, Func<TItem, TView> view, AsOfView? asOf = null)
    {
        var found =
            from item in items
            let rank = rankOf(item)
            where rank is not null
            let key = $"{(int)rank} {keyOf(item)}"
            select (Key: key, Item: item);
        return Answer(context, found.OrderBy(one => one.Key, StringComparer.Ordinal), one => one.Key, one => view(one.Item), asOf);
    }

    /// <summary>Announces the next page.</summary>
    public static void Link(HttpContext context, string lastKey)
    {
        var query = QueryReader.CanonicalOf(context.Request.Query);
        var next = $"{context.Request.Path}?{query}{(query.Length > 0 ? "&" : "")}cursor={Write(lastKey, $"{context.Request.Path}?{query}")}";
        context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
    }

    private static string Write(string key, string query)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return Base64Url.EncodeToString([.. Checksum(bytes, query), .. bytes]);
    }

    private static bool TryRead(string cursor, string query, out string? key)
    {
        key = null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (cursor.Length > _longest || !Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length <= _checksum)
        {
            return false;
        }

        var body = bytes.AsSpan(_checksum, length - _checksum);
        if (!Checksum(body, query).AsSpan().SequenceEqual(bytes.AsSpan(0, _checksum)))
        {
            return false;
        }

        key = Encoding.UTF8.GetString(body);
        return true;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> key, string query) =>
        SHA256.HashData([.. key, 0, .. Encoding.UTF8.GetBytes(query)])[.._checksum];
}
