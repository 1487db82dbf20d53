using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>Reads a payload for one Object Instance: the whole of it, or nothing where anything in it is wrong.</summary>
internal static class InstancePayload
{
    // Most payloads have fewer records; for more there is the heap.
    private const int UsualRecords = 32;

    // The words of two sets of resources, where an object has no more than 128 of them.
    private const int UsualSets = 4;

    private const int UsualLength = 1024;

    /// <inheritdoc cref="Representation.TryRead(ObjectInstance, Lwm2mPath, ContentFormat, ReadOnlySpan{byte}, ReadMode, out PayloadError)"/>
    // The payload in two arguments: those of a method with space on its stack are copied, and a span that was stored in halves and is loaded
    // whole stalls the processor.
    [SkipLocalsInit]
    internal static bool TryRead(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ref byte start, int length, ReadMode mode, out PayloadError error)
    {
        ReadOnlySpan<byte> payload = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        // What is copied, and after that decoded beside the payload; no decoded value is longer than it.
        byte[]? rented = null;
        Span<byte> room = length <= UsualLength
            ? stackalloc byte[UsualLength + PaddedPayload.Padding]
            : rented = SpareBytes.Rent(length + PaddedPayload.Padding);
        RecordList records = new(stackalloc PayloadRecord[UsualRecords]);
        PayloadFault fault = RecordReader.ReadAll(payload, format, path, room, ref records, out FaultPlace place);
        Span<ulong> sets = stackalloc ulong[UsualSets];
        bool isTaken = fault == PayloadFault.None;
        if (isTaken)
        {
            sets.Clear();
            int setsLength = 2 * ResourceReader.SetLength(instance.Definition);
            sets = setsLength <= UsualSets ? sets[..setsLength] : new ulong[setsLength];
            ResourceReader reader = new(instance, path, payload, records.All, mode, sets, room);
            if (!reader.TryCheck() && reader.NeedsSorting)
            {
                records.Sort();
                reader.BeginAnew();
                reader.TryCheck();
            }

            isTaken = !reader.HasFailed;
            if (!isTaken)
            {
                Explain(in reader, in records, format, out error);
            }
            else
            {
                error = default;
                if (reader.HasToApply)
                {
                    reader.Apply();
                }
            }
        }
        else
        {
            PayloadError.OfPayload(fault, instance.Definition, in place, out error);
        }

        records.Dispose();
        if (rented is not null)
        {
            SpareBytes.Return(rented);
        }

        return isTaken;
    }

    /// <summary>Reads records of a peer's report that were picked out of a payload into an object.</summary>
    /// <param name="instance">The object.</param>
    /// <param name="path">Its path in the payload.</param>
    /// <param name="payload">What the records were read from.</param>
    /// <param name="records">The records, all on the path; what is found out about them is noted there.</param>
    /// <param name="error">What is wrong.</param>
    internal static bool TryMirror(
        ObjectInstance instance, Lwm2mPath path, ReadOnlySpan<byte> payload, PayloadRecord[] records, out PayloadError error)
    {
        byte[] room = SpareBytes.Rent(payload.Length);
        ResourceReader reader = new(
            instance, path, payload, records, ReadMode.Mirror, new ulong[2 * ResourceReader.SetLength(instance.Definition)], room);
        if (!reader.TryCheck() && reader.NeedsSorting)
        {
            RecordList list = new(records);
            list.Take(records.Length);
            list.Sort();
            reader.BeginAnew();
            reader.TryCheck();
        }

        error = reader.HasFailed ? reader.Explain() : default;
        if (!reader.HasFailed && reader.HasToApply)
        {
            reader.Apply();
        }

        SpareBytes.Return(room);
        return !reader.HasFailed;
    }

    /// <summary>Removes a resource instance, which a server may do to what it may write.</summary>
    /// <param name="instance">The object.</param>
    /// <param name="path">The path of the resource instance.</param>
    /// <param name="error">What is wrong: the resource cannot be written, or it is mandatory and this is its last instance.</param>
    internal static bool TryRemove(ObjectInstance instance, Lwm2mPath path, out PayloadError error)
    {
        PayloadRecord record = new() { Path = path, Kind = ValueKind.Removal };
        Lwm2mPath resource = new(path.ObjectId, path.InstanceId, path.ResourceId);
        ulong[] sets = new ulong[2 * ResourceReader.SetLength(instance.Definition)];
        ResourceReader reader = new(instance, resource, default, new(ref record), ReadMode.WriteUpdate, sets, default) { IsSorted = true };
        bool isRemoved = reader.TryCheck();
        error = isRemoved ? default : reader.Explain();
        if (isRemoved)
        {
            reader.Apply();
        }

        return isRemoved;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Explain(
        scoped in ResourceReader reader, scoped in RecordList records, ContentFormat format, out PayloadError error)
    {
        bool isRecord = !reader.IsMissing && !RecordWriter.IsSingleValue(format);
        error = reader.Explain(isRecord ? records.CountTo(reader.FaultPosition) : 0);
    }
}
