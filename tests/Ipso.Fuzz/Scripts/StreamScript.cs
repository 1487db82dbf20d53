using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

/// <summary>The engine over byte streams under a script: connections come and go, and their bytes are cut as the script wants.</summary>
internal sealed class StreamScript() : EngineScript(CoapFraming.Stream)
{
    private const int MaxConnections = PeerCount - 1;
    private const int MaxPending = 8 * 1024;
    private static readonly Predicate<PeerId> s_anyone = static _ => true;

    // What has come on a connection and was not taken yet.
    private struct Connection()
    {
        public readonly byte[] Pending = new byte[MaxPending];
        public int Length;
        public bool IsOpen;
        public bool HasCsm;
    }

    private readonly Connection[] _connections = [new(), new(), new(), new()];
    private CoapStreamEndpoint? _endpoint;
    private int _cut;

    protected override long MaxMemory => _endpoint!.MaxMemory;

    // The buffers that connections are read into, one after the other, double up to the longest message.
    protected override long Allowance => MaxConnections * (3L * Options.MaxMessageSize + 1024);

    protected override Instant? NextDeadline => _endpoint!.NextDeadline;

    protected override PeerId Target(int which) => AddressOf(which);

    protected override CoapEngine Create(CoapEndpointOptions options, ScriptRandom random, ScriptedApplication application)
    {
        foreach (ref Connection connection in _connections.AsSpan())
        {
            Forget(ref connection);
        }

        _cut = 0;
        _endpoint = new CoapStreamEndpoint(options, random, application, MaxConnections);
        _endpoint.TakeAllMemory();
        return _endpoint;
    }

    protected override void OnDeadline() => _endpoint!.OnDeadline(Now);

    protected override bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _endpoint!.TryTransmit(buffer, Now, out transmit);

    protected override void Judge(in PeerId to, ReadOnlySpan<byte> message)
    {
        int index = IndexOf(to);
        if (index < 0 || !_connections[index].IsOpen)
        {
            Fail("a message goes to a connection that there is not");
            return;
        }

        if (Sent.Add(to, message, _endpoint!.TransmitSize) is { } violation)
        {
            Fail(violation);
        }

        // RFC 8323, 5.3: the first message of each side is a CSM.
        bool isCsm = CoapMessage.TryParse(message, CoapFraming.Stream, extendedTokens: true, out CoapMessage sent, out _)
            && sent.Code == CoapCode.Csm;
        if (!isCsm && !_connections[index].HasCsm)
        {
            Fail("a connection does not begin with a CSM");
        }

        _connections[index].HasCsm = true;
    }

    /// <summary>What could not be taken before is taken when the messages are out; then go the connections that are to be closed.</summary>
    protected override int Drain()
    {
        int count = base.Drain();
        for (bool goesOn = true; goesOn && Violation is null;)
        {
            goesOn = false;
            for (int i = 0; i < PeerCount; i++)
            {
                int before = _connections[i].Length;
                Feed(i);
                int sent = base.Drain();
                count += sent;
                goesOn |= _connections[i].Length < before;
                if (before > 0 && _connections[i].Length == before && sent == 0 && !_endpoint!.IsHeld(AddressOf(i)))
                {
                    Fail("the bytes of a connection are never taken");
                }
            }
        }

        while (Violation is null && _endpoint!.TryTakeClosing(out PeerId peer))
        {
            int index = IndexOf(peer);
            if (index < 0 || !_connections[index].IsOpen)
            {
                Fail("a connection is to be closed that there is not");
                break;
            }

            Forget(ref _connections[index]);
        }

        return count;
    }

    protected override void Deliver(int from, ReadOnlySpan<byte> message)
    {
        ref Connection connection = ref _connections[from % PeerCount];
        if (connection.Length + message.Length <= MaxPending)
        {
            message.CopyTo(connection.Pending.AsSpan(connection.Length));
            connection.Length += message.Length;
            Feed(from % PeerCount);
        }
    }

