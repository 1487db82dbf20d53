using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Coap;
using Ipso.Net;
using Ipso.Server.Cluster;
using Ipso.Server.Operations;
using Ipso.Server.Stores;
using Ipso.Testing;
using Ipso.Tests;

namespace Ipso.Server.Tests.Cluster;

/// <summary>Servers of one process that share stores, with devices over sockets.</summary>
[Trait("Category", "Network")]
public sealed class ClusterNodeTests : AsyncTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static readonly DeviceRequest s_read = DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText);

    private readonly ManualTime _time = new();
    private readonly MemoryRegistrationStore _registrations = new();
    private readonly MemoryObservationStore _observations = new();
    private readonly Unreliable _membership;
    private readonly LocalRouter _router;
    private readonly List<IAsyncDisposable> _nodes = [];
    private readonly List<string> _changes = [];

    public ClusterNodeTests()
    {
        _membership = new(new LocalMembership(_time));
        _router = new(_time);
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_device_is_asked_wherever_it_is_registered()
    {
        ClusterNode a = await StartAsync(), b = await StartAsync();
        using Device device = new(a.Server);
        Assert.StartsWith("2.01", await device.RegisterAsync("d"), StringComparison.Ordinal);
        Assert.Equal(a.Identity, (await _registrations.FindAsync("d"))!.Node);
        Assert.Null(b.Server.Find("d"));
        foreach (ClusterNode node in (ClusterNode[])[a, b])
        {
            Task<RoutedAnswer> asking = node.SendAsync("d", s_read, s_timeout);
            await device.AnswerAsync("21.5");
            RoutedAnswer answer = await asking;
            Assert.Equal((RoutedOutcome.Done, CoapCode.Content, "21.5"), (answer.Outcome, answer.Answer!.Code, Encoding.UTF8.GetString(answer.Answer.Payload.Span)));
        }

        RoutedAnswer nowhere = await b.SendAsync("e", s_read, s_timeout);
        Assert.Equal((RoutedOutcome.Done, DeviceOutcome.NotRegistered), (nowhere.Outcome, nowhere.Answer!.Outcome));
        await Assert.ThrowsAsync<ArgumentException>(() => b.SendAsync("d", DeviceRequest.Observe(new(3)), s_timeout));
    }

    [Fact]
    public async Task A_device_that_registers_elsewhere_is_that_ones_and_the_first_writes_no_more()
    {
        ClusterNode a = await StartAsync(), b = await StartAsync();
        using Device atA = new(a.Server), atB = new(b.Server);
        string old = (await atA.RegisterAsync("d"))[5..];
        await atB.RegisterAsync("d");
        Assert.Equal(b.Identity, (await _registrations.FindAsync("d"))!.Node);
        Task<RoutedAnswer> asking = a.SendAsync("d", s_read, s_timeout);
        await atB.AnswerAsync("1");
        Assert.Equal(RoutedOutcome.Done, (await asking).Outcome);
        Assert.StartsWith("4.04", await atA.SendAsync(CoapDatagram.Con(CoapCode.Post, 9).Path($"/{old}")), StringComparison.Ordinal);
        Assert.Null(a.Server.Find("d"));
        Assert.NotNull(b.Server.Find("d"));
        Assert.Equal(b.Identity, (await _registrations.FindAsync("d"))!.Node);
        Assert.Equal([$"{a.Identity} Registered", $"{b.Identity} Registered", $"{a.Identity} Moved"], _changes);
    }

    [Fact]
    public async Task A_device_that_sleeps_is_not_asked()
    {
        ClusterNode a = await StartAsync(static options => options with { AwakeTime = TimeSpan.FromTicks(1) }), b = await StartAsync();
        using Device device = new(a.Server);
        await device.RegisterAsync("d", "&Q");
        Assert.Equal(new(RoutedOutcome.Sleeping), await b.SendAsync("d", s_read, s_timeout));
        Assert.Equal(0, device.Available);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_said_to_be_and_the_next_one_in_its_place_is_another()
    {
        ClusterNode a = await StartAsync(), b = await StartAsync();
        using Device device = new(a.Server);
        await device.RegisterAsync("d");
        await _observations.PutAsync(new(new("t"u8), "d", 1, default));
        await a.DisposeAsync();
        Assert.Equal(new(RoutedOutcome.OwnerLost), await b.SendAsync("d", s_read, s_timeout));
        ClusterNode c = await StartAsync();
        Assert.Equal(a.Identity.Id, c.Identity.Id);
        Assert.True(c.Identity.Epoch > a.Identity.Epoch);

        // It is nobody's until it comes, and what is known of it stays.
        Assert.Null(c.Server.Find("d"));
        Assert.NotNull(await _observations.FindAsync(new("t"u8)));
        Assert.Equal(new(RoutedOutcome.OwnerLost), await b.SendAsync("d", s_read, s_timeout));
        using Device again = new(c.Server);
        Assert.StartsWith("2.01", await again.RegisterAsync("d"), StringComparison.Ordinal);
        Task<RoutedAnswer> asking = b.SendAsync("d", s_read, s_timeout);
        await again.AnswerAsync("2");
        Assert.Equal(RoutedOutcome.Done, (await asking).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_cannot_hold_its_place_stops_before_another_may_have_it(bool isSilent)
    {
        ClusterNode a = await StartAsync(), b = await StartAsync();
        using Device device = new(a.Server);
        await device.RegisterAsync("d");
        for (int i = 0; i < 5; i++)
        {
            await AdvanceAsync(s_lease / 3);
        }

        Assert.False(a.Fenced.IsCompleted);
        (_membership.Fails, _membership.Silenced) = (!isSilent, a.Identity);
        await AdvanceAsync(s_lease / 3);
        Assert.False(a.Fenced.IsCompleted);
        await AdvanceAsync(s_lease / 3);
        if (isSilent)
        {
            await AdvanceAsync(s_lease / 3);
        }

        await a.Fenced.WaitAsync(s_timeout);
        Assert.False(b.Fenced.IsCompleted);
        Assert.StartsWith("5.03 the server has stopped", await device.RegisterAsync("e"), StringComparison.Ordinal);
        Assert.Equal(new(RoutedOutcome.OwnerLost), await b.SendAsync("d", s_read, s_timeout));
        Assert.NotNull(await _registrations.FindAsync("d"));
    }

    [Fact]
    public async Task Servers_that_share_nothing_are_no_cluster()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => ClusterNode.JoinAsync(new(), _membership, _router, s_lease));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => ClusterNode.JoinAsync(new() { Registrations = _registrations }, _membership, _router, TimeSpan.FromSeconds(1)));
    }

    // Until those who renew have, and wait again; one that is fenced does not.
    private async Task AdvanceAsync(TimeSpan span)
    {
        int waiting = _time.TimerCount;
        _time.Advance(span);
        await Task.WhenAny([_time.WaitForTimersAsync(waiting), .. _nodes.OfType<ClusterNode>().Select(static node => node.Fenced)]).WaitAsync(s_timeout);
    }

    private async Task<ClusterNode> StartAsync(Func<ServerEndpointOptions, ServerEndpointOptions>? change = null)
    {
        ServerEndpointOptions options = new() { Registrations = _registrations, Observations = _observations, Time = _time };
        ClusterNode node = await ClusterNode.JoinAsync(change?.Invoke(options) ?? options, _membership, _router, s_lease);
        _nodes.Add(node);
        node.Server.RegistrationChanged = change =>
        {
            lock (_changes)
            {
                _changes.Add($"{node.Identity} {change.Kind}");
            }
        };
        await node.Server.StartAsync(new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))] });
        return node;
    }

    private sealed class Unreliable(INodeMembership membership) : INodeMembership
    {
        internal NodeIdentity? Silenced { get; set; }

        internal bool Fails { get; set; }

        public ValueTask<NodeIdentity?> JoinAsync(TimeSpan lease, CancellationToken cancellationToken = default) =>
            membership.JoinAsync(lease, cancellationToken);

        public ValueTask<bool> RenewAsync(NodeIdentity node, TimeSpan lease, CancellationToken cancellationToken = default) =>
            node != Silenced ? membership.RenewAsync(node, lease, cancellationToken)
                : Fails ? throw new IOException("The store is gone.")
                : new(new TaskCompletionSource<bool>().Task);

        public ValueTask LeaveAsync(NodeIdentity node, CancellationToken cancellationToken = default) => membership.LeaveAsync(node, cancellationToken);

        public ValueTask<IReadOnlyList<NodeIdentity>> ListAsync(CancellationToken cancellationToken = default) => membership.ListAsync(cancellationToken);
    }

    // A device whose messages a test writes.
    private sealed class Device : IDisposable
    {
        private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private ushort _messageId = 100;

        internal Device(Lwm2mServer server) => _socket.Connect(server.LocalEndPoint);

        internal int Available => _socket.Available;

        public void Dispose() => _socket.Dispose();

        internal Task<string> RegisterAsync(string endpoint, string query = "") => SendAsync(
            CoapDatagram.Con(CoapCode.Post, ++_messageId).Path("/rd").Query($"ep={endpoint}&lwm2m=1.1{query}").ContentFormat(ContentFormat.LinkFormat)
                .Payload("</3/0>,</3303/0>"));

        internal async Task<string> SendAsync(CoapDatagram request)
        {
            await _socket.SendAsync(request.ToArray());
            UdpReceiveResult received = await _socket.ReceiveAsync(new CancellationTokenSource(s_timeout).Token);
            Assert.True(CoapMessage.TryParse(received.Buffer, out CoapMessage answer, out _));
            List<string> location = [];
            foreach (ReadOnlySpan<byte> segment in answer.Options.Values(CoapOptionNumber.LocationPath))
            {
                location.Add(Encoding.UTF8.GetString(segment));
            }

            return $"{answer.Code.Class}.{answer.Code.Detail:00} {string.Join('/', location)}{Encoding.UTF8.GetString(answer.Payload)}";
        }

        internal async Task AnswerAsync(string payload)
        {
            UdpReceiveResult received = await _socket.ReceiveAsync(new CancellationTokenSource(s_timeout).Token);
            await _socket.SendAsync(CoapDatagram.AnswerTo(received.Buffer, CoapCode.Content).ContentFormat(ContentFormat.PlainText).Payload(payload).ToArray());
        }
    }
}
