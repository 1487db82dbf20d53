using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Answers Read-Composite, a FETCH of the root, and Write-Composite, an iPATCH of it (LwM2M TS Core, 6.3.8 and 6.3.9; Transport, 6.4.4).
/// What is wrong is looked for in this order: the formats; the payload's form; what the paths name; rights; values.
/// </summary>
internal static class CompositeOperations
{
    internal static void Handle(ManagementContext context, in CoapRequest request, ServerAccount? server, ref CoapResponse response)
    {
        if (request.Method == CoapMethod.Fetch)
        {
            Read(context, request, server, ref response);
        }
        else
        {
            Write(context, request, server, ref response);
        }
    }

    private static void Read(ManagementContext context, in CoapRequest request, ServerAccount? server, ref CoapResponse response)
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
            response.Fail(CoapCode.NotAcceptable, "available: " + Representation.SupportedComposites);
            return;
        }

        // A path takes a byte at least.
        Lwm2mPath[] rented = SpareArrays<Lwm2mPath>.Rent(request.Payload.Length);
        if (TryReadPaths(request.Payload, format, rented, out int count, ref response))
        {
            context.Behaviours.OnReading(rented.AsSpan(0, count));
            Read(context, rented.AsSpan(0, count), answer, server, ref response);
        }

        SpareArrays<Lwm2mPath>.Return(rented);
    }

    // What the server may not read is left out, as is what is not there; it is refused where there is nothing else (LwM2M TS Core, 8.2.1).
    private static void Read(
        ManagementContext context, Span<Lwm2mPath> paths, ContentFormat format, ServerAccount? server, ref CoapResponse response)
    {
        ObjectInstance[]? rented = null;
        ReadOnlySpan<ObjectInstance> all = context.Objects.Instances;
        ReadOnlySpan<ObjectInstance> readable = server is null ? all : server.Readable(context.Access, all, ref rented);
        if (readable.Length < all.Length && server?.IsKeptFrom(paths, all, readable) == true)
        {
            response.Fail(CoapCode.Unauthorized, "the server has no right to read any of this");
        }
        else
        {
            Write(readable, paths, format, ref response);
        }

        AccessControl.Return(rented);
    }

    /// <summary>Whether paths name something, and nothing that may be read.</summary>
    internal static bool NameNothingOf(
        ReadOnlySpan<Lwm2mPath> paths, ReadOnlySpan<ObjectInstance> all, ReadOnlySpan<ObjectInstance> readable) =>
        NamesAny(all, paths) && !NamesAny(readable, paths);

    private static bool NamesAny(ReadOnlySpan<ObjectInstance> instances, ReadOnlySpan<Lwm2mPath> paths)
    {
        foreach (Lwm2mPath path in paths)
        {
            // Of the root what counts is whatever is not for bootstrap alone.
            ushort first = path.Depth == 0 ? (ushort)1 : path.ObjectId;
            int place = ObjectTree.PlaceOf(instances, first, path.Depth < 2 ? (ushort)0 : path.InstanceId);
            while (place < instances.Length && path.Contains(AccessControl.PathOf(instances[place]))
                && CoreObjects.IsForBootstrapOnly(instances[place].Definition.ObjectId))
            {
                place++;
            }

            if (place < instances.Length && path.HasInstance(AccessControl.PathOf(instances[place]).Packed)
                && !CoreObjects.IsForBootstrapOnly(instances[place].Definition.ObjectId))
            {
                return true;
            }
        }

        return false;
    }

    private static void Write(
        scoped ReadOnlySpan<ObjectInstance> instances, Span<Lwm2mPath> paths, ContentFormat format, ref CoapResponse response)
    {
        RepresentationResult result = CompositeWriter.Write(instances, paths, format, response.Payload, out int written);
        DeviceManagement.Answer(result, format, written, "", ref response);
    }

    private static bool TryReadPaths(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath[] paths, out int count, ref CoapResponse response)
    {
        PathPack pack = new(payload, format);
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

    private static void Write(ManagementContext context, in CoapRequest request, ServerAccount? server, ref CoapResponse response)
    {
        if (request.ContentFormat is not { } format || !Representation.CanReadComposite(format))
        {
            response.Fail(
                CoapCode.UnsupportedContentFormat,
                "available: " + Representation.SupportedComposites + "; of SenML also the patches, 320 and 322");
        }
        else if (context.Objects.TryReadComposite(format, request.Payload, context.GuardFor(server), out PayloadError error))
        {
            response.Code = CoapCode.Changed;
        }
        else
        {
            response.Fail(DeviceManagement.CodeOf(error.Fault), error.ToString());
        }
    }
}
