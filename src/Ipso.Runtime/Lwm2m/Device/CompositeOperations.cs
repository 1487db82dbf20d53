using System.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Answers Read-Composite, a FETCH of the root, and Write-Composite, an iPATCH of it (LwM2M TS Core, 6.3.8 and 6.3.9; Transport, 6.4.4). What is
/// wrong is looked for in this order: the formats; the payload's form; rights; what the paths name; values.
/// </summary>
internal static class CompositeOperations
{
    internal static void Handle(ObjectTree objects, in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method == CoapMethod.Fetch)
        {
            Read(objects, request, ref response);
        }
        else
        {
            Write(objects, request, ref response);
        }
    }

    private static void Read(ObjectTree objects, in CoapRequest request, ref CoapResponse response)
    {
        if (request.ContentFormat is not { } format || !PathPack.Supports(format))
        {
            response.Fail(CoapCode.UnsupportedContentFormat, "paths come in SenML or SenML-ETCH: 110, 112, 320 or 322");
            return;
        }

        // Without Accept the answer is in the format that is known to be understood.
        ContentFormat answer = request.Accept ?? RecordReader.WithoutEtch(format);
        if (!Representation.SupportsComposite(answer))
        {
            response.Fail(CoapCode.NotAcceptable, $"available: {Representation.SupportedComposites}");
            return;
        }

        // A path takes a byte at least.
        Lwm2mPath[] rented = ArrayPool<Lwm2mPath>.Shared.Rent(request.Payload.Length);
        if (TryReadPaths(request.Payload, format, rented, out int count, ref response))
        {
            Read(objects, rented.AsSpan(0, count), answer, ref response);
        }

        ArrayPool<Lwm2mPath>.Shared.Return(rented);
    }

    private static void Read(ObjectTree objects, Span<Lwm2mPath> paths, ContentFormat format, ref CoapResponse response)
    {
        switch (CompositeWriter.Write(objects.Instances, paths, format, response.Payload, out int written))
        {
            case RepresentationResult.Written:
                response.Code = CoapCode.Content;
                response.ContentFormat = format;
                response.PayloadLength = written;
                break;
            default:
                DeviceManagement.FailAsTooLong(ref response);
                break;
        }
    }

    private static bool TryReadPaths(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath[] paths, out int count, ref CoapResponse response)
    {
        PathPack pack = new(payload, format, stackalloc byte[PathPack.NameBufferLength]);
        bool isAllForBootstrap = true;
        count = 0;
        while (pack.Next(out Lwm2mPath path))
        {
            paths[count++] = path;
            isAllForBootstrap &= CoreObjects.IsForBootstrapOnly(path.ObjectId);
        }

        if (pack.Fault != PayloadFault.None)
        {
            response.Fail(CoapCode.BadRequest, pack.Diagnostic);
            return false;
        }

        if (pack.HasValues)
        {
            response.Fail(CoapCode.BadRequest, "a record that asks for a path has no value");
            return false;
        }

        // Among others they are left out, as all is that may not be read.
        if (isAllForBootstrap)
        {
            response.Fail(CoapCode.Unauthorized, "these objects are for bootstrap only");
            return false;
        }

        return true;
    }

    private static void Write(ObjectTree objects, in CoapRequest request, ref CoapResponse response)
    {
        if (request.ContentFormat is not { } format || !Representation.CanReadComposite(format))
        {
            response.Fail(
                CoapCode.UnsupportedContentFormat, $"available: {Representation.SupportedComposites}; of SenML also the patches, 320 and 322");
        }
        else if (objects.TryReadComposite(format, request.Payload, out PayloadError error))
        {
            response.Code = CoapCode.Changed;
        }
        else
        {
            response.Fail(DeviceManagement.CodeOf(error.Fault), error.ToString());
        }
    }
}
