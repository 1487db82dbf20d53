using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Reads a server's Create (LwM2M TS Core, 6.3.6) into new instances of an object: all that it names, or none where anything is wrong.
/// </summary>
internal static class InstanceCreation
{
    private const int ReadOnceRecords = 32;
    private const int ScratchLength = 1024;

    /// <summary>Makes the instances and adds them.</summary>
    /// <param name="objects">The tree.</param>
    /// <param name="allowed">The object, of which servers may make instances.</param>
    /// <param name="format">The payload's format, one that carries several values; <see langword="null"/> where there is no payload.</param>
    /// <param name="payload">The payload: what a server may not set, and what is unknown, is passed over.</param>
    /// <param name="created">The new instances, in ascending order of their ids; none where something is wrong.</param>
    /// <param name="isIdChosen">Whether the payload left the id to the device.</param>
    /// <param name="error">What is wrong, and with which record.</param>
    [SkipLocalsInit]
    internal static bool TryCreate(
        ObjectTree objects, AllowedObject allowed, ContentFormat? format, ReadOnlySpan<byte> payload, out ObjectInstance[] created,
        out bool isIdChosen, out PayloadError error)
    {
        ObjectInfo definition = allowed.Definition;
        Span<PayloadRecord> room = stackalloc PayloadRecord[ReadOnceRecords];
        Span<byte> scratch = stackalloc byte[ScratchLength];
        ushort freeId = objects.FreeIdOf(definition.ObjectId);
        created = [];
        isIdChosen = false;
        error = default;
        if (freeId == Lwm2mPath.MaxId)
        {
            error = new(PayloadFault.ObjectFull, definition, null, 0);
            return false;
        }

        // Of an object that has but one instance it is the one of the id 0, be it there already.
        ushort defaultId = definition.IsMultiple ? freeId : (ushort)0;
        ContentFormat known = format is { } f ? RecordReader.FormatOf(f) : ContentFormat.PlainText;
        InstanceReads reads = new(payload, known, new(definition.ObjectId), ReadMode.WriteUpdate, defaultId, room, scratch)
        {
            MayOmitInstance = true,
            Tree = objects,
        };
        try
        {
            if (!payload.IsEmpty && !reads.TryGather(definition, out error))
            {
                return false;
            }

            isIdChosen = reads.HasOmittedInstance || reads.Records.IsEmpty;
            if (!TryPlan(objects, allowed, defaultId, ref reads, out error))
            {
                return false;
            }

            reads.PassOverUnwritable();
            if (!reads.TryCheck(out error))
            {
                return false;
            }

            foreach (ref InstanceRead read in reads.All)
            {
                read.Instance = allowed.Factory.Create();
            }

            reads.Apply();
            return TryComplete(allowed, reads.All, out error) && TryAdd(objects, allowed, reads.All, out created, out error);
        }
        finally
        {
            reads.Dispose();
        }
    }

    // Which instances there are to be; each is checked against a blank one.
    private static bool TryPlan(
        ObjectTree objects, AllowedObject allowed, ushort defaultId, scoped ref InstanceReads reads, out PayloadError error)
    {
        ObjectInfo definition = allowed.Definition;
        int next = 0;
        do
        {
            ushort id = next < reads.Records.Length ? reads.Records[next].Path.InstanceId : defaultId;
            if (!definition.IsMultiple && id != 0)
            {
                return reads.Fail(PayloadFault.OutsidePath, in reads.Records[next], out error, definition);
            }

            Lwm2mPath path = new(definition.ObjectId, id);
            if (objects.Find(definition.ObjectId, id) is not null)
            {
                error = new(PayloadFault.InstanceExists, definition, null, 0) { Path = path };
                return false;
            }

            next = reads.Add(allowed.Factory.Blank, path, next, isNew: true);
        }
        while (next < reads.Records.Length);

        // What names no instance is about one alone.
        if (reads.HasOmittedInstance && reads.All.Length > 1)
        {
            error = new(PayloadFault.OutsidePath, definition, null, 0);
            return false;
        }

        bool isRoom = objects.OfObject(definition.ObjectId).Length + reads.All.Length <= allowed.MaxInstances;
        error = isRoom ? default : new(PayloadFault.ObjectFull, definition, null, 0);
        return isRoom;
    }

    // The program fills in what the server has left to it; what is mandatory is there in the end.
    private static bool TryComplete(AllowedObject allowed, ReadOnlySpan<InstanceRead> reads, out PayloadError error)
    {
        foreach (ref readonly InstanceRead read in reads)
        {
            if (allowed.Creating?.Invoke(read.Instance) == false)
            {
                error = new(PayloadFault.Refused, allowed.Definition, null, 0) { Path = read.Path };
                return false;
            }

            if (read.Instance.IsAttached)
            {
                throw new InvalidOperationException(
                    Phrase.Of($"The new {read.Path} is added when it was taken, not by the callback that takes it."));
            }

            ReadOnlySpan<ResourceInfo> resources = allowed.Definition.Resources;
            for (int i = 0; i < resources.Length; i++)
            {
                if (resources[i] is { IsMandatory: true, IsExecutable: false } && !read.Instance.IsPresent(i))
                {
                    error = new(PayloadFault.MissingMandatory, allowed.Definition, resources[i], 0) { Path = read.Path };
                    return false;
                }
            }
        }

        error = default;
        return true;
    }

    private static bool TryAdd(
        ObjectTree objects, AllowedObject allowed, ReadOnlySpan<InstanceRead> reads, out ObjectInstance[] created, out PayloadError error)
    {
        // The program may have added one meanwhile.
        if (!objects.TryAddAll(allowed.Definition.ObjectId, reads, allowed.MaxInstances))
        {
            created = [];
            error = new(PayloadFault.InstanceExists, allowed.Definition, null, 0) { Path = reads[0].Path };
            return false;
        }

        created = new ObjectInstance[reads.Length];
        for (int i = 0; i < reads.Length; i++)
        {
            created[i] = reads[i].Instance;
        }

        error = default;
        return true;
    }
}
