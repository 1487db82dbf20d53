using System.Buffers.Binary;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>
/// A connection between two nodes, as TCP has it: bytes in order, cut anywhere; closed, reset, or half-open, when one side is gone and the
/// other does not know.
/// </summary>
public sealed class VirtualConnection
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly SeededRandom _random;
    private bool _isBroken;
    private bool _isDecided;

    internal VirtualConnection(VirtualNode client, VirtualNode server, StreamSettings settings, ushort port, SeededRandom random)
    {
        Settings = settings;
        _random = random;
        Span<byte> local = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(local, port);
        Client = new End(client, VirtualNode.PeerAt(server.Address, local));
        Server = new End(server, VirtualNode.PeerAt(client.Address, local));
    }

    /// <summary>The settings. May be changed at any time; what is under way is not concerned.</summary>
    public StreamSettings Settings { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); }

    /// <summary>The connection as the side that has opened it names it.</summary>
    public PeerId ClientConnection => Client.Connection;

    /// <summary>The connection as the side that has accepted it names it.</summary>
    public PeerId ServerConnection => Server.Connection;

    /// <summary>Whether the side that has opened it takes it for open.</summary>
    public bool IsClientOpen => Client.Protocol is not null;

    /// <summary>Whether the side that has accepted it takes it for open.</summary>
    public bool IsServerOpen => Server.Protocol is not null;

    internal End Client { get; }

    internal End Server { get; }

    /// <summary>Whether nothing can come of it any more.</summary>
    internal bool IsOver => _isDecided && !IsClientOpen && !IsServerOpen && Client.UnderWay.Count + Server.UnderWay.Count == 0;

    private VirtualNetwork Network => Client.Node.Network;

    /// <summary>Resets the connection, as something on the way does: both sides hear of it now, and bytes under way are lost.</summary>
    public void Reset()
    {
        Abandon();
        Tell(Client, StreamEnd.Reset);
        Tell(Server, StreamEnd.Reset);
    }

    /// <summary>
    /// Lets the connection break without anybody hearing of it, as when something on the way has forgotten it: from now on bytes vanish, in
    /// both directions.
    /// </summary>
    public void Break()
    {
        _isBroken = true;
        Abandon();
    }

    internal void Open() => Network.Clock.After(Settings.Delay.Draw(_random), () =>
    {
        Server.Protocol = _isBroken ? null : Server.Node.Streams;
        Server.Protocol?.Opened(Server.Connection, isInitiator: false, Network.Now);

        // The word that it is open, or refused, comes before all bytes.
        Instant answer = Network.Now + Settings.Delay.Draw(_random);
        Client.LastArrival = answer;
        bool isAccepted = IsServerOpen;
        Network.Clock.At(answer, () => OpenClient(isAccepted));
    });

    internal void Write(End from, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int longest = Math.Min(bytes.Length, Settings.MaxChunk);
            int length = Settings.MaxChunk == int.MaxValue || longest <= Settings.MinChunk
                ? longest
                : _random.Next(Settings.MinChunk, longest);
            Enqueue(from, Network.Record(from.Node, Other(from).Node, bytes[..length]));
            bytes = bytes[length..];
        }
    }

    internal void Close(End from, bool isReset)
    {
        from.Protocol = null;
        if (!isReset)
        {
            Enqueue(from, null);
            return;
        }

        Abandon();
        TellLater(Other(from), StreamEnd.Reset);
    }

    /// <summary>A node has gone down: its side is gone, and the other learns of it when it sends.</summary>
    internal static void Drop(End end) => end.Protocol = null;

    private End Other(End end) => ReferenceEquals(end, Client) ? Server : Client;

    private void OpenClient(bool isAccepted)
    {
        _isDecided = true;
        if (Client.Node.Streams is not { } client || _isBroken)
        {
            return;
        }

        if (isAccepted)
        {
            Client.Protocol = client;
            client.Opened(Client.Connection, isInitiator: true, Network.Now);
        }
        else
        {
            client.Closed(Client.Connection, StreamEnd.Reset, Network.Now);
        }
    }

    // A piece, or the end of the bytes if it is null. It arrives after those before it.
    private void Enqueue(End from, TraceEntry? piece)
    {
        if (_isBroken)
        {
            SetFate(piece, DatagramFate.Lost);
            return;
        }

        End to = Other(from);
        Instant arrival = Network.Now + Settings.Delay.Draw(_random);
        if (to.LastArrival is { } last && last + Settings.Pace > arrival)
        {
            arrival = last + Settings.Pace;
        }

        to.LastArrival = arrival;
        to.UnderWay.Enqueue((arrival, piece));
        piece?.Arrives = arrival;
        Network.Clock.At(arrival, () => Arrive(from, to));
    }

    // What has come by now, joined as far as the longest piece allows.
    private void Arrive(End from, End to)
    {
        while (to.UnderWay.TryPeek(out (Instant Due, TraceEntry? Entry) first) && first.Due <= Network.Now)
        {
            if (Network.AreSeparated(from.Node, to.Node))
            {
                Network.Clock.After(s_retry, () => Arrive(from, to));
                return;
            }

            if (to.Protocol is not { } protocol)
            {
                to.UnderWay.Dequeue();
                SetFate(first.Entry, DatagramFate.Down);
                if (first.Entry is not null)
                {
                    // Bytes for a side that knows of no connection are answered with a reset.
                    TellLater(from, StreamEnd.Reset);
                }
            }
            else if (first.Entry is null)
            {
                to.UnderWay.Dequeue();
                Tell(to, StreamEnd.Closed);
            }
            else
            {
                protocol.Receive(Join(to), to.Connection, Network.Now);
            }
        }
    }

    private byte[] Join(End to)
    {
        List<byte> joined = [];
        int longest = Settings.MaxChunk == int.MaxValue || Settings.MaxChunk <= Settings.MinChunk
            ? Settings.MaxChunk
            : _random.Next(Settings.MinChunk, Settings.MaxChunk);
        while (to.UnderWay.TryPeek(out (Instant Due, TraceEntry? Entry) next)
            && next.Due <= Network.Now && next.Entry is { } entry
            && (joined.Count == 0 || entry.Datagram.Length <= longest - joined.Count))
        {
            to.UnderWay.Dequeue();
            SetFate(entry, DatagramFate.Delivered);
            joined.AddRange(entry.Datagram.Span);
        }

        return [.. joined];
    }

    private void TellLater(End end, StreamEnd how) => Network.Clock.After(Settings.Delay.Draw(_random), () => Tell(end, how));

    private void Tell(End end, StreamEnd how)
    {
        if (end.Protocol is { } protocol && !_isBroken)
        {
            end.Protocol = null;
            protocol.Closed(end.Connection, how, Network.Now);
        }
    }

    private void Abandon()
    {
        foreach (End end in (ReadOnlySpan<End>)[Client, Server])
        {
            while (end.UnderWay.TryDequeue(out (Instant Due, TraceEntry? Entry) piece))
            {
                SetFate(piece.Entry, DatagramFate.Lost);
            }
        }
    }

    private static void SetFate(TraceEntry? piece, DatagramFate fate) => piece?.Fate = fate;

    /// <summary>One side: the protocol while it takes the connection for open, and what is under way to it.</summary>
    internal sealed class End(VirtualNode node, PeerId connection)
    {
        public VirtualNode Node { get; } = node;

        public PeerId Connection { get; } = connection;

        public IStreamProtocol? Protocol { get; set; }

        public Queue<(Instant Due, TraceEntry? Entry)> UnderWay { get; } = new();

        public Instant? LastArrival { get; set; }
    }
}
