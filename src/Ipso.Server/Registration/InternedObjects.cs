using Ipso.Links;

namespace Ipso.Server.Registration;

/// <summary>
/// Keeps what devices have said that they have once for all that have said the same, and which devices these are: a hundred thousand of a kind
/// take the room of one list, are found by an Object without a look at each, and what they say is read once.
/// </summary>
internal sealed class InternedObjects
{
    // Longer payloads are read each time they come: what is kept of a device has a bound, and few are as long.
    private const int MaxPayloadKept = 4096;

    private readonly Dictionary<RegisteredObjects, Kind> _kinds = [];

    // As many kinds as there may be devices, where none has what another has: who looks for an Object does not look at each.
    private readonly Dictionary<ushort, HashSet<Kind>> _byObject = [];

    // By the hash of the payload that a kind was read from last. Whatever has the same hash and is another payload is read.
    private readonly Dictionary<int, Kind> _byPayload = [];

    private sealed class Kind(RegisteredObjects objects)
    {
        internal RegisteredObjects Objects { get; } = objects;

        internal HashSet<RegisteredDevice> Devices { get; } = [];

        internal byte[]? Payload { get; set; }

        internal int PayloadHash { get; set; }
    }

    /// <summary>Reads the payload of a Register or Update, as <see cref="RegisteredObjects.TryParse"/> does.</summary>
    internal bool TryParse(ReadOnlySpan<byte> payload, out RegisteredObjects objects, out LinkError error)
    {
        HashCode hash = default;
        hash.AddBytes(payload);
        int code = hash.ToHashCode();
        if (_byPayload.TryGetValue(code, out Kind? known) && payload.SequenceEqual(known.Payload))
        {
            objects = known.Objects;
            error = default;
            return true;
        }

        if (!RegisteredObjects.TryParse(payload, out objects, out error))
        {
            return false;
        }

        if (_kinds.TryGetValue(objects, out Kind? kind))
        {
            objects = kind.Objects;
            if (payload.Length > MaxPayloadKept)
            {
                return true;
            }

            Forget(kind);
            kind.Payload = payload.ToArray();
            kind.PayloadHash = code;
            _byPayload[code] = kind;
        }

        return true;
    }

    /// <summary>Notes that a device has them.</summary>
    /// <returns>The one that is kept of all that are equal.</returns>
    internal RegisteredObjects Add(RegisteredObjects objects, RegisteredDevice device)
    {
        if (!_kinds.TryGetValue(objects, out Kind? kind))
        {
            _kinds.Add(objects, kind = new(objects));
            foreach (RegisteredObject one in objects.Objects)
            {
                if (!_byObject.TryGetValue(one.ObjectId, out HashSet<Kind>? kinds))
                {
                    _byObject.Add(one.ObjectId, kinds = []);
                }

                kinds.Add(kind);
            }
        }

        kind.Devices.Add(device);
        return kind.Objects;
    }

    /// <summary>Notes that a device has them no more.</summary>
    internal void Remove(RegisteredObjects objects, RegisteredDevice device)
    {
        if (_kinds.TryGetValue(objects, out Kind? kind) && kind.Devices.Remove(device) && kind.Devices.Count == 0)
        {
            Forget(kind);
            _kinds.Remove(objects);
            foreach (RegisteredObject one in kind.Objects.Objects)
            {
                HashSet<Kind> kinds = _byObject[one.ObjectId];
                kinds.Remove(kind);
                if (kinds.Count == 0)
                {
                    _byObject.Remove(one.ObjectId);
                }
            }
        }
    }

    /// <summary>The devices that have an Object, in no order.</summary>
    internal IEnumerable<RegisteredDevice> With(ushort objectId) =>
        _byObject.TryGetValue(objectId, out HashSet<Kind>? kinds) ? kinds.SelectMany(static kind => kind.Devices) : [];

    /// <summary>How much is kept, for tests that nothing is left of devices that have gone.</summary>
    internal int KeptCount => _kinds.Count + _byPayload.Count + _byObject.Count;

    private void Forget(Kind kind)
    {
        if (kind.Payload is not null && _byPayload.TryGetValue(kind.PayloadHash, out Kind? known) && known == kind)
        {
            _byPayload.Remove(kind.PayloadHash);
        }
    }
}
