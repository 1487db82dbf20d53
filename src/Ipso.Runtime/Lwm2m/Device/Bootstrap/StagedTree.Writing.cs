using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Bootstrap-Write and Bootstrap-Pack: a payload is taken whole or not at all.
internal sealed partial class StagedTree
{
    private const int ReadOnceRecords = 32;
    private const int ScratchLength = 1024;

    // What keeping a write takes besides its payload, in bytes.
    private const int WriteCost = 64;

    /// <summary>A Bootstrap-Write (LwM2M TS Core, 6.1.7.5): whatever a server may write, and of Object Instances that need not be there.</summary>
    /// <param name="path">An Object, an Object Instance or a Resource, which the device knows.</param>
    /// <param name="format">The payload's format, one that can be read.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="fault">What is wrong, in words.</param>
    internal bool TryWrite(Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, [NotNullWhen(false)] out string? fault) =>
        TryTake(path, format, payload, isPack: false, out fault);

    /// <summary>
    /// A Bootstrap-Pack (LwM2M TS Core, 6.1.7.7): of each object that it speaks of, what it says stands in place of all there was. What is
    /// protected, and objects that the device does not know, are passed over.
    /// </summary>
    /// <param name="format">The payload's format, one that carries composites.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="fault">What is wrong, in words; what was deleted by then stays so: the whole is to be dropped.</param>
    internal bool TryReplace(ContentFormat format, ReadOnlySpan<byte> payload, [NotNullWhen(false)] out string? fault)
    {
        RecordList records = new(stackalloc PayloadRecord[ReadOnceRecords]);
        byte[] room = new byte[payload.Length + Buffers.PaddedPayload.Padding];
        if (RecordReader.ReadAll(payload, format, Lwm2mPath.Root, room, ref records, out _) == PayloadFault.None)
        {
            records.Sort();
            int deleted = -1;
            foreach (ref readonly PayloadRecord record in records.All)
            {
                ushort id = record.Path.ObjectId;
                if (id != deleted && DefinitionOf(id) is not null)
                {
                    Delete(new Lwm2mPath(id));
                }

                deleted = id;
            }
        }

        records.Dispose();
        return TryTake(Lwm2mPath.Root, format, payload, isPack: true, out fault);
    }

    private bool TryTake(
        Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, bool isPack, [NotNullWhen(false)] out string? fault)
    {
        // However little it says, each is kept.
        int cost = payload.Length + WriteCost;
        if (cost > _bounds.MaxBytes - _bytes)
        {
            fault = $"more than the {_bounds.MaxBytes} bytes that a bootstrap may write";
            return false;
        }

        if (!TryStage(path, RecordReader.FormatOf(format), payload, isPack, out bool waits, out fault))
        {
            return false;
        }

        _bytes += cost;
        if (waits)
        {
            _waiting.Add(new(path, RecordReader.FormatOf(format), payload.ToArray()));
        }

        return true;
    }

    [SkipLocalsInit]
    private bool TryStage(
        Lwm2mPath request, ContentFormat format, ReadOnlySpan<byte> payload, bool isPack, out bool waits, [NotNullWhen(false)] out string? fault)
    {
        Span<PayloadRecord> room = stackalloc PayloadRecord[ReadOnceRecords];
        Span<byte> scratch = stackalloc byte[ScratchLength];
        InstanceReads reads = Open(request, format, payload, View, room, scratch);
        waits = false;
        try
        {
            if (!reads.TryGather(request.Depth == 0 ? null : DefinitionOf(request.ObjectId), out PayloadError error))
            {
                fault = error.ToString();
                return false;
            }

            if (!TryPlan(request, isPack, ref reads, out fault))
            {
                return false;
            }

            if (!reads.TryCheck(out error))
            {
                fault = error.ToString();
                return false;
            }

            foreach (ref InstanceRead read in reads.All)
            {
                Prepare(ref read);
                waits |= read.IsCheckedOnly;
            }

            reads.Apply();
            return true;
        }
        finally
        {
            reads.Dispose();
        }
    }

