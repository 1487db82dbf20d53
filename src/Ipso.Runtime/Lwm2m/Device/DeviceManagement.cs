using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Answers Read, Discover, Write, Execute, Create, Delete, Observe and the composites of Read and Write on an object tree (LwM2M TS Core,
/// 6.3 and 6.4; Transport, 6.4.4 and 6.4.5). What is wrong is looked for in this order: protected objects, the query, the path's form,
/// Object and Object Instance, rights, Resource, what the Resource supports, formats, payload.
/// </summary>
internal sealed partial class DeviceManagement(ManagementContext context, Reporter reporter)
{
    // In which a Discover answers whoever has agreed on none.
    private static readonly ObjectVersion s_version = new(1, 2);

    private readonly ObjectTree _objects = context.Objects;
    private readonly AccessControl _access = context.Access;
    private readonly ExecuteOutcome _outcome = new();

    /// <param name="request">The request.</param>
    /// <param name="path">The path that it names.</param>
    /// <param name="server">Whose request it is; <see langword="null"/> where the device has no accounts, and everybody manages it.</param>
    /// <param name="now">The moment.</param>
    /// <param name="response">The answer.</param>
    internal void Handle(in CoapRequest request, Lwm2mPath path, ServerAccount? server, Instant now, ref CoapResponse response)
    {
        CoapMethod method = request.Method;
        int levels = path.Depth;
        bool isDiscover = IsDiscover(request);
        bool isWriteAttributes = AttributeArguments.IsWrite(request);
        bool takesAttributes = isWriteAttributes || request.Observe is not null;
        int? depth = null;
        AttributeQuery attributes = default;
        if (CoreObjects.IsForBootstrapOnly(path.ObjectId))
        {
            response.Fail(CoapCode.Unauthorized, "this object is for bootstrap only");
        }
        else if (isDiscover ? !TryReadDepth(request, out depth)
            : takesAttributes ? !AttributeArguments.TryRead(request, out attributes)
            : AttributeArguments.HasQuery(request))
        {
            response.Fail(
                CoapCode.BadRequest,
                isDiscover ? "a Discover takes depth=0 to depth=3"
                : takesAttributes ? "these are no notification attributes, or they contradict each other"
                : "this device takes no query here");
        }
        else if (levels == 0 && method is CoapMethod.Get or CoapMethod.Put or CoapMethod.Post or CoapMethod.Delete)
        {
            response.Fail(CoapCode.BadRequest, "of the root there are composites alone, by FETCH and iPATCH");
        }
        else if (!(isWriteAttributes ? levels > 0 : IsOperation(method, levels)) || isDiscover && levels == 4)
        {
            response.Fail(CoapCode.MethodNotAllowed, "this operation has no meaning on this path");
        }
        else if (method is CoapMethod.Fetch or CoapMethod.IPatch)
        {
            if (MeetsPreconditions(request, ref response))
            {
                CompositeOperations.Handle(context, request, server, ref response);
            }
        }
        else if (TryResolve(path, out Target target, ref response)
            && (isDiscover || IsPermitted(method, isWriteAttributes, target, server, ref response))
            && HasResource(target, ref response)
            && MeetsPreconditions(request, ref response))
        {
            if (method == CoapMethod.Get && !isDiscover)
            {
                context.Behaviours.OnReading(path);
            }

            switch (method)
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
                    Read(request, target, server, ref response);
                    break;
                case CoapMethod.Put:
                    Write(request, target, ReadMode.WriteReplace, server, ref response);
                    break;
                case CoapMethod.Post when levels == 1:
                    Create(request, target, server, now, ref response);
                    break;
                case CoapMethod.Post when levels == 2 || target.IsWrittenByPost:
                    Write(request, target, ReadMode.WriteUpdate, server, ref response);
                    break;
                case CoapMethod.Post:
                    Execute(request, target, ref response);
                    break;
                default:
                    Delete(target, server, ref response);
                    break;
            }
        }
    }

    /// <summary>Whether a request is a Discover: a GET that wants links (LwM2M TS Transport, 6.4.4).</summary>
    internal static bool IsDiscover(in CoapRequest request) => request is { Method: CoapMethod.Get, Accept: ContentFormat.LinkFormat };

    // Read or Discover; Write that replaces; Create, Write that updates, or Execute; Delete, of a Resource Instance too; Read-Composite and
    // Write-Composite (LwM2M Transport, 6.4.4).
    private static bool IsOperation(CoapMethod method, int depth) => method switch
    {
        CoapMethod.Get => depth >= 1,
        CoapMethod.Put => depth >= 2,
        CoapMethod.Post => depth is 1 or 2 or 3,
        CoapMethod.Delete => depth is 2 or 4,
        CoapMethod.Fetch or CoapMethod.IPatch => depth == 0,
        _ => false,
    };

    /// <summary>What a path names.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Definition">What the registry says of the Object.</param>
    /// <param name="Instance">The Object Instance that it names; <see langword="null"/> where it names an Object.</param>
    /// <param name="Index">The resource's place in the definition, where the path names one; -1 where the Object has none such.</param>
    /// <param name="Resource">The resource, where the path names one that the Object has.</param>
    internal readonly record struct Target(
        Lwm2mPath Path, ObjectInfo Definition, ObjectInstance? Instance, int Index, ResourceInfo? Resource)
    {
        /// <summary>Whether a POST of the resource is a Write, and not an Execute.</summary>
        internal bool IsWrittenByPost => Resource is { IsMultiple: true, IsExecutable: false };
    }

    // The Object and the Object Instance are there; a Resource may be missing, but if it is not, the path suits it.
    private bool TryResolve(Lwm2mPath path, out Target target, ref CoapResponse response)
    {
        target = default;
        if (_objects.DefinitionOf(path.ObjectId) is not { } definition)
        {
            return NotFound(ref response, "no such object");
        }

        int levels = path.Depth;
        int index = levels < 3 ? -1 : definition.IndexOf(path.ResourceId);
        ResourceInfo? resource = index < 0 ? null : definition.Resources[index];
        if (levels == 4 && resource is { IsMultiple: false })
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"resource {resource} has no instances"));
            return false;
        }

        ObjectInstance? instance = levels == 1 ? null : _objects.Find(path.ObjectId, path.InstanceId);
        if (levels > 1 && instance is null)
        {
            return NotFound(ref response, "no such object instance");
        }

        target = new(path, definition, instance, index, resource);
        return true;
    }

    private static bool HasResource(in Target target, ref CoapResponse response) =>
        target.Resource is not null || target.Path.Depth < 3 || NotFound(ref response, "no such resource");

    private bool IsPermitted(
        CoapMethod method, bool isWriteAttributes, in Target target, ServerAccount? server, ref CoapResponse response)
    {
        if (server is null ? !_access.IsInForce : server.IsPermitted(this, method, isWriteAttributes, target))
        {
            return true;
        }

        response.Fail(CoapCode.Unauthorized, "the server has no right to do that here");
        return false;
    }

    /// <summary>Whether a server has the right to what it asks for. Of an Object a Read leaves out what is not permitted instead.</summary>
    internal bool IsPermitted(ServerAccount server, CoapMethod method, bool isWriteAttributes, in Target target)
    {
        AccessRights needed = method switch
        {
            CoapMethod.Get => AccessRights.Read,
            CoapMethod.Put => AccessRights.Write,
            CoapMethod.Delete => AccessRights.Delete,
            _ when target.Path.Depth == 1 => AccessRights.Create,
            _ when target.Path.Depth == 2 || target.IsWrittenByPost => AccessRights.Write,
            _ => AccessRights.Execute,
        };
        return isWriteAttributes ? _access.PermitsAttributes(server, target.Path)
            : method == CoapMethod.Get && target.Path.Depth == 1 || _access.Permits(server, target.Path, needed);
    }

    // RFC 7252, 5.10.8. Representations have no entity-tags here, so that only the empty If-Match, which asks for existence, can be met.
    internal static bool MeetsPreconditions(in CoapRequest request, ref CoapResponse response)
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

    /// <summary>Answers with what was written, or says why nothing was.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="format">The format.</param>
    /// <param name="written">The length.</param>
    /// <param name="absent">What there is none of, where that is why.</param>
    /// <param name="response">The answer.</param>
    internal static void Answer(RepresentationResult result, ContentFormat format, int written, string absent, ref CoapResponse response)
    {
        switch (result)
        {
            case RepresentationResult.Written:
                response.Code = CoapCode.Content;
                response.ContentFormat = format;
                response.PayloadLength = written;
                break;
            case RepresentationResult.Absent:
                NotFound(ref response, absent);
                break;
            case RepresentationResult.NotRepresentable:
                response.Fail(
                    CoapCode.NotAcceptable, Phrase.Of($"format {(int)format} cannot carry this; ask for another one of {Representation.Supported}"));
                break;
            default:
                response.Fail(
                    CoapCode.InternalServerError, Phrase.Of($"more than the {response.Payload.Length} bytes of an answer; ask for less at once"));
                break;
        }
    }

    /// <summary>Refuses a format, and names those that there are.</summary>
    internal static void RefuseFormat(CoapCode code, ref CoapResponse response) =>
        response.Fail(code, "available: " + Representation.Supported);

    internal static CoapCode CodeOf(PayloadFault fault) => fault switch
    {
        PayloadFault.NotWritable or PayloadFault.ObjectFull or PayloadFault.NotNow => CoapCode.MethodNotAllowed,
        PayloadFault.UnknownResource or PayloadFault.UnknownInstance => CoapCode.NotFound,
        PayloadFault.BootstrapOnly or PayloadFault.Unauthorized => CoapCode.Unauthorized,
        PayloadFault.TooLarge => CoapCode.RequestEntityTooLarge,
        _ => CoapCode.BadRequest,
    };

    private static bool NotFound(ref CoapResponse response, string diagnostic)
    {
        response.Fail(CoapCode.NotFound, diagnostic);
        return false;
    }
}
