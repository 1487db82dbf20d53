using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

// Register, Update and De-register (LwM2M TS Core, 6.2; Transport, 6.4.3).
public sealed partial class ServerEndpoint
{
    private const int MaxEndpoint = 255;

    // Of a root that is not "/", and of what a device says that it knows.
    private const int MaxRoot = 64, MaxFormats = 32;

    // How long a device had better wait when there is no room, in seconds.
    private const uint FullSeconds = 60;

    private long _epoch;

    private static readonly ObjectVersion s_withFlags = new(1, 1);
    private static readonly ObjectVersion s_withProfiles = new(1, 2);

    private void Register(EngineSide side, in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method != CoapMethod.Post)
        {
            response.Fail(CoapCode.MethodNotAllowed);
            return;
        }

        string endpoint = "";
        if (TryJudge(side, request, ref endpoint, out DeviceRegistration? registration, out RegistrationFault fault))
        {
            Store(WriteKind.Claim, side, registration!, ref response);
        }
        else
        {
            Refuse(endpoint, request.From, fault, ref response);
        }
    }

    private void HandleRegistered(EngineSide side, ReadOnlySpan<byte> segment, in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method is not (CoapMethod.Post or CoapMethod.Delete))
        {
            response.Fail(CoapCode.MethodNotAllowed);
            return;
        }

        RegisteredDevice? device = RegistrationId.TryParse(segment, out RegistrationId id) ? _directory.Find(id) : null;

        // A registration is its device's: for anybody else who has proved to be somebody, or nobody, there is none.
        if (device is null || !Equals(device.Registration.Identity, IdentityOf(side, request)))
        {
            Refuse("", request.From, new(CoapCode.NotFound, "there is no such registration: register anew"), ref response);
        }
        else if (request.Method == CoapMethod.Delete)
        {
            Store(WriteKind.Remove, side, device.Registration, ref response);
        }
        else if (TryJudgeUpdate(device.Registration, request, out DeviceRegistration? updated, out RegistrationFault fault))
        {
            Store(WriteKind.Update, side, updated!, ref response);
        }
        else
        {
            Refuse(device.Endpoint, request.From, fault, ref response);
        }
    }

    private void Refuse(string endpoint, in PeerId from, RegistrationFault fault, ref CoapResponse response)
    {
        response.Fail(fault.Code, fault.Reason);
        if (fault.Code == CoapCode.ServiceUnavailable)
        {
            response.MaxAge = FullSeconds;
        }

        Tell(new RegistrationChange(RegistrationChangeKind.Refused, endpoint) { Fault = fault, From = from });
    }

    private bool TryJudge(
        EngineSide side, in CoapRequest request, ref string endpoint, out DeviceRegistration? registration, out RegistrationFault fault)
    {
        registration = null;
        if (!RegistrationParameters.TryParse(request.UriQuery, out RegistrationParameters said, out fault))
        {
            endpoint = said.Endpoint ?? "";
            return false;
        }

        PeerIdentity? identity = IdentityOf(side, request);
        TransportBindings bindings = TransportBindings.Udp;
        ObjectVersion version = said.Version ?? ObjectVersion.Default;
        endpoint = said.Endpoint ?? "";
        if (!TryName(said.Endpoint, identity, version, ref endpoint, out fault)
            || !TryLifetime(said.Lifetime, identity, version, out TimeSpan? lifetime, out fault)
            || !TryBinding(said, version, ref bindings, out bool isQueueMode, out fault))
        {
            return false;
        }

        RegisteredDevice? known = _directory.Find(endpoint);
        if (known is null && _directory.CountWithReserved >= _options.MaxDevices)
        {
            fault = new(CoapCode.ServiceUnavailable, "as many devices are registered as there may be");
            return false;
        }

        if (_directory.CountAtHost(request.From, identity, known) >= _options.MaxDevicesPerHost)
        {
            fault = new(CoapCode.ServiceUnavailable, "as many devices of this address are registered as there may be");
            return false;
        }

        if (known?.Registration.Identity is { } owner && !owner.Equals(identity))
        {
            fault = new(CoapCode.Forbidden, "a device that has proved to be another one is registered by that name");
            return false;
        }

        if (!TryObjects(request, said.Profiles, version, known?.Registration, out RegisteredObjects objects, out fault))
        {
            return false;
        }

        DateTimeOffset time = _options.Time.GetUtcNow();
        registration = new()
        {
            Id = RegistrationId.Draw(_random),
            Endpoint = endpoint,
            Version = version,
            Lifetime = lifetime,
            Bindings = bindings,
            IsQueueMode = isQueueMode,
            SmsNumber = said.SmsNumber,
            Profiles = said.Profiles,
            Objects = objects,
            Attributes = AttributesOf(said),
            Peer = request.From,
            Identity = identity,
            RegisteredAt = time,
            UpdatedAt = time,
            // A store gives another one.
            Epoch = ++_epoch,
        };
        return true;
    }

    // LwM2M TS Core, 6.2.1; Transport, 5.2.6: who has proved to be somebody has that one's name, and may leave it out from 1.1 on.
    private bool TryName(
        string? said, PeerIdentity? identity, ObjectVersion version, ref string endpoint, out RegistrationFault fault)
    {
        fault = default;
        if (identity is null)
        {
            fault = !_options.AdmitsUnidentified ? new(CoapCode.Forbidden, "only devices with a key may register here")
                : said is null ? RegistrationFault.BadRequest("ep is missing: without security nothing else says who the device is")
                : default;
        }
        else
        {
            string? name = _options.EndpointOf(identity);
            fault = name is null ? RegistrationFault.BadRequest("no endpoint goes with what the device has proved to be")
                : said is null && version < s_withFlags ? RegistrationFault.BadRequest("ep is missing, which LwM2M 1.0 demands")
                : said is not null && said != name ? RegistrationFault.BadRequest("ep is not the name of who the device has proved to be")
                : default;
            endpoint = name ?? endpoint;
            if (fault == default && LogText.BreaksLines(endpoint))
            {
                fault = RegistrationFault.BadRequest("the name that goes with what the device has proved to be has control characters");
            }
        }

        if (fault == default && Encoding.UTF8.GetByteCount(endpoint) > MaxEndpoint)
        {
            fault = RegistrationFault.BadRequest($"ep has more than {MaxEndpoint} bytes");
        }

        return fault == default;
    }

    private bool TryLifetime(
        long? said, PeerIdentity? identity, ObjectVersion version, out TimeSpan? lifetime, out RegistrationFault fault)
    {
        TimeSpan? bound = identity is null ? _options.MaxUnidentifiedLifetime : null;
        lifetime = said switch
        {
            null => bound < _options.DefaultLifetime ? bound : _options.DefaultLifetime,
            0 => null,
            { } seconds => TimeSpan.FromSeconds(seconds),
        };
        fault = said == 0 && version < s_withProfiles ? RegistrationFault.BadRequest("lt=0 has a meaning from LwM2M 1.2 on alone")
            : bound is { } most && !(lifetime <= most)
                ? RegistrationFault.BadRequest($"lt is 1 to {(long)most.TotalSeconds} seconds here for a device that has not proved who it is")
            : default;
        return fault == default;
    }

    private static bool TryBinding(
        in RegistrationParameters said, ObjectVersion version, ref TransportBindings bindings, out bool isQueueMode, out RegistrationFault fault)
    {
        fault = default;
        isQueueMode = false;
        if (said.Binding is { } text && !TransportBindingText.TryParse(text, version, out bindings, out isQueueMode))
        {
            fault = RegistrationFault.BadRequest(
                Ascii.IsValid(text) && !Encoding.ASCII.GetString(text).Any(char.IsControl)
                    ? $"b={Encoding.ASCII.GetString(text)} is no binding of LwM2M {version}"
                    : $"b is no binding of LwM2M {version}");
        }
        else if (said.IsQueueMode && version < s_withFlags)
        {
            fault = RegistrationFault.BadRequest("Q is for LwM2M 1.1 and later: in 1.0 it stands in b");
        }

        isQueueMode |= said.IsQueueMode;
        return fault == default;
    }

    // LwM2M TS Core, 6.2.1: the links, or from 1.2 on the ids of profiles. What these stand for nobody says; the device has said it before.
    private bool TryObjects(
        in CoapRequest request, string? profiles, ObjectVersion version, DeviceRegistration? known, out RegisteredObjects objects,
        out RegistrationFault fault)
    {
        fault = default;
        objects = RegisteredObjects.None;
        if (request.Payload.IsEmpty)
        {
            bool isKnown = profiles is not null && known?.Profiles == profiles;
            objects = isKnown ? known!.Objects : objects;
            fault = version < s_withProfiles ? RegistrationFault.BadRequest("there are no links to the device's objects")
                : !isKnown ? new(CoapCode.Conflict, "what the device has is not known: send the links to its objects")
                : default;
        }
        else if (request.ContentFormat is { } format && format != ContentFormat.LinkFormat)
        {
            fault = new(CoapCode.UnsupportedContentFormat, "the links to the device's objects are in the CoRE link format (40)");
        }
        else if (!_directory.TryParse(request.Payload, out objects, out LinkError error))
        {
            fault = RegistrationFault.BadRequest($"the links to the device's objects are malformed: {error}");
        }
        else if (objects.Root.Length > MaxRoot || objects.ContentFormats.Length > MaxFormats)
        {
            fault = RegistrationFault.BadRequest($"the root has more than {MaxRoot} characters, or ct more than {MaxFormats} formats");
        }
        else if (objects.Objects.Length + objects.InstanceCount > _options.MaxObjectsPerDevice)
        {
            fault = RegistrationFault.BadRequest(
                $"there are {objects.Objects.Length + objects.InstanceCount} Objects and Object Instances; this server takes {_options.MaxObjectsPerDevice}");
        }

        return fault == default;
    }

    private static IReadOnlyDictionary<string, string> AttributesOf(in RegistrationParameters said)
    {
        if (said.Attributes is null)
        {
            return DeviceRegistration.NoAttributes;
        }

        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, string> one in said.Attributes)
        {
            attributes.TryAdd(one.Key, one.Value);
        }

        return attributes;
    }

    private bool TryJudgeUpdate(
        DeviceRegistration before, in CoapRequest request, out DeviceRegistration? updated, out RegistrationFault fault)
    {
        updated = null;
        if (!RegistrationParameters.TryParse(request.UriQuery, out RegistrationParameters said, out fault))
        {
            return false;
        }

        if (said.Endpoint is not null || said.Version is not null)
        {
            fault = RegistrationFault.BadRequest("an Update has neither ep nor lwm2m: they do not change");
            return false;
        }

        TimeSpan? lifetime = before.Lifetime;
        TransportBindings bindings = before.Bindings;
        bool isQueueMode = before.IsQueueMode;
        if ((said.Lifetime is not null && !TryLifetime(said.Lifetime, before.Identity, before.Version, out lifetime, out fault))
            || ((said.Binding is not null || said.IsQueueMode)
                && !TryBinding(said, before.Version, ref bindings, out isQueueMode, out fault)))
        {
            return false;
        }

        RegisteredObjects objects = before.Objects;
        if (!request.Payload.IsEmpty && !TryObjects(request, null, before.Version, before, out objects, out fault))
        {
            return false;
        }

        updated = before with
        {
            Lifetime = lifetime,
            Bindings = bindings,
            IsQueueMode = isQueueMode,
            SmsNumber = said.SmsNumber ?? before.SmsNumber,
            Profiles = said.Profiles ?? before.Profiles,
            Objects = objects,
            Attributes = said.Attributes is null ? before.Attributes : AttributesOf(said),
            Peer = request.From,
            UpdatedAt = _options.Time.GetUtcNow(),
        };
        return true;
    }
}
