using System.Globalization;
using System.Text.Unicode;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Writes the links of <c>/.well-known/core</c> (RFC 6690, 4): the LwM2M root, each object with its URN as resource type and its version
/// where that is not 1.0 (LwM2M TS Core, 7.2.3), and each Object Instance.
/// </summary>
internal static class CoreDiscovery
{
    /// <summary>Writes the links.</summary>
    /// <returns>Whether there was room.</returns>
    internal static bool TryWrite(ObjectTree objects, Span<byte> destination, out int written)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        bool fits = Utf8.TryWrite(destination, culture, $"</>;rt=\"oma.lwm2m\"", out written);
        ObjectInfo? previous = null;
        foreach (ObjectInstance instance in objects.Instances)
        {
            ObjectInfo definition = instance.Definition;
            int length;
            if (definition.ObjectId != previous?.ObjectId)
            {
                fits &= definition.Version == "1.0"
                    ? Utf8.TryWrite(destination[written..], culture, $",</{definition.ObjectId}>;rt=\"{definition.Urn}\"", out length)
                    : Utf8.TryWrite(
                        destination[written..], culture, $",</{definition.ObjectId}>;rt=\"{definition.Urn}\";ver={definition.Version}", out length);
                written += length;
                previous = definition;
            }

            fits &= Utf8.TryWrite(destination[written..], culture, $",</{definition.ObjectId}/{instance.InstanceId}>", out length);
            written += length;
        }

        return fits;
    }
}
