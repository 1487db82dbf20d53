using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.Coap;
using Ipso.Json;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Reads resource records off a payload in one of the formats: path and value, one after the other. It goes over hostile bytes without
/// throwing; the first fault ends it and stays in <see cref="Fault"/>.
/// </summary>
internal ref partial struct RecordReader
{
    // In the order of how often they are looked at: what lies behind the first 128 bytes takes longer instructions.
    private ReadOnlySpan<byte> _payload;
    private Lwm2mPath _request;
    private int _requestDepth;
    private ContentFormat _format;
    private bool _isPatch;
    private bool _begun;
    private PayloadFault _fault;

    // The record that was reached; its end is told when it is kept.
    private PayloadRecord _record;

    // TLV: where the enclosing elements end, -1 outside of them, and what they are called, outside of them by the request.
    private SpanReader _tlv;
    private int _instanceEnd;
    private int _multipleEnd;
    private ushort _instanceId;
    private ushort _multipleId;

    // CBOR; LwM2M CBOR: the innermost open map with its path, what is left of it and those around it, and whether an Object Instance may be
    // left to the device.
    private CborReader _cbor;
    private int _mapDepth;
    private ulong _mapPath;
    private EntriesLeft _entriesLeft;
    private bool _mayOmitInstance;

    // A log: how much of it has been read, and where in the payload its record ended.
    private int _logged;
    private int _loggedPosition;

    // SenML, and the base name so far.
    private RecordName _baseName;
    private SenMLReader _senML;

    // OMA JSON: where the base name stands, and the base time so far; the fields of the record, as SenML calls them, and its name.
    private JsonReader _json;
    private BaseNamePlace _baseNamePlace;
    private bool _hasBaseTime;
    private double _baseTime;
    private SenMLField _fields;
    private SenMLText _name;

    /// <summary>Reads a payload that belongs to a path.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format, one that <see cref="RecordWriter.Supports"/>.</param>
    /// <param name="request">The path of the request. TLV and the formats of a single value have no path of their own to tell more.</param>
    // Cleared as a whole: field by field is what a constructor does otherwise, and there are many.
    internal RecordReader(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request)
        : this() => Open(payload, format, request);

    /// <summary>Begins with a payload, in place: this is a large struct to copy.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Open(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request)
    {
        Debug.Assert(RecordWriter.Supports(format) || format == Log);
        _payload = payload;
        _format = WithoutEtch(format);
        _isPatch = _format != format;
        _request = request;
        _requestDepth = request.Depth;
        _baseName = RecordName.Empty;
        _multipleEnd = _instanceEnd = -1;
        _instanceId = request.InstanceId;
        _multipleId = request.ResourceId;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _senML.OpenRaw(payload, SenMLFormat.Cbor, PackKind); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _senML.OpenRaw(payload, SenMLFormat.Json, PackKind); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _tlv = new(payload); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _cbor = new(payload); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: _cbor = new(payload); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _json = new(payload); break;
            default: break;
        }
    }

    /// <summary>The record that <see cref="Next"/> reached.</summary>
    [UnscopedRef]
    internal readonly ref readonly PayloadRecord Record => ref _record;

    /// <summary>The path of the record.</summary>
    internal readonly Lwm2mPath Path => _record.Path;

    /// <summary>The value of the record.</summary>
    [UnscopedRef]
    internal readonly RecordValue Value => new(_payload, in _record);

    /// <summary>Whether the record, or one before it, says when the value was; see <see cref="Time"/>.</summary>
    internal bool HasTime { get; private set; }

    /// <summary>When the value was, in seconds as they were sent: relative to now below 2^28 (RFC 8428, 4.5.3).</summary>
    internal double Time { get; private set; }

    /// <summary>
    /// What is to be added to the times of all records once the payload is over: OMA JSON may have its base time behind them. 0 otherwise.
    /// </summary>
    internal double LateBaseTime { get; private set; }

    /// <summary>Why reading ended early; <see cref="PayloadFault.None"/> while it has not.</summary>
    internal readonly PayloadFault Fault => _fault;

    /// <summary>Where in the payload the reader is, in bytes.</summary>
    internal readonly int Position => _format switch
    {
        ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => _senML.Position,
        ContentFormat.SenMLJson when CodecSwitches.SenMLJson => _senML.Position,
        ContentFormat.Tlv when CodecSwitches.Tlv => _tlv.Position,
        ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => _cbor.Position,
        ContentFormat.Cbor when CodecSwitches.Cbor => _cbor.Position,
        ContentFormat.Lwm2mJson when CodecSwitches.Json => _json.Position,
        _ => _loggedPosition,
    };

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the payload is over or wrong.</returns>
    internal bool Next()
    {
        if (Fault != PayloadFault.None)
        {
            return false;
        }

        bool found = _format switch
        {
            ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => NextSenML(),
            ContentFormat.SenMLJson when CodecSwitches.SenMLJson => NextSenML(),
            ContentFormat.Tlv when CodecSwitches.Tlv => NextTlv(),
            ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => NextLwM2MCbor(),
            ContentFormat.Cbor when CodecSwitches.Cbor => NextSingleCbor(),
            ContentFormat.Lwm2mJson when CodecSwitches.Json => NextOmaJson(),
            Log => NextLogged(),
            _ => NextText(),
        };
        if (!found)
        {
            return false;
        }

        bool isOfResource = Path.ResourceId != Lwm2mPath.MaxId || _record.HasNoInstances;
        return isOfResource && IsOfRequest(Path.Packed) || Fail(PayloadFault.OutsidePath);
    }

    private readonly bool IsOfRequest(ulong packed) =>
        _requestDepth == 0 || (packed ^ _request.Packed) >> 64 - _requestDepth * 16 == 0;

    /// <summary>The format that a payload is read as: numbers from before LwM2M 1.0 stand for what they have become.</summary>
    internal static ContentFormat FormatOf(ContentFormat format) => format switch
    {
        ContentFormat.TlvBefore10 => ContentFormat.Tlv,
        ContentFormat.JsonBefore10 => ContentFormat.Lwm2mJson,
        _ => format,
    };

    // The bytes of the value, a part of the payload.
    private ReadOnlySpan<byte> Bytes
    {
        readonly get => _record.BytesIn(_payload);
        set
        {
            _record.Length = value.Length;
            _record.Start = value.IsEmpty
                ? 0
                : (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_payload), ref MemoryMarshal.GetReference(value));
        }
    }

    // In one piece nobody sends more than this; the usual forms reserve sixteen times as much at once, where all others grow as they go.
    private const int MaxUsual = 256 * 1024;

    /// <summary>Reads all records of a payload at once.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format.</param>
    /// <param name="request">The path of the request.</param>
    /// <param name="room">Room for a copy of it, longer by what is behind a <see cref="PaddedPayload"/>.</param>
    /// <param name="records">Where to.</param>
    /// <param name="place">Where it is wrong; where nothing is, it is of no use.</param>
    /// <param name="mayOmitInstance">Whether LwM2M CBOR may have the Object Instance 65535, which is one that is to be made.</param>
    /// <returns>What is wrong.</returns>
    internal static PayloadFault ReadAll(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, Span<byte> room, ref RecordList records, out FaultPlace place,
        bool mayOmitInstance = false)
    {
        Unsafe.SkipInit(out place);
        // Below an Object Instance a payload has one record, or a few.
        bool isRead = request.ResourceId == Lwm2mPath.MaxId && payload.Length <= MaxUsual && format switch
        {
            ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => UsualSenMLCbor.TryReadAll(payload, request, room, ref records),
            ContentFormat.SenMLJson when CodecSwitches.SenMLJson => UsualSenMLJson.TryReadAll(payload, request, room, ref records),
            ContentFormat.Tlv when CodecSwitches.Tlv => UsualTlv.TryReadAll(payload, request, room, ref records),
            ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => UsualLwM2MCbor.TryReadAll(payload, request, room, ref records),
            _ => false,
        };
        return isRead ? PayloadFault.None : ReadAllInGeneral(payload, format, request, ref records, out place, mayOmitInstance);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PayloadFault ReadAllInGeneral(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, ref RecordList records, out FaultPlace place,
        bool mayOmitInstance)
    {
        records.Clear();
        RecordReader reader = new(payload, format, request);
        reader._mayOmitInstance = mayOmitInstance;
        while (reader.Next())
        {
            reader.Save(ref records.Add());
        }

        place = reader.PlaceOf(records.All.Length + 1);
        return reader.Fault;
    }

    // Field by field, in place: a struct that is put together from small stores and then copied whole stalls the processor.
    internal readonly void Save(ref PayloadRecord record)
    {
        record.Path = _record.Path;
        record.Bits = _record.Bits;
        record.Start = _record.Start;
        record.Length = _record.Length;
        record.End = Position;
        record.Kind = _record.Kind;
        record.Use = RecordUse.None;
    }

    /// <summary>Ends reading with a fault.</summary>
    internal bool Fail(PayloadFault fault)
    {
        if (_fault == PayloadFault.None)
        {
            _fault = fault;
        }

        return false;
    }

    private bool NextText()
    {
        if (_begun)
        {
            return false;
        }

        _begun = true;
        _record.Path = _request;
        _record.Kind = _format == ContentFormat.PlainText ? ValueKind.PlainText : ValueKind.Bytes;
        Bytes = _payload;
        return true;
    }
}
