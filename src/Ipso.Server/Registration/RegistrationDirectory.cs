using Ipso.Coap.Engine;
using Ipso.Links;

namespace Ipso.Server.Registration;

/// <summary>
/// The devices that are registered: by endpoint, by the id of the registration, by Object, by what else they have said of themselves, and by
/// when their lifetimes end. Used by one thread at a time.
/// </summary>
internal sealed class RegistrationDirectory
{
    private readonly Dictionary<string, RegisteredDevice> _byEndpoint = new(StringComparer.Ordinal);
    private readonly Dictionary<RegistrationId, RegisteredDevice> _byId = [];
    private readonly Dictionary<PeerId, RegisteredDevice> _byPeer = [];
    private readonly Dictionary<PeerId, int> _byHost = [];
    private readonly Dictionary<(string Name, string Value), HashSet<RegisteredDevice>> _byAttribute = [];
    private readonly InternedObjects _objects = new();
    private readonly DueQueue<RegisteredDevice> _expiry;
    private int _reserved;

    internal RegistrationDirectory() => _expiry = new(() => _byEndpoint.Values);

    /// <inheritdoc cref="ServerEndpoint.HostOf"/>
    internal Func<PeerId, PeerId?>? HostOf { get; set; }

    /// <summary>The number of devices.</summary>
    internal int Count => _byEndpoint.Count;

    /// <summary>The number of devices that there may soon be: with those that room is kept for.</summary>
    internal int CountWithReserved => Count + _reserved;

    /// <summary>All devices, in no order.</summary>
    internal IReadOnlyCollection<RegisteredDevice> Devices => _byEndpoint.Values;

    /// <summary>When <see cref="TryTakeExpired"/> may find the next one.</summary>
    internal Instant? NextDeadline => _expiry.Next;

    /// <summary>The length of the queue of lifetimes, for tests of its bound.</summary>
    internal int QueuedExpiries => _expiry.Count;

    /// <summary>How much is kept beyond the devices, for tests that nothing is left of those that have gone.</summary>
    internal int KeptCount => _byEndpoint.Count + _byId.Count + _byPeer.Count + _byHost.Count + _byAttribute.Count
        + _objects.KeptCount + _reserved;

    internal RegisteredDevice? Find(string endpoint) => _byEndpoint.GetValueOrDefault(endpoint);

    internal RegisteredDevice? Find(RegistrationId id) => _byId.GetValueOrDefault(id);

    /// <summary>Finds the device that has registered from an address; of several, as behind a gateway, none is the one.</summary>
    internal RegisteredDevice? FindAt(in PeerId peer) =>
        _byPeer.TryGetValue(peer, out RegisteredDevice? device) && device.NextAtPeer is null ? device : null;

    /// <summary>Finds the first of the devices that have registered from an address; the others follow it.</summary>
    internal RegisteredDevice? FirstAt(in PeerId peer) => _byPeer.GetValueOrDefault(peer);

    /// <summary>How many others are registered at the host of one that has proved nothing; 0 for any other.</summary>
    internal int CountAtHost(in PeerId peer, PeerIdentity? identity, RegisteredDevice? self)
    {
        PeerId? host = CountedHost(peer, identity);
        return host is null ? 0 : _byHost.GetValueOrDefault(host.Value) - (self?.Host == host ? 1 : 0);
    }

    /// <inheritdoc cref="InternedObjects.With"/>
    internal IEnumerable<RegisteredDevice> With(ushort objectId) => _objects.With(objectId);

    /// <summary>The devices that have said something else of themselves, in no order.</summary>
    internal IReadOnlyCollection<RegisteredDevice> WithAttribute(string name, string value) =>
        _byAttribute.TryGetValue((name, value), out HashSet<RegisteredDevice>? devices) ? devices : [];

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
        AddAttributes(device, registration);
        device.Host = CountedHost(registration.Peer, registration.Identity);
        CountHost(device.Host, 1);
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

        if (before.Peer != registration.Peer || before.Identity is null != registration.Identity is null)
        {
            CountHost(device.Host, -1);
            device.Host = CountedHost(registration.Peer, registration.Identity);
            CountHost(device.Host, 1);
            RemoveAtPeer(device, before.Peer);
            AddAtPeer(device, registration.Peer);
        }

        if (!ReferenceEquals(before.Attributes, registration.Attributes))
        {
            RemoveAttributes(device, before);
            AddAttributes(device, registration);
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
        RemoveAttributes(device, device.Registration);
        CountHost(device.Host, -1);
        _objects.Remove(device.Registration.Objects, device);
        device.IsRegistered = false;
        device.Due = null;
    }

    /// <summary>Keeps room for a device that is about to be added, or replaced: here, and at its host.</summary>
    /// <returns>The host, for <see cref="Release"/>.</returns>
    internal PeerId? Reserve(DeviceRegistration registration)
    {
        PeerId? host = CountedHost(registration.Peer, registration.Identity);
        _reserved++;
        CountHost(host, 1);
        return host;
    }

    /// <summary>Keeps that room no more.</summary>
    internal void Release(PeerId? host)
    {
        _reserved--;
        CountHost(host, -1);
    }

    /// <summary>Takes a device whose lifetime is over. It stays until it is removed.</summary>
    internal bool TryTakeExpired(Instant now, out RegisteredDevice? expired) => _expiry.TryTake(now, out expired);

    private PeerId? CountedHost(in PeerId peer, PeerIdentity? identity) => identity is null ? HostOf?.Invoke(peer) : null;

    private void CountHost(PeerId? host, int change)
    {
        if (host is { } one)
        {
            int count = _byHost.GetValueOrDefault(one) + change;
            if (count == 0)
            {
                _byHost.Remove(one);
            }
            else
            {
                _byHost[one] = count;
            }
        }
    }

    private void AddAttributes(RegisteredDevice device, DeviceRegistration registration)
    {
        foreach (KeyValuePair<string, string> attribute in registration.Attributes)
        {
            if (!_byAttribute.TryGetValue((attribute.Key, attribute.Value), out HashSet<RegisteredDevice>? devices))
            {
                _byAttribute.Add((attribute.Key, attribute.Value), devices = []);
            }

            devices.Add(device);
        }
    }

    private void RemoveAttributes(RegisteredDevice device, DeviceRegistration registration)
    {
        foreach (KeyValuePair<string, string> attribute in registration.Attributes)
        {
            if (_byAttribute.TryGetValue((attribute.Key, attribute.Value), out HashSet<RegisteredDevice>? devices)
                && devices.Remove(device) && devices.Count == 0)
            {
                _byAttribute.Remove((attribute.Key, attribute.Value));
            }
        }
    }

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
