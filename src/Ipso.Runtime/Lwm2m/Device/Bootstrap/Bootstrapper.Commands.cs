using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What comes from the Bootstrap-Server (LwM2M TS Core, 6.1.7.3 to 6.1.7.6 and 6.1.6). The codes are those of the table in TS Transport, 6.7.
internal sealed partial class Bootstrapper
{
    /// <summary>Answers a command.</summary>
    /// <param name="request">The request, of a peer that <see cref="IsServer"/>.</param>
    /// <param name="now">The moment.</param>
    /// <param name="response">The answer.</param>
    internal void Handle(in CoapRequest request, Instant now, ref CoapResponse response)
    {
        Open(now);
        StagedTree staged = _staged ??= new(_objects, _options.Bootstrap, RefuseWrite);
        if (IsFinish(request.UriPath))
        {
            Finish(request, staged, now, ref response);
        }
        else if (!DeviceEndpoint.TryReadPath(request.UriPath, out Lwm2mPath path, ref response))
        {
            if (response.Code == CoapCode.NotFound && request.Method is CoapMethod.Put or CoapMethod.Delete)
            {
                response.Fail(CoapCode.BadRequest, "a path is made of ids, 0 to 65534");
            }
        }
        else if (!IsCommand(request.Method, path.Depth))
        {
            response.Fail(CoapCode.MethodNotAllowed, "a Bootstrap-Server discovers, reads, writes and deletes, and finishes by POST /bs");
        }
        else if (!request.UriQuery.IsEmpty)
        {
            response.Fail(CoapCode.BadRequest, "bootstrap takes no query");
        }
        else if (DeviceManagement.MeetsPreconditions(request, ref response))
        {
            switch (request.Method)
            {
                case CoapMethod.Get when DeviceManagement.IsDiscover(request):
                    Discover(staged, path, ref response);
                    break;
                case CoapMethod.Get:
                    Read(request, staged, path, ref response);
                    break;
                case CoapMethod.Put:
                    Write(request, staged, path, ref response);
                    break;
                default:
                    Delete(staged, path, ref response);
                    break;
            }
        }
    }

    // Deeper paths are for each command to refuse by its own code.
    private static bool IsCommand(CoapMethod method, int depth) => method switch
    {
        CoapMethod.Get or CoapMethod.Delete => true,
        CoapMethod.Put => depth > 0,
        _ => false,
    };

    private static bool IsFinish(CoapOptionValues segments)
    {
        int count = 0;
        bool matches = true;
        foreach (ReadOnlySpan<byte> segment in segments)
        {
            matches &= count++ == 0 && segment.SequenceEqual("bs"u8);
        }

        return matches && count == 1;
    }

    private void Finish(in CoapRequest request, StagedTree staged, Instant now, ref CoapResponse response)
    {
        if (request.Method != CoapMethod.Post)
        {
            response.Fail(CoapCode.MethodNotAllowed, "a bootstrap is finished by POST /bs");
        }
        else if (!request.UriQuery.IsEmpty || !request.Payload.IsEmpty)
        {
            response.Fail(CoapCode.BadRequest, "a Bootstrap-Finish has neither query nor payload");
        }
        else if (!TryCheck(staged, out string? fault))
        {
            // The Bootstrap-Server may correct it and finish again (LwM2M TS Core, 6.1.6).
            _fault = fault;
            response.Fail(CoapCode.NotAcceptable, fault);
        }
        else
        {
            Apply(staged, now);
            Remember?.Invoke();
            response.Code = CoapCode.Changed;
        }
    }

    private void Discover(StagedTree staged, Lwm2mPath path, ref CoapResponse response)
    {
        if (path.Depth > 1)
        {
            response.Fail(CoapCode.BadRequest, "a Bootstrap-Discover is for the root or an object");
            return;
        }

        RegistrationOptions naming = new() { Lwm2mVersion = _options.Version };
        RepresentationResult result =
            BootstrapLinks.Write(staged.View, path, naming, new StagedAccounts(staged.View), response.Payload, out int written);
        DeviceManagement.Answer(result, ContentFormat.LinkFormat, written, "no such object", ref response);
    }

    // Accounts and rights can be read, since LwM2M 1.1, and nothing else.
    private void Read(in CoapRequest request, StagedTree staged, Lwm2mPath path, ref CoapResponse response)
    {
        ContentFormat format = request.Accept ?? Representation.Smallest;
        if (_options.Version < s_withFormat || path.Depth is not (1 or 2) || path.ObjectId is not (1 or AccessControl.ObjectId))
        {
            response.Fail(CoapCode.MethodNotAllowed, "of objects 1 and 2, and their instances, there is a Bootstrap-Read");
        }
        else if (path.Depth == 2 && staged.View.Find(path.ObjectId, path.InstanceId) is null)
        {
            response.Fail(CoapCode.NotFound, "no such object instance");
        }
        else if (!Representation.Supports(format) || Representation.IsPatch(format))
        {
            DeviceManagement.RefuseFormat(CoapCode.NotAcceptable, ref response);
        }
        else
        {
            ObjectInstance? instance = path.Depth == 1 ? null : staged.View.Find(path.ObjectId, path.InstanceId);
            DeviceManagement.Write(instance is null ? staged.View.OfObject(path.ObjectId) : new(in instance), path, format, ref response);
        }
    }

    private static void Write(in CoapRequest request, StagedTree staged, Lwm2mPath path, ref CoapResponse response)
    {
        ContentFormat? format = request.ContentFormat ?? (path.Depth == 3 ? ContentFormat.PlainText : null);
        if (path.Depth > 3 || staged.DefinitionOf(path.ObjectId) is not { } definition)
        {
            response.Fail(CoapCode.BadRequest, path.Depth > 3 ? "a Bootstrap-Write is for a whole resource" : "no such object");
        }
        else if (format is not { } known || !Representation.CanRead(known) || Representation.IsPatch(known))
        {
            DeviceManagement.RefuseFormat(CoapCode.UnsupportedContentFormat, ref response);
        }
        else if (path.Depth < 3 && Representation.IsSingleValue(known))
        {
            response.Fail(CoapCode.BadRequest, Phrase.Of($"format {(int)known} carries one value, and this is more"));
        }
        else if (path.Depth == 3 && definition.IndexOf(path.ResourceId) < 0)
        {
            response.Fail(CoapCode.BadRequest, Phrase.Of($"object {definition} has no such resource"));
        }
        else if (staged.TryWrite(path, known, request.Payload, out string? fault))
        {
            response.Code = CoapCode.Changed;
        }
        else
        {
            response.Fail(CoapCode.BadRequest, fault);
        }
    }

    private static void Delete(StagedTree staged, Lwm2mPath path, ref CoapResponse response)
    {
        if (path.Depth > 2)
        {
            response.Fail(CoapCode.BadRequest, "a Bootstrap-Delete is for the root, an object or an instance of one");
        }
        else if (path.Depth > 0 && staged.DefinitionOf(path.ObjectId) is null)
        {
            response.Fail(CoapCode.BadRequest, "no such object");
        }
        else if (path.Depth == 2 && staged.IsProtected(path))
        {
            response.Fail(CoapCode.BadRequest, "the Bootstrap-Server's account and /3/0 stay");
        }
        else
        {
            staged.Delete(path);
            response.Code = CoapCode.Deleted;
        }
    }
}
