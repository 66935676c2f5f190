using Calendar.EventStore;
using NodaTime;

namespace Calendar.Server.Exports;

/// <summary>
/// The lines of an export, in this order: a header, every event, every fact's id with its stream, the seals, the packs that are loaded, a trailer with the
/// number of lines before it and the SHA-256 of all their octets.
/// </summary>
internal abstract record ExportLine
{
    public const string Format = "calendar-export";
    public const int FormatVersion = 1;

    public sealed record Header(int Version, long Events, long LastPosition) : ExportLine;

    public sealed record Event(LogRow Row) : ExportLine;

    public sealed record Fact(Guid Id, string Stream) : ExportLine;

    public sealed record Sealed(Seal Seal) : ExportLine;

    public sealed record LoadedPack(string Name, string Version, Instant Loaded) : ExportLine;

    public sealed record Trailer(long Lines, ReadOnlyMemory<byte> Sha256) : ExportLine;
}
