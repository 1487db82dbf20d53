using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;

namespace Ipso.Server;

// Requests to devices: one at a time to each, those to sleeping ones when they are heard of (LwM2M TS Transport, 6.5).
public sealed partial class ServerEndpoint
{
    private readonly DueQueue<DeviceOperation> _waiting;

    // Devices that have something to be sent, in the order in which they got it.
    private readonly Queue<RegisteredDevice> _ready = new();

    // Those that did not answer what they were asked last, or were not asked yet. They have half of all exchanges at most, so that those that
    // are gone hold up nobody who is there.
    private const int SilentPart = 2;
    private readonly Queue<RegisteredDevice> _readySilent = new();
    private int _silentUnderWay;
    private int _waitingCount;

    // Long before any moment there is.
    private static Instant Asleep => new(long.MinValue / 2);

    /// <summary>The number of operations that wait for their turn or for their device to be awake.</summary>
    public int WaitingCount => _waitingCount;

    /// <summary>
    /// Hands in an operation. It is sent by the next <see cref="TryTransmit"/> at the earliest, after those that wait for the device already;
    /// where it cannot be, its completion is told within this call.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="operation">The operation; each is for one device, and once.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="InvalidOperationException">It was handed in before.</exception>
    public void Submit(RegisteredDevice device, DeviceOperation operation, Instant now)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.State != DeviceOperation.Stage.New)
        {
            throw new InvalidOperationException("The operation was handed in before: make another one.");
        }

        _now = now;
        operation.Device = device;
        operation.Deadline = operation.Timeout == Timeout.InfiniteTimeSpan ? null : now + operation.Timeout;
        if (_isStopped || !device.IsRegistered)
        {
            Complete(operation, new(DeviceOutcome.NotRegistered, _isStopped ? "the server has stopped" : "the device is not registered"));
        }
        else if (device.Waiting.Count >= _options.MaxWaitingPerDevice || _waitingCount >= _options.MaxWaiting)
        {
            Complete(operation, new(DeviceOutcome.Refused, "as many operations wait already as may"));
        }
        else
        {
            Wait(operation, first: false);
            MakeReady(device);
        }
    }

    /// <summary>Ends an operation. Where it is under way, it may have been done.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>False where it is over already.</returns>
    public bool Cancel(DeviceOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.State is DeviceOperation.Stage.New or DeviceOperation.Stage.Done)
        {
            return false;
        }

        Leave(operation);
        Complete(operation, new(DeviceOutcome.Cancelled, "the program has cancelled it"));
        return true;
    }

    /// <summary>Whether a device is taken to be awake: always, without queue mode.</summary>
    /// <param name="device">The device.</param>
    /// <param name="now">The moment.</param>
    public bool IsAwake(RegisteredDevice device, Instant now)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device is { IsRegistered: true, Side: not null } && (!device.Registration.IsQueueMode || now < device.HeardAt + _options.AwakeTime);
    }

    /// <summary>What an operation has brought.</summary>
    internal void OnAnswered(DeviceOperation operation, in DeviceResponse response, uint? sequence, CoapToken token, Instant now)
    {
        RegisteredDevice device = operation.Device!;
        operation.State = DeviceOperation.Stage.Done;
        device.UnderWay = null;
        CountSilent(operation, isUnderWay: false);
        device.HasAnswered = !response.IsSilence;
        if (response.Outcome == DeviceOutcome.Answered)
        {
            // What was not agreed to is not asked for again by the answer that says so: two of these would keep each other going.
            OnHeard(device, asksLapsed: response.IsSuccess || operation is not (ObserveOperation or FetchOperation));
            if (IsFormatRefused(response.Code) && TryNextFormat(operation))
            {
                return;
            }

            device.KnownFormat = response.IsSuccess && response.ContentFormat is { } format && operation.Request.WantsValues
                && !Lwm2m.Model.Representation.IsSingleValue(format)
                ? format
                : device.KnownFormat;
        }
        else if (device.Registration.IsQueueMode && response.IsSilence)
        {
            // It sleeps again, sooner than was thought.
            device.HeardAt = Asleep;
            if (operation is not ObserveOperation && operation.Request.IsIdempotent && !(operation.Deadline <= now) && device.IsRegistered)
            {
                Wait(operation, first: true);
                return;
            }
        }

        if (operation is ObserveOperation observe)
        {
            observe.Sequence = sequence;
            observe.Token = token;
        }

        MakeReady(device);
        Complete(operation, response);
    }

    private static bool IsFormatRefused(CoapCode code) => code == CoapCode.NotAcceptable || code == CoapCode.UnsupportedContentFormat;

    private bool TryNextFormat(DeviceOperation operation)
    {
        if (!operation.Device!.IsRegistered || operation.Request.Accept is not null || !FormatsOf(operation, operation.Attempt + 1, out _, out _))
        {
            return false;
        }

        operation.Attempt++;
        Wait(operation, first: true);
        MakeReady(operation.Device!);
        return true;
    }

    // What the device is to answer in, and what it is sent.
    private static bool FormatsOf(DeviceOperation operation, int attempt, out ContentFormat? accept, out ContentFormat? format)
    {
        DeviceRequest request = operation.Request;
        (accept, format) = (request.Accept, null);
        if (request.WantsValues ? request.Accept is not null : request.Content is null)
        {
            format = FormatOfPaths(request, request.Accept);
            return attempt == 0;
        }

        Span<ContentFormat> formats = stackalloc ContentFormat[FormatChoice.Max];
        int count = FormatChoice.List(operation.Device!, request, formats);
        if (attempt >= count)
        {
            return false;
        }

        if (request.WantsValues)
        {
            accept = formats[attempt];
            format = FormatOfPaths(request, accept);
        }
        else
        {
            format = formats[attempt];
        }

        return true;
    }

    // Paths are sent in the format that values are wanted in, as far as they can be, else in one of those that there are for paths.
    private static ContentFormat? FormatOfPaths(DeviceRequest request, ContentFormat? accept) =>
        request.Content is not { } content ? null
            : accept is { } wanted && content.Supports(wanted) ? wanted
            : content.Supports(ContentFormat.SenMLCbor) ? ContentFormat.SenMLCbor
            : ContentFormat.SenMLJson;

    // A device that was heard of is awake: what waits for it may go, and what it did not answer is asked once more.
    private void OnHeard(RegisteredDevice device, bool asksLapsed = true)
    {
        device.HeardAt = _now;
        if (device.HasLapsed && asksLapsed)
        {
            AskLapsed(device);
        }

        if (device.HasCommands)
        {
            TakeCommands(device);
        }

        MakeReady(device);
    }

    // Who has proved to be the device is where it speaks from, and need not have said so in an Update.
    private void Follow(RegisteredDevice device, EngineSide side, in PeerId from)
    {
        if (device.Side != side || device.Registration.Peer != from)
        {
            Place(device, side, device.Registration with { Peer = from }, device.Due);
        }
    }

    // Puts a registration in the place of the one that a device has. The program is told of what is lost by that when all is in its place: it
    // may do anything then, and remove the device.
    private void Place(RegisteredDevice device, EngineSide side, DeviceRegistration registration, Instant? due)
    {
        DeviceOperation? lost = Move(device, side, registration.Peer);
        _directory.Replace(device, registration, due);
        if (lost is not null)
        {
            Complete(lost, new(DeviceOutcome.Unknown, "the device has moved to another address meanwhile"));
        }
    }

    // What is under way goes to where the device was. Gives what is lost by that, and is to be told of.
    private DeviceOperation? Move(RegisteredDevice device, EngineSide side, in PeerId peer)
    {
        if (device.Side == side && device.Registration.Peer == peer)
        {
            return null;
        }

        foreach (DeviceObservation observation in device.Observations)
        {
            if (!observation.Exchange.IsNone)
            {
                Detach(observation);
                Lapse(observation);
            }
        }

        DeviceOperation? operation = device.UnderWay;
        if (operation is not null)
        {
            Leave(operation);
            if (operation.Request.IsIdempotent)
            {
                Wait(operation, first: true);
                operation = null;
            }
        }

        device.Side = side;
        return operation;
    }

    private void MakeReady(RegisteredDevice device)
    {
        if (device is { IsReady: false, UnderWay: null, Waiting.Count: > 0 } && IsAwake(device, _now))
        {
            device.IsReady = true;
            (device.HasAnswered ? _ready : _readySilent).Enqueue(device);
        }
    }

    // Sends what can be sent: to devices that answer, and within a part of all exchanges to those that have not, or not yet.
    private void Drive(Instant now)
    {
        Drive(_ready, int.MaxValue, now);
        Drive(_readySilent, Math.Max(_options.Coap.Exchanges / SilentPart, 1), now);
    }

    private void Drive(Queue<RegisteredDevice> ready, int maxSilent, Instant now)
    {
        while (_silentUnderWay < maxSilent && ready.TryPeek(out RegisteredDevice? device))
        {
            if (device.UnderWay is null && device.Waiting.First is { } operation && IsAwake(device, now) && !TrySend(device, operation))
            {
                // The engine is full; it goes on when a request is over.
                return;
            }

            ready.Dequeue();
            device.IsReady = false;
            MakeReady(device);
        }
    }

    private void CountSilent(DeviceOperation operation, bool isUnderWay)
    {
        if (operation.IsOfSilent != isUnderWay)
        {
            operation.IsOfSilent = isUnderWay;
            _silentUnderWay += isUnderWay ? 1 : -1;
        }
    }

    private bool TrySend(RegisteredDevice device, DeviceOperation operation)
    {
        if (device.Side!.IsGone(device.Registration.Peer))
        {
            // Its connection ended before it was known here: it waits for the next one, as those do whose connection has ended since.
            device.Side = null;
            return true;
        }

        if (!FormatsOf(operation, operation.Attempt, out ContentFormat? accept, out ContentFormat? format))
        {
            Leave(operation);
            Complete(operation, new(DeviceOutcome.NoFormat, "the device takes none of the formats that it can be written in"));
            return true;
        }

        if (!device.Side!.TryStart(operation, accept, format, out string? fault))
        {
            if (fault is null)
            {
                return false;
            }

            Leave(operation);
            Complete(operation, new(DeviceOutcome.Refused, fault));
            return true;
        }

        if (operation is ObserveOperation observe)
        {
            observe.Accept = accept;
        }

        Leave(operation);
        operation.State = DeviceOperation.Stage.UnderWay;
        device.UnderWay = operation;
        CountSilent(operation, isUnderWay: !device.HasAnswered);
        return true;
    }

    private void Wait(DeviceOperation operation, bool first)
    {
        operation.State = DeviceOperation.Stage.Waiting;
        OperationQueue waiting = operation.Device!.Waiting;
        if (first)
        {
            waiting.AddFirst(operation);
        }
        else
        {
            waiting.AddLast(operation);
        }

        _waitingCount++;
        _waiting.Note(operation, _waitingCount);
    }

    // Takes an operation away from where it is.
    private void Leave(DeviceOperation operation)
    {
        RegisteredDevice device = operation.Device!;
        if (operation.State == DeviceOperation.Stage.Waiting)
        {
            device.Waiting.Remove(operation);
            _waitingCount--;
        }
        else if (operation.State == DeviceOperation.Stage.UnderWay)
        {
            device.Side!.Abandon(operation);
            device.UnderWay = null;
            CountSilent(operation, isUnderWay: false);
            MakeReady(device);
        }

        operation.State = DeviceOperation.Stage.Done;
    }

    private static void Complete(DeviceOperation operation, in DeviceResponse response)
    {
        operation.State = DeviceOperation.Stage.Done;
        operation.OnCompleted(response);
    }

    private IEnumerable<DeviceOperation> WaitingOperations()
    {
        foreach (RegisteredDevice device in _directory.Devices.Concat(_bootstraps.Values.Select(static session => session.Device)))
        {
            for (DeviceOperation? operation = device.Waiting.First; operation is not null; operation = operation.Next)
            {
                yield return operation;
            }
        }
    }

    private void ExpireOperations(Instant now)
    {
        while (_waiting.TryTake(now, out DeviceOperation? operation))
        {
            Leave(operation!);
            Complete(operation!, new(DeviceOutcome.Expired, "the device was not awake, or others were before it, until its time was over"));
        }
    }

    private void AbandonOperations(RegisteredDevice device, string reason)
    {
        if (device.UnderWay is { } underWay)
        {
            Leave(underWay);
            Complete(underWay, new(DeviceOutcome.Unknown, reason));
        }

        while (device.Waiting.First is { } waiting)
        {
            Leave(waiting);
            Complete(waiting, new(DeviceOutcome.NotRegistered, reason));
        }
    }
}
