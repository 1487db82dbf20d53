using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Write-Attributes and what a Discover shows of them.
internal sealed partial class Reporter
{
    private ServerAttributes? _seen;

    /// <summary>The attributes that a server has assigned, for a Discover. Valid until the next call.</summary>
    internal INotificationAttributes AttributesOf(ServerAccount? account)
    {
        _seen ??= new(Attributes);
        _seen.Server = ServerOf(account);
        return _seen;
    }

    /// <summary>Answers a Write-Attributes (LwM2M TS Core, 6.3.4): all of it is taken, or nothing.</summary>
    /// <param name="query">The attributes, such as can be assigned to the path.</param>
    /// <param name="path">A path of one to four ids, of an object, instance and resource that are there.</param>
    /// <param name="instance">The Object Instance that the path names; <see langword="null"/> where it names none.</param>
    /// <param name="account">Whose attributes they are.</param>
    /// <param name="now">The moment.</param>
    /// <param name="response">The answer.</param>
    internal void Write(
        in AttributeQuery query, Lwm2mPath path, ObjectInstance? instance, ServerAccount? account, Instant now, ref CoapResponse response)
    {
        ushort server = ServerOf(account);
        NotificationAttributes values = query.ApplyTo(Attributes.Get(server, path));
        if (path.Depth >= 3 && !IsThere(instance!, path))
        {
            response.Fail(CoapCode.NotFound, "no such resource");
        }
        else if (!values.IsConsistent)
        {
            response.Fail(CoapCode.BadRequest, "together with the attributes that are assigned already: lt + 2 st < gt, epmin < epmax");
        }
        else if (!TrySet(server, path, values))
        {
            response.Fail(CoapCode.InternalServerError, Phrase.Of($"there are attributes on {options.AssignedPaths} paths, and no room for more"));
        }
        else
        {
            OnAttributes(server, path, now);
            response.Code = CoapCode.Changed;
        }
    }

    // What was assigned before a restart to what has not come back takes nobody's room.
    private bool TrySet(ushort server, Lwm2mPath path, in NotificationAttributes values)
    {
        if (Attributes.TrySet(server, path, values))
        {
            return true;
        }

        Attributes.RemoveAbsent(objects);
        return Attributes.TrySet(server, path, values);
    }

    private bool IsThere(ObjectInstance instance, Lwm2mPath path)
    {
        ResourceInfo resource = instance.Definition.Resources[instance.Definition.IndexOf(path.ResourceId)];
        return path.Depth == 4 ? ReportedValue.Of(instance, path, _scratch).IsThere
            : resource.IsExecutable ? instance.FindHandler(resource.Id) is not null
            : instance.IsPresent(instance.Definition.IndexOf(path.ResourceId));
    }
}
