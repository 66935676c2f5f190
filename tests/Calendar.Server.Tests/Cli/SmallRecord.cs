namespace Calendar.Server.Tests.Cli;

/// <summary>Lines of an import: six events, at positions 1 to 6 of an empty log.</summary>
internal static class SmallRecord
{
    private const string Source = """ "source":{"citation":"Nhân Dân","confidence":"confirmed"} """;

    public static string[] Lines { get; } =
    [
        """{"key":"test/VN","do":"register_party","party":"VN","kind":"state","name":{"vi":"Việt Nam","en":"Viet Nam"}}""",
        """{"key":"test/JP","do":"register_party","party":"JP","kind":"state","name":{"vi":"Nhật Bản","en":"Japan"}}""",
        $$"""{"key":"test/JP/ties","do":"record_fact","relationship":"JP~VN","kind":"ties_established","on":"1973-09-21",{{Source}}}""",
        $$"""{"key":"test/JP/visit","do":"record_fact","relationship":"JP~VN","kind":"milestone_recorded","on":"2017-03","title":"Visit",{{Source}}}""",
        """{"key":"test/LA","do":"register_party","party":"LA","kind":"state","name":{"vi":"Lào","en":"Laos"}}""",
        $$"""{"key":"test/LA/ties","do":"record_fact","relationship":"LA~VN","kind":"ties_established","on":"1962-09-05",{{Source}}}""",
    ];
}
