using System.Runtime.CompilerServices;
using Ipso.Buffers;
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

    /// <summary>Whether the records are not applied: they were checked, and wait.</summary>
    internal bool IsCheckedOnly;

    /// <summary>Holds its news back while it is changed.</summary>
    internal UpdateScope Update;
}

/// <summary>
/// A payload that is read into several Object Instances, or into none where anything in it is wrong: its records are gathered, given to
/// Object Instances, all of them checked, and only then applied.
/// </summary>
internal ref struct InstanceReads
{
    private readonly ReadMode _mode;
    private readonly ushort? _defaultInstance;
    private readonly Span<byte> _scratch;
    private readonly byte[]? _rentedScratch;
    private readonly ReadOnlySpan<byte> _payload;
    private readonly ContentFormat _format;
    private readonly Lwm2mPath _request;
    private RecordList _records;
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
    /// <param name="room">Where records are kept as long as there is room.</param>
    /// <param name="scratch">Room for a value, where the payload is not longer.</param>
    internal InstanceReads(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, ReadMode mode, ushort? defaultInstance,
        Span<PayloadRecord> room, Span<byte> scratch)
    {
        _mode = mode;
        _payload = payload;
        _format = format;
        _request = request;
        _defaultInstance = defaultInstance;
        _records = new(room);
        // What is copied, and after that decoded beside the payload; no decoded value is longer than it.
        int length = payload.Length + PaddedPayload.Padding;
        _scratch = length <= scratch.Length ? scratch : _rentedScratch = SpareBytes.Rent(length);
    }

    /// <summary>Whether a payload in LwM2M CBOR may leave the Object Instance to the device, by the id 65535 (LwM2M TS Core, 6.3.6).</summary>
    internal bool MayOmitInstance { get; init; }

    /// <summary>Where object links are to point; <see langword="null"/> for the tree that each Object Instance belongs to.</summary>
    internal ObjectTree? Tree { get; init; }

    /// <summary>Whether there are records that left the Object Instance to the device.</summary>
    internal bool HasOmittedInstance { get; private set; }

    // LwM2M CBOR has no second Content-Format for patches: there it is a null that removes (LwM2M TS Core, 6.3.9).
    private readonly bool NullRemoves => _format == ContentFormat.Lwm2mCbor && _mode == ReadMode.WriteUpdate;

    /// <summary>The records in ascending order of their paths.</summary>
    internal readonly ReadOnlySpan<PayloadRecord> Records => _records.All;

    /// <summary>What is read, in ascending order of the paths.</summary>
    internal readonly Span<InstanceRead> All => _reads.AsSpan(0, _count);

    /// <summary>Gathers the records.</summary>
    internal bool TryGather(ObjectInfo? definition, out PayloadError error)
    {
        PayloadFault fault = RecordReader.ReadAll(_payload, _format, _request, _scratch, ref _records, out FaultPlace place, MayOmitInstance);
        if (fault != PayloadFault.None)
        {
            PayloadError.OfPayload(fault, definition, in place, out error);
            return false;
        }

        foreach (ref PayloadRecord record in _records.All)
        {
            if (_defaultInstance is { } id && record.Path.InstanceId == Lwm2mPath.MaxId)
            {
                record.Path = new(record.Path.ObjectId, id, record.Path.ResourceId, record.InstanceId);
                HasOmittedInstance = true;
            }

            if (record.Path.Depth < 3 && !(record.Path.Depth == 2 && record.HasNoInstances))
            {
                error = new(PayloadFault.OutsidePath, definition, null, record.End) { Record = _records.CountTo(record.End) };
                return false;
            }

            if (NullRemoves && record.Kind == ValueKind.Null)
            {
                record.Kind = ValueKind.Removal;
            }
        }

        _records.Sort();
        error = default;
        return true;
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

    /// <summary>Passes over what the objects have and a server may not write.</summary>
    internal readonly void PassOverUnwritable()
    {
        foreach (ref InstanceRead read in All)
        {
            ObjectInfo definition = read.Instance.Definition;
            Span<PayloadRecord> records = _records.All.Slice(read.Start, read.Count);
            int kept = 0;
            foreach (ref readonly PayloadRecord record in records)
            {
                int index = definition.IndexOf(record.Path.ResourceId);
                if (index < 0 || definition.Resources[index].IsWritable)
                {
                    records[kept++] = record;
                }
            }

            read.Count = kept;
        }
    }

    /// <summary>Checks all, and touches nothing.</summary>
    internal bool TryCheck(out PayloadError error)
    {
        error = default;
        if (_seenLength > 0)
        {
            _seen = SpareArrays<ulong>.Rent(_seenLength);
            _seen.AsSpan(0, _seenLength).Clear();
        }

        foreach (ref InstanceRead read in All)
        {
            ResourceReader reader = ReaderOf(in read);
            if (!reader.TryCheck())
            {
                Explain(in reader, in read, out error);
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
                read.Update = read.Instance.BeginUpdate();
                begun++;
            }

            foreach (ref InstanceRead read in All)
            {
                if (!read.IsCheckedOnly)
                {
                    ReaderOf(in read).Apply();
                }
            }
        }
        finally
        {
            EndUpdates(begun);
        }
    }

    private readonly void EndUpdates(int begun)
    {
        foreach (ref InstanceRead read in All[..begun])
        {
            read.Update.Dispose();
        }
    }

    /// <summary>Tells a fault that lies with a record.</summary>
    /// <returns><see langword="false"/>.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal readonly bool Fail(
        PayloadFault fault, in PayloadRecord record, out PayloadError error, ObjectInfo? definition = null, ResourceInfo? resource = null)
    {
        error = new(fault, definition, resource, record.End) { Path = record.Path, Record = _records.CountTo(record.End) };
        return false;
    }

    // With what it found, it tells the record that is wrong, or what the records lie on.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Explain(in ResourceReader reader, in InstanceRead read, out PayloadError error)
    {
        bool isRecord = reader.FaultyRecord >= 0;
        PayloadRecord record = isRecord ? _records.All[read.Start + reader.FaultyRecord] : default;
        PayloadError told = reader.Explain(isRecord ? _records.CountTo(record.End) : 0);
        error = told with { Path = isRecord ? record.Path : read.Path, Position = isRecord ? record.End : told.Position };
    }

    /// <summary>Gives back what was borrowed.</summary>
    internal void Dispose()
    {
        _records.Dispose();
        if (_reads.Length > 0)
        {
            SpareArrays<InstanceRead>.Return(_reads, isCleared: true);
        }

        if (_seen.Length > 0)
        {
            SpareArrays<ulong>.Return(_seen);
        }

        if (_rentedScratch is not null)
        {
            SpareBytes.Return(_rentedScratch);
        }
    }

    private readonly ResourceReader ReaderOf(in InstanceRead read)
    {
        Span<ulong> seen = _seen.AsSpan(read.SeenStart, 2 * ResourceReader.SetLength(read.Instance.Definition));
        Span<PayloadRecord> records = _records.All.Slice(read.Start, read.Count);
        return new(read.Instance, read.Path, _payload, records, _mode, seen, _scratch) { IsSorted = true, Tree = Tree };
    }

    private void Grow()
    {
        InstanceRead[] larger = SpareArrays<InstanceRead>.Rent(Math.Max(16, _count * 2));
        All.CopyTo(larger);
        if (_reads.Length > 0)
        {
            SpareArrays<InstanceRead>.Return(_reads, isCleared: true);
        }

        _reads = larger;
    }
}
