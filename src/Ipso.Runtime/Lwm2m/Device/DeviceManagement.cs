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
        bool isDiscover = IsDiscover(request);
        bool isWriteAttributes = AttributeArguments.IsWrite(request);
        int? depth = null;
        AttributeQuery attributes = default;
        if (CoreObjects.IsForBootstrapOnly(path.ObjectId))
        {
            response.Fail(CoapCode.Unauthorized, "this object is for bootstrap only");
        }
        else if (isDiscover ? !TryReadDepth(request.UriQuery, out depth)
            : AttributeArguments.AreTakenBy(request) ? !AttributeArguments.TryRead(request, out attributes)
            : !request.UriQuery.IsEmpty)
        {
            response.Fail(
                CoapCode.BadRequest,
                isDiscover ? "a Discover takes depth=0 to depth=3"
                : AttributeArguments.AreTakenBy(request) ? "these are no notification attributes, or they contradict each other"
                : "this device takes no query here");
        }
        else if (path.Depth == 0 && request.Method is CoapMethod.Get or CoapMethod.Put or CoapMethod.Post or CoapMethod.Delete)
        {
            response.Fail(CoapCode.BadRequest, "of the root there are composites alone, by FETCH and iPATCH");
        }
        else if (!(isWriteAttributes ? path.Depth > 0 : IsOperation(request.Method, path.Depth)) || isDiscover && path.Depth == 4)
        {
            response.Fail(CoapCode.MethodNotAllowed, "this operation has no meaning on this path");
        }
        else if (request.Method is CoapMethod.Fetch or CoapMethod.IPatch)
        {
            if (MeetsPreconditions(request, ref response))
            {
                CompositeOperations.Handle(context, request, server, ref response);
            }
        }
        else if (TryResolve(path, out Target target, ref response)
            && (isDiscover || IsPermitted(request.Method, isWriteAttributes, target, server, ref response))
            && TryResolveResource(ref target, ref response)
            && MeetsPreconditions(request, ref response))
        {
            if (request.Method == CoapMethod.Get && !isDiscover)
            {
                context.Behaviours.OnReading(path);
            }

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
                    Read(request, target, server, ref response);
                    break;
                case CoapMethod.Put:
                    Write(request, target, ReadMode.WriteReplace, server, ref response);
                    break;
                case CoapMethod.Post when path.Depth == 1:
                    Create(request, target, server, now, ref response);
                    break;
                case CoapMethod.Post when path.Depth == 2 || target.IsWrittenByPost:
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
    private readonly record struct Target(Lwm2mPath Path, ObjectInfo Definition, ObjectInstance? Instance, int Index)
    {
        /// <summary>The resource, where the path names one that the Object has.</summary>
        internal ResourceInfo? Resource => Path.Depth >= 3 && Index >= 0 ? Definition.Resources[Index] : null;

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

        int index = path.Depth < 3 ? -1 : definition.IndexOf(path.ResourceId);
        if (path.Depth == 4 && index >= 0 && !definition.Resources[index].IsMultiple)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"resource {definition.Resources[index]} has no instances"));
            return false;
        }

        ObjectInstance? instance = path.Depth == 1 ? null : _objects.Find(path.ObjectId, path.InstanceId);
        if (path.Depth > 1 && instance is null)
        {
            return NotFound(ref response, "no such object instance");
        }

        target = new(path, definition, instance, index);
        return true;
    }

    private static bool TryResolveResource(ref Target target, ref CoapResponse response) =>
        target.Path.Depth < 3 || target.Index >= 0 || NotFound(ref response, "no such resource");

    // Of an Object a Read leaves out what is not permitted, instead of being refused.
    private bool IsPermitted(
        CoapMethod method, bool isWriteAttributes, in Target target, ServerAccount? server, ref CoapResponse response)
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
        bool isPermitted = isWriteAttributes ? _access.PermitsAttributes(server, target.Path)
            : method == CoapMethod.Get && target.Path.Depth == 1 || _access.Permits(server, target.Path, needed);
        if (isPermitted)
        {
            return true;
        }

        response.Fail(CoapCode.Unauthorized, "the server has no right to do that here");
        return false;
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

    internal static void FailAsTooLong(ref CoapResponse response) =>
        response.Fail(CoapCode.InternalServerError, Phrase.Of($"more than the {response.Payload.Length} bytes of an answer; ask for less at once"));

    internal static CoapCode CodeOf(PayloadFault fault) => fault switch
    {
        PayloadFault.NotWritable or PayloadFault.ObjectFull or PayloadFault.NotNow => CoapCode.MethodNotAllowed,
        PayloadFault.UnknownResource or PayloadFault.UnknownInstance => CoapCode.NotFound,
        PayloadFault.BootstrapOnly or PayloadFault.Unauthorized => CoapCode.Unauthorized,
        PayloadFault.TooLarge => CoapCode.RequestEntityTooLarge,
        _ => CoapCode.BadRequest,
    };

    private static bool NotFound(ref CoapResponse response, ReadOnlySpan<char> diagnostic)
    {
        response.Fail(CoapCode.NotFound, diagnostic);
        return false;
    }
}
