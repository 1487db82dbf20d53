using System.Runtime.InteropServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>What a captured record is.</summary>
internal enum CapturedKind : byte
{
    Integer,
    Unsigned,
    Float,
    Boolean,
    String,
    Opaque,
    ObjectLink,

    /// <summary>The beginning of a multiple resource; its instances follow, if it has any.</summary>
    Multiple,
}

/// <summary>
/// A record as it was when its Object Instance was captured. Texts and bytes are where they were: nobody changes them there.
/// </summary>
internal struct CapturedRecord
{
    internal ulong Key;
    internal ulong Bits;
    internal object? Reference;

    /// <summary>The Resource Instance's id, or -1. Of a <see cref="CapturedKind.Multiple"/>, how many instances follow.</summary>
    internal int Instance;

    internal CapturedKind Kind;

    internal readonly string Text => (string)Reference!;

    // Of Opaque: where its bytes are in the array, and how many. Memory as a field would be boxed, to a native compiler, and be printed.
    internal ReadOnlyMemory<byte> Bytes
    {
        readonly get => Kind == CapturedKind.Opaque ? new((byte[]?)Reference, (int)(Bits >> 32), (int)Bits) : default;
        set
        {
            ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(value, out ArraySegment<byte> segment) ? segment : new(value.ToArray());
            (Reference, Bits) = (bytes.Array, (ulong)bytes.Offset << 32 | (uint)bytes.Count);
        }
    }

    internal readonly ObjectLink Link => new((ushort)(Bits >> 16), (ushort)Bits);
}

/// <summary>
/// The records of an Object Instance, all read at one moment, to be written to whatever format later and one by one; or no more than how
/// many there are.
/// </summary>
internal sealed class CapturedRecords(int maxRecords) : IDisposable
{
    private const int FirstLength = 32;

    private CapturedRecord[] _records = [];
    private int _length;
    private int _multiple = -1;
    private bool _isCounting;

    /// <summary>How many records there are.</summary>
    internal int Count { get; private set; }

    /// <summary>How many of them are Resource Instances.</summary>
    internal int InstanceCount { get; private set; }

    /// <summary>Whether there were more than may be kept.</summary>
    internal bool IsOverflowed { get; private set; }

    /// <summary>The records, and the beginnings of multiple resources.</summary>
    internal ReadOnlySpan<CapturedRecord> Records => _records.AsSpan(0, _length);

    /// <summary>Begins anew.</summary>
    /// <param name="isCounting">Whether records are counted and not kept.</param>
    internal void Begin(bool isCounting)
    {
        _records.AsSpan(0, _length).Clear();
        _length = Count = InstanceCount = 0;
        _multiple = -1;
        _isCounting = isCounting;
        IsOverflowed = false;
    }

    public void Dispose()
    {
        if (_records.Length > 0)
        {
            SpareArrays<CapturedRecord>.Return(_records, isCleared: true);
            _records = [];
            _length = 0;
        }
    }

    internal void BeginMultiple(ulong key)
    {
        _multiple = _length;
        Add(new() { Key = key, Kind = CapturedKind.Multiple });
    }

    internal void Integer(ulong key, int instance, long value) => AddValue(key, instance, CapturedKind.Integer, (ulong)value);

    internal void Unsigned(ulong key, int instance, ulong value) => AddValue(key, instance, CapturedKind.Unsigned, value);

    internal void Float(ulong key, int instance, double value) =>
        AddValue(key, instance, CapturedKind.Float, BitConverter.DoubleToUInt64Bits(value));

    internal void Boolean(ulong key, int instance, bool value) => AddValue(key, instance, CapturedKind.Boolean, value ? 1UL : 0);

    internal void String(ulong key, int instance, string value) => AddValue(key, instance, CapturedKind.String, 0, value);

    internal void Opaque(ulong key, int instance, ReadOnlyMemory<byte> value)
    {
        CapturedRecord record = new() { Bytes = value };
        AddValue(key, instance, CapturedKind.Opaque, record.Bits, record.Reference);
    }

    internal void ObjectLink(ulong key, int instance, ObjectLink value) =>
        AddValue(key, instance, CapturedKind.ObjectLink, (ulong)value.ObjectId << 16 | value.InstanceId);

    private void AddValue(ulong key, int instance, CapturedKind kind, ulong bits, object? reference = null)
    {
        Count++;
        InstanceCount += instance >= 0 ? 1 : 0;
        Add(new() { Key = key, Kind = kind, Instance = instance, Bits = bits, Reference = reference });
        if (instance >= 0 && !_isCounting && !IsOverflowed)
        {
            _records[_multiple].Instance++;
        }
    }

    private void Add(in CapturedRecord record)
    {
        if (_isCounting || IsOverflowed)
        {
            return;
        }

        if (_length == maxRecords)
        {
            IsOverflowed = true;
            return;
        }

        if (_length == _records.Length)
        {
            CapturedRecord[] longer = SpareArrays<CapturedRecord>.Rent(Math.Max(FirstLength, _length * 2));
            Records.CopyTo(longer);
            int length = _length;
            Dispose();
            (_records, _length) = (longer, length);
        }

        _records[_length++] = record;
    }
}
