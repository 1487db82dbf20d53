using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What changes something: Write, Execute, Create, Delete.
internal sealed partial class DeviceManagement
{
    /// <summary>
    /// Begins a Write whose payload comes in blocks and goes to a sink; what speaks against it is the answer to its first block.
    /// </summary>
    /// <inheritdoc cref="Handle"/>
    /// <returns>What takes the payload; <see langword="null"/> where it is refused, or no sink is for it.</returns>
    internal StreamedWrite? BeginWrite(in CoapRequest request, Lwm2mPath path, ServerAccount? server, ref CoapResponse response)
    {
        CoapMethod method = request.Method;
        if (path.Depth < 2 || method is not (CoapMethod.Put or CoapMethod.Post) || AttributeArguments.HasQuery(request)
            || _objects.StreamsFor(path) is not { } streams)
        {
            return null;
        }

        ReadMode mode = method == CoapMethod.Put ? ReadMode.WriteReplace : ReadMode.WriteUpdate;
        return TryResolve(path, out Target target, ref response)
            && IsPermitted(method, isWriteAttributes: false, target, server, ref response)
            && HasResource(target, ref response)
            && MeetsPreconditions(request, ref response)
            && IsWrite(method, target)
            && TryFindFormat(request, target, out ContentFormat format, ref response)
            ? new(target.Instance!, path, format, mode, streams)
            : null;
    }

    // What is no Write is judged when it has come as a whole.
    private static bool IsWrite(CoapMethod method, in Target target) =>
        method == CoapMethod.Put || target.Path.Depth == 2 || target.IsWrittenByPost;

    private void Write(in CoapRequest request, in Target target, ReadMode mode, ServerAccount? server, ref CoapResponse response)
    {
        if (!TryFindFormat(request, target, out ContentFormat format, ref response))
        {
            return;
        }

        if (TryRead(request, target, format, mode, out PayloadError error))
        {
            context.Report(ServerChangeKind.Written, target.Path, server);
            response.Code = CoapCode.Changed;
        }
        else
        {
            response.Fail(CodeOf(error.Fault), error.ToString());
        }
    }

    private bool TryRead(in CoapRequest request, in Target target, ContentFormat format, ReadMode mode, out PayloadError error)
    {
        ObjectInstance instance = target.Instance!;
        if (request.Sink is StreamedWrite begun && begun.IsFor(instance, target.Path, format, mode))
        {
            return begun.Complete(out error);
        }

        if (_objects.StreamsFor(target.Path) is not { } streams)
        {
            return Representation.TryRead(instance, target.Path, format, request.Payload, mode, out error);
        }

        using StreamedWrite whole = new(instance, target.Path, format, mode, streams);
        _ = whole.Write(request.Payload);
        return whole.Complete(out error);
    }

