using Ipso.Coap;

namespace Ipso.Lwm2m.Model;

// Objects as a server writes them: to a peer that has them.
public static partial class Representation
{
    /// <summary>
    /// Writes what a server may write of an Object Instance, the resources that it may not read among it: the payload of a Write, a partial
    /// update or a Create (LwM2M TS Core, 6.3.3 and 6.3.6).
    /// </summary>
    /// <param name="instance">The values; those that a server may only read are left out.</param>
    /// <param name="path">
    /// The path that they are for: an Object Instance, or in a Create that leaves the id to the device an Object, which TLV (11542) and LwM2M
    /// CBOR (11544) can say.
    /// </param>
    /// <param name="isCreate">Whether the instance is to be created, and TLV names it (LwM2M TS Core, 7.4.5).</param>
    /// <param name="format">The format, one that <see cref="SupportsWritable"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether there was room.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported, or the path is none of these.</exception>
    public static RepresentationResult WriteWritable(
        ObjectInstance instance, Lwm2mPath path, bool isCreate, ContentFormat format, Span<byte> destination, out int written)
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (!SupportsWritable(path, format))
        {
            throw new ArgumentOutOfRangeException(nameof(format), format, $"{path} cannot be written in this Content-Format.");
        }

        List<Lwm2mPath> writable = [];
        foreach (ResourceInfo resource in instance.Definition.Resources)
        {
            if (resource.IsWritable)
            {
                writable.Add(new(path.ObjectId, path.InstanceId, resource.Id));
            }
        }

        ResourceWriter writer = new(destination, format);
        if (writable.Count > 0)
        {
            writer.WriteWritable(instance, path, isOneOfSeveral: isCreate && path.Depth == 2, writable.ToArray());
        }

        return Finish(ref writer, out written);
    }

    /// <summary>Whether an Object Instance can be written in a format, or created where the path is an Object's.</summary>
    /// <param name="path">The path of the Object Instance or the Object.</param>
    /// <param name="format">A Content-Format.</param>
    public static bool SupportsWritable(Lwm2mPath path, ContentFormat format) =>
        Supports(format) && !IsPatch(format) && !IsSingleValue(format)
        && (path.Depth == 2 || path.Depth == 1 && format is ContentFormat.Tlv or ContentFormat.Lwm2mCbor);
}
