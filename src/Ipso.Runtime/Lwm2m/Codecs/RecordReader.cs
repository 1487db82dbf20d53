using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.Coap;
using Ipso.Json;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>A record that was read once, so that applying what was checked needs no second reading.</summary>
internal struct RecordSlot
{
    private const int MinRented = 64;

    internal Lwm2mPath Path;
    internal ulong Bits;
    internal int Start;
    internal int Length;
    internal byte Kind;

    /// <summary>The place of the record's resource in its object's definition.</summary>
    internal ushort Index;

    /// <summary>
    /// Whether it is of a multiple resource, whose instances are replaced together or, where nothing changes, not at all.
    /// </summary>
    internal bool IsOfRun;

    /// <summary>Moves slots to a rented buffer with room for twice as many, and gives back the one that they were in.</summary>
    // Bytes are what everything else rents: one pool is enough.
    internal static void Grow(scoped ref Span<RecordSlot> slots, scoped ref byte[]? rented)
    {
        int count = Math.Max(MinRented, slots.Length * 2);
        byte[] larger = ArrayPool<byte>.Shared.Rent(count * Unsafe.SizeOf<RecordSlot>());
        Span<RecordSlot> room = MemoryMarshal.Cast<byte, RecordSlot>(larger.AsSpan());
        slots.CopyTo(room);
        Return(rented);
        slots = room;
        rented = larger;
    }

    /// <summary>Gives a buffer back, where there is one.</summary>
    internal static void Return(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}

/// <summary>
/// Reads resource records off a payload in one of the formats: path and value, one after the other. It goes over hostile bytes without
/// throwing; the first fault ends it and stays in <see cref="Fault"/>.
/// </summary>
internal ref partial struct RecordReader
{
    // The longest name that is expected, in bytes: as long as the digits of an id.
    private const int MaxExpectedName = 5;

    private ReadOnlySpan<byte> _payload;
    private ContentFormat _format;
    private Lwm2mPath _request;
    private ulong _requestMask;
    private bool _isPatch;
    private bool _begun;

    // What is expected: whether anything may be, and the name of the next record, as a key has it, and where it is; 0 where nothing is.
    private bool _mayExpect;
    private int _nameAt;
    private ulong _next;

    // The value of the record.
    private ValueKind _kind;
    private ulong _bits;
    private int _bytesStart;
    private int _bytesLength;

    // SenML: the base name so far, and the fields and the name of the record.
    private RecordName _baseName;
    private ulong _instanceBase;
    private bool _hasInstanceBase;
    private SenMLField _fields;
    private SenMLText _name;

    private JsonReader _json;
    private CborReader _cbor;
    private CborHead _pack;
    private ulong _packLeft;

    // LwM2M CBOR: the innermost open map with its path, and those around it.
    private OpenMap _map;
    private ulong _mapPath;
    private OuterMaps _outerMaps;
    private int _outerMapCount;

    // OMA JSON: where the base name stands.
    private BaseNamePlace _baseNamePlace;

    // TLV: where the enclosing elements end, -1 outside of them, and what they are called.
    private SpanReader _tlv;
    private int _instanceEnd;
    private int _multipleEnd;
    private ushort _instanceId;
    private ushort _multipleId;

    // A log: how much of it has been read, and where in the payload its record ended.
    private int _logged;
    private int _loggedPosition;

    /// <summary>Reads a payload that belongs to a path.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format, one that <see cref="RecordWriter.Supports"/>.</param>
    /// <param name="request">The path of the request. TLV and the formats of a single value have no path of their own to tell more.</param>
    internal RecordReader(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request) => Open(payload, format, request);

    /// <summary>Begins with a payload, in place: this is a large struct to copy.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    internal void Open(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request)
    {
        Debug.Assert(RecordWriter.Supports(format) || format == Log);
        _payload = payload;
        _format = WithoutEtch(format);
        _isPatch = _format != format;
        _request = request;
        int depth = request.Depth;
        _requestMask = depth == 0 ? 0 : ulong.MaxValue << 64 - depth * 16;
        _baseName = RecordName.Empty;
        _multipleEnd = _instanceEnd = -1;
        _instanceId = request.InstanceId;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _cbor = new(payload); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _json = new(payload); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _tlv = new(payload); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _cbor = new(payload); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: _cbor = new(payload); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _json = new(payload); break;
            default: break;
        }
    }

