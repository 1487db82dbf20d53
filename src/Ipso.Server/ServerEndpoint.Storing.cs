using System.Collections.Concurrent;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Bootstrap;
using Ipso.Server.Cluster;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

// What is to outlive the server: a device is answered when it is stored.
public sealed partial class ServerEndpoint
{
    // Writes that devices wait for, by endpoint: one at a time, so that none overtakes another nor is judged by what will not be any more,
    // and as many together as may be answered later.
    private readonly Dictionary<string, StoreWrite> _writing = new(StringComparer.Ordinal);

    // What is to be done about calls of a store that are over, by whatever thread.
    private readonly ConcurrentQueue<Action> _stored = new();

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
            if (IsElsewhere(record.Node))
            {
                continue;
            }

            if (RegistrationCodec.TryRead(record) is not { } registration || _directory.Find(registration.Endpoint) is not null)
            {
                passedOver++;
                continue;
            }

            // One whose lifetime is over already is removed as any other, and its store is told.
            Instant? due = DueOf(registration, time - registration.UpdatedAt);
            PeerId? peer = locate(registration.Peer);
            RegisteredDevice device = _directory.Add(registration with { Peer = peer ?? default }, due);
            device.Side = peer is null ? null : _side;

            // A device with a queue may sleep or not: it says so itself.
            device.HeardAt = Asleep;
            device.HasCommands = _options.Commands is not null;
        }

        return passedOver;
    }

    // A device of another server registers here when it comes here.
    private bool IsElsewhere(NodeIdentity node) => _options.Node != default && node != _options.Node;

    // Has a change stored, and makes it and answers, now or later.
    private void Store(WriteKind kind, EngineSide side, DeviceRegistration registration, ref CoapResponse response)
    {
        StoreWrite write = new(kind, side, registration) { Node = _options.Node };
        if (_options.Registrations is not { } store)
        {
            Finish(write);
            Answer(write, ref response);
            return;
        }

        if (_writing.Count >= _options.Coap.DeferredResponses || _writing.ContainsKey(registration.Endpoint))
        {
            FailForNow(ref response);
            return;
        }

        ValueTask<WriteOutcome> running = write.RunAsync(store);
        if (running.IsCompleted)
        {
            Finish(write);
            Answer(write, ref response);
            return;
        }

        write.Response = response.Defer();
        if (write.Response.IsNone)
        {
            // It may be stored all the same; the device asks again, and finds it done or not.
            FailForNow(ref response);
        }

        _writing.Add(registration.Endpoint, write);
        if (kind == WriteKind.Claim)
        {
            write.Host = _directory.Reserve(registration);
        }

        When(running, _ => OnWritten(write));
    }

    private static void FailForNow(ref CoapResponse response)
    {
        response.Fail(CoapCode.ServiceUnavailable, "what was said before is still being stored");
        response.MaxAge = 1;
    }

    // Takes what a store says inside the next call that gives messages out; a fault is told, and what is taken then is nothing.
    private void When<T>(ValueTask<T> task, Action<(bool IsDone, T? Value)> take)
    {
        _ = AwaitAsync();

        async Task AwaitAsync()
        {
            T? result = default;
            Exception? fault = null;
            try
            {
                result = await task.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever is wrong with a store, the server goes on.
            catch (Exception e)
            {
                fault = e;
            }
#pragma warning restore CA1031

            _stored.Enqueue(() =>
            {
                if (fault is not null)
                {
                    HandlerFailed?.Invoke(fault);
                }

                take((fault is null, result));
            });
            WakeRequested?.Invoke();
        }
    }

    // A store that throws where it should give a task that is faulted is taken to have given one.
    private static ValueTask<T> Try<T>(Func<ValueTask<T>> call)
    {
#pragma warning disable CA1031 // As above.
        try
        {
            return call();
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T>(e);
        }
#pragma warning restore CA1031
    }

    private void TakeStored()
    {
        while (_stored.TryDequeue(out Action? take))
        {
            Guard(take);
        }
    }

    // What the program throws when it is told of something is told it, and is nobody else's trouble.
    private void Guard(Action action)
    {
#pragma warning disable CA1031 // As the engine does when it calls the handler.
        try
        {
            action();
        }
        catch (Exception e)
        {
            HandlerFailed?.Invoke(e);
        }
#pragma warning restore CA1031
    }

    private void OnWritten(StoreWrite write)
    {
        if (_writing.GetValueOrDefault(write.Registration.Endpoint) == write)
        {
            _writing.Remove(write.Registration.Endpoint);
            if (write.Kind == WriteKind.Claim)
            {
                _directory.Release(write.Host);
            }
        }

        // What is stored counts, whether or not anybody still waits for the answer.
        Finish(write);
        if (!write.Response.IsNone)
        {
            write.Side.Resume(write);
        }
    }

    private void AnswerStored(EngineSide side, in CoapRequest request, ref CoapResponse response)
    {
        switch (side.TakeResumed(request.Deferred))
        {
            case StoreWrite write:
                Answer(write, ref response);
                break;
            case BootstrapLookup lookup:
                AnswerBootstrap(lookup, ref response);
                break;
            default:
                response.Fail(CoapCode.ServiceUnavailable);
                break;
        }
    }

    private static void Answer(StoreWrite write, ref CoapResponse response)
    {
        if (write.Exception is not null)
        {
            response.Fail(CoapCode.ServiceUnavailable, "the registration could not be stored");
            response.MaxAge = FullSeconds;
        }
        else if (!write.IsMade)
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
    private void Finish(StoreWrite write)
    {
        if (write.Exception is { } exception)
        {
            HandlerFailed?.Invoke(exception);
        }

        write.IsMade = write.IsApplied && Make(write);
        if (write is { Exception: null, Outcome: WriteOutcome.Fenced } && _directory.Find(write.Registration.Endpoint) is { } device
            && device.Registration.Epoch == write.Epoch)
        {
            // Another server has claimed it since: what is known of it here is over.
            Remove(device, RegistrationChangeKind.Moved);
        }
    }

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
            StoreWrite write = new(WriteKind.Remove, _side, registration) { Node = _options.Node };
            When(write.RunAsync(store), _ => OnWritten(write));
        }
    }
}
