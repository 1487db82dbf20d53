using Ipso.Coap.Engine;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server;

// What becomes of registrations that were judged to be right: they come, change, and go.
public sealed partial class ServerEndpoint
{
    private Instant? _sweepAt;
    private bool _isSweeping;

    /// <summary>Removes a device, as if it had de-registered. It may register again.</summary>
    /// <param name="device">The device.</param>
    /// <returns>False where it is not registered.</returns>
    public bool Remove(RegisteredDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsRegistered || _directory.Find(device.Endpoint) != device)
        {
            return false;
        }

        RemoveStored(device.Registration);
        Remove(device, RegistrationChangeKind.Removed);
        return true;
    }

    // Of a stranger's registration in a store the bound may be another one than when it was made.
    private Instant? DueOf(DeviceRegistration registration, TimeSpan elapsed = default)
    {
        TimeSpan? bound = registration.Identity is null ? _options.MaxUnidentifiedLifetime : null;
        TimeSpan? lifetime = bound is null || registration.Lifetime <= bound ? registration.Lifetime : bound;
        return _now + (lifetime - elapsed + _options.LifetimeGrace);
    }

    private void Accept(EngineSide side, DeviceRegistration registration)
    {
        RegisteredDevice? device = _directory.Find(registration.Endpoint);
        if (device is null)
        {
            device = _directory.Add(registration, DueOf(registration));
            device.Side = side;
        }
        else
        {
            DeviceRegistration before = device.Registration;
            Place(device, side, registration, DueOf(registration));
            Tell(new RegistrationChange(RegistrationChangeKind.Replaced, device.Endpoint) { Registration = before });
            if (!device.IsRegistered)
            {
                // The program has removed it, told of what was before.
                return;
            }
        }

        Tell(new RegistrationChange(RegistrationChangeKind.Registered, device.Endpoint)
        {
            Registration = device.Registration, From = registration.Peer,
        });
        device.HasCommands = _options.Commands is not null;
        ObserveAnew(device);
        OnHeard(device);
    }

    private void Update(EngineSide side, RegisteredDevice device, DeviceRegistration updated)
    {
        DeviceRegistration before = device.Registration;
        Place(device, side, updated, DueOf(updated));
        if (!device.IsRegistered)
        {
            return;
        }

        Tell(new RegistrationChange(RegistrationChangeKind.Updated, updated.Endpoint)
        {
            Registration = device.Registration, Before = before, From = updated.Peer,
        });
        OnHeard(device);
    }

    private void ExpireRegistrations(Instant now)
    {
        while (_directory.TryTakeExpired(now, out RegisteredDevice? device))
        {
            if (_options is { Registrations: { } store } && _options.Node != default)
            {
                ExpireShared(device!, store);
                continue;
            }

            RemoveStored(device!.Registration);
            Guard(() => Remove(device, RegistrationChangeKind.Expired));
        }
    }

    // Where another server has claimed the device meanwhile, it is that one's, and has not expired: the store knows.
    private void ExpireShared(RegisteredDevice device, IRegistrationStore store)
    {
        StoreWrite write = new(WriteKind.Remove, _side, device.Registration) { Node = _options.Node };
        _directory.Remove(device);
        Guard(() => Abandon(device));
        When(write.RunAsync(store), outcome => Tell(new RegistrationChange(
            write.IsApplied || write.Outcome != WriteOutcome.Fenced ? RegistrationChangeKind.Expired : RegistrationChangeKind.Moved, device.Endpoint)
        {
            Registration = device.Registration,
        }));
    }

    // Each server removes its own devices; those of one that has ended are removed by whoever comes to it first.
    private void SweepShared(Instant now)
    {
        if (_options.Registrations is not { } store || _isFenced || _isSweeping || !(_sweepAt <= now))
        {
            return;
        }

        _sweepAt = now + s_expiryInterval;
        _isSweeping = true;
        DateTimeOffset before = _options.Time.GetUtcNow() - _options.LifetimeGrace - s_expiryInterval;
        When(Try(() => store.RemoveExpiredAsync(before, MaxExpiredTaken)), expired =>
        {
            _isSweeping = false;
            foreach (RegistrationRecord record in expired.Value ?? [])
            {
                Guard(() => TellExpired(record));
            }
        });
    }

    private void TellExpired(RegistrationRecord record)
    {
        if (_directory.Find(record.Endpoint) is { } device && device.Registration.Epoch == record.Epoch)
        {
            Remove(device, RegistrationChangeKind.Expired);
        }
        else if (RegistrationCodec.TryRead(record) is { } registration)
        {
            Tell(new RegistrationChange(RegistrationChangeKind.Expired, record.Endpoint) { Registration = registration });
        }
    }

    private void Remove(RegisteredDevice device, RegistrationChangeKind why)
    {
        _directory.Remove(device);
        Tell(new RegistrationChange(why, device.Endpoint) { Registration = device.Registration });
        Abandon(device);
    }

    private void Abandon(RegisteredDevice device)
    {
        EndObservations(device, "the device is registered no more");
        AbandonOperations(device, "the device is registered no more");
    }
}
