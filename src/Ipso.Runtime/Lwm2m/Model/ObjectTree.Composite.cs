using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Payloads that are about more than one Object Instance.
public sealed partial class ObjectTree
{
    // As many as a message of usual size has.
    private const int UsualPaths = 32;

    /// <summary>
    /// Writes what lies on several paths into one payload, as a Read-Composite asks for it (LwM2M TS Core, 6.3.8): what is there and
    /// readable, each value once, in ascending order of ids. The rest is left out, and so are the objects that are for bootstrap alone,
    /// Security, OSCORE and COSE. Allocates nothing.
    /// </summary>
    /// <param name="paths">The paths, of any depth, the root included; in any order, and lying on each other as they may.</param>
    /// <param name="format">
    /// The format, one that <see cref="Representation.SupportsComposite"/>: SenML JSON (110), SenML CBOR (112) or LwM2M CBOR (11544).
    /// </param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">
    /// The bytes written; 0 where nothing was. Of paths on which nothing lies it is a payload without records.
    /// </param>
    /// <returns>Whether it was written, or the destination is too short.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported for composites.</exception>
    public RepresentationResult WriteComposite(
        ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, Span<byte> destination, out int written)
    {
        if (!Representation.SupportsComposite(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format carries no composite, or the program's IpsoFormats leave it out.");
        }

        Lwm2mPath[]? rented = null;
        Span<Lwm2mPath> merged = paths.Length <= UsualPaths
            ? stackalloc Lwm2mPath[UsualPaths]
            : rented = SpareArrays<Lwm2mPath>.Rent(paths.Length);
        merged = merged[..paths.Length];
        paths.CopyTo(merged);
        RepresentationResult result = CompositeWriter.Write(Instances, merged, format, destination, out written);
        Return(rented);
        return result;
    }

    /// <summary>
    /// Reads what a server writes to resources and resource instances of several Object Instances, a Write-Composite (LwM2M TS Core,
    /// 6.3.9): all of it, or nothing where anything in it is wrong. Multiple resources gain and change instances; a null removes, in
    /// SenML-ETCH (320, 322) and LwM2M CBOR. Records come in any order.
    /// </summary>
    /// <param name="format">
    /// The payload's format, one that <see cref="Representation.CanReadComposite"/>: SenML JSON (110) and CBOR (112), both as SenML-ETCH
    /// (320, 322), or LwM2M CBOR (11544).
    /// </param>
    /// <param name="payload">The payload.</param>
    /// <param name="error">
    /// What is wrong, and with which record. Looked for in this order: the payload's form; objects that are for bootstrap alone; Object
    /// Instances that are not there; resources that the object does not have or a server may not write; values.
    /// </param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported for composites.</exception>
    public bool TryReadComposite(ContentFormat format, ReadOnlySpan<byte> payload, out PayloadError error)
    {
        ThrowIfNoComposite(format);
        return CompositeReader.TryWrite(this, format, payload, guard: null, out error);
    }

    /// <summary>The same of a server that may not write everything.</summary>
    internal bool TryReadComposite(ContentFormat format, ReadOnlySpan<byte> payload, ICompositeGuard guard, out PayloadError error) =>
        CompositeReader.TryWrite(this, format, payload, guard, out error);

    /// <summary>
    /// Reads what a peer answers to a Read-Composite, or notifies of several paths, into the instances of this tree, which mirrors the
    /// peer's: all of it, or nothing where anything in it is wrong. What lies on each path is read as <see cref="ReadMode.Mirror"/> says:
    /// what a report on a whole Object Instance leaves out is absent. Of what the payload does not speak at all nothing changes: it may be
    /// there and not readable. Object Instances that are not in this tree are passed over.
    /// </summary>
    /// <param name="paths">The paths that were asked for; a record that lies on none of them is a fault.</param>
    /// <param name="format">The payload's format, one that <see cref="Representation.CanReadComposite"/>.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="error">What is wrong, and with which record.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported for composites.</exception>
    public bool TryReadCompositeReport(
        ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, ReadOnlySpan<byte> payload, out PayloadError error)
    {
        ThrowIfNoComposite(format);
        Lwm2mPath[]? rented = null;
        Span<Lwm2mPath> merged = paths.Length <= UsualPaths
            ? stackalloc Lwm2mPath[UsualPaths]
            : rented = SpareArrays<Lwm2mPath>.Rent(paths.Length);
        merged = merged[..paths.Length];
        paths.CopyTo(merged);
        bool isTaken = CompositeReader.TryReport(this, PathSet.Merge(merged), format, payload, out error);
        Return(rented);
        return isTaken;
    }

    /// <summary>
    /// Reads a payload for a whole object, which may speak of several of its instances: all of it, or nothing where anything in it is
    /// wrong. Instances that are missing are made and added, all at once.
    /// </summary>
    /// <typeparam name="T">The object's class.</typeparam>
    /// <param name="format">
    /// The payload's format, one that <see cref="Representation.CanRead"/> and that carries more than one value. TLV may leave the Object
    /// Instance out where there can be but one.
    /// </param>
    /// <param name="payload">The payload.</param>
    /// <param name="mode">
    /// <see cref="ReadMode.Mirror"/>: a peer's report of the object, and instances that it leaves out are removed;
    /// <see cref="ReadMode.Bootstrap"/>: a Bootstrap-Write of the object (LwM2M TS Core, 6.1.7.5), and they stay. A server does not write
    /// to objects.
    /// </param>
    /// <param name="error">What is wrong, and with which record.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The format carries a single value or is not supported, or it is another mode.
    /// </exception>
    public bool TryReadObject<T>(ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, out PayloadError error)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        if (!Representation.CanRead(format) || Representation.IsSingleValue(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format carries no Object Instances, or the program's IpsoFormats leave it out.");
        }

        if (mode is not (ReadMode.Mirror or ReadMode.Bootstrap))
        {
            throw new ArgumentOutOfRangeException(
                nameof(mode), mode, "A whole object is reported by a peer or written by a Bootstrap-Server.");
        }

        return CompositeReader.TryReadObject(this, InstanceFactory.Of<T>(), RecordReader.FormatOf(format), payload, mode, out error);
    }

    /// <summary>Makes the instances of an object those that were read.</summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="reads">What was read, in ascending order of Object Instance ids; new instances are added.</param>
    /// <param name="removesOthers">Whether instances that were not read are taken out.</param>
    internal void Update(ushort objectId, ReadOnlySpan<InstanceRead> reads, bool removesOthers)
    {
        lock (_gate)
        {
            // A report repeats what is known as a rule.
            if (!HasNew(reads) && (!removesOthers || OfObject(objectId).Length == reads.Length))
            {
                return;
            }

            Merge(objectId, reads, removesOthers);
        }

        SignalMove();
    }

    // Under the lock.
    private void Merge(ushort objectId, ReadOnlySpan<InstanceRead> reads, bool removesOthers)
    {
        ReadOnlySpan<ObjectInstance> old = OfObject(objectId);
        ObjectInstance[] merged = new ObjectInstance[old.Length + reads.Length];
        int count = 0, i = 0, j = 0;
        while (i < old.Length || j < reads.Length)
        {
            int oldId = i < old.Length ? old[i].InstanceId : int.MaxValue;
            int readId = j < reads.Length ? reads[j].Path.InstanceId : int.MaxValue;
            bool isOld = oldId <= readId, isRead = readId <= oldId;
            if (isOld && (isRead || !removesOthers))
            {
                merged[count++] = old[i];
            }
            else if (isOld)
            {
                old[i].Detach();
                NoteMove(old[i], isRemoval: true);
            }
            else if (reads[j].IsNew)
            {
                ObjectInstance instance = merged[count++] = reads[j].Instance;
                instance.Attach(this, reads[j].Path.InstanceId);
                NoteMove(instance);
            }

            i += isOld ? 1 : 0;
            j += isRead ? 1 : 0;
        }

        int start = PlaceOf(_instances, objectId, 0);
        Volatile.Write(
            ref _instances, [.. _instances.AsSpan(0, start), .. merged.AsSpan(0, count), .. _instances.AsSpan(start + old.Length)]);
    }

    private static bool HasNew(ReadOnlySpan<InstanceRead> reads)
    {
        foreach (ref readonly InstanceRead read in reads)
        {
            if (read.IsNew)
            {
                return true;
            }
        }

        return false;
    }

    private static void ThrowIfNoComposite(ContentFormat format)
    {
        if (!Representation.CanReadComposite(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format carries no composite, or the program's IpsoFormats leave it out.");
        }
    }

    private static void Return(Lwm2mPath[]? rented)
    {
        if (rented is not null)
        {
            SpareArrays<Lwm2mPath>.Return(rented);
        }
    }
}
