using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Writes the links of <c>/.well-known/core</c> (RFC 6690, 4): the LwM2M root, each object with its URN as resource type and its version
/// where that is not 1.0 (LwM2M TS Core, 7.2.3), and each Object Instance. The arguments of the query are filters (RFC 6690, 4.1).
/// </summary>
internal static class CoreDiscovery
{
    /// <summary>Whether each argument of a query is a filter.</summary>
    internal static bool AreFilters(CoapOptionValues query)
    {
        bool areFilters = true;
        foreach (ReadOnlySpan<byte> argument in query)
        {
            areFilters &= LinkFilter.TryParse(argument, out _);
        }

        return areFilters;
    }

    /// <summary>Writes the links that all filters let through.</summary>
    /// <returns>Whether there was room.</returns>
    internal static bool TryWrite(ObjectTree objects, CoapOptionValues filters, Span<byte> destination, out int written)
    {
        int length = 0;
        bool fits = TryAppend(Lwm2mPath.Root, "oma.lwm2m", null, filters, destination, ref length);
        ObjectInfo? previous = null;
        foreach (ObjectInstance instance in objects.Instances)
        {
            ObjectInfo definition = instance.Definition;
            if (CoreObjects.IsForBootstrapOnly(definition.ObjectId))
            {
                continue;
            }

            if (definition.ObjectId != previous?.ObjectId)
            {
                fits &= TryAppend(new(definition.ObjectId), definition.Urn, definition.Version, filters, destination, ref length);
                previous = definition;
            }

            fits &= TryAppend(new(definition.ObjectId, instance.InstanceId), null, null, filters, destination, ref length);
        }

        written = length;
        return fits;
    }

    // A link is written beside the others and read back: a filter sees it as its peer would, and it takes room only if it is let through.
    private static bool TryAppend(
        Lwm2mPath path, string? type, string? version, CoapOptionValues filters, Span<byte> destination, ref int length)
    {
        // Room for any path and version, and for a type of three bytes per character; no URN of the registry is as long.
        Span<byte> link = type is { Length: > 128 } ? new byte[128 + 3 * type.Length] : stackalloc byte[512];
        LinkFormatWriter writer = new(link);
        ObjectLinkText.Link(ref writer, path);
        if (type is not null)
        {
            writer.Quoted("rt"u8, type);
        }

        if (ObjectVersion.TryParse(version, out ObjectVersion known) && known != ObjectVersion.Default)
        {
            ObjectLinkText.Version(ref writer, "ver"u8, known);
        }

        int linkLength = writer.Finish();
        if (linkLength < 0)
        {
            return false;
        }

        link = link[..linkLength];
        if (!IsLetThrough(link, filters))
        {
            return true;
        }

        int comma = length > 0 ? 1 : 0;
        if (comma + link.Length > destination.Length - length)
        {
            return false;
        }

        destination[length] = (byte)',';
        link.CopyTo(destination[(length + comma)..]);
        length += comma + link.Length;
        return true;
    }

    private static bool IsLetThrough(ReadOnlySpan<byte> text, CoapOptionValues filters)
    {
        LinkFormatReader reader = new(text);
        reader.Next();
        bool isLetThrough = true;
        foreach (ReadOnlySpan<byte> argument in filters)
        {
            isLetThrough &= LinkFilter.TryParse(argument, out LinkFilter filter) && filter.Matches(reader.Current);
        }

        return isLetThrough;
    }
}
