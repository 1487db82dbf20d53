using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Server.Bootstrap;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

// The Bootstrap-Server (LwM2M TS Core, 6.1; Transport, 6.4.2).
public sealed partial class ServerEndpoint
{
    private readonly Dictionary<string, BootstrapSession> _bootstraps = new(StringComparer.Ordinal);

    // Devices that the store is asked about.
    private int _lookups;

    /// <summary>The number of devices that are being bootstrapped.</summary>
    public int BootstrapCount => _bootstraps.Count;

    /// <summary>Told of bootstraps; inside a call into the server.</summary>
    public Action<BootstrapChange>? BootstrapChanged { get; set; }

    private void HandleBootstrap(EngineSide side, in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method != CoapMethod.Post)
        {
            response.Fail(CoapCode.MethodNotAllowed);
        }
        else
        {
            Configure(side, request, isPack: false, ref response);
        }
    }

    private void HandleBootstrapPack(EngineSide side, in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method != CoapMethod.Get)
        {
            response.Fail(CoapCode.MethodNotAllowed);
        }
        else
        {
            Configure(side, request, isPack: true, ref response);
        }
    }

    // Finds out what a device is to have: from the program, else from the store, now or later.
    private void Configure(EngineSide side, in CoapRequest request, bool isPack, ref CoapResponse response)
    {
        string endpoint = "";
        if (!TryAsk(side, request, isPack, ref endpoint, out BootstrapRequest? asked, out RegistrationFault fault))
        {
            RefuseBootstrap(endpoint, fault, ref response);
            return;
        }

        BootstrapLookup lookup = new(side, asked!) { Configuration = _options.Bootstrap?.Invoke(asked!) };
        if (lookup.Configuration is not null || _options.BootstrapStore is not { } store
            || (asked!.Identity is null && !_options.BootstrapsUnidentified))
        {
            AnswerBootstrap(lookup, ref response);
            return;
        }

        if (_lookups >= _options.Coap.DeferredResponses)
        {
            FailForNow(ref response);
            return;
        }

        ValueTask<BootstrapRecord?> finding = Try(() => store.FindAsync(asked!.Endpoint));
        if (finding.IsCompletedSuccessfully)
        {
            lookup.Configuration = finding.Result?.Read();
            AnswerBootstrap(lookup, ref response);
            return;
        }

        lookup.Response = response.Defer();
        if (lookup.Response.IsNone)
        {
            FailForNow(ref response);
        }

        _lookups++;
        When(finding, found =>
        {
            _lookups--;
            lookup.IsFaulted = !found.IsDone;
            lookup.Configuration = found.Value?.Read();
            if (!lookup.Response.IsNone)
            {
                side.Resume(lookup);
            }
        });
    }

    private void AnswerBootstrap(BootstrapLookup lookup, ref CoapResponse response)
    {
        string endpoint = lookup.Request.Endpoint;
        if (_bootstraps.TryGetValue(endpoint, out BootstrapSession? session)
            && session.Device.Registration.Identity is { } owner && !owner.Equals(lookup.Request.Identity))
        {
            RefuseBootstrap(endpoint, new(CoapCode.Forbidden, "a device that has proved to be another one is being bootstrapped by that name"), ref response);
        }
        else if (lookup.IsFaulted)
        {
            RefuseBootstrap(endpoint, new(CoapCode.ServiceUnavailable, "what this device is to have cannot be read at the moment"), ref response);
        }
        else if (lookup.Configuration is not { } configuration)
        {
            RefuseBootstrap(endpoint, RegistrationFault.BadRequest("nothing is known that this device is to have"), ref response);
        }
        else if (lookup.Request.IsPack)
        {
            AnswerPack(endpoint, lookup.Request.Preferred ?? ContentFormat.SenMLCbor, configuration, ref response);
        }
        else if (_bootstraps.Count >= _options.MaxBootstraps && !_bootstraps.ContainsKey(endpoint))
        {
            RefuseBootstrap(endpoint, new(CoapCode.ServiceUnavailable, "as many devices are being bootstrapped as may be"), ref response);
        }
        else
        {
            response.Code = CoapCode.Changed;
            StartBootstrap(lookup.Side, lookup.Request, configuration);
        }
    }

    private void AnswerPack(string endpoint, ContentFormat format, BootstrapConfiguration configuration, ref CoapResponse response)
    {
        if (!Representation.SupportsComposite(format))
        {
            RefuseBootstrap(endpoint, new(CoapCode.NotAcceptable, "a Bootstrap-Pack is in 110, 112 or 11544"), ref response);
        }
        else if (!configuration.TryWritePack(format, response.Payload, out int written))
        {
            // The device then asks for it command by command.
            RefuseBootstrap(endpoint, new(CoapCode.MethodNotAllowed, "what the device is to have does not go into a Bootstrap-Pack"), ref response);
        }
        else
        {
            response.Code = CoapCode.Content;
            response.ContentFormat = format;
            response.PayloadLength = written;
            BootstrapChanged?.Invoke(new(BootstrapChangeKind.Packed, endpoint));
        }
    }

    private void RefuseBootstrap(string endpoint, RegistrationFault fault, ref CoapResponse response)
    {
        response.Fail(fault.Code, fault.Reason);
        if (fault.Code == CoapCode.ServiceUnavailable)
        {
            response.MaxAge = FullSeconds;
        }

        BootstrapChanged?.Invoke(new(BootstrapChangeKind.Refused, endpoint) { Fault = fault });
    }

    private bool TryAsk(
        EngineSide side, in CoapRequest request, bool isPack, ref string endpoint, out BootstrapRequest? asked, out RegistrationFault fault)
    {
        asked = null;
        if (_options.Bootstrap is null && _options.BootstrapStore is null)
        {
            fault = new(isPack ? CoapCode.NotImplemented : CoapCode.NotFound, "this is no Bootstrap-Server");
            return false;
        }

        PeerIdentity? identity = IdentityOf(side, request);
        if (!RegistrationParameters.TryParse(request.UriQuery, out RegistrationParameters said, out fault)
            || !TryName(said.Endpoint, identity, s_withFlags, ref endpoint, out fault))
        {
            endpoint = said.Endpoint ?? endpoint;
            return false;
        }

        endpoint = said.Endpoint ?? endpoint;
        ContentFormat? preferred = isPack ? request.Accept : null;
        if (!isPack && said.Attributes?.Find(static a => a.Key == "pct") is { Key: not null } pct)
        {
            if (!ushort.TryParse(pct.Value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
                || !Representation.Supports((ContentFormat)number) || Representation.IsSingleValue((ContentFormat)number))
            {
                fault = new(CoapCode.UnsupportedContentFormat, $"this server does not write in the Content-Format {pct.Value}");
                return false;
            }

            preferred = (ContentFormat)number;
        }

        asked = new(endpoint, identity, request.From, preferred, isPack);
        return true;
    }

    private void StartBootstrap(EngineSide side, BootstrapRequest asked, BootstrapConfiguration configuration)
    {
        // Whoever asks again has given up what was before.
        if (_bootstraps.Remove(asked.Endpoint, out BootstrapSession? before))
        {
            before.Device.IsRegistered = false;
            AbandonOperations(before.Device, "the device has asked again");
        }

        // What operations need to know of a device; it stands in no directory.
        DateTimeOffset time = _options.Time.GetUtcNow();
        RegisteredDevice device = new(new()
        {
            Id = default,
            Endpoint = asked.Endpoint,
            Version = asked.Preferred is null ? ObjectVersion.Default : s_withFlags,
            Lifetime = null,
            Bindings = TransportBindings.Udp,
            IsQueueMode = false,
            Objects = RegisteredObjects.None,
            Peer = asked.From,
            Identity = asked.Identity,
            RegisteredAt = time,
            UpdatedAt = time,
            Epoch = 0,
        })
        {
            Side = side, KnownFormat = asked.Preferred, HeardAt = _now,
        };
        BootstrapSession session = new(this, device, configuration);
        _bootstraps.Add(asked.Endpoint, session);
        BootstrapChanged?.Invoke(new(BootstrapChangeKind.Started, asked.Endpoint));
        Submit(device, session.Continue(), _now);
    }

    /// <summary>A command was carried out, or not.</summary>
    internal void OnBootstrapStep(BootstrapSession session, BootstrapCommand? command, in DeviceResponse response)
    {
        string endpoint = session.Device.Endpoint;
        if (_bootstraps.GetValueOrDefault(endpoint) != session)
        {
            return;
        }

        BootstrapChangeKind kind = !response.IsSuccess ? BootstrapChangeKind.Failed
            : command is null ? BootstrapChangeKind.Finished
            : BootstrapChangeKind.Done;
        if (kind != BootstrapChangeKind.Done)
        {
            _bootstraps.Remove(endpoint);
        }

        BootstrapChanged?.Invoke(new(kind, endpoint) { Command = command, Answer = new(response) });
        if (kind == BootstrapChangeKind.Done && _bootstraps.GetValueOrDefault(endpoint) == session)
        {
            Submit(session.Device, session.Continue(), _now);
        }
    }
}
