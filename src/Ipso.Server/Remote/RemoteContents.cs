using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Server.Operations;

namespace Ipso.Server.Remote;

/// <summary>A payload whose length only writing it tells.</summary>
internal abstract class GrowingContent : IDeviceContent
{
    private const int FirstLength = 256;

    // More than any body of CoAP is to have; whoever wants to send more is told so and not kept growing.
    private const int MaxLength = 1 << 26;

    public abstract bool Supports(ContentFormat format);

    public ReadOnlyMemory<byte> Write(ContentFormat format)
    {
        for (int length = FirstLength; ; length *= 2)
        {
            byte[] buffer = new byte[length];
            RepresentationResult result = Write(format, buffer, out int written);
            if (result != RepresentationResult.TooLarge || length == MaxLength)
            {
                return result == RepresentationResult.Written ? buffer.AsMemory(0, written) : default;
            }
        }
    }

    protected abstract RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written);
}

/// <summary>Values to be written to a path; to the root as a composite.</summary>
internal sealed class WritesContent(Lwm2mPath path, ResourceWrites writes) : GrowingContent
{
    public override bool Supports(ContentFormat format) => writes.Supports(path, format);

    protected override RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written) =>
        writes.Write(path, format, destination, out written);
}

/// <summary>An Object Instance to be written or created, as it is when it is sent.</summary>
internal sealed class InstanceContent(ObjectInstance instance, Lwm2mPath path, bool isCreate) : GrowingContent
{
    public override bool Supports(ContentFormat format) => Representation.SupportsWritable(path, format);

    protected override RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written) =>
        Representation.WriteWritable(instance, path, isCreate, format, destination, out written);
}

/// <summary>The paths of a Read-Composite or Observe-Composite.</summary>
internal sealed class PathsContent(Lwm2mPath[] paths) : GrowingContent
{
    public override bool Supports(ContentFormat format) =>
        format is ContentFormat.SenMLJson or ContentFormat.SenMLCbor && PathPack.Supports(format);

    protected override RepresentationResult Write(ContentFormat format, Span<byte> destination, out int written) =>
        PathPack.TryWrite(paths, format, destination, out written) ? RepresentationResult.Written : RepresentationResult.TooLarge;
}
