using System.Text;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>What a device says of a path in its answer to a Discover (LwM2M TS Core, 6.3.2).</summary>
/// <param name="Path">The path.</param>
/// <param name="Attributes">The notification attributes that are assigned there for this server; of the first path also what it inherits.
/// </param>
/// <param name="Dimension">How many instances a multiple Resource has; <see langword="null"/> where the device does not say.</param>
/// <param name="Version">The version of an Object; <see langword="null"/> where the device does not say.</param>
public sealed record DiscoveredLink(Lwm2mPath Path, NotificationAttributes Attributes, ushort? Dimension, ObjectVersion? Version)
{
    internal static async Task<IReadOnlyList<DiscoveredLink>> DiscoverAsync(
        DeviceClient client, Lwm2mPath path, CancellationToken cancellationToken)
    {
        DeviceRequest request = DeviceRequest.Discover(path);
        DeviceAnswer answer = await client.AskAsync(request, cancellationToken).ConfigureAwait(false);
        return TryRead(answer.Payload.Span, client.Registration.Objects.Root, out List<DiscoveredLink> links, out LinkError error)
            ? links
            : throw new UnreadableAnswerException(client.Endpoint, request, answer, error.ToString());
    }

    private static bool TryRead(ReadOnlySpan<byte> payload, string root, out List<DiscoveredLink> links, out LinkError error)
    {
        links = [];
        if (!Lwm2mLinks.TryParse(payload, Encoding.UTF8.GetBytes(root), out Lwm2mLinks read, out error))
        {
            return false;
        }

        foreach (Lwm2mLink link in read)
        {
            links.Add(new(link.Path, link.Attributes, link.Dimension, link.Version));
        }

        return true;
    }
}
