using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

public class ConnectionTests
{
    private sealed class Ends : IStreamProtocol
    {
        public Queue<(PeerId To, byte[] Bytes)> Outgoing { get; } = new();

        public Queue<(PeerId Connection, bool IsReset)> Closing { get; } = new();

        public List<string> Log { get; } = [];

        public List<byte[]> Pieces { get; } = [];

        public PeerId Connection { get; private set; }

        public byte[] All => [.. Pieces.SelectMany(static p => p)];

        public Instant? NextDeadline => null;

        public void Opened(in PeerId connection, bool isInitiator, Instant now)
        {
            Connection = connection;
            Log.Add($"{now}: open {isInitiator}");
        }

        public void Receive(ReadOnlySpan<byte> bytes, in PeerId connection, Instant now)
        {
            Assert.Equal(Connection, connection);
            Pieces.Add(bytes.ToArray());
        }

        public void Closed(in PeerId connection, StreamEnd end, Instant now) => Log.Add($"{now}: {end}");

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            bool any = Outgoing.TryDequeue(out (PeerId To, byte[] Bytes) next);
            next.Bytes?.CopyTo(buffer);
            transmit = new Transmit(next.To, next.Bytes?.Length ?? 0);
            return any;
        }

        public bool TryClose(out PeerId connection, out bool isReset)
        {
            bool any = Closing.TryDequeue(out (PeerId Connection, bool IsReset) next);
            (connection, isReset) = next;
            return any;
        }

        public void OnDeadline(Instant now)
        {
        }

