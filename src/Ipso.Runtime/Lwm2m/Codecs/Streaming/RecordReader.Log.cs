using System.Buffers.Binary;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// Records that were read before and come once more off a log, for what reads payloads to judge and apply them.
internal ref partial struct RecordReader
{
    /// <summary>The format of a log, which no payload has.</summary>
    internal const ContentFormat Log = (ContentFormat)0xFFFE;

    /// <summary>The base name that holds on from the records before (RFC 8428, 4.1).</summary>
    internal RecordName BaseName
    {
        readonly get => _baseName;
        set => _baseName = value;
    }

    /// <summary>Reads the records of a log.</summary>
    /// <param name="log">The records, as <see cref="RecordLog.Records"/> has them.</param>
    /// <param name="request">The path of the request.</param>
    internal static RecordReader OfLog(ReadOnlySpan<byte> log, Lwm2mPath request) => new(log, Log, request);

    /// <summary>Keeps the record that <see cref="Next"/> reached.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="position">Where in the payload it ends, in bytes.</param>
    internal readonly void AddTo(RecordLog log, int position) => log.Add(in _record, Bytes, position);

    /// <summary>Keeps a record whose value went elsewhere.</summary>
    internal static void AddStreamed(RecordLog log, Lwm2mPath path, long length, int position) =>
        log.Add(new() { Path = path, Bits = (ulong)length, Kind = ValueKind.Streamed }, [], position);

    private bool NextLogged()
    {
        ReadOnlySpan<byte> rest = _payload[_logged..];
        if (rest.IsEmpty)
        {
            return false;
        }

        _record.Path = new(BinaryPrimitives.ReadUInt64LittleEndian(rest));
        _record.Bits = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]);
        _loggedPosition = BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest[20..]);
        _record.Kind = (ValueKind)rest[24];
        Bytes = rest.Slice(RecordLog.HeadLength, length);
        _logged += RecordLog.HeadLength + length;
        return true;
    }
}