    /// <summary>
    /// The path of the record that <see cref="Next"/> reached: a resource or a resource instance. Of an object's payload in TLV also an
    /// Object Instance that has nothing in it; and without an Object Instance's id, where the payload does not say one.
    /// </summary>
    internal Lwm2mPath Path { get; private set; }

    /// <summary>Why reading ended early; <see cref="PayloadFault.None"/> while it has not.</summary>
    internal PayloadFault Fault { get; private set; }

    /// <summary>Where in the payload the reader is, in bytes.</summary>
    internal readonly int Position => _format switch
    {
        ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => _cbor.Position,
        ContentFormat.SenMLJson when CodecSwitches.SenMLJson => _json.Position,
        ContentFormat.Tlv when CodecSwitches.Tlv => _tlv.Position,
        ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => _cbor.Position,
        ContentFormat.Cbor when CodecSwitches.Cbor => _cbor.Position,
        ContentFormat.Lwm2mJson when CodecSwitches.Json => _json.Position,
        _ => _loggedPosition,
    };

    /// <summary>A reader of the same payload from its start.</summary>
    internal readonly RecordReader Rewound() => new(_payload, _format, _request) { _isPatch = _isPatch };

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the payload is over or wrong.</returns>
    internal bool Next()
    {
        _next = 0;
        if (Fault != PayloadFault.None)
        {
            return false;
        }

        bool found = _format switch
        {
            ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => NextCbor(),
            ContentFormat.SenMLJson when CodecSwitches.SenMLJson => NextJson(),
            ContentFormat.Tlv when CodecSwitches.Tlv => NextTlv(),
            ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => NextLwM2MCbor(),
            ContentFormat.Cbor when CodecSwitches.Cbor => NextSingleCbor(),
            ContentFormat.Lwm2mJson when CodecSwitches.Json => NextOmaJson(),
            _ => NextText(),
        };
        if (!found)
        {
            return false;
        }

        return IsOfRequest(Path.Packed) || Fail(PayloadFault.OutsidePath);
    }

    private readonly bool IsOfRequest(ulong packed) => ((packed ^ _request.Packed) & _requestMask) == 0;

    /// <summary>The format that a payload is read as: numbers from before LwM2M 1.0 stand for what they have become.</summary>
    internal static ContentFormat FormatOf(ContentFormat format) => format switch
    {
        ContentFormat.TlvBefore10 => ContentFormat.Tlv,
        ContentFormat.JsonBefore10 => ContentFormat.Lwm2mJson,
        _ => format,
    };

    // The bytes of the value, a part of the payload. Two numbers and no span: one is put together from parts, and read whole just after.
    private ReadOnlySpan<byte> Bytes
    {
        readonly get => _payload.Slice(_bytesStart, _bytesLength);
        set
        {
            _bytesLength = value.Length;
            _bytesStart = value.IsEmpty
                ? 0
                : (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_payload), ref MemoryMarshal.GetReference(value));
        }
    }

    /// <summary>Keeps the record that <see cref="Next"/> reached, to be gone back to with <see cref="Restore"/>.</summary>
    internal readonly void Save(ref RecordSlot slot)
    {
        // Field by field, in place: a struct that is put together from small stores and then copied whole stalls the processor.
        slot.Path = Path;
        slot.Bits = _bits;
        slot.Start = _bytesStart;
        slot.Length = _bytesLength;
        slot.Kind = (byte)_kind;
        slot.Index = 0;
        slot.IsOfRun = false;
    }

    /// <summary>Goes back to a record of this payload.</summary>
    internal void Restore(in RecordSlot slot)
    {
        Path = slot.Path;
        _bits = slot.Bits;
        _bytesStart = slot.Start;
        _bytesLength = slot.Length;
        _kind = (ValueKind)slot.Kind;
    }

    /// <summary>Ends reading with a fault.</summary>
    internal bool Fail(PayloadFault fault)
    {
        if (Fault == PayloadFault.None)
        {
            Fault = fault;
            _next = 0;
        }

        return false;
    }

    private bool NextText()
    {
        if (_format == Log)
        {
            return NextLogged();
        }

        if (_begun)
        {
            return false;
        }

        _begun = true;
        Path = _request;
        _kind = _format == ContentFormat.PlainText ? ValueKind.PlainText : ValueKind.Bytes;
        Bytes = _payload;
        return true;
    }
}