    private bool TryFindFormat(in CoapRequest request, in Target target, out ContentFormat format, ref CoapResponse response)
    {
        format = default;
        if (target.Resource is { IsWritable: false } resource)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"resource {resource} is not writable"));
            return false;
        }

        if (context.Behaviours.RefuseWrite(target.Path) is { } reason)
        {
            response.Fail(CoapCode.MethodNotAllowed, reason);
            return false;
        }

        bool isValue = target.Path.Depth >= 3;
        format = request.ContentFormat ?? (isValue ? ContentFormat.PlainText : NoFormat);
        return Takes(format, isValue ? null : "an object instance", ref response);
    }

    // None that a payload can have.
    private const ContentFormat NoFormat = (ContentFormat)ushort.MaxValue;

    /// <summary>Whether a payload can be taken in a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="whole">What it is for, where that is more than one value.</param>
    /// <param name="response">The answer, if not.</param>
    private static bool Takes(ContentFormat format, string? whole, ref CoapResponse response)
    {
        if (!Representation.CanRead(format) || Representation.IsPatch(format))
        {
            RefuseFormat(CoapCode.UnsupportedContentFormat, ref response);
            return false;
        }

        if (whole is not null && Representation.IsSingleValue(format))
        {
            response.Fail(CoapCode.BadRequest, Phrase.Of($"format {(int)format} carries one value, and this is {whole}"));
            return false;
        }

        return true;
    }

    private void Execute(in CoapRequest request, in Target target, ref CoapResponse response)
    {
        ResourceInfo resource = target.Resource!;
        if (!resource.IsExecutable)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"resource {resource} is not executable"));
        }
        else if (target.Instance!.FindHandler(resource.Id) is not { } handler)
        {
            NotFound(ref response, "no such resource");
        }
        else if (request.ContentFormat is not (null or ContentFormat.PlainText))
        {
            response.Fail(CoapCode.UnsupportedContentFormat, "arguments are plain text (0)");
        }
        else if (!ExecuteArguments.TryParse(request.Payload, _outcome, out ExecuteArguments arguments))
        {
            response.Fail(CoapCode.BadRequest, "arguments are digits with quoted values: 0='a',1");
        }
        else
        {
            _outcome.Clear();
            handler(arguments);
            if (_outcome.Reason is { } reason)
            {
                response.Fail(_outcome.Refusal == ExecuteRefusal.NotAllowed ? CoapCode.MethodNotAllowed : CoapCode.BadRequest, reason);
            }
            else
            {
                response.Code = CoapCode.Changed;
            }
        }
    }

    private void Create(in CoapRequest request, in Target target, ServerAccount? server, Instant now, ref CoapResponse response)
    {
        if (_objects.FindAllowed(target.Path.ObjectId) is not { MaxInstances: > 0 } allowed)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"servers do not create instances of object {target.Definition}"));
            return;
        }

        // Without a payload the device makes an instance of its own choice (LwM2M 1.2).
        ContentFormat? format = request.ContentFormat;
        if (format is null && !request.Payload.IsEmpty)
        {
            response.Fail(CoapCode.BadRequest, "a payload has a Content-Format");
            return;
        }

        if (format is { } known && !Takes(known, "an object", ref response))
        {
            return;
        }

        if (!allowed.TryCreate(
            _objects, format, request.Payload, out ObjectInstance[] created, out bool isIdChosen, out PayloadError error))
        {
            response.Fail(CodeOf(error.Fault), error.ToString());
            return;
        }

        // Whoever is told may throw: by then each has its owner.
        foreach (ObjectInstance instance in created)
        {
            _access.OnCreated(server, instance);

            // Those of an instance that did not outlive a restart are not those of this one.
            if (reporter.Attributes.Count > 0)
            {
                reporter.ForgetAttributes(AccessControl.PathOf(instance), now);
            }
        }

        foreach (ObjectInstance instance in created)
        {
            context.Report(ServerChangeKind.Created, AccessControl.PathOf(instance), server);
        }

        response.Code = CoapCode.Created;
        if (isIdChosen)
        {
            AddLocation(AccessControl.PathOf(created[0]), ref response);
        }
    }

    private static void AddLocation(Lwm2mPath path, ref CoapResponse response)
    {
        Span<byte> digits = stackalloc byte[5];
        DecimalDigits.TryWrite(path.ObjectId, digits, out int length);
        response.AddLocationPath(digits[..length]);
        DecimalDigits.TryWrite(path.InstanceId, digits, out length);
        response.AddLocationPath(digits[..length]);
    }

    private void Delete(in Target target, ServerAccount? server, ref CoapResponse response)
    {
        ObjectInstance instance = target.Instance!;
        if (target.Path.Depth == 4)
        {
            DeleteResourceInstance(target, server, ref response);
        }
        else if (_objects.FindAllowed(target.Path.ObjectId) is not { MaxInstances: > 0 } allowed
            || allowed.Deleting?.Invoke(instance) == false)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"servers do not delete this instance of object {target.Definition}"));
        }
        else if (!_objects.Remove(instance))
        {
            // The program was faster.
            NotFound(ref response, "no such object instance");
        }
        else
        {
            _access.OnDeleted(target.Path);
            context.Report(ServerChangeKind.Deleted, target.Path, server);
            response.Code = CoapCode.Deleted;
        }
    }

    // LwM2M 1.2. What a server cannot write it cannot delete, and a mandatory resource keeps an instance.
    private void DeleteResourceInstance(in Target target, ServerAccount? server, ref CoapResponse response)
    {
        ResourceInfo resource = target.Resource!;
        ObjectInstance instance = target.Instance!;
        Lwm2mPath all = new(target.Path.ObjectId, target.Path.InstanceId, target.Path.ResourceId);
        if (!resource.IsWritable)
        {
            response.Fail(CoapCode.MethodNotAllowed, Phrase.Of($"resource {resource} is not writable"));
        }
        else if (resource.IsReadable
            && DiscoverLinks.InstanceIdsOf(instance, all).IndexOf(target.Path.ResourceInstanceId) < 0)
        {
            NotFound(ref response, "no such resource instance");
        }
        else if (InstancePayload.TryRemove(instance, target.Path, out PayloadError error))
        {
            context.Report(ServerChangeKind.Deleted, target.Path, server);
            response.Code = CoapCode.Deleted;
        }
        else
        {
            response.Fail(CoapCode.Unauthorized, error.ToString());
        }
    }
}
