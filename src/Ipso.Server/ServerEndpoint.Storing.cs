using System.Collections.Concurrent;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

// What is to outlive the server: a device is answered when it is stored.
public sealed partial class ServerEndpoint
{
    // Writes whose responses are put off.
    private readonly Dictionary<ResponseId, StoreWrite> _writes = [];

    // Writes that are over, by whatever thread.
    private readonly ConcurrentQueue<StoreWrite> _written = new();

    private enum WriteKind : byte
    {
        Claim,
        Update,
        Remove,
    }

    private sealed class StoreWrite(WriteKind kind, EngineSide side, DeviceRegistration registration)
    {
        internal WriteKind Kind => kind;

        internal EngineSide Side => side;

        internal DeviceRegistration Registration => registration;

        internal ResponseId Response { get; set; }

        internal long Epoch { get; set; }

        internal WriteOutcome Outcome { get; set; }

        internal Exception? Exception { get; set; }
    }

    /// <summary>Takes the registrations that the store has. To be called once, before devices come.</summary>
    /// <param name="records">What <see cref="IRegistrationStore.ScanAsync"/> gives.</param>
    /// <param name="locate">Where a device is that was at an address: the same, or another way to it. <see langword="null"/> for one that
    /// is not to be reached before it is heard of, such as one whose session is gone.</param>
    /// <param name="now">The moment.</param>
    /// <returns>How many records cannot be read, or are of devices that are there already; those are passed over.</returns>
    public int Restore(IEnumerable<RegistrationRecord> records, Func<PeerId, PeerId?> locate, Instant now)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(locate);
        _now = now;
        DateTimeOffset time = _options.Time.GetUtcNow();
        int passedOver = 0;
        foreach (RegistrationRecord record in records)
        {
            if (RegistrationCodec.TryRead(record) is not { } registration || _directory.Find(registration.Endpoint) is not null)
            {
                passedOver++;
                continue;
            }

            // One whose lifetime is over already is removed as any other, and its store is told.
            Instant? due = registration.Lifetime is { } lifetime
                ? now + (registration.UpdatedAt + lifetime + _options.LifetimeGrace - time)
                : null;
            PeerId? peer = locate(registration.Peer);
            RegisteredDevice device = _directory.Add(registration with { Peer = peer ?? registration.Peer }, due);
            device.Side = peer is null ? null : _side;

            // A device with a queue may sleep or not: it says so itself.
            device.HeardAt = Asleep;
        }

        return passedOver;
    }

    // Has a change stored, and makes it and answers, now or later.
    private void Store(WriteKind kind, EngineSide side, DeviceRegistration registration, ref CoapResponse response)
    {
        StoreWrite write = new(kind, side, registration) { Epoch = registration.Epoch };
        if (_options.Registrations is not { } store)
        {
            Apply(write, ref response);
            return;
        }

        Task task = WriteAsync(store, write);
        if (task.IsCompletedSuccessfully)
        {
            Apply(write, ref response);
            return;
        }

        write.Response = response.Defer();
        if (write.Response.IsNone)
        {
            // It may be stored all the same; the device asks again, and finds it done or not.
            response.Fail(CoapCode.ServiceUnavailable, "too many registrations at a time");
            response.MaxAge = 1;
        }
        else
        {
            _writes.Add(write.Response, write);
        }

        _ = AwaitAsync(task, write);
    }

    private static async Task WriteAsync(IRegistrationStore store, StoreWrite write)
    {
        DeviceRegistration registration = write.Registration;
        try
        {
            switch (write.Kind)
            {
                case WriteKind.Claim:
                    write.Epoch = await store.ClaimAsync(RegistrationCodec.ToRecord(registration)).ConfigureAwait(false);
                    break;
                case WriteKind.Update:
                    write.Outcome = await store.UpdateAsync(RegistrationCodec.ToRecord(registration)).ConfigureAwait(false);
                    break;
                default:
                    write.Outcome = await store.RemoveAsync(registration.Endpoint, registration.Epoch).ConfigureAwait(false);
                    break;
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with a store, the device is told to come again.
        catch (Exception e)
        {
            write.Exception = e;
        }
#pragma warning restore CA1031
    }

    private async Task AwaitAsync(Task task, StoreWrite write)
    {
        await task.ConfigureAwait(false);
        _written.Enqueue(write);
        WakeRequested?.Invoke();
    }

    private void TakeWritten()
    {
        while (_written.TryDequeue(out StoreWrite? write))
        {
            if (!write.Response.IsNone && write.Side.Engine.Resume(write.Response))
            {
                continue;
            }

            // Nobody waits for the answer any more; what is stored counts.
            _writes.Remove(write.Response);
            if (write is { Exception: null, Outcome: WriteOutcome.Applied })
            {
                Make(write);
            }
        }
    }

    private void AnswerStored(in CoapRequest request, ref CoapResponse response)
    {
        if (_writes.Remove(request.Deferred, out StoreWrite? write))
        {
            Apply(write, ref response);
        }
        else
        {
            response.Fail(CoapCode.ServiceUnavailable);
        }
    }

    private void Apply(StoreWrite write, ref CoapResponse response)
    {
        if (write.Exception is { } exception)
        {
            HandlerFailed?.Invoke(exception);
            response.Fail(CoapCode.ServiceUnavailable, "the registration could not be stored");
            response.MaxAge = FullSeconds;
        }
        else if (write.Outcome != WriteOutcome.Applied || !Make(write))
        {
            response.Fail(CoapCode.NotFound, "there is no such registration: register anew");
        }
        else if (write.Kind == WriteKind.Claim)
        {
            response.Code = CoapCode.Created;
            response.AddLocationPath("rd"u8);
            Span<byte> id = stackalloc byte[RegistrationId.TextLength];
            write.Registration.Id.Format(id);
            response.AddLocationPath(id);
        }
        else
        {
            response.Code = write.Kind == WriteKind.Update ? CoapCode.Changed : CoapCode.Deleted;
        }
    }

    // Makes a change that is stored. What came later, and was stored earlier, stays.
    private bool Make(StoreWrite write)
    {
        DeviceRegistration registration = write.Registration with { Epoch = write.Epoch };
        RegisteredDevice? device = _directory.Find(registration.Endpoint);
        if (write.Kind == WriteKind.Claim)
        {
            if (device is null || device.Registration.Epoch < registration.Epoch)
            {
                Accept(write.Side, registration);
            }

            return true;
        }

        if (device is null || device.Registration.Id != registration.Id)
        {
            return false;
        }

        if (write.Kind == WriteKind.Update)
        {
            Update(write.Side, device, registration);
        }
        else
        {
            Remove(device, RegistrationChangeKind.Deregistered);
        }

        return true;
    }

    // What is removed here is to be removed there; where that fails it is found again at the next start, and removed then.
    private void RemoveStored(DeviceRegistration registration)
    {
        if (_options.Registrations is { } store)
        {
            StoreWrite write = new(WriteKind.Remove, _side, registration);
            _ = ReportAsync(WriteAsync(store, write), write);
        }

        async Task ReportAsync(Task task, StoreWrite write)
        {
            await task.ConfigureAwait(false);
            if (write.Exception is { } exception)
            {
                HandlerFailed?.Invoke(exception);
            }
        }
    }
}
