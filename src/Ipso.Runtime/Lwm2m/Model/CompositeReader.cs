using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Reads payloads that are for more than one Object Instance: what a server writes to paths across objects, what a peer reports of them,
/// and a whole object. Each is taken whole or not at all, in time n log n, and what is refused allocates nothing.
/// </summary>
internal static class CompositeReader
{
    private const int ReadOnceRecords = 32;
    private const int ScratchLength = 1024;

    /// <summary>Reads a server's Write-Composite (LwM2M TS Core, 6.3.9) into the instances of a tree.</summary>
    [SkipLocalsInit]
    internal static bool TryWrite(
        ObjectTree objects, ContentFormat format, ReadOnlySpan<byte> payload, ICompositeGuard? guard, out PayloadError error)
    {
        Span<PayloadRecord> room = stackalloc PayloadRecord[ReadOnceRecords];
        Span<byte> scratch = stackalloc byte[ScratchLength];
        InstanceReads reads = new(payload, format, Lwm2mPath.Root, ReadMode.WriteUpdate, null, room, scratch);
        try
        {
            bool isWritten = reads.TryGather(null, out error)
                && TryFindInstances(objects, ref reads, out error)
                && (guard is null || TryPass(guard, ref reads, out error))
                && TryFindResources(ref reads, out error)
                && reads.TryApply(out error);
            foreach (ref readonly InstanceRead read in isWritten && guard is not null ? reads.All : default)
            {
                guard!.HasWritten(read.Instance);
            }

            return isWritten;
        }
        finally
        {
            reads.Dispose();
        }
    }

    /// <summary>Reads what a peer says of paths into those instances of a tree that are there.</summary>
    /// <param name="objects">The tree.</param>
    /// <param name="paths">The paths, merged.</param>
    /// <param name="format">The payload's format.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="error">What is wrong.</param>
    [SkipLocalsInit]
    internal static bool TryReport(
        ObjectTree objects, ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, ReadOnlySpan<byte> payload, out PayloadError error)
    {
        Span<PayloadRecord> room = stackalloc PayloadRecord[ReadOnceRecords];
        Span<byte> scratch = stackalloc byte[ScratchLength];
        InstanceReads reads = new(payload, format, Lwm2mPath.Root, ReadMode.Mirror, null, room, scratch);
        try
        {
            return reads.TryGather(null, out error)
                && TryFindPaths(objects, paths, ref reads, out error)
                && reads.TryApply(out error);
        }
        finally
        {
            reads.Dispose();
        }
    }

    /// <summary>Reads a payload for a whole object into instances of a tree, which are made where they are missing.</summary>
    [SkipLocalsInit]
    internal static bool TryReadObject(
        ObjectTree objects, InstanceFactory factory, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode,
        out PayloadError error)
    {
        ObjectInfo definition = factory.Definition;
        Span<PayloadRecord> room = stackalloc PayloadRecord[ReadOnceRecords];
        Span<byte> scratch = stackalloc byte[ScratchLength];
        // Of the one instance that there can be TLV need not speak.
        ushort? defaultInstance = definition.IsMultiple ? null : (ushort)0;
        InstanceReads reads = new(payload, format, new(definition.ObjectId), mode, defaultInstance, room, scratch);
        try
        {
            if (!reads.TryGather(definition, out error)
                || !TryFindOrPlanInstances(objects, factory, ref reads, out error)
                || !reads.TryCheck(out error))
            {
                return false;
            }

            foreach (ref InstanceRead read in reads.All)
            {
                read.Instance = read.IsNew ? factory.Create() : read.Instance;
            }

            reads.Apply();
            objects.Update(definition.ObjectId, reads.All, removesOthers: mode == ReadMode.Mirror);
            return true;
        }
        finally
        {
            reads.Dispose();
        }
    }

