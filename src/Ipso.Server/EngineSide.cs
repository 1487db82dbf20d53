using System.Buffers;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;
using Ipso.Server.Stores;

namespace Ipso.Server;

/// <summary>One engine of a server, over datagrams or connections, and the requests that are under way there.</summary>
/// <param name="server">The server.</param>
internal sealed class EngineSide(ServerEndpoint server) : ICoapRequestHandler, ICoapNotificationHandler
{
    private readonly Dictionary<ExchangeId, DeviceOperation> _underWay = [];

    // Observations whose exchanges the engine keeps, since what protects them hangs on these. Half of all there are, and no more: requests
    // need some too.
    private readonly Dictionary<ExchangeId, DeviceObservation> _attached = [];

    // What a store has said, and the engine will ask for.
    private readonly Dictionary<ResponseId, DeferredAnswer> _resumed = [];

    internal CoapEngine Engine
    {
        get;
        set
        {
            field = value;
            field.NotificationHandler = this;
        }
    }
    = null!;

    /// <summary>How many exchanges the engine has.</summary>
    internal required int Exchanges { get; init; }

    /// <inheritdoc cref="ServerEndpoint.KeptCount"/>
    internal int KeptCount => _underWay.Count + _attached.Count + _resumed.Count;

    /// <summary>The number of observations that the engine keeps.</summary>
    internal int AttachedCount => _attached.Count;

    /// <summary>Who a peer is, as the transport has proved.</summary>
    internal IPeerDirectory? Identities { get; set; }

    public void Handle(in CoapRequest request, ref CoapResponse response) => server.Handle(this, request, ref response);

    public bool TakeNotification(in CoapNotification notification, Instant now) => server.TakeNotification(this, notification, now);

    public bool HasToken(CoapToken token) => server.HasObservation(token);

    /// <summary>Whether a peer was a connection, and is none any more.</summary>
    internal bool IsGone(in PeerId peer) => Engine is CoapStreamEndpoint streams && !streams.IsOpen(peer);

    /// <summary>Sends a request, if the engine has room for it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="accept">The format of the answer.</param>
    /// <param name="format">The format of what is sent.</param>
    /// <param name="fault">Why it can never be sent, in words; <see langword="null"/> where it can.</param>
    /// <returns>Whether it is under way.</returns>
    internal bool TryStart(DeviceOperation operation, ContentFormat? accept, ContentFormat? format, out string? fault)
    {
        fault = FaultOf(operation, operation.Device!.Registration);
        if (fault is not null)
        {
            return false;
        }

#pragma warning disable CA1031 // Whatever the program hands in, the others go on.
        try
        {
            return Start(operation, accept, format);
        }
        catch (Exception e)
        {
            fault = $"it cannot be sent: {e.Message}";
            operation.IsUnsendable = true;
            return false;
        }
#pragma warning restore CA1031
    }

    // A device that has proved who it is by what protects its messages is asked under that alone: not in the clear, nor under the keys of
    // another one at the same address. Until it is heard of again there may be none for where it was.
    private string? FaultOf(DeviceOperation operation, DeviceRegistration registration)
    {
        PeerIdentity? reader = Engine.FindReader(registration.Peer);
        return registration.Identity is { Kind: PeerIdentityKind.Oscore } identity && !identity.Equals(reader)
            ? "there are no keys to protect it by where the device was"
            : registration.Identity is { Kind: not PeerIdentityKind.Oscore } owner
                && Identities?.FindIdentity(registration.Peer) is { } other && !owner.Equals(other)
                ? "somebody else is where the device was"
            : !Engine.MayRequest(registration.Peer) ? "there are no keys to protect it by"
            : reader is not null && operation is ObserveOperation && _attached.Count + AskedCount >= Exchanges / 2
                ? "there are as many protected observations as there may be"
            : null;
    }

    private int AskedCount => _underWay.Values.Count(static operation => operation is ObserveOperation);

    private bool Start(DeviceOperation operation, ContentFormat? accept, ContentFormat? format)
    {
        RegisteredDevice device = operation.Device!;
        DeviceRequest request = operation.Request;
        ReadOnlyMemory<byte> payload = request.Content is { } content && format is { } f ? content.Write(f) : default;
        string root = device.Registration.Objects.Root;
        bool isBelowRoot = root.Length > 1;
        Span<byte> path = stackalloc byte[Lwm2m.Lwm2mPath.MaxTextLength];
        request.Path.TryFormat(path, out int length);
        int needed = root.Length + length;
        char[] rented = ArrayPool<char>.Shared.Rent(needed);
        int written = 0;
        if (isBelowRoot)
        {
            root.CopyTo(rented);
            written = root.Length;
        }

        if (!isBelowRoot || request.Path.Depth > 0)
        {
            written += Encoding.ASCII.GetChars(path[..length], rented.AsSpan(written));
        }

        CoapRequestHead head = new()
        {
            Method = request.Method,
            Path = request.Literal is { } literal ? literal.AsSpan() : rented.AsSpan(0, written),
            Query = request.Query,
            Accept = accept,
            ContentFormat = payload.IsEmpty ? null : format,
            Observe = request.Observes,
            Deregister = (operation as DeregisterOperation)?.Token,
        };
        operation.Exchange = Engine.Request(device.Registration.Peer, head, payload.Span);
        ArrayPool<char>.Shared.Return(rented);
        if (operation.Exchange.IsNone)
        {
            return false;
        }

        _underWay.Add(operation.Exchange, operation);
        return true;
    }

