using Ipso.Links;

namespace Ipso.Lwm2m.Model;

/// <summary>What a Bootstrap-Discover shows of server accounts; nobody may read it off the objects.</summary>
public interface IServerAccounts
{
    /// <summary>
    /// The Short Server ID of an instance of an object about servers: Security, LwM2M Server, OSCORE, COSE, MQTT Server.
    /// <see langword="null"/> for an account of a Bootstrap-Server.
    /// </summary>
    /// <param name="instance">The instance's path.</param>
    ushort? ShortServerIdOf(Lwm2mPath instance);

    /// <summary>The server's URI of a Security instance; <see langword="null"/> where it is not to be shown.</summary>
    /// <param name="instance">The instance's path.</param>
    string? ServerUriOf(Lwm2mPath instance);
}

/// <summary>Writes the answer to a Bootstrap-Discover (LwM2M TS Core, 6.1.7.3), in the Content-Format 40.</summary>
public static class BootstrapLinks
{
    /// <summary>
    /// Writes the links: the version of LwM2M, and of each object its version where that has to be said, and its instances, with what tells
    /// the server accounts apart. An object without instances has a link of its own.
    /// </summary>
    /// <param name="objects">The objects.</param>
    /// <param name="path">The root, or an object.</param>
    /// <param name="options">The version of LwM2M and the objects that the device has; the rest is not for bootstrap.</param>
    /// <param name="accounts">What is known of server accounts.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether they were written, and if not, why: an object that the device does not have is absent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The path is longer.</exception>
    public static RepresentationResult Write(
        ObjectTree objects, Lwm2mPath path, RegistrationOptions options, IServerAccounts accounts, Span<byte> destination, out int written)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(accounts);
        if (path.Depth > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "A Bootstrap-Discover is for the root or an object.");
        }

        LinkFormatWriter writer = new(destination);
        ObjectLinkText.Link(ref writer, Lwm2mPath.Root);
        ObjectLinkText.Version(ref writer, "lwm2m"u8, options.Lwm2mVersion);

        bool isAll = path.Depth == 0;
        int start = isAll ? -1 : path.ObjectId - 1, end = isAll ? Lwm2mPath.MaxId : path.ObjectId + 1;
        int previous = start;
        foreach (ObjectInstance instance in isAll ? objects.Instances : objects.OfObject(path.ObjectId))
        {
            ObjectInfo definition = instance.Definition;
            if (definition.ObjectId != previous)
            {
                WriteObjectsWithoutInstances(ref writer, objects, options, ref previous, definition.ObjectId);
                if (ObjectLinkText.HasVersionToSay(definition, options.Lwm2mVersion, out _))
                {
                    WriteObject(ref writer, options, definition);
                }

                previous = definition.ObjectId;
            }

            WriteInstance(ref writer, new(definition.ObjectId, instance.InstanceId), accounts);
        }

        WriteObjectsWithoutInstances(ref writer, objects, options, ref previous, end);
        written = 0;
        return !isAll && previous == start ? RepresentationResult.Absent : ObjectLinkText.ResultOf(writer, out written);
    }

    private static void WriteObjectsWithoutInstances(
        ref LinkFormatWriter writer, ObjectTree objects, RegistrationOptions options, ref int previous, int next)
    {
        while (ObjectLinkText.TryFindBetween(previous, next, options.Objects, objects, out ObjectInfo? definition))
        {
            WriteObject(ref writer, options, definition);
            previous = definition.ObjectId;
        }
    }

    private static void WriteObject(ref LinkFormatWriter writer, RegistrationOptions options, ObjectInfo definition)
    {
        ObjectLinkText.Link(ref writer, new(definition.ObjectId));
        if (ObjectLinkText.HasVersionToSay(definition, options.Lwm2mVersion, out ObjectVersion version))
        {
            ObjectLinkText.Version(ref writer, "ver"u8, version);
        }
    }

    private static void WriteInstance(ref LinkFormatWriter writer, Lwm2mPath path, IServerAccounts accounts)
    {
        ObjectLinkText.Link(ref writer, path);
        if (path.ObjectId is 0 or 1 or 21 or 23 or 24 && accounts.ShortServerIdOf(path) is { } id)
        {
            writer.Number("ssid"u8, id);
        }

        if (path.ObjectId == 0 && accounts.ServerUriOf(path) is { } uri)
        {
            writer.Quoted("uri"u8, uri);
        }
    }
}
