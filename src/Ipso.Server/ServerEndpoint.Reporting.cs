using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Server.Events;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;

namespace Ipso.Server;

// Information Reporting (LwM2M TS Core, 6.4): observations, notifications, and what devices send of their own accord.
public sealed partial class ServerEndpoint
{
    private readonly Dictionary<CoapToken, DeviceObservation> _observations = [];

    /// <summary>The number of observations that are established.</summary>
    public int ObservationCount => _observations.Count + _side.AttachedCount + (_streamSide?.AttachedCount ?? 0);

    /// <summary>
    /// Told of what devices send of their own accord (LwM2M TS Core, 6.4.6), and of what they send that makes no sense; inside a call into the
    /// server. Without it, and without a sink of events, Sends are answered 4.04.
    /// </summary>
    public Action<DeviceReport>? SendReceived { get; set; }

    /// <summary>
    /// Told of notifications of observations that a server before this one has begun (<see cref="ServerEndpointOptions.Observations"/>), until the
    /// program observes the same; inside a call into the server.
    /// </summary>
    public Action<UnclaimedNotification>? NotificationUnclaimed { get; set; }

    /// <summary>Observes. The first value, and all that follow, are told to the observation.</summary>
    /// <param name="device">The device.</param>
    /// <param name="observation">What to observe, and who is told; each is for one device, and once.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="InvalidOperationException">It is in use, or was.</exception>
    public void Observe(RegisteredDevice device, DeviceObservation observation, Instant now)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Device is not null)
        {
            throw new InvalidOperationException("The observation is in use, or was: make another one.");
        }

        _now = now;
        observation.Device = device;
        Claim(device, observation);
        if (device.Observations.Count >= _options.MaxObservationsPerDevice)
        {
            End(observation, new(DeviceOutcome.Refused, "there are as many observations of the device as there may be"));
            return;
        }

        device.Observations.Add(observation);
        Ask(observation, new ObserveOperation(this, observation));
    }

    /// <summary>
    /// Ends an observation. The next notification of it is rejected, which ends it at the device; a device at a connection, where there is no
    /// RST, is asked to end it (RFC 7641, 3.6), and any other too with <see cref="ServerEndpointOptions.DeregistersObservations"/>.
    /// </summary>
    /// <param name="observation">The observation.</param>
    /// <returns>False where it is over already.</returns>
    public bool Cancel(DeviceObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.HasEnded || observation.Device is null)
        {
            return false;
        }

        Deregister(observation);
        Forget(observation);
        return true;
    }

    private void Deregister(DeviceObservation observation)
    {
        RegisteredDevice device = observation.Device!;
        if (observation.Token.Length > 0 && device.Side is { } side && (side == _streamSide || _options.DeregistersObservations))
        {
            Submit(device, new DeregisterOperation(observation), _now);
        }
    }

    internal void OnObserveAnswered(ObserveOperation operation, in DeviceResponse response)
    {
        DeviceObservation observation = operation.Observation;
        if (observation.Asking != operation)
        {
            return;
        }

        observation.Asking = null;
        if (!response.IsSuccess)
        {
            OnObservationEnded(observation, response);
            return;
        }

        if (operation.Sequence is { } sequence)
        {
            observation.IsEstablished = observation.WasEstablished = true;
            observation.LastSequence = sequence;
            observation.LastArrival = _now;
            if (_observations.TryGetValue(operation.Token, out DeviceObservation? other) && other != observation)
            {
                // Of very many tokens two may be the same: another one is drawn when the device is heard of.
                Lapse(observation);
            }
            else if (operation.Token.Length > 0)
            {
                ForgetToken(observation);
                (observation.Token, observation.Accept) = (operation.Token, operation.Accept);
                _observations[operation.Token] = observation;
                Keep(observation);
            }
        }

        Tell(observation, response);
        if (operation.Sequence is null && !observation.HasEnded)
        {
            End(observation, new(DeviceOutcome.Refused, "the device has answered once, and does not observe"));
        }
    }

    internal void OnFetched(FetchOperation operation, in DeviceResponse response)
    {
        DeviceObservation observation = operation.Observation;
        if (observation.Asking != operation)
        {
            return;
        }

        observation.Asking = null;
        if (!response.IsSuccess)
        {
            // The value is lost, unless the device is asked for it once more.
            Lapse(observation);
            return;
        }

        Tell(observation, response);
        if (observation is { HasEnded: false, HasChanged: true, Asking: null })
        {
            Ask(observation, new FetchOperation(this, observation));
        }
    }

    /// <summary>Whether notifications bear a token.</summary>
    internal bool HasObservation(CoapToken token) => _observations.ContainsKey(token);

    /// <summary>Takes a notification by its token. In another's hands the token is of no use: whoever notifies has proved to be the device,
    /// or is where one is that has proved nothing.</summary>
    internal bool TakeNotification(EngineSide side, in CoapNotification notification, Instant now)
    {
        if (!_observations.TryGetValue(notification.Message.Token, out DeviceObservation? observation))
        {
            return IsRestoring;
        }

        RegisteredDevice device = observation.Device!;
        DeviceRegistration registration = device.Registration;
        if (registration.Identity is { } identity
            ? !identity.Equals(side.Identities?.FindIdentity(notification.From))
            : registration.Peer != notification.From)
        {
            return false;
        }

        _now = now;

        // Over a connection nothing overtakes, and the numbers have no meaning (RFC 8323, 7.1).
        if (side != _streamSide && notification.Sequence is { } sequence
            && !ObserveSequence.IsFresher(observation.LastSequence, sequence, now - observation.LastArrival))
        {
            return true;
        }

        Follow(device, side, notification.From);
        OnHeard(device);
        if (observation.HasEnded)
        {
            // By the program, told of what was lost by the device's having moved.
            return false;
        }

        DeviceResponse response = new(notification.Message);
        if (!response.IsSuccess || notification.Sequence is null)
        {
            OnObservationEnded(observation, response);
            return true;
        }

        observation.LastSequence = notification.Sequence.Value;
        observation.LastArrival = now;
        if (!notification.IsPart)
        {
            Tell(observation, response);
        }
        else if (observation.Asking is null)
        {
            // RFC 7959, 3.4.
            Ask(observation, new FetchOperation(this, observation));
        }
        else
        {
            observation.HasChanged |= observation.Asking.State == DeviceOperation.Stage.UnderWay;
        }

        return true;
    }

    internal void OnNotified(DeviceObservation observation, in DeviceResponse response, Instant now)
    {
        _now = now;
        OnHeard(observation.Device!);
        if (response.IsSuccess && !observation.HasEnded)
        {
            Tell(observation, response);
        }
    }

    /// <summary>An observation is over, or the device did not agree to it; or it is to be asked once more.</summary>
    internal void OnObservationEnded(DeviceObservation observation, in DeviceResponse response)
    {
        bool isUnanswered = response.Outcome == DeviceOutcome.Unknown;
        bool isForNow = isUnanswered || response.Outcome == DeviceOutcome.Refused
            || (response.Outcome == DeviceOutcome.Answered && response.Code == CoapCode.ServiceUnavailable);
        RegisteredDevice device = observation.Device!;
        if (device.IsRegistered && ((observation.WasEstablished && isForNow) || (device.Registration.IsQueueMode && isUnanswered)))
        {
            Lapse(observation);
        }
        else
        {
            End(observation, response);
        }
    }

    // Has the device asked again when it is heard of next. Notifications that come until then count.
    private static void Lapse(DeviceObservation observation)
    {
        observation.HasLapsed = observation.Device!.HasLapsed = true;
    }

    private void AskLapsed(RegisteredDevice device)
    {
        device.HasLapsed = false;
        foreach (DeviceObservation observation in device.Observations.ToArray())
        {
            if (observation is { HasLapsed: true, HasEnded: false })
            {
                Ask(observation, new ObserveOperation(this, observation));
            }
        }
    }

    private void Ask(DeviceObservation observation, DeviceOperation operation)
    {
        GiveUpAsking(observation);
        observation.Asking = operation;
        observation.HasLapsed = observation.HasChanged = false;
        Submit(observation.Device!, operation, _now);
    }

    // A Register voids all that was observed before (LwM2M TS Core, 6.4.1).
    private void ObserveAnew(RegisteredDevice device)
    {
        foreach (DeviceObservation observation in device.Observations.ToArray())
        {
            if (observation.HasEnded)
            {
                // By the program, told of the end of another one.
                continue;
            }

            Detach(observation);
            Ask(observation, new ObserveOperation(this, observation));
        }
    }

    private void GiveUpAsking(DeviceObservation observation)
    {
        DeviceOperation? asking = observation.Asking;
        observation.Asking = null;
        if (asking is not null)
        {
            Cancel(asking);
        }
    }

    private void EndObservations(RegisteredDevice device, string reason)
    {
        foreach (DeviceObservation observation in device.Observations.ToArray())
        {
            End(observation, new(DeviceOutcome.NotRegistered, reason));
        }
    }

    // Once: the program may have cancelled it, or removed the device, when it was told of another one.
    private void End(DeviceObservation observation, in DeviceResponse response)
    {
        if (observation.HasEnded)
        {
            return;
        }

        Forget(observation);
        observation.OnEnded(response);
    }

    private void Forget(DeviceObservation observation)
    {
        observation.HasEnded = true;
        Detach(observation);
        ForgetKept(observation.KeptToken);
        observation.Device!.Observations.Remove(observation);
        GiveUpAsking(observation);
    }

    private void Detach(DeviceObservation observation)
    {
        observation.IsEstablished = false;
        ForgetToken(observation);
        if (!observation.Exchange.IsNone)
        {
            observation.Device!.Side?.Abandon(observation, asks: observation.HasEnded && observation.Device.IsRegistered);
            observation.Exchange = default;
        }
    }

    private void ForgetToken(DeviceObservation observation)
    {
        if (observation.Token.Length > 0)
        {
            _observations.Remove(observation.Token);
            observation.Token = default;
        }
    }

    private void HandleSend(EngineSide side, in CoapRequest request, ref CoapResponse response)
    {
        if (request.Method != CoapMethod.Post)
        {
            response.Fail(CoapCode.MethodNotAllowed);
            return;
        }

        RegisteredDevice? device = FindSender(side, request);
        if (device is null || (SendReceived is null && _events is null))
        {
            response.Fail(CoapCode.NotFound, "no such device is registered");
            return;
        }

        if (request.ContentFormat is not { } format || !Representation.SupportsComposite(format))
        {
            response.Fail(CoapCode.UnsupportedContentFormat, "a Send is in SenML JSON (110), SenML CBOR (112) or LwM2M CBOR (11544)");
            return;
        }

        Follow(device, side, request.From);
        OnHeard(device);
        if (!ResourceRecords.TryRead(
            Lwm2mPath.Root, format, request.Payload.ToArray(), _options.Time.GetUtcNow(), out ResourceRecords records, out PayloadError error))
        {
            response.Fail(CoapCode.BadRequest, error.ToString());
            SendReceived?.Invoke(new(device, ResourceRecords.Empty) { Fault = error });
            return;
        }

        foreach (ResourceRecord record in records)
        {
            if (!device.Registration.Objects.Has(record.Path.ObjectId))
            {
                response.Fail(CoapCode.NotFound, $"object {record.Path.ObjectId} is not registered");
                return;
            }
        }

        response.Code = CoapCode.Changed;
        Report(DeviceEventKind.Sent, device, default, format, request.Payload);
        SendReceived?.Invoke(new(device, records));
    }

    // By who it has proved to be, and of those that have proved nothing by where it is. Of several devices at one address, as behind a gateway, it is none.
    private RegisteredDevice? FindSender(EngineSide side, in CoapRequest request)
    {
        if (IdentityOf(side, request) is { } identity)
        {
            return _options.EndpointOf(identity) is { } name && _directory.Find(name) is { } device
                && identity.Equals(device.Registration.Identity)
                ? device
                : null;
        }

        return _directory.FindAt(request.From) is { Registration.Identity: null } unproven ? unproven : null;
    }
}
