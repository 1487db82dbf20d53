using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What changes nothing: Read, Observe, Discover.
internal sealed partial class DeviceManagement
{
    private static bool TryReadDepth(in CoapRequest request, out int? depth)
    {
        depth = null;
        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            if (depth is not null || !argument.StartsWith("depth="u8) || argument.Length != "depth=".Length + 1
                || argument[^1] is < (byte)'0' or > '0' + DiscoverLinks.MaxDepth)
            {
                return false;
            }

            depth = argument[^1] - '0';
        }

        return true;
    }

    private void Discover(Lwm2mPath path, int? depth, ServerAccount? server, ref CoapResponse response)
    {
        INotificationAttributes attributes = reporter.AttributesOf(server);
        ObjectVersion version = (server is null ? null : context.Registrations?.Find(server.ShortServerId)?.Version) ?? s_version;
        RepresentationResult result = DiscoverLinks.Write(_objects, path, depth, version, attributes, response.Payload, out int written);
        Answer(result, ContentFormat.LinkFormat, written, "no such resource", ref response);
    }

    private void Read(in CoapRequest request, in Target target, ServerAccount? server, ref CoapResponse response)
    {
        if (target.Resource is { IsReadable: false } resource)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"resource {resource} is not readable"));
            return;
        }

        if (target.Resource is not null && !target.Instance!.IsPresent(target.Index))
        {
            NotFound(ref response, "no such resource");
            return;
        }

        ContentFormat format = request.Accept ?? Preferred(target);
        if (!Representation.Supports(format) || Representation.IsPatch(format))
        {
            RefuseFormat(CoapCode.NotAcceptable, ref response);
            return;
        }

        ObjectInstance[]? rented = null;
        ObjectInstance? instance = target.Instance;
        ReadOnlySpan<ObjectInstance> instances = instance is null ? _objects.OfObject(target.Path.ObjectId) : new(in instance);
        bool isEmpty = instances.IsEmpty;
        if (instance is null && server is not null)
        {
            instances = server.Readable(_access, instances, ref rented);
        }

        if (instances.IsEmpty && !isEmpty)
        {
            response.Fail(CoapCode.Unauthorized, "the server has no right to read any instance of this object");
        }
        else
        {
            Write(instances, target.Path, format, ref response);
        }

        AccessControl.Return(rented);
    }

    internal static void Write(
        scoped ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path, ContentFormat format, ref CoapResponse response)
    {
        // Of an object without instances the payload is empty, whatever the format would make of nothing (LwM2M TS Core, 6.3.1).
        int written = 0;
        RepresentationResult result = instances.IsEmpty
            ? RepresentationResult.Written
            : Representation.Write(instances, path, format, response.Payload, out written);
        Answer(result, format, written, "no such resource instance", ref response);
    }

    // Without Accept the choice is the device's (LwM2M TS Core, 7.5): what a person can read for one value, and the smallest for more.
    private static ContentFormat Preferred(in Target target) =>
        target.Resource is not { } resource || resource.IsMultiple && target.Path.Depth == 3 ? Representation.Smallest
        : resource.Type == ResourceType.Opaque ? ContentFormat.OctetStream
        : ContentFormat.PlainText;
}
