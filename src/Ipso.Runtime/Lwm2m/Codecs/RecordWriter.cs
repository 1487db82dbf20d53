using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Writes resource records in one of the formats: a switch on the format, then straight code for it. Overflow sticks.
/// </summary>
/// <remarks>
/// Most records are regular: they differ from the one before in their resource and value only. Whether the next one may be, and whether
/// there is room for it, is one question, <c>_position &lt;= _limit</c>. Regular records are in RecordWriter.Kinds.cs and in a body for each kind
/// of value in each format's file, which takes the position and returns the next. Every other record, and every one that does not fit, is
/// special (RecordWriter.Special.cs): the first of an Object Instance, which has the base name, and any where not the whole of it is read.
/// </remarks>
internal ref partial struct RecordWriter
{
    /// <summary>
    /// The space that a record without its string or bytes may need: base path, name, labels and a number. A record is begun only where as
    /// much is left, so that its parts go unchecked.
    /// </summary>
    internal const int Slack = 96;

    /// <summary>
    /// How much longer than what it is to hold a buffer must be for writing to be sure of success: the slack of the last record, and
    /// the room that two open TLV headers keep and may not need.
    /// </summary>
    internal const int MaxExcess = Slack + 2 * TlvMaxHeader;

    private Span<byte> _buffer;
    private int _position;

    // The last position where a regular record may begin; -1 where the next record is not regular.
    private int _limit;

    // The last position where any record may begin; -1 after an overflow: what is missing must not look like what was absent.
    private int _room;
    private int _records;

    // The Resource Instance that the next record is of, -1 outside of a multiple resource.
    private int _instance;
    private ContentFormat _format;

    // Whether all of the Object Instance is wanted.
    private bool _isWhole;
    private bool _isOneOfSeveral;
    private bool _isBasePending;

    // Whether the base name was written already, and whether the record has a path of its own and no key.
    private bool _isBaseKnown;
    private bool _isSingleValue;
    private byte _baseDepth;
    private Lwm2mPath _base;

    // What is wanted of the Object Instance on the base path, all where it is empty.
    private ReadOnlySpan<Lwm2mPath> _listed;

    // The time of the records, NaN where they have none.
    private double _time;

    // SenML: where the Object Instance begins, where its base name ends, -1 where that is not written beforehand, and how many records there
    // were before.
    private int _instanceStart;
    private int _baseEnd;
    private int _earlierRecords;

    // What is open around the records. LwM2M CBOR: the maps of object instances and of resources; TLV: the Object Instance and the multiple
    // resource.
    private Frame _outer;
    private Frame _inner;

    // LwM2M CBOR: how many objects there are, the entries of the map that is around all.
    private int _objects;

    // LwM2M CBOR: the Object Instance whose maps are open. OMA JSON: what "bn" says, an Object Instance or an Object.
    private Lwm2mPath _opened;

    // Where records go that are kept as they are, to be written later.
    private readonly CapturedRecords? _captured;

    internal RecordWriter(Span<byte> buffer, ContentFormat format) => Begin(buffer, format);

    /// <summary>Begins a payload. It has to be the first thing that is done; a constructor would be copied from, field by field.</summary>
    internal void Begin(Span<byte> buffer, ContentFormat format)
    {
        Debug.Assert(Supports(format));
        _buffer = buffer;
        _format = RecordReader.WithoutEtch(format);
        _room = buffer.Length - Slack;
        _limit = _instance = _baseEnd = -1;
        _time = double.NaN;
        if (_format is ContentFormat.SenMLCbor or ContentFormat.Lwm2mCbor)
        {
            // The head of the array or map, whose count is known at the end.
            _position = 1;
        }
    }

    /// <summary>How many records were written.</summary>
    internal readonly int Count => _records;

    /// <summary>Whether the buffer was too short.</summary>
    internal bool Overflowed { get; private set; }

    /// <summary>Whether something was written that the format cannot carry, such as a second value in plain text.</summary>
    internal bool NotRepresentable { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Supports(ContentFormat format) => format switch
    {
        ContentFormat.PlainText or ContentFormat.OctetStream => true,
        ContentFormat.SenMLJson or ContentFormat.SenMLEtchJson => CodecSwitches.SenMLJson,
        ContentFormat.SenMLCbor or ContentFormat.SenMLEtchCbor => CodecSwitches.SenMLCbor,
        ContentFormat.Tlv => CodecSwitches.Tlv,
        ContentFormat.Lwm2mCbor => CodecSwitches.LwM2MCbor,
        ContentFormat.Cbor => CodecSwitches.Cbor,
        ContentFormat.Lwm2mJson => CodecSwitches.Json,
        _ => false,
    };

    /// <summary>Whether the format carries one value and no ids.</summary>
    internal static bool IsSingleValue(ContentFormat format) =>
        format is ContentFormat.PlainText or ContentFormat.OctetStream or ContentFormat.Cbor;

    /// <summary>Begins the records of an Object Instance. What is not wanted of it is passed over.</summary>
    /// <param name="basePath">The path that the records' names are relative to and lie on: an Object Instance or something below it.</param>
    /// <param name="wrap">Whether the records are one of several instances: TLV wraps them (LwM2M TS Core, 7.4.5).</param>
    /// <param name="listed">The paths below an Object Instance that are wanted, as a <see cref="PathSet"/>; all where it is empty.</param>
    /// <param name="objectText">The base path's Object as <see cref="ObjectText"/> has it; 0 where that is not at hand.</param>
    internal void BeginInstance(Lwm2mPath basePath, bool wrap, ReadOnlySpan<Lwm2mPath> listed = default, ulong objectText = 0)
    {
        _isOneOfSeveral = wrap;
        _base = basePath;
        _baseDepth = (byte)basePath.Depth;
        _listed = listed;
        _isWhole = _baseDepth == 2 && listed.IsEmpty;
        _isBasePending = true;
        _isBaseKnown = _isSingleValue = false;
        _limit = -1;
        NotRepresentable |= _baseDepth < 3 && IsSingleValue(_format);
        switch (_format)
        {
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                BeginTlvInstance();
                break;
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
                if (_isWhole && !HasTime && _position <= _room)
                {
                    BeginSenMLInstance(objectText);
                }

                break;
        }
    }

    /// <summary>Begins the records of the one Object Instance of a payload, of which all is wanted.</summary>
    /// <param name="basePath">The Object Instance.</param>
    /// <param name="objectText">Its Object as <see cref="ObjectText"/> has it.</param>
    internal void BeginOnlyInstance(Lwm2mPath basePath, ulong objectText)
    {
        _base = basePath;
        _baseDepth = 2;
        _isWhole = true;
        _isBasePending = true;
        switch (_format)
        {
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                _limit = _room;
                break;
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
                if (_position <= _room)
                {
                    BeginSenMLInstance(objectText);
                }

                break;
            default:
                NotRepresentable = IsSingleValue(_format);
                break;
        }
    }

    internal void EndInstance()
    {
        switch (_format)
        {
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                if (_outer.IsOpen)
                {
                    CloseTlv(ref _outer, TlvObjectInstance, _base.InstanceId);
                }

                break;
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
                EndSenMLInstance();
                break;
        }
    }

    /// <summary>Whether a resource, or some of a multiple one, is wanted.</summary>
    internal readonly bool IsWanted(ulong key) => _isWhole || IsWantedAlone(ResourceKey.Id(key));

    /// <summary>How many of a multiple resource's instances are wanted.</summary>
    private readonly int CountWanted(ulong key, ReadOnlySpan<ushort> instances)
    {
        if (_isWhole)
        {
            return instances.Length;
        }

        int count = 0;
        foreach (ushort instance in instances)
        {
            count += IsInstanceWanted(key, instance) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether an instance of a multiple resource is wanted.</summary>
    internal readonly bool IsInstanceWanted(ulong key, ushort instance) => _isWhole || IsWantedAlone(ResourceKey.Id(key), instance);

    private readonly bool IsWantedAlone(ushort resource)
    {
        if (!_listed.IsEmpty)
        {
            int place = PathSet.PlaceOf(_listed, new(_base.ObjectId, _base.InstanceId, resource, 0));
            return place < _listed.Length && _listed[place].ResourceId == resource;
        }

        return _isSingleValue || resource == _base.ResourceId;
    }

    private readonly bool IsWantedAlone(ushort resource, ushort instance) =>
        _listed.IsEmpty
            ? _baseDepth == 3 || instance == _base.ResourceInstanceId
            : PathSet.Covers(_listed, new(_base.ObjectId, _base.InstanceId, resource, instance));

    /// <summary>The Resource Instance ids of the wanted multiple resource that was begun last.</summary>
    internal ReadOnlySpan<ushort> LastInstances { get; private set; }

    /// <summary>
    /// Begins a multiple resource; the records of those of its instances that are wanted follow, each with a key of <see cref="KeyOf"/>.
    /// </summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="ids">Its Resource Instances' ids.</param>
    /// <returns>Whether any of it is wanted, and there is room.</returns>
    internal bool BeginMultiple(ulong key, ReadOnlySpan<ushort> ids)
    {
        if (!IsWanted(key))
        {
            return false;
        }

        LastInstances = ids;
        int count = CountWanted(key, ids);
        return count > 0 && BeginMultiple(key, count);
    }

    private bool BeginMultiple(ulong key, int count)
    {
        switch (_format)
        {
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                return BeginTlvMultiple(key, count);
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
                return BeginLwM2MCborMultiple(key, count);
            case Captured:
                _captured!.BeginMultiple(key);
                return true;
            default:
                NotRepresentable |= _baseDepth < 4 && IsSingleValue(_format);
                return true;
        }
    }

    /// <summary>The key of the record of a Resource Instance, which is written next.</summary>
    internal ulong KeyOf(ulong key, ushort instance)
    {
        _instance = instance;
        if (_format is ContentFormat.Tlv or ContentFormat.Lwm2mCbor)
        {
            return ResourceKey.OfInstance(instance);
        }

        if (instance < ResourceKey.InstancesInText && _limit >= 0)
        {
            return ResourceKey.OfInstance(key, instance);
        }

        // The name is longer than a key has room for, or is not wanted in full.
        _limit = -1;
        return key;
    }

    internal void EndMultiple(ulong key)
    {
        _instance = -1;
        switch (_format)
        {
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                CloseTlv(ref _inner, TlvMultipleResource, ResourceKey.Id(key));
                break;
        }
    }

    /// <summary>Ends the payload.</summary>
    /// <returns>Its length in bytes; -1 where the buffer was too short or the format cannot carry what was written.</returns>
    internal int Finish()
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: FinishCbor(); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: FinishJson(); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: FinishLwM2MCbor(); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: FinishOmaJson(); break;
            default:
                // A resource that is read but not there is for the caller to notice; text has nothing to say of it.
                NotRepresentable |= IsSingleValue(_format) && _records != 1;
                break;
        }

        return Overflowed || NotRepresentable ? -1 : _position;
    }

    /// <summary>What the limit is, once what only the first record of an Object Instance has is written.</summary>
    private readonly int RegularLimit => _isWhole ? _room : -1;

    /// <summary>A container whose header is written when it is closed.</summary>
    private struct Frame
    {
        /// <summary>Where the header goes.</summary>
        internal int Header;

        /// <summary>Where what follows begins; 0 where the frame is not open.</summary>
        internal int Content;

        /// <summary>How many entries there are. Of the map of resources: without the records, which are added when it is closed.</summary>
        internal int Entries;

        internal readonly bool IsOpen => Content != 0;
    }

    /// <summary>What a value is, where labels depend on it.</summary>
    private enum Kind : byte
    {
        Integer,
        Unsigned,
        Float,
        Boolean,
        String,
        Opaque,
        ObjectLink,
    }

    /// <summary>Begins a record that is not regular, up to its value.</summary>
    /// <returns>Whether there is a value to write: it is wanted, there is room, and the format carries it.</returns>
    private bool BeginSpecial(ulong key, Kind kind)
    {
        // Of a multiple resource, what is not wanted does not come here.
        if (_instance < 0 && !IsWanted(key))
        {
            return false;
        }

        bool begun = BeginWanted(key, kind);
        _records++;
        return begun;
    }

    private bool BeginWanted(ulong key, Kind kind)
    {
        if (IsSingleValue(_format))
        {
            // Bytes as they are is a form that only the Opaque type has; they need no room but their own.
            bool isRaw = _format == ContentFormat.OctetStream;
            NotRepresentable |= isRaw && kind != Kind.Opaque;
            return !NotRepresentable && (isRaw || Fits());
        }

        if (!Fits())
        {
            return false;
        }

        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: BeginSpecialCbor(key, kind); return true;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: BeginSpecialJson(key, kind); return true;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: return BeginSpecialLwM2MCbor(key);
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: return BeginSpecialOmaJson(key, kind);
            default: return true;
        }
    }

    private bool Fits() => _position <= _room || Overflow();

    private int OverflowAt(int at)
    {
        Overflow();
        return at;
    }

    private bool Overflow()
    {
        Overflowed = true;
        _limit = _room = -1;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref byte At(int position) => ref Unchecked.At(ref MemoryMarshal.GetReference(_buffer), position);

    private readonly int RemainingAt(int position) => _buffer.Length - position;
}
