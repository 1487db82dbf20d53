using System.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>Records of a payload that are read into one Object Instance.</summary>
internal struct InstanceRead
{
    /// <summary>The Object Instance; one to check against, as long as it <see cref="IsNew"/> and is not made.</summary>
    internal ObjectInstance Instance;

    /// <summary>The path that the records lie on, and the payload is about: the Object Instance's or one below it.</summary>
    internal Lwm2mPath Path;

    /// <summary>Where the records begin, and how many they are.</summary>
    internal int Start, Count;

    /// <summary>Where the sets of the resources that they name begin.</summary>
    internal int SeenStart;

    /// <summary>Whether the Object Instance is to be added.</summary>
    internal bool IsNew;
}

/// <summary>
/// A payload that is read into several Object Instances, or into none where anything in it is wrong: its records are gathered, given to
/// Object Instances, all of them checked, and only then applied.
/// </summary>
internal ref struct InstanceReads
{
    private readonly ReadMode _mode;
    private readonly bool _hasRemovals;
    private readonly ushort? _defaultInstance;
    private readonly Span<byte> _scratch;
    private readonly byte[]? _rentedScratch;
    private SortedRecords _records;
    private InstanceRead[] _reads = [];
    private int _count;
    private ulong[] _seen = [];
    private int _seenLength;

    /// <summary>Takes a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format, one that can be read.</param>
    /// <param name="request">The root, or the Object that it is for.</param>
    /// <param name="mode">What it means.</param>
    /// <param name="defaultInstance">The Object Instance of records that do not say one; <see langword="null"/> where all have to.</param>
    /// <param name="slots">Where records are kept as long as there is room.</param>
    /// <param name="scratch">Room for a value, where the payload is not longer.</param>
    internal InstanceReads(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, ReadMode mode, ushort? defaultInstance,
        Span<RecordSlot> slots, Span<byte> scratch)
    {
        _mode = mode;
        // LwM2M CBOR has no second Content-Format for patches.
        NullRemoves = format == ContentFormat.Lwm2mCbor && mode == ReadMode.WriteUpdate;
        _hasRemovals = NullRemoves || Representation.IsPatch(format);
        _defaultInstance = defaultInstance;
        _records = new(payload, format, request, slots);
        // Text forms of bytes are decoded beside the payload; no decoded value is longer than the payload.
        _scratch = payload.Length <= scratch.Length ? scratch : _rentedScratch = ArrayPool<byte>.Shared.Rent(payload.Length);
    }

    private bool NullRemoves { get; }

    /// <summary>The records in ascending order of their paths.</summary>
    internal readonly ReadOnlySpan<RecordSlot> Records => _records.All;

    /// <summary>What is read, in ascending order of the paths.</summary>
    internal readonly Span<InstanceRead> All => _reads.AsSpan(0, _count);

    /// <summary>Gathers the records.</summary>
    internal bool TryGather(ObjectInfo? definition, out PayloadError error)
    {
        bool isRead = _records.TryRead(_defaultInstance, NullRemoves);
        RecordReader reader = _records.Reader;
        error = isRead
            ? default
            : new(reader.Fault, definition, null, reader.Position) { Record = reader.CountToPosition(), SenML = reader.ExplainSenML() };
        return isRead;
    }

    /// <summary>Has records read into an Object Instance: those from one on that lie on a path.</summary>
    /// <returns>The first record behind them.</returns>
    internal int Add(ObjectInstance instance, Lwm2mPath path, int start, bool isNew = false)
    {
        if (_count == _reads.Length)
        {
            Grow();
        }

        int end = start + _records.CountOn(path, start);
        int count = end - start;
        // What says that there is nothing in the Object Instance comes last, and is nothing to read.
        while (count > 0 && _records.All[start + count - 1].Path.Depth < 3)
        {
            count--;
        }

        _reads[_count++] = new() { Instance = instance, Path = path, Start = start, Count = count, SeenStart = _seenLength, IsNew = isNew };
        _seenLength += 2 * ResourceReader.SetLength(instance.Definition);
        return end;
    }

    /// <summary>Passes records over: those from one on that lie on a path.</summary>
    /// <returns>The first record behind them.</returns>
    internal readonly int PassOver(Lwm2mPath path, int start) => start + _records.CountOn(path, start);

    /// <summary>Checks all, and touches nothing.</summary>
    internal bool TryCheck(out PayloadError error)
    {
        error = default;
        if (_seenLength > 0)
        {
            _seen = ArrayPool<ulong>.Shared.Rent(_seenLength);
            _seen.AsSpan(0, _seenLength).Clear();
        }

        foreach (ref InstanceRead read in All)
        {
            ResourceReader reader = ReaderOf(in read);
            if (!reader.TryCheck(out error))
            {
                error = At(error.Fault, reader.RecordPath, error);
                return false;
            }
        }

        return true;
    }

    /// <summary>Checks all, and applies all where nothing is wrong.</summary>
    internal bool TryApply(out PayloadError error)
    {
        bool isRight = TryCheck(out error);
        if (isRight)
        {
            Apply();
        }

        return isRight;
    }

    /// <summary>Applies all, as one change of each Object Instance, and of all where the device is told of it on another thread.</summary>
    internal readonly void Apply()
    {
        int begun = 0;
        try
        {
            foreach (ref InstanceRead read in All)
            {
                read.Instance.BeginUpdate();
                begun++;
            }

            foreach (ref InstanceRead read in All)
            {
                ReaderOf(in read).Apply();
            }
        }
        finally
        {
            foreach (ref InstanceRead read in All[..begun])
            {
                read.Instance.EndUpdate();
            }
        }
    }

    /// <summary>The error of a fault that lies with a record.</summary>
    internal readonly PayloadError At(PayloadFault fault, Lwm2mPath path, PayloadError error = default)
    {
        int position = _records.PositionOf(path, _defaultInstance, isSecond: fault == PayloadFault.Duplicate, out int record);
        return error with { Fault = fault, Path = path, Position = position, Record = record };
    }

    /// <summary>Gives back what was borrowed.</summary>
    internal void Dispose()
    {
        _records.Dispose();
        if (_reads.Length > 0)
        {
            ArrayPool<InstanceRead>.Shared.Return(_reads, clearArray: true);
        }

        if (_seen.Length > 0)
        {
            ArrayPool<ulong>.Shared.Return(_seen);
        }

        if (_rentedScratch is not null)
        {
            ArrayPool<byte>.Shared.Return(_rentedScratch);
        }
    }

    private readonly ResourceReader ReaderOf(in InstanceRead read)
    {
        Span<ulong> seen = _seen.AsSpan(read.SeenStart, 2 * ResourceReader.SetLength(read.Instance.Definition));
        Span<RecordSlot> slots = _records.All.Slice(read.Start, read.Count);
        return new(read.Instance, read.Path, _records.Reader, slots, _hasRemovals, _mode, seen, _scratch);
    }

    private void Grow()
    {
        InstanceRead[] larger = ArrayPool<InstanceRead>.Shared.Rent(Math.Max(16, _count * 2));
        All.CopyTo(larger);
        if (_reads.Length > 0)
        {
            ArrayPool<InstanceRead>.Shared.Return(_reads, clearArray: true);
        }

        _reads = larger;
    }
}
