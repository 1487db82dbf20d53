namespace Ipso.Server.Registration;

/// <summary>
/// Keeps what devices have said that they have once for all that have said the same, and which devices these are: a hundred thousand of a kind
/// take the room of one list, and are found by an Object without a look at each.
/// </summary>
internal sealed class InternedObjects
{
    private readonly Dictionary<RegisteredObjects, Kind> _kinds = [];

    private sealed class Kind(RegisteredObjects objects)
    {
        internal RegisteredObjects Objects { get; } = objects;

        internal HashSet<RegisteredDevice> Devices { get; } = [];
    }

    /// <summary>Notes that a device has them.</summary>
    /// <returns>The one that is kept of all that are equal.</returns>
    internal RegisteredObjects Add(RegisteredObjects objects, RegisteredDevice device)
    {
        if (!_kinds.TryGetValue(objects, out Kind? kind))
        {
            _kinds.Add(objects, kind = new(objects));
        }

        kind.Devices.Add(device);
        return kind.Objects;
    }

    /// <summary>Notes that a device has them no more.</summary>
    internal void Remove(RegisteredObjects objects, RegisteredDevice device)
    {
        if (_kinds.TryGetValue(objects, out Kind? kind) && kind.Devices.Remove(device) && kind.Devices.Count == 0)
        {
            _kinds.Remove(objects);
        }
    }

    /// <summary>The devices that have an Object, in no order.</summary>
    internal IEnumerable<RegisteredDevice> With(ushort objectId) =>
        _kinds.Values.Where(kind => kind.Objects.Has(objectId)).SelectMany(static kind => kind.Devices);
}
