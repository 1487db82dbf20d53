using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Answers Read, Discover, Write, Execute, Observe and the composites of Read and Write on an object tree (LwM2M TS Core, 6.3 and 6.4;
/// Transport, 6.4.4 and 6.4.5). What is wrong is looked for in this order: the query, protected objects, the path's form, Object and Object
/// Instance, Resource, rights, formats, payload.
/// </summary>
internal sealed class DeviceManagement(ObjectTree objects, Reporter reporter)
{
    /// <summary>The version of LwM2M that a Discover answers in.</summary>
    private static readonly ObjectVersion s_version = new(1, 2);

    /// <param name="request">The request.</param>
    /// <param name="path">The path that it names.</param>
    /// <param name="server">Whose request it is; <see langword="null"/> where the device has no accounts, and everybody manages it.</param>
    /// <param name="now">The moment.</param>
    /// <param name="response">The answer.</param>
    internal void Handle(in CoapRequest request, Lwm2mPath path, ServerAccount? server, Instant now, ref CoapResponse response)
    {
        bool isDiscover = IsDiscover(request);
        bool isWriteAttributes = AttributeArguments.IsWrite(request);
        int? depth = null;
        AttributeQuery attributes = default;
        if (isDiscover ? !TryReadDepth(request.UriQuery, out depth)
            : AttributeArguments.AreTakenBy(request) ? !AttributeArguments.TryRead(request, out attributes)
            : !request.UriQuery.IsEmpty)
        {
            response.Fail(
                CoapCode.BadRequest,
                isDiscover ? "a Discover takes depth=0 to depth=3"
                : AttributeArguments.AreTakenBy(request) ? "these are no notification attributes, or they contradict each other"
                : "this device takes no query here");
        }
        else if (CoreObjects.IsForBootstrapOnly(path.ObjectId))
        {
            response.Fail(CoapCode.Unauthorized, "this object is for bootstrap only");
        }
        else if (!(isWriteAttributes ? path.Depth > 0 : IsOperation(request.Method, path.Depth)) || isDiscover && path.Depth == 4)
        {
            response.Fail(CoapCode.MethodNotAllowed, "this operation has no meaning on this path");
        }
        else if (request.Method is CoapMethod.Fetch or CoapMethod.IPatch)
        {
            if (MeetsPreconditions(request, ref response))
            {
                CompositeOperations.Handle(objects, request, ref response);
            }
        }
        else if (Resolve(path, out Target target, ref response) && MeetsPreconditions(request, ref response))
        {
            switch (request.Method)
            {
                case var _ when !AttributeArguments.Fit(attributes, path, target.Resource):
                    response.Fail(CoapCode.BadRequest, "gt, lt and st are for resources of numbers that can be read, edge for Booleans");
                    break;
                case CoapMethod.Put when isWriteAttributes:
                    reporter.Write(attributes, path, target.Instance, server, now, ref response);
                    break;
                case CoapMethod.Get when isDiscover:
                    Discover(path, depth, server, ref response);
                    break;
                case CoapMethod.Get:
                    Read(request, target, ref response);
                    break;
                case CoapMethod.Put:
                    Write(request, target, ReadMode.WriteReplace, ref response);
                    break;
                case CoapMethod.Post when path.Depth == 2 || path.Depth == 3 && target.Resource is { IsMultiple: true, IsExecutable: false }:
                    Write(request, target, ReadMode.WriteUpdate, ref response);
                    break;
                default:
                    Execute(request, target, ref response);
                    break;
            }
        }
    }

    /// <summary>Whether a request is a Discover: a GET that wants links (LwM2M TS Transport, 6.4.4).</summary>
    internal static bool IsDiscover(in CoapRequest request) => request is { Method: CoapMethod.Get, Accept: ContentFormat.LinkFormat };

    // Read or Discover; Write that replaces; Write that updates, or Execute; Read-Composite and Write-Composite (LwM2M Transport, 6.4.4).
    // Create and Delete are not here.
    private static bool IsOperation(CoapMethod method, int depth) => method switch
    {
        CoapMethod.Get => depth >= 1,
        CoapMethod.Put => depth >= 2,
        CoapMethod.Post => depth is 2 or 3,
        CoapMethod.Fetch or CoapMethod.IPatch => depth == 0,
        _ => false,
    };

    /// <summary>What a path names.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Instance">The Object Instance that it names; the first where it names an Object.</param>
    /// <param name="Index">The resource's place in the definition, where the path names one.</param>
    private readonly record struct Target(Lwm2mPath Path, ObjectInstance Instance, int Index)
    {
        /// <summary>The resource, where the path names one.</summary>
        internal ResourceInfo? Resource => Path.Depth >= 3 ? Instance.Definition.Resources[Index] : null;
    }

    private bool Resolve(Lwm2mPath path, out Target target, ref CoapResponse response)
    {
        ReadOnlySpan<ObjectInstance> instances = objects.OfObject(path.ObjectId);
        target = default;
        if (instances.IsEmpty)
        {
            return NotFound(ref response, "no such object");
        }

        if (path.Depth == 1)
        {
            target = new(path, instances[0], 0);
            return true;
        }

        int place = ObjectTree.PlaceOf(instances, path.ObjectId, path.InstanceId);
        if (place == instances.Length || instances[place].InstanceId != path.InstanceId)
        {
            return NotFound(ref response, "no such object instance");
        }

        int index = path.Depth == 2 ? 0 : instances[place].Definition.IndexOf(path.ResourceId);
        if (index < 0)
        {
            return NotFound(ref response, "no such resource");
        }

        target = new(path, instances[place], index);
        if (path.Depth == 4 && !target.Resource!.IsMultiple)
        {
            response.Fail(CoapCode.MethodNotAllowed, $"resource {target.Resource} has no instances");
            return false;
        }

        return true;
    }

    // RFC 7252, 5.10.8. Representations have no entity-tags here, so that only the empty If-Match, which asks for existence, can be met.
    private static bool MeetsPreconditions(in CoapRequest request, ref CoapResponse response)
    {
        bool isMet = !request.IfNoneMatch;
        foreach (ReadOnlySpan<byte> tag in request.IfMatch)
        {
            isMet &= tag.IsEmpty;
        }

        if (!isMet)
        {
            response.Fail(CoapCode.PreconditionFailed);
        }

        return isMet;
    }

    private static bool TryReadDepth(CoapOptionValues query, out int? depth)
    {
        depth = null;
        foreach (ReadOnlySpan<byte> argument in query)
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
        switch (DiscoverLinks.Write(objects, path, depth, s_version, attributes, response.Payload, out int written))
        {
            case RepresentationResult.Written:
                response.Code = CoapCode.Content;
                response.ContentFormat = ContentFormat.LinkFormat;
                response.PayloadLength = written;
                break;
            case RepresentationResult.Absent:
                NotFound(ref response, "no such resource");
                break;
            default:
                FailAsTooLong(ref response);
                break;
        }
    }

    private void Read(in CoapRequest request, in Target target, ref CoapResponse response)
    {
        if (target.Resource is { IsReadable: false } resource)
        {
            response.Fail(CoapCode.MethodNotAllowed, $"resource {resource} is not readable");
            return;
        }

        if (target.Resource is not null && !target.Instance.IsPresent(target.Index))
        {
            NotFound(ref response, "no such resource");
            return;
        }

        ContentFormat format = request.Accept ?? Preferred(target);
        if (!Representation.Supports(format) || Representation.IsPatch(format))
        {
            response.Fail(CoapCode.NotAcceptable, $"available: {Representation.Supported}");
            return;
        }

        ObjectInstance instance = target.Instance;
        ReadOnlySpan<ObjectInstance> instances = target.Path.Depth == 1 ? objects.OfObject(target.Path.ObjectId) : new(in instance);
        switch (Representation.Write(instances, target.Path, format, response.Payload, out int written))
        {
            case RepresentationResult.Written:
                response.Code = CoapCode.Content;
                response.ContentFormat = format;
                response.PayloadLength = written;
                break;
            case RepresentationResult.Absent:
                NotFound(ref response, "no such resource instance");
                break;
            case RepresentationResult.NotRepresentable:
                response.Fail(
                    CoapCode.NotAcceptable, $"format {(int)format} cannot carry this; ask for another one of {Representation.Supported}");
                break;
            default:
                FailAsTooLong(ref response);
                break;
        }
    }

    internal static void FailAsTooLong(ref CoapResponse response) =>
        response.Fail(CoapCode.InternalServerError, $"more than the {response.Payload.Length} bytes of an answer; ask for less at once");

    // Without Accept the choice is the device's (LwM2M TS Core, 7.5): what a person can read for one value, and the smallest for more.
    private static ContentFormat Preferred(in Target target) =>
        target.Resource is not { } resource || resource.IsMultiple && target.Path.Depth == 3 ? Representation.Smallest
        : resource.Type == ResourceType.Opaque ? ContentFormat.OctetStream
        : ContentFormat.PlainText;

    private static void Write(in CoapRequest request, in Target target, ReadMode mode, ref CoapResponse response)
    {
        if (target.Resource is { IsWritable: false } resource)
        {
            response.Fail(CoapCode.MethodNotAllowed, $"resource {resource} is not writable");
            return;
        }

        ContentFormat? format = request.ContentFormat ?? (target.Path.Depth >= 3 ? ContentFormat.PlainText : null);
        if (format is not { } known || !Representation.CanRead(known) || Representation.IsPatch(known))
        {
            response.Fail(CoapCode.UnsupportedContentFormat, $"available: {Representation.Supported}");
            return;
        }

        if (target.Path.Depth == 2 && Representation.IsSingleValue(known))
        {
            response.Fail(CoapCode.BadRequest, $"format {(int)known} carries one value, and this is an object instance");
            return;
        }

        if (Representation.TryRead(target.Instance, target.Path, known, request.Payload, mode, out PayloadError error))
        {
            response.Code = CoapCode.Changed;
        }
        else
        {
            response.Fail(CodeOf(error.Fault), error.ToString());
        }
    }

    private static void Execute(in CoapRequest request, in Target target, ref CoapResponse response)
    {
        ResourceInfo resource = target.Resource!;
        if (!resource.IsExecutable)
        {
            response.Fail(CoapCode.MethodNotAllowed, $"resource {resource} is not executable");
        }
        else if (target.Instance.FindHandler(resource.Id) is not { } handler)
        {
            NotFound(ref response, "no such resource");
        }
        else if (request.ContentFormat is not (null or ContentFormat.PlainText))
        {
            response.Fail(CoapCode.UnsupportedContentFormat, "arguments are plain text (0)");
        }
        else if (!ExecuteArguments.TryParse(request.Payload, out ExecuteArguments arguments))
        {
            response.Fail(CoapCode.BadRequest, "arguments are digits with quoted values: 0='a',1");
        }
        else
        {
            handler(arguments);
            response.Code = CoapCode.Changed;
        }
    }

    internal static CoapCode CodeOf(PayloadFault fault) => fault switch
    {
        PayloadFault.NotWritable => CoapCode.MethodNotAllowed,
        PayloadFault.UnknownResource or PayloadFault.UnknownInstance => CoapCode.NotFound,
        PayloadFault.BootstrapOnly => CoapCode.Unauthorized,
        PayloadFault.TooLarge => CoapCode.RequestEntityTooLarge,
        _ => CoapCode.BadRequest,
    };

    private static bool NotFound(ref CoapResponse response, ReadOnlySpan<char> diagnostic)
    {
        response.Fail(CoapCode.NotFound, diagnostic);
        return false;
    }
}
