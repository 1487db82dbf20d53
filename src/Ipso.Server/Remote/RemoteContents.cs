using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>
/// A payload whose length only writing it tells. A format that it is too long in for the server is not supported: it would not be sent.
/// </summary>
/// <param name="client">The device, whose server has a bound for payloads.</param>
internal abstract class GrowingContent(DeviceClient client) : IDeviceContent
{
    private const int FirstLength = 256;

    // No value is longer in one format than in another by as much: a digit is six bytes of JSON where it comes to the worst.
    private const int Spread = 8;

    private readonly int _bound = client.MaxPayload;
    private int _length;

    public bool Supports(ContentFormat format)
    {
        // As a rule the first look settles it for all formats.
        bool isShort = _length > 0 && _length <= (_bound / Spread) - FirstLength;
        return CanWrite(format) && (isShort || TryWrite(format, out _));
    }

    public ReadOnlyMemory<byte> Write(ContentFormat format)
    {
        TryWrite(format, out ReadOnlyMemory<byte> payload);
        return payload;
    }

    protected abstract bool CanWrite(ContentFormat format);

    protected abstract RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written);

    private bool TryWrite(ContentFormat format, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        RepresentationResult result = RepresentationResult.TooLarge;
        for (int room = FirstLength; result == RepresentationResult.TooLarge && room < 4 * _bound; room *= 2)
        {
            byte[] buffer = new byte[room];
            result = Write(format, buffer, out int written);
            payload = buffer.AsMemory(0, written);
        }

        _length = Math.Max(_length, payload.Length);
        return result == RepresentationResult.Written && payload.Length <= _bound;
    }
}

/// <summary>Values to be written to a path; to the root as a composite.</summary>
internal sealed class WritesContent(DeviceClient client, Lwm2mPath path, ResourceWrites writes) : GrowingContent(client)
{
    protected override bool CanWrite(ContentFormat format) => writes.Supports(path, format);

    protected override RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written) =>
        writes.Write(path, format, destination, out written);
}

/// <summary>A new Object Instance; of an Object's path where the device chooses its id.</summary>
internal sealed class NewInstanceContent(DeviceClient client, Lwm2mPath path, ResourceWrites writes) : GrowingContent(client)
{
    protected override bool CanWrite(ContentFormat format) => writes.SupportsCreate(path, format);

    protected override RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written) =>
        writes.WriteCreate(path, format, destination, out written);
}

/// <summary>The paths of a Read-Composite or Observe-Composite.</summary>
internal sealed class PathsContent(DeviceClient client, Lwm2mPath[] paths) : GrowingContent(client)
{
    protected override bool CanWrite(ContentFormat format) =>
        format is ContentFormat.SenMLJson or ContentFormat.SenMLCbor && PathPack.Supports(format);

    protected override RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written) =>
        PathPack.TryWrite(paths, format, destination, out written) ? RepresentationResult.Written : RepresentationResult.TooLarge;
}
