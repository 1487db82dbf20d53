using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Ipso.Coap;
using Ipso.Links;

namespace Ipso.Lwm2m.Model;

/// <summary>How a device names its objects to a server. Immutable; the default is for LwM2M 1.2.</summary>
public sealed record RegistrationOptions
{
    /// <summary>The version of LwM2M that the device registers with: it decides which object versions need not be said.</summary>
    public ObjectVersion Lwm2mVersion { get; init; } = new(1, 2);

    /// <summary>
    /// The path that the object tree lies below, for example <c>/lwm2m</c>; <c>/</c> by default (LwM2M TS Transport, 6.4.1). Its segments
    /// are no numbers.
    /// </summary>
    public string AlternatePath { get; init; } = "/";

    /// <summary>
    /// The Content-Formats to announce, as <c>ct</c> of the root. None by default: it is an option, and there are servers that refuse
    /// formats that they do not know.
    /// </summary>
    public ImmutableArray<ContentFormat> ContentFormats { get; init; } = [];

    /// <summary>
    /// The objects that the device has beside those that its tree knows, with or without instances: those without are named, too.
    /// </summary>
    public ImmutableArray<ObjectInfo> Objects { get; init; } = [];
}

/// <summary>Writes the payload of a Register or Update (LwM2M TS Core, 6.2.1), in the Content-Format 40.</summary>
public static class RegistrationLinks
{
    /// <summary>
    /// Writes the links: the root, and of each object its version where that has to be said, and its instances. The objects that are for
    /// bootstrap only, Security, OSCORE and COSE, are left out.
    /// </summary>
    /// <param name="objects">The objects.</param>
    /// <param name="options">How they are named.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether they were written, and if not, why.</returns>
    public static RepresentationResult Write(ObjectTree objects, RegistrationOptions options, Span<byte> destination, out int written)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(options);
        Span<byte> root = options.AlternatePath.Length <= 256 ? stackalloc byte[768] : new byte[options.AlternatePath.Length * 3];
        root = root[..Encoding.UTF8.GetBytes(options.AlternatePath, root)].TrimEnd((byte)'/');

        LinkFormatWriter writer = new(destination);
        writer.Link(root.IsEmpty ? "/"u8 : root);
        writer.Quoted("rt"u8, "oma.lwm2m"u8);
        if (!options.ContentFormats.IsDefaultOrEmpty)
        {
            writer.Numbers("ct"u8, MemoryMarshal.Cast<ContentFormat, ushort>(options.ContentFormats.AsSpan()));
        }

        int previous = -1;
        foreach (ObjectInstance instance in objects.Instances)
        {
            ObjectInfo definition = instance.Definition;
            if (CoreObjects.IsForBootstrapOnly(definition.ObjectId))
            {
                continue;
            }

            if (definition.ObjectId != previous)
            {
                WriteObjectsWithoutInstances(ref writer, objects, options, root, previous, definition.ObjectId);
                WriteObject(ref writer, options, root, definition, hasInstances: true);
                previous = definition.ObjectId;
            }

            ObjectLinkText.Link(ref writer, new(definition.ObjectId, instance.InstanceId), root);
        }

        WriteObjectsWithoutInstances(ref writer, objects, options, root, previous, Lwm2mPath.MaxId);
        return ObjectLinkText.ResultOf(writer, out written);
    }

    // An object with instances needs no link of its own, but for its version.
    private static void WriteObject(
        ref LinkFormatWriter writer, RegistrationOptions options, scoped ReadOnlySpan<byte> root, ObjectInfo definition, bool hasInstances)
    {
        bool hasVersion = ObjectLinkText.HasVersionToSay(definition, options.Lwm2mVersion, out ObjectVersion version);
        if (hasInstances && !hasVersion)
        {
            return;
        }

        ObjectLinkText.Link(ref writer, new(definition.ObjectId), root);
        if (hasVersion)
        {
            // LwM2M 1.0 spells it as a string, later versions as a token.
            ObjectLinkText.Version(ref writer, "ver"u8, version, isQuoted: options.Lwm2mVersion < new ObjectVersion(1, 1));
        }
    }

    private static void WriteObjectsWithoutInstances(
        ref LinkFormatWriter writer, ObjectTree objects, RegistrationOptions options, scoped ReadOnlySpan<byte> root, int previous, int next)
    {
        while (ObjectLinkText.TryFindBetween(previous, next, options.Objects, objects, out ObjectInfo? definition))
        {
            previous = definition.ObjectId;
            if (!CoreObjects.IsForBootstrapOnly(definition.ObjectId))
            {
                WriteObject(ref writer, options, root, definition, hasInstances: false);
            }
        }
    }
}
