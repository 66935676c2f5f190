using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Calendar.Server.Imports;

/// <summary>
/// The parts of an uploaded workbook, each read within limits that hold while it is being unpacked: a few kilobytes may stand for
/// gigabytes. The XML is UTF-8 without DTDs, of little depth and few names, and nothing between two tags is longer than 1 MB.
/// </summary>
internal sealed class WorkbookParts : IDisposable
{
    private const int _maxParts = 2_000;
    private const int _maxDirectory = 1 << 20;
    private const long _maxAll = 1L << 30;
    private const int _maxDepth = 40;

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _parts = new(StringComparer.OrdinalIgnoreCase);
    private long _unpacked;

    /// <param name="file">Seekable; stays open.</param>
    public WorkbookParts(Stream file)
    {
        CheckDirectory(file);
        _zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in _zip.Entries)
        {
            _parts.TryAdd(entry.FullName, entry);
        }
    }

    public bool Has(string part) => _parts.ContainsKey(part);

    /// <param name="most">Bytes when unpacked.</param>
    public XmlReader Open(string part, long most)
    {
        if (!_parts.TryGetValue(part, out var entry))
        {
            throw new InvalidDataException();
        }

        var text = new StreamReader(new Unpacking(this, entry.Open(), most, entry.CompressedLength), new UTF8Encoding(true, true), detectEncodingFromByteOrderMarks: false);
        return XmlReader.Create(text, new XmlReaderSettings
        {
            CloseInput = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            NameTable = new FewNames(),
        });
    }

    /// <summary>The next node; false at the end.</summary>
    public static bool Read(XmlReader xml) => xml.Depth <= _maxDepth ? xml.Read() : throw new InvalidDataException();

    public void Dispose() => _zip.Dispose();

    // Before the archive is opened, which reads the whole directory into memory, however long it is.
    private static void CheckDirectory(Stream file)
    {
        const int end = 22;
        var tail = new byte[Math.Min(file.Length, end + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        file.Position = 0;
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || tail.Length - at < end)
        {
            throw new InvalidDataException();
        }

        var record = tail.AsSpan(at);
        var (disk, count, offset) = (
            BinaryPrimitives.ReadUInt16LittleEndian(record[4..]), BinaryPrimitives.ReadUInt16LittleEndian(record[10..]), BinaryPrimitives.ReadUInt32LittleEndian(record[16..]));
        if (disk != 0 || offset == uint.MaxValue || count > _maxParts || file.Length - tail.Length + at - offset > _maxDirectory)
        {
            // Some of these values mean that the real ones stand elsewhere: of no use below 4 GB.
            throw TooLarge($"hơn {_maxParts} phần", $"more than {_maxParts} parts");
        }
    }

    private void Count(int read, long inPart, long most, long packed)
    {
        _unpacked += read;
        if (inPart > most || _unpacked > _maxAll || (inPart > 16 << 20 && inPart > 200 * packed))
        {
            throw TooLarge("nội dung giải nén quá lớn", "too much when it is unpacked");
        }
    }

    private static UnreadableWorkbookException TooLarge(string vi, string en) => new(Rejection.Invalid(
        "too-large-unpacked", "", $"Tệp XLSX có {vi}: chia nhỏ, hoặc dùng CSV.", $"The XLSX file holds {en}: split it, or use CSV."));

    // Counts what comes out, and how far it is from one tag to the next, since a reader of XML keeps an attribute or text whole.
    private sealed class Unpacking(WorkbookParts parts, Stream packed, long most, long packedLength) : Stream
    {
        private long _read;
        private int _sinceTag;
        private int _last;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = packed.Read(buffer);
            _read += read;
            parts.Count(read, _read, most, packedLength);
            foreach (var b in buffer[..read])
            {
                // CDATA could hold tags that are none; no spreadsheet writes it.
                if (b == '[' && _last == ('<' << 8 | '!'))
                {
                    throw new InvalidDataException();
                }

                _last = (_last << 8 | b) & 0xFFFF;
                _sinceTag = b == '<' ? 0 : _sinceTag + 1;
                if (_sinceTag > ImportFile.MaxLine)
                {
                    throw TooLarge("một ô dài hơn 1 MB", "a cell longer than 1 MB");
                }
            }

            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                packed.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    // A reader of XML keeps every name it meets.
    private sealed class FewNames : NameTable
    {
        private const int _most = 5_000;
        private int _count;

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? (Counted() ? base.Add(key, start, len) : "");

        public override string Add(string key) => Get(key) ?? (Counted() ? base.Add(key) : "");

        private bool Counted() => ++_count <= _most ? true : throw new InvalidDataException();
    }
}
