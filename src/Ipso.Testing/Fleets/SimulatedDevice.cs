using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;

namespace Ipso.Testing.Fleets;

/// <summary>
/// A device of a <see cref="SimulatedFleet"/>: a <see cref="DeviceEndpoint"/> whose values move by themselves. It is driven as any
/// <see cref="IDatagramProtocol"/>.
/// </summary>
public sealed class SimulatedDevice : IDatagramProtocol
{
    private readonly SimulatedObject[] _objects;
    private readonly TimeSpan _interval;
    private readonly Func<Instant, DateTimeOffset> _calendar;
    private Instant? _nextMove;
    private volatile bool _isRegistered;

    internal SimulatedDevice(
        int index, string name, DeviceEndpoint endpoint, SimulatedObject[] objects, TimeSpan interval, Instant? firstMove,
        Func<Instant, DateTimeOffset> calendar)
    {
        Index = index;
        Name = name;
        Endpoint = endpoint;
        _objects = objects;
        _interval = interval;
        _nextMove = firstMove;
        _calendar = calendar;
        endpoint.RegistrationChanged = OnRegistrationChanged;
    }

    /// <summary>The place in the fleet, from 0.</summary>
    public int Index { get; }

    /// <summary>The Endpoint Client Name.</summary>
    public string Name { get; }

    /// <summary>The device. Its objects may be changed while it runs.</summary>
    public DeviceEndpoint Endpoint { get; }

    /// <summary>The objects of the fleet, in the order in which they were asked for.</summary>
    public IReadOnlyList<SimulatedObject> Objects => _objects;

    /// <summary>Whether the server has accepted it, and it has heard of nothing else since.</summary>
    public bool IsRegistered => _isRegistered;

    /// <inheritdoc/>
    CoapEngine? IDatagramProtocol.Engine => ((IDatagramProtocol)Endpoint).Engine;

    /// <inheritdoc/>
    public Instant? NextDeadline => Instant.Earlier(Endpoint.NextDeadline, _nextMove);

    /// <summary>Told when <see cref="IsRegistered"/> changes.</summary>
    internal Action<SimulatedDevice>? RegistrationChanged { get; set; }

    /// <inheritdoc/>
    public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now) => Endpoint.PeerFailed(peer, failure, now);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) => Endpoint.Receive(datagram, from, now);

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit) => Endpoint.TryTransmit(buffer, now, out transmit);

    /// <inheritdoc/>
    public void OnDeadline(Instant now)
    {
        if (_nextMove <= now)
        {
            // What was missed while nobody drove it is not made up for.
            _nextMove = now + _interval;
            DateTimeOffset time = _calendar(now);
            foreach (SimulatedObject simulated in _objects)
            {
                simulated.Move(time);
            }
        }

        Endpoint.OnDeadline(now);
    }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;

    private void OnRegistrationChanged(RegistrationEvent e)
    {
        bool? isRegistered = e.Kind switch
        {
            RegistrationEventKind.Registered or RegistrationEventKind.Updated => true,
            RegistrationEventKind.Failed or RegistrationEventKind.Deregistered or RegistrationEventKind.Disabled => false,
            _ => null,
        };
        if (isRegistered is { } changed && changed != _isRegistered)
        {
            _isRegistered = changed;
            RegistrationChanged?.Invoke(this);
        }
    }
}
