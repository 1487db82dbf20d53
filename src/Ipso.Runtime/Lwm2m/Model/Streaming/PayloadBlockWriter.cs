using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>How far a payload in blocks is.</summary>
public enum PayloadBlockState : byte
{
    /// <summary>There are more bytes to come.</summary>
    Producing,

    /// <summary>All bytes have been given out.</summary>
    Complete,

    /// <summary>The path names a resource or a resource instance, and it is not there: there is no payload.</summary>
    Absent,

    /// <summary>The format cannot carry it: plain text of more than one value, or bytes of a value that is not Opaque.</summary>
    NotRepresentable,

    /// <summary>
    /// Something is longer than the format can say (TLV: 16777215 bytes), or an Object Instance has more values than the options let it.
    /// What was given out is no payload.
    /// </summary>
    TooLarge,

    /// <summary>
    /// An Object Instance has gained or lost a value since the writer was made. What was given out is no payload: begin anew, with another
    /// ETag (RFC 7959, 2.4).
    /// </summary>
    Changed,
}

/// <summary>
/// Writes what lies on a path block by block, with memory that grows neither with long values nor with the number of Object Instances: the
/// bytes are those that <see cref="Representation"/> writes whole.
/// </summary>
/// <remarks>
/// <para>
/// <b>Snapshots.</b> Which instances there are, and how many values each has, is settled when the writer is made. The values of an instance
/// are read at one moment, when its first byte is needed. So what changes between two blocks either is in the payload or is not; the
/// payload stays well-formed, and where that is no longer possible it ends as <see cref="PayloadBlockState.Changed"/>.
/// </para>
/// <para>Not for several threads at a time; the objects may be set by any. Dispose it to give its memory back.</para>
/// </remarks>
public sealed class PayloadBlockWriter : IDisposable
{
    private readonly ObjectInstance[] _instances;
    private readonly Lwm2mPath _path;
    private readonly ContentFormat _format;
    private readonly BlockEncoder _encoder;
    private int[] _counts;
    private Phase _phase;
    private int _next;
    private int _records;
    private int _objects;
    private bool _isDisposed;

    private enum Phase : byte
    {
        Start,
        Instances,
        Records,
        End,
    }