    // All objects have to be there before anything is begun (LwM2M TS Core, 6.3.9), and none of them may be for bootstrap alone.
    private static bool TryFindInstances(ObjectTree objects, ref InstanceReads reads, out PayloadError error)
    {
        ReadOnlySpan<PayloadRecord> records = reads.Records;
        foreach (ref readonly PayloadRecord record in records)
        {
            if (CoreObjects.IsForBootstrapOnly(record.Path.ObjectId))
            {
                return reads.Fail(PayloadFault.BootstrapOnly, in record, out error);
            }
        }

        int next = 0;
        while (next < records.Length)
        {
            Lwm2mPath path = records[next].Path;
            if (objects.Find(path.ObjectId, path.InstanceId) is not { } instance)
            {
                return reads.Fail(PayloadFault.UnknownInstance, in records[next], out error);
            }

            next = reads.Add(instance, new(path.ObjectId, path.InstanceId), next);
        }

        error = default;
        return true;
    }

    // All have to be the server's to write to.
    private static bool TryPass(ICompositeGuard guard, ref InstanceReads reads, out PayloadError error)
    {
        foreach (ref readonly InstanceRead read in reads.All)
        {
            if (guard.Judge(read.Instance) is var fault and not PayloadFault.None)
            {
                error = new(fault, read.Instance.Definition, null, 0) { Path = read.Path };
                return false;
            }
        }

        error = default;
        return true;
    }

    // And all resources have to be there and writable.
    private static bool TryFindResources(ref InstanceReads reads, out PayloadError error)
    {
        foreach (ref readonly InstanceRead read in reads.All)
        {
            ObjectInfo definition = read.Instance.Definition;
            foreach (ref readonly PayloadRecord record in reads.Records.Slice(read.Start, read.Count))
            {
                int index = definition.IndexOf(record.Path.ResourceId);
                ResourceInfo? resource = index < 0 ? null : definition.Resources[index];
                if (resource is not { IsWritable: true })
                {
                    PayloadFault fault = resource is null ? PayloadFault.UnknownResource : PayloadFault.NotWritable;
                    return reads.Fail(fault, in record, out error, definition, resource);
                }
            }
        }

        error = default;
        return true;
    }

    // Objects and Object Instances that are not known here are no error (LwM2M TS Core, 5.2); records that nobody asked for are.
    private static bool TryFindPaths(ObjectTree objects, ReadOnlySpan<Lwm2mPath> paths, ref InstanceReads reads, out PayloadError error)
    {
        error = default;
        ReadOnlySpan<PayloadRecord> records = reads.Records;
        int place = 0;
        int next = 0;
        while (next < records.Length)
        {
            Lwm2mPath record = records[next].Path;
            while (place < paths.Length && paths[place].Packed < record.Packed)
            {
                place++;
            }

            if (place == paths.Length || !paths[place].Contains(record))
            {
                return reads.Fail(PayloadFault.OutsidePath, in records[next], out error);
            }

            Lwm2mPath path = paths[place].Depth >= 2 ? paths[place] : new(record.ObjectId, record.InstanceId);
            next = objects.Find(record.ObjectId, record.InstanceId) is { } instance
                ? reads.Add(instance, path, next)
                : reads.PassOver(path, next);
        }

        return true;
    }

    private static bool TryFindOrPlanInstances(ObjectTree objects, InstanceFactory factory, ref InstanceReads reads, out PayloadError error)
    {
        ObjectInfo definition = factory.Definition;
        ReadOnlySpan<PayloadRecord> records = reads.Records;
        int next = 0;
        while (next < records.Length)
        {
            Lwm2mPath path = records[next].Path;
            if (!definition.IsMultiple && path.InstanceId != 0)
            {
                return reads.Fail(PayloadFault.UnknownInstance, in records[next], out error, definition);
            }

            ObjectInstance? instance = objects.Find(path.ObjectId, path.InstanceId);
            next = reads.Add(instance ?? factory.Blank, new(path.ObjectId, path.InstanceId), next, isNew: instance is null);
        }

        error = default;
        return true;
    }
}