    // Of the one instance that there can be TLV need not speak.
    private InstanceReads Open(
        Lwm2mPath request, ContentFormat format, ReadOnlySpan<byte> payload, ObjectTree tree, Span<PayloadRecord> room, Span<byte> scratch)
    {
        bool isSingle = request.Depth == 1 && DefinitionOf(request.ObjectId) is { IsMultiple: false };
        return new(payload, format, request, ReadMode.Bootstrap, isSingle ? (ushort)0 : null, room, scratch) { Tree = tree };
    }

    // What is to be written, or checked: an Object Instance that is there, the device's own where that alone has the values, or a blank one.
    private bool TryPlan(Lwm2mPath request, bool isPack, scoped ref InstanceReads reads, [NotNullWhen(false)] out string? fault)
    {
        int next = 0;
        Planned planned = default;
        fault = null;
        do
        {
            // A request for an Object Instance makes one, be there nothing to write.
            if (request.Depth < 2 && reads.Records.IsEmpty)
            {
                return true;
            }

            Lwm2mPath first = request.Depth < 2 ? reads.Records[next].Path : request;
            Lwm2mPath at = new(first.ObjectId, first.InstanceId);
            Lwm2mPath path = request.Depth < 2 ? at : request;
            if (isPack && (DefinitionOf(at.ObjectId) is null || IsProtected(at)))
            {
                next = reads.PassOver(path, next);
                continue;
            }

            if (!TryFindTarget(at, ref planned, out ObjectInstance? target, out bool isNew, out fault)
                || (!isNew && target == LiveAt(at) && (fault = _refuse?.Invoke(path)) is not null))
            {
                return false;
            }

            next = reads.Add(target, path, next, isNew);
        }
        while (next < reads.Records.Length);
        return true;
    }

    private ObjectInstance? LiveAt(Lwm2mPath at) => _instances.GetValueOrDefault(at)?.Live;

    // New instances of a payload: all of them, and of the object that it is at.
    private struct Planned
    {
        internal int All;
        internal int OfObject;
        internal ushort ObjectId;
    }

    private bool TryFindTarget(
        Lwm2mPath at, ref Planned planned, [NotNullWhen(true)] out ObjectInstance? target, out bool isNew, [NotNullWhen(false)] out string? fault)
    {
        ObjectInfo definition = DefinitionOf(at.ObjectId)!;
        target = null;
        isNew = false;
        fault = null;
        _ = _instances.TryGetValue(at, out StagedInstance? staged);
        if (staged is { IsGone: false })
        {
            target = staged.Copy ?? staged.Live!;
            return true;
        }

        AllowedObject? known = View.FindAllowed(at.ObjectId);
        if (known is null)
        {
            // The program's own one may come back, but there is no way to make another.
            target = staged?.Live;
            fault = target is null ? $"the device makes no instances of object {definition}" : null;
            return fault is null;
        }

        isNew = true;
        target = known.Factory.Blank;
        planned.OfObject = planned.ObjectId == at.ObjectId ? planned.OfObject : 0;
        planned.ObjectId = at.ObjectId;
        int count = View.OfObject(at.ObjectId).Length + planned.OfObject;
        fault = !definition.IsMultiple && at.InstanceId != 0 ? $"object {definition} has a single instance, and its id is 0"
            : planned.All + _created >= _bounds.MaxInstances ? $"more than the {_bounds.MaxInstances} instances that a bootstrap may make"
            : known.MaxInstances > 0 && count >= known.MaxInstances
                ? $"there are as many instances of object {definition} as there may be"
            : null;
        planned.OfObject++;
        planned.All++;
        return fault is null;
    }

    // What was checked is made, or left to the end.
    private void Prepare(ref InstanceRead read)
    {
        Lwm2mPath at = new(read.Path.ObjectId, read.Path.InstanceId);
        if (!_instances.TryGetValue(at, out StagedInstance? staged))
        {
            _instances.Add(at, staged = new());
        }

        if (read.IsNew)
        {
            staged.Copy = read.Instance = View.FindAllowed(at.ObjectId)!.Factory.Create();
            View.Add(at.InstanceId, staged.Copy);
            _created += staged.Live is null || !IsKept(at.ObjectId) ? 1 : 0;
        }
        else if (staged.IsGone)
        {
            View.Add(at.InstanceId, new StandIn(staged.Live!.Definition));
        }

        staged.IsGone = false;
        staged.IsWritten = true;
        staged.IsTaken = false;
        read.IsCheckedOnly = staged.Copy is null;
    }
}