        public void Send(params byte[] bytes) => Outgoing.Enqueue((Connection, bytes));
    }

    private readonly VirtualNetwork _network = new(seed: 1);
    private readonly VirtualNode<Ends> _client;
    private readonly VirtualNode<Ends> _server;

    public ConnectionTests()
    {
        _client = _network.Add("client", static _ => new Ends());
        _server = _network.Add("server", static _ => new Ends());
    }

    private static byte[] Numbers => [.. Enumerable.Range(0, 1000).Select(static i => (byte)i)];

    [Fact]
    public void Each_side_hears_of_the_connection_after_the_delay()
    {
        Connect(new StreamSettings { Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(0.5)) });
        Assert.Equal(["0.5 s: open False"], _server.Protocol.Log);
        Assert.Equal(["1 s: open True"], _client.Protocol.Log);
    }

    [Theory]
    [InlineData(1, 1, 1000, 1000)]
    [InlineData(1, 7, 200, 450)]
    [InlineData(100, 100, 10, 10)]
    [InlineData(1, int.MaxValue, 1, 1)]
    public void Bytes_come_whole_and_in_order_however_they_are_cut(int min, int max, int fewest, int most)
    {
        Connect(new StreamSettings { MinChunk = min, MaxChunk = max });
        _client.Protocol.Send(Numbers);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(Numbers, _server.Protocol.All);
        Assert.InRange(_server.Protocol.Pieces.Count, fewest, most);
    }

    [Fact]
    public void What_is_sent_at_one_moment_comes_in_one_piece_where_pieces_may_be_long()
    {
        Connect();
        _client.Protocol.Send(1, 2);
        _client.Protocol.Send(3);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 2, 3], Assert.Single(_server.Protocol.Pieces));
    }

    [Fact]
    public void A_pace_lets_a_byte_come_a_minute()
    {
        Connect(new StreamSettings { MaxChunk = 1, Pace = TimeSpan.FromMinutes(1) });
        _client.Protocol.Send(Numbers);
        _network.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(_server.Protocol.Pieces.Count, 10, 11);
    }

    [Fact]
    public void Pieces_do_not_overtake_each_other()
    {
        Connect(new StreamSettings { MaxChunk = 9, Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(3)) });
        _server.Protocol.Send(Numbers);
        _network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(Numbers, _client.Protocol.All);
    }

    [Fact]
    public void A_side_that_closes_has_its_bytes_delivered_before_the_other_hears()
    {
        Connect(new StreamSettings { MaxChunk = 9, Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromSeconds(3)) });
        _client.Protocol.Send(Numbers);
        _client.Protocol.Closing.Enqueue((_client.Protocol.Connection, false));
        _network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(Numbers, _server.Protocol.All);
        Assert.EndsWith("Closed", _server.Protocol.Log[^1], StringComparison.Ordinal);
        Assert.Single(_client.Protocol.Log);
    }

    [Fact]
    public void A_reset_loses_what_is_under_way()
    {
        VirtualConnection connection = Connect(new StreamSettings { Delay = LinkDelay.Fixed(TimeSpan.FromSeconds(1)) });
        _client.Protocol.Send(1);
        _network.Run(TimeSpan.FromSeconds(0.5));
        connection.Reset();
        _network.Run(TimeSpan.FromSeconds(5));
        Assert.Empty(_server.Protocol.Pieces);
        Assert.EndsWith("Reset", _server.Protocol.Log[^1], StringComparison.Ordinal);
        Assert.EndsWith("Reset", _client.Protocol.Log[^1], StringComparison.Ordinal);
        Assert.False(connection.IsClientOpen || connection.IsServerOpen);
    }

    [Fact]
    public void A_side_that_resets_tells_the_other()
    {
        Connect();
        _server.Protocol.Send(1);
        _server.Protocol.Closing.Enqueue((_server.Protocol.Connection, true));
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(_client.Protocol.Pieces);
        Assert.EndsWith("Reset", _client.Protocol.Log[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_connection_is_silent()
    {
        VirtualConnection connection = Connect();
        connection.Break();
        _client.Protocol.Send(1);
        _network.Run(TimeSpan.FromHours(1));
        Assert.Empty(_server.Protocol.Pieces);
        Assert.True(connection.IsClientOpen && connection.IsServerOpen);
        Assert.Equal(DatagramFate.Lost, Assert.Single(_network.Trace).Fate);
    }

    [Fact]
    public void A_restart_leaves_the_other_side_half_open_until_it_sends()
    {
        VirtualConnection connection = Connect();
        _server.Restart();
        _network.Run(TimeSpan.FromHours(1));
        Assert.True(connection.IsClientOpen);
        _client.Protocol.Send(1);
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.EndsWith("Reset", _client.Protocol.Log[^1], StringComparison.Ordinal);
        Assert.Empty(_server.Protocol.Pieces);
    }

    [Fact]
    public void A_cut_holds_bytes_up_and_loses_none()
    {
        Connect(new StreamSettings { MaxChunk = 10 });
        _network.Cut([_client], [_server], TimeSpan.FromSeconds(10));
        _client.Protocol.Send(Numbers);
        _network.Run(TimeSpan.FromSeconds(9));
        Assert.Empty(_server.Protocol.Pieces);
        _network.Run(TimeSpan.FromSeconds(9));
        Assert.Equal(Numbers, _server.Protocol.All);
    }

    [Fact]
    public void Nobody_there_is_a_reset()
    {
        _server.Stop();
        VirtualConnection connection = Connect();
        Assert.EndsWith("Reset", Assert.Single(_client.Protocol.Log), StringComparison.Ordinal);
        Assert.False(connection.IsClientOpen);
    }

    [Fact]
    public void Two_connections_between_the_same_nodes_are_two()
    {
        VirtualConnection one = Connect();
        VirtualConnection two = Connect();
        Assert.NotEqual(one.ClientConnection, two.ClientConnection);
        Assert.NotEqual(one.ServerConnection, two.ServerConnection);
        one.Reset();
        Assert.True(two.IsClientOpen);
    }

    private VirtualConnection Connect(StreamSettings? settings = null)
    {
        VirtualConnection connection = _network.Connect(_client, _server, settings);
        _network.Run(TimeSpan.FromSeconds(10));
        return connection;
    }
}