    /// <summary>Ends a request that is under way, without a word of what becomes of it. What it was to observe is not observed.</summary>
    internal void Abandon(DeviceOperation operation)
    {
        if (_underWay.Remove(operation.Exchange))
        {
            _ = operation.Request.Observes ? Engine.Cancel(operation.Exchange) : Engine.Forget(operation.Exchange);
        }
    }

    /// <summary>Ends an observation: its next notification is rejected, which ends it at the device (RFC 7641, 3.6).</summary>
    /// <param name="observation">The observation.</param>
    /// <param name="asks">Whether the device is asked to stop, which takes an exchange until it answers: in vain where it has none any more,
    /// or is not where it was.</param>
    internal void Abandon(DeviceObservation observation, bool asks)
    {
        if (_attached.Remove(observation.Exchange))
        {
            _ = asks ? Engine.Cancel(observation.Exchange) : Engine.Forget(observation.Exchange);
        }
    }

    /// <summary>Has the engine ask for a response that was put off, if anybody still waits for it.</summary>
    internal void Resume(DeferredAnswer answer)
    {
        if (!Engine.Resume(answer.Response))
        {
            return;
        }

        _resumed.Add(answer.Response, answer);
        if (_resumed.Count > Engine.DeferredCount)
        {
            // Some have given up before they were answered.
            foreach (ResponseId response in _resumed.Keys.Where(response => !Engine.Resume(response)).ToArray())
            {
                _resumed.Remove(response);
            }
        }
    }

    /// <summary>Takes what a response was put off for.</summary>
    internal DeferredAnswer? TakeResumed(ResponseId response) => _resumed.Remove(response, out DeferredAnswer? answer) ? answer : null;

    /// <summary>Takes what the engine has to tell.</summary>
    internal void TakeEvents(Instant now)
    {
        while (Engine.TryTakeEvent(out CoapEvent e))
        {
            if (e.Kind == CoapEventKind.HandlerFault)
            {
                server.OnHandlerFault(e.Exception!);
            }
            else if (_underWay.Remove(e.Exchange, out DeviceOperation? operation))
            {
                TakeAnswer(operation, e, now);
            }
            else if (_attached.TryGetValue(e.Exchange, out DeviceObservation? observation))
            {
                TakeAttached(observation, e, now);
            }
        }
    }

    private void TakeAnswer(DeviceOperation operation, in CoapEvent e, Instant now)
    {
        CoapToken token = default;
        bool isObserved = e.Kind == CoapEventKind.Notification;
        bool isAttached = isObserved && !Engine.Detach(e.Exchange, out token);
        if (isAttached && operation is ObserveOperation { Observation: var observation })
        {
            _attached[e.Exchange] = observation;
            observation.Exchange = e.Exchange;
        }

        DeviceResponse response = e.HasMessage ? new(e.Message) : new(DeviceOutcome.Unknown, ReasonOf(e), IsSilence(e.Kind));
        uint? sequence = isObserved && e.Message.Options.TryGetUInt(CoapOptionNumber.Observe, out uint number) ? number : null;
        server.OnAnswered(operation, response, sequence, token, now);
    }

    private void TakeAttached(DeviceObservation observation, in CoapEvent e, Instant now)
    {
        if (e.Kind == CoapEventKind.Notification)
        {
            server.OnNotified(observation, new(e.Message), now);
            return;
        }

        _attached.Remove(e.Exchange);
        observation.Exchange = default;
        observation.IsEstablished = false;
        server.OnObservationEnded(observation, e.HasMessage ? new(e.Message) : new(DeviceOutcome.Unknown, ReasonOf(e), IsSilence(e.Kind)));
    }

    // Of anything else the device has been heard.
    private static bool IsSilence(CoapEventKind kind) =>
        kind is CoapEventKind.Timeout or CoapEventKind.Refused or CoapEventKind.ConnectionClosed;

    private static string ReasonOf(in CoapEvent e) => e.Kind switch
    {
        CoapEventKind.Timeout when e.Transmissions == 0 => "the request could not be sent",
        CoapEventKind.Timeout => $"the device did not answer a request that was sent {e.Transmissions} times",
        CoapEventKind.Reset => "the device rejected the request with a RST",
        CoapEventKind.Rejected => "the answer has an option that is not understood",
        CoapEventKind.TransferFailed => $"a body in blocks could not be transferred ({e.TransferFault})",
        CoapEventKind.ConnectionClosed => "the session or connection is closed",
        CoapEventKind.Refused => "nobody listens where the device was",
        CoapEventKind.Unprotected => "the device answered with an error that is not protected",
        _ => e.Kind.ToString(),
    };
}
