using Ipso.Coap.Engine;
using Ipso.Links;

namespace Ipso.Server.Registration;

/// <summary>
/// The devices that are registered: by endpoint, by the id of the registration, by Object, and by when their lifetimes end. Used by one thread
/// at a time.
/// </summary>
internal sealed class RegistrationDirectory
{
    private readonly Dictionary<string, RegisteredDevice> _byEndpoint = new(StringComparer.Ordinal);
    private readonly Dictionary<RegistrationId, RegisteredDevice> _byId = [];
    private readonly Dictionary<PeerId, RegisteredDevice> _byPeer = [];
    private readonly InternedObjects _objects = new();
    private readonly DueQueue<RegisteredDevice> _expiry;

    internal RegistrationDirectory() => _expiry = new(() => _byEndpoint.Values);

    /// <summary>The number of devices.</summary>
    internal int Count => _byEndpoint.Count;

    /// <summary>All devices, in no order.</summary>
    internal IReadOnlyCollection<RegisteredDevice> Devices => _byEndpoint.Values;

    /// <summary>When <see cref="TryTakeExpired"/> may find the next one.</summary>
    internal Instant? NextDeadline => _expiry.Next;

    /// <summary>The length of the queue of lifetimes, for tests of its bound.</summary>
    internal int QueuedExpiries => _expiry.Count;

    internal RegisteredDevice? Find(string endpoint) => _byEndpoint.GetValueOrDefault(endpoint);

    internal RegisteredDevice? Find(RegistrationId id) => _byId.GetValueOrDefault(id);

    /// <summary>Finds the device that has registered from an address; of several, as behind a gateway, none is the one.</summary>
    internal RegisteredDevice? FindAt(in PeerId peer) =>
        _byPeer.TryGetValue(peer, out RegisteredDevice? device) && device.NextAtPeer is null ? device : null;

    /// <inheritdoc cref="InternedObjects.With"/>
    internal IEnumerable<RegisteredDevice> With(ushort objectId) => _objects.With(objectId);

    /// <inheritdoc cref="InternedObjects.TryParse"/>
    internal bool TryParse(ReadOnlySpan<byte> payload, out RegisteredObjects objects, out LinkError error) =>
        _objects.TryParse(payload, out objects, out error);

    /// <summary>Adds a device.</summary>
    internal RegisteredDevice Add(DeviceRegistration registration, Instant? due)
    {
        RegisteredDevice device = new(registration) { Due = due };
        device.Registration = registration with { Objects = _objects.Add(registration.Objects, device) };
        _byEndpoint.Add(registration.Endpoint, device);
        _byId.Add(registration.Id, device);
        AddAtPeer(device, registration.Peer);
        _expiry.Note(device, Count);
        return device;
    }

    /// <summary>Puts a registration in the place of the one that the device has.</summary>
    internal void Replace(RegisteredDevice device, DeviceRegistration registration, Instant? due)
    {
        DeviceRegistration before = device.Registration;
        if (before.Id != registration.Id)
        {
            _byId.Remove(before.Id);
            _byId.Add(registration.Id, device);
        }

        if (before.Peer != registration.Peer)
        {
            RemoveAtPeer(device, before.Peer);
            AddAtPeer(device, registration.Peer);
        }

        RegisteredObjects objects = before.Objects.Equals(registration.Objects) ? before.Objects : _objects.Add(registration.Objects, device);
        if (!ReferenceEquals(objects, before.Objects))
        {
            _objects.Remove(before.Objects, device);
        }

        device.Registration = ReferenceEquals(objects, registration.Objects) ? registration : registration with { Objects = objects };
        device.Due = due;
        _expiry.Note(device, Count);
    }

    /// <summary>Removes a device.</summary>
    internal void Remove(RegisteredDevice device)
    {
        _byEndpoint.Remove(device.Registration.Endpoint);
        _byId.Remove(device.Registration.Id);
        RemoveAtPeer(device, device.Registration.Peer);
        _objects.Remove(device.Registration.Objects, device);
        device.IsRegistered = false;
        device.Due = null;
    }

    /// <summary>Takes a device whose lifetime is over. It stays until it is removed.</summary>
    internal bool TryTakeExpired(Instant now, out RegisteredDevice? expired) => _expiry.TryTake(now, out expired);

    private void AddAtPeer(RegisteredDevice device, in PeerId peer)
    {
        if (_byPeer.TryGetValue(peer, out RegisteredDevice? first))
        {
            first.PreviousAtPeer = device;
            device.NextAtPeer = first;
        }

        _byPeer[peer] = device;
    }

    private void RemoveAtPeer(RegisteredDevice device, in PeerId peer)
    {
        if (device.PreviousAtPeer is { } previous)
        {
            previous.NextAtPeer = device.NextAtPeer;
        }
        else if (device.NextAtPeer is { } next)
        {
            _byPeer[peer] = next;
        }
        else
        {
            _byPeer.Remove(peer);
        }

        device.NextAtPeer?.PreviousAtPeer = device.PreviousAtPeer;
        device.NextAtPeer = device.PreviousAtPeer = null;
    }
}