    /// <summary>Begins a payload.</summary>
    /// <param name="instances">
    /// The Object Instances that the path names, in ascending order of their objects and ids; one where it names one or less of it.
    /// </param>
    /// <param name="path">The path: the root, an Object, an Object Instance, a Resource or a Resource Instance.</param>
    /// <param name="format">The format, one that <see cref="Representation.Supports"/>.</param>
    /// <param name="options">Bounds; those of a new <see cref="BlockWriterOptions"/> where there are none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public PayloadBlockWriter(
        ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path, ContentFormat format, BlockWriterOptions? options = null)
    {
        if (!Representation.Supports(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format is not one of Representation's, or the program's IpsoFormats leave it out.");
        }

        _instances = instances.ToArray();
        _path = path;
        _format = format;
        _encoder = new(format, (options ?? BlockWriterOptions.Default).MaxRecordsPerInstance);
        _counts = SpareArrays<int>.Rent(_instances.Length);
        State = CountRecords();
    }

    /// <summary>How far the payload is.</summary>
    public PayloadBlockState State { get; private set; }

    /// <summary>Whether all bytes have been given out; it is known together with the last of them.</summary>
    public bool IsComplete => State == PayloadBlockState.Complete;

    /// <summary>How many bytes have been given out.</summary>
    public long Position { get; private set; }

    /// <summary>Writes the next bytes of the payload.</summary>
    /// <param name="block">Where to; of any length, one block of the transfer as a rule.</param>
    /// <returns>
    /// The bytes written: as many as there is room for, fewer at the end of the payload, of which <see cref="State"/> says whether it is
    /// whole.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The writer is disposed of.</exception>
    public int Next(Span<byte> block)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int written = 0;
        while (State == PayloadBlockState.Producing && written < block.Length)
        {
            int taken = _encoder.Take(block[written..]);
            written += taken;
            if (taken == 0)
            {
                Advance();
            }
        }

        // No instance is read before its first byte is needed, and yet the end is seen.
        while (State == PayloadBlockState.Producing && _encoder.IsDrained && (_phase != Phase.Instances || NextInstance() < 0))
        {
            Advance();
        }

        Position += written;
        return written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        if (_counts.Length > 0)
        {
            SpareArrays<int>.Return(_counts);
            _counts = [];
        }

        _isDisposed = true;
    }

    private void Advance()
    {
        switch (_phase)
        {
            case Phase.Start:
                _encoder.BeginPayload(_records, _objects);
                _phase = Phase.Instances;
                break;
            case Phase.Instances when NextInstance() is var place && place >= 0:
                _next = place + 1;
                BeginInstance(place);
                _phase = Phase.Records;
                break;
            case Phase.Instances:
                _encoder.EndPayload(_instances.Length == 0 ? Lwm2mPath.Root : PathOf(_instances.Length - 1), IsOneOfSeveral);
                _phase = Phase.End;
                break;
            case Phase.Records:
                _phase = _encoder.NextRecord() ? Phase.Records : Phase.Instances;
                break;
            default:
                State = PayloadBlockState.Complete;
                break;
        }

        if (State == PayloadBlockState.Producing && (_encoder.IsTooLarge || _encoder.IsNotRepresentable))
        {
            State = _encoder.IsTooLarge ? PayloadBlockState.TooLarge : PayloadBlockState.NotRepresentable;
        }
    }

    private bool IsOneOfSeveral => _path.Depth < 2;

    private Lwm2mPath PathOf(int place) =>
        IsOneOfSeveral ? new(ObjectOf(place), _instances[place].InstanceId) : _path;

    private ushort ObjectOf(int place) => _instances[place].Definition.ObjectId;

    // Only TLV says of an instance that it is there and has nothing.
    private int NextInstance()
    {
        for (int place = _next; place < _instances.Length; place++)
        {
            if (_counts[place] > 0 || _format == ContentFormat.Tlv)
            {
                return place;
            }
        }

        return -1;
    }

    private void BeginInstance(int place)
    {
        CapturedRecords captured = _encoder.Captured;
        captured.Begin(isCounting: false);
        ResourceWriter.Capture(_instances[place], PathOf(place), captured);
        if (captured.IsOverflowed || captured.Count != _counts[place])
        {
            State = captured.IsOverflowed ? PayloadBlockState.TooLarge : PayloadBlockState.Changed;
            return;
        }

        _encoder.BeginInstance(PathOf(place), IsOneOfSeveral, _format == ContentFormat.Lwm2mCbor ? InstancesOfObject(place) : 0);
    }

    // How many instances of an object have values, where this is the first; 0 where it is not.
    private int InstancesOfObject(int place)
    {
        ushort id = ObjectOf(place);
        for (int before = place - 1; before >= 0 && ObjectOf(before) == id; before--)
        {
            if (_counts[before] > 0)
            {
                return 0;
            }
        }

        int count = 0;
        for (int at = place; at < _instances.Length && ObjectOf(at) == id; at++)
        {
            count += _counts[at] > 0 ? 1 : 0;
        }

        return count;
    }

    private PayloadBlockState CountRecords()
    {
        CapturedRecords counted = _encoder.Captured;
        int resourceInstances = 0;
        int lastObject = -1;
        for (int place = 0; place < _instances.Length; place++)
        {
            counted.Begin(isCounting: true);
            ResourceWriter.Capture(_instances[place], PathOf(place), counted);
            _counts[place] = counted.Count;
            _records += counted.Count;
            resourceInstances += counted.InstanceCount;
            if (counted.Count > 0 && ObjectOf(place) != lastObject)
            {
                _objects++;
                lastObject = ObjectOf(place);
            }
        }

        if (_path.Depth >= 3 && _records == 0)
        {
            return PayloadBlockState.Absent;
        }

        bool isOfOneValue = _path.Depth >= 3 && _records == 1 && (_path.Depth == 4 || resourceInstances == 0);
        bool isRepresentable = Representation.IsSingleValue(_format) ? isOfOneValue
            : _format != ContentFormat.Lwm2mJson || _objects <= 1;
        return isRepresentable ? PayloadBlockState.Producing : PayloadBlockState.NotRepresentable;
    }
}