    protected override void StepOfNetwork(int kind, ref ScriptReader script)
    {
        switch (kind)
        {
            case ScriptSteps.Open:
                Open(script.Next() % PeerCount, script.Next());
                break;
            case ScriptSteps.Close:
                Close(script.Next() % PeerCount);
                break;
            case ScriptSteps.Signal:
                int from = script.Next();
                Arrive(from, Maker.Signal(ref script));
                break;
            case ScriptSteps.OwnSignal:
                int to = script.Next() % PeerCount;
                bool isSent = script.Next(2) == 0 ? _endpoint!.Ping(AddressOf(to)) : _endpoint!.Release(AddressOf(to));
                if (isSent != _connections[to].IsOpen || (_endpoint.IsReleased(AddressOf(to)) && !isSent))
                {
                    Fail("a signal knows of another connection");
                }

                break;
            case ScriptSteps.Cut:
                _ = script.Next();
                _cut = script.Next();
                break;
            case ScriptSteps.GiveWay:
                if (_endpoint!.TryFindIdle(Now - TimeSpan.FromSeconds(script.Next()), s_anyone, out PeerId idle))
                {
                    GiveWay(idle);
                }

                break;
            default:
                base.StepOfNetwork(kind, ref script);
                break;
        }
    }

    protected override void JudgeTables()
    {
        if (_endpoint!.ConnectionCount != OpenCount())
        {
            Fail($"there are other connections than were opened: {_endpoint.ConnectionCount} and {OpenCount()}");
        }
    }

    protected override void Leave()
    {
        for (int i = 0; i < PeerCount; i++)
        {
            Close(i);
        }
    }

    protected override PeerId Return()
    {
        Open(0, says: 1);
        return AddressOf(0);
    }

    private int OpenCount()
    {
        int count = 0;
        foreach (ref Connection connection in _connections.AsSpan())
        {
            count += connection.IsOpen ? 1 : 0;
        }

        return count;
    }

    private void Open(int index, int says)
    {
        bool isWanted = !_connections[index].IsOpen && OpenCount() < MaxConnections;
        if (_endpoint!.Open(AddressOf(index), Now) != isWanted)
        {
            Fail("a connection is refused for which there is room, or the other way round");
        }

        if (isWanted)
        {
            _connections[index].IsOpen = true;
            if ((says & 1) != 0)
            {
                Arrive(index, Maker.Csm(says));
            }
        }
    }

    private void GiveWay(in PeerId idle)
    {
        int index = IndexOf(idle);
        if (index < 0 || !_connections[index].IsOpen || _endpoint!.IsHeld(idle) || HasObserver(idle))
        {
            Fail("a connection gives way that there is not, or that is in use");
            return;
        }

        Close(index);
    }

    private bool HasObserver(in PeerId peer)
    {
        for (int i = 0; i < _endpoint!.ObserverCount; i++)
        {
            if (_endpoint.GetObserver(i).Peer == peer)
            {
                return true;
            }
        }

        return false;
    }

    private void Close(int index)
    {
        _endpoint!.Close(AddressOf(index));
        Forget(ref _connections[index]);
    }

    private static void Forget(ref Connection connection) => (connection.Length, connection.IsOpen, connection.HasCsm) = (0, false, false);

    private void Feed(int index)
    {
        ref Connection connection = ref _connections[index];
        int fed = 0;
        while (fed < connection.Length && Violation is null)
        {
            int piece = Math.Min(_cut == 0 ? connection.Length : _cut, connection.Length - fed);
            int taken = _endpoint!.Receive(connection.Pending.AsSpan(fed, piece), AddressOf(index), Now);
            if (taken < 0 || taken > piece)
            {
                Fail($"of this many bytes it takes more: {piece}, {taken}");
                break;
            }

            fed += taken;
            if (taken < piece)
            {
                break;
            }
        }

        connection.Pending.AsSpan(fed, connection.Length - fed).CopyTo(connection.Pending);
        connection.Length -= fed;
    }
}
