using Ipso.Coap.Engine;

namespace Ipso.Tests.Coap.Engine;

/// <summary>
/// Endpoints joined by a network that loses, doubles, delays and so reorders datagrams, by a seed. Time jumps from event to event.
/// </summary>
internal sealed class VirtualNetwork(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<PeerId, IDatagramProtocol> _hosts = [];
    private readonly PriorityQueue<(byte[] Datagram, PeerId From, PeerId To), (long, long)> _underWay = new();
    private readonly byte[] _buffer = new byte[65_507];
    private long _order;

    public double Loss { get; init; }

    public double Duplication { get; init; }

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    public Instant Now { get; private set; }

    public void Add(PeerId address, IDatagramProtocol host) => _hosts.Add(address, host);

    /// <summary>
    /// Runs until a condition holds, or nothing is left to happen, or the time is up. After each step the owners get their turn.
    /// </summary>
    public void Run(Instant until, Func<bool> isDone, Action afterStep)
    {
        while (true)
        {
            afterStep();
            foreach ((PeerId address, IDatagramProtocol host) in _hosts)
            {
                Collect(address, host);
            }

            Instant? next = _underWay.TryPeek(out _, out (long Ticks, long) key) ? new Instant(key.Ticks) : null;
            foreach (IDatagramProtocol host in _hosts.Values)
            {
                next = Instant.Earlier(next, host.NextDeadline);
            }

            if (isDone() || next is not { } moment || moment > until)
            {
                return;
            }

            Now = moment > Now ? moment : Now;
            while (_underWay.TryPeek(out var item, out (long Ticks, long) due) && due.Ticks <= Now.Ticks)
            {
                _underWay.Dequeue();
                _hosts[item.To].Receive(item.Datagram, item.From, Now);
                Collect(item.To, _hosts[item.To]);
            }

            foreach (IDatagramProtocol host in _hosts.Values)
            {
                host.OnDeadline(Now);
            }
        }
    }

    private void Collect(PeerId from, IDatagramProtocol host)
    {
        while (host.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            for (int copies = _random.NextDouble() < Duplication ? 2 : 1; copies > 0; copies--)
            {
                if (_random.NextDouble() >= Loss)
                {
                    long due = Now.Ticks + (long)(_random.NextDouble() * MaxDelay.Ticks);
                    _underWay.Enqueue((_buffer[..transmit.Length], from, transmit.To), (due, _order++));
                }
            }
        }
    }
}
