using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Devices over TCP (RFC 8323): the registration outlives a connection, and what was asked for over it is asked for again.</summary>
public class StreamTests
{
    private static readonly Lwm2m.Lwm2mPath s_value = new(3303, 0, 5700);

    // A server and a device, whose bytes a test carries over.
    private sealed class World : ICoapRequestHandler, IPeerDirectory
    {
        private readonly CoapStreamEndpoint _streams;
        private readonly CoapStreamEndpoint _device;
        private readonly byte[] _buffer = new byte[4096];
        private byte _connections;

        internal World(PeerIdentity? identity = null)
        {
            Identity = identity;
            Server = new(new SeededRandom(1)) { RegistrationChanged = Changes.Add };
            _streams = Server.OpenStreams();
            Server.StreamIdentities = this;
            _device = new(new() { Observers = 4 }, new SeededRandom(2), this);
            Connect();
        }

        internal ServerEndpoint Server { get; }

        internal PeerIdentity? Identity { get; set; }

        internal List<RegistrationChange> Changes { get; } = [];

        internal List<string> Told { get; } = [];

        internal PeerId Peer { get; private set; }

        internal string Value { get; set; } = "1";

        internal int Requests { get; private set; }

        /// <summary>What the device was asked that has to do with observing.</summary>
        internal List<string> Observing { get; } = [];

        internal int ObserverCount => _device.ObserverCount;

        internal Instant Now { get; set; } = Instant.FromSeconds(10);

        internal void Connect()
        {
            Peer = new([9, ++_connections]);
            Assert.True(_streams.Open(Peer, Now));
            Assert.True(_device.Open(Peer, Now));
            Run();
        }

        internal void Disconnect()
        {
            _streams.Close(Peer);
            _device.Close(Peer);
            Run();
        }

        /// <summary>Carries what the server has to send, and no answer.</summary>
        internal void Send()
        {
            Server.TakeStreams(Now);
            Carry(_streams, _device);
        }

        internal void Run()
        {
            for (bool moved = true; moved;)
            {
                Server.TakeStreams(Now);
                moved = Carry(_streams, _device) | Carry(_device, _streams);
            }
        }

        internal string Ask(CoapCode method, string path, string query = "", string payload = "</3/0>,</3303/0>")
        {
            ExchangeId exchange = _device.Request(
                Peer,
                new() { Method = method, Path = path, Query = query, ContentFormat = payload.Length > 0 ? ContentFormat.LinkFormat : null },
                Encoding.UTF8.GetBytes(payload));
            Run();
            Assert.True(_device.TryTakeEvent(out CoapEvent e));
            Assert.Equal(exchange, e.Exchange);
            List<string> location = [];
            foreach (ReadOnlySpan<byte> segment in e.Message.Options.Values(CoapOptionNumber.LocationPath))
            {
                location.Add(Encoding.UTF8.GetString(segment));
            }

            return $"{e.Message.Code.Class}.{e.Message.Code.Detail:00} {string.Join('/', location)}{Encoding.UTF8.GetString(e.Message.Payload)}".TrimEnd();
        }

        internal ServerScript.Observation Observe(DeviceRequest request)
        {
            ServerScript.Observation observation = new(request, Told);
            Server.Observe(Server.Find("d")!, observation, Now);
            Run();
            return observation;
        }

        internal void Change(string value)
        {
            Value = value;
            _device.Notify(7);
            Run();
        }

        internal ServerScript.Operation Submit(DeviceRequest request)
        {
            ServerScript.Operation operation = new(request, Told);
            Server.Submit(Server.Find("d")!, operation, Now);
            Run();
            return operation;
        }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Requests++;
            if (request.Observe is { } action && !request.IsNotification)
            {
                Observing.Add($"{action} {request.Token} {request.Accept} {Encoding.UTF8.GetString(request.Payload)}".TrimEnd());
            }

            response.Code = CoapCode.Content;
            response.PayloadLength = Encoding.UTF8.GetBytes(Value, response.Payload);
            response.Observe(7);
        }

        public PeerIdentity? FindIdentity(in PeerId peer) => Identity;

        private bool Carry(CoapStreamEndpoint from, CoapStreamEndpoint to)
        {
            bool moved = false;
            while (from.TryTransmit(_buffer, Now, out Transmit transmit))
            {
                moved = true;
                Assert.Equal(transmit.Length, to.Receive(_buffer.AsSpan(0, transmit.Length), transmit.To, Now));
            }

            return moved;
        }
    }

    [Fact]
    public void A_device_registers_is_asked_and_observed()
    {
        World world = new();
        string answer = world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T");
        Assert.StartsWith("2.01 rd/", answer, StringComparison.Ordinal);
        world.Submit(DeviceRequest.Read(s_value));
        world.Server.Observe(world.Server.Find("d")!, new ServerScript.Observation(DeviceRequest.Observe(s_value), world.Told), world.Now);
        world.Run();
        world.Change("2");
        world.Change("3");
        Assert.Equal(
            ["GET /3303/0/5700: 2.05 1", "Observe /3303/0/5700: 2.05 1", "Observe /3303/0/5700: 2.05 2", "Observe /3303/0/5700: 2.05 3"], world.Told);
        Assert.Equal((1, 0), (world.Server.ObservationCount, world.Server.ExchangeCount));
        Assert.Equal("2.02", world.Ask(CoapCode.Delete, $"/{answer[5..]}", payload: ""));
        Assert.Equal("Observe /3303/0/5700 ended: NotRegistered", world.Told[^1]);
        Assert.Throws<InvalidOperationException>(() => world.Server.OpenStreams());
    }

    [Fact]
    public void After_its_connection_is_gone_it_is_asked_and_observed_over_the_next_one()
    {
        World world = new();
        string location = $"/{world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T")[5..]}";
        world.Server.Observe(world.Server.Find("d")!, new ServerScript.Observation(DeviceRequest.Observe(s_value), world.Told), world.Now);
        world.Run();
        world.Disconnect();
        Assert.Equal((1, 0), (world.Server.DeviceCount, world.Server.ObservationCount));
        int requests = world.Requests;
        world.Submit(DeviceRequest.Read(s_value));
        Assert.Equal((requests, 1), (world.Requests, world.Server.WaitingCount));
        world.Value = "2";
        world.Connect();
        Assert.Equal(requests, world.Requests);
        Assert.Equal("2.04", world.Ask(CoapCode.Post, location, payload: ""));
        Assert.Equal(["Observe /3303/0/5700: 2.05 1", "GET /3303/0/5700: 2.05 2", "Observe /3303/0/5700: 2.05 2"], world.Told);
        world.Change("3");
        Assert.Equal("Observe /3303/0/5700: 2.05 3", world.Told[^1]);
        Assert.Equal(1, world.Server.ObservationCount);
    }

    [Fact]
    public void What_is_under_way_when_a_connection_ends_is_told()
    {
        World world = new();
        world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1");
        world.Server.Submit(world.Server.Find("d")!, new ServerScript.Operation(DeviceRequest.Execute(new(3, 0, 4)), world.Told), world.Now);
        world.Server.TakeStreams(world.Now);
        world.Disconnect();
        Assert.Equal("POST /3/0/4: Unknown", Assert.Single(world.Told));
    }

    // A connection may end in the same moment as what came over it.
    [Fact]
    public void A_device_whose_connection_is_gone_before_it_is_known_holds_up_nobody()
    {
        World world = new();
        string location = $"/{world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1")[5..]}";
        world.Disconnect();
        world.Server.Find("d")!.Side = world.Server.StreamSide;
        world.Server.Find("d")!.HeardAt = world.Now;
        world.Submit(DeviceRequest.Read(s_value));
        Assert.Null(world.Server.Find("d")!.Side);
        Assert.Empty(world.Told);
        world.Connect();
        Assert.Equal("2.04", world.Ask(CoapCode.Post, location, payload: ""));
        Assert.Equal("GET /3303/0/5700: 2.05 1", Assert.Single(world.Told));
    }

    // RFC 7641, 3.6: there is no RST, and a device that is not asked to stop would go on for as long as the connection lasts.
    [Fact]
    public void A_device_is_asked_to_end_what_the_program_cancels_by_the_same_request()
    {
        World world = new();
        world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T");
        world.Observe(DeviceRequest.Observe(new(3303, 0, 5701)));
        ServerScript.Observation observation = world.Observe(DeviceRequest.ObserveComposite(new Paths("/3303/0/5700")));
        Assert.Equal(2, world.ObserverCount);
        Assert.True(world.Server.Cancel(observation));
        world.Run();
        Assert.Equal((1, 1, 0), (world.ObserverCount, world.Server.ObservationCount, world.Server.ExchangeCount));
        Assert.Equal(3, world.Observing.Count);
        Assert.StartsWith("Register ", world.Observing[1], StringComparison.Ordinal);
        Assert.Equal(world.Observing[1].Replace("Register", "Deregister", StringComparison.Ordinal), world.Observing[2]);
        world.Change("2");
        Assert.Equal("Observe /3303/0/5701: 2.05 2", world.Told[^1]);
    }

    [Fact]
    public void What_is_cancelled_before_the_device_has_answered_is_ended_there_all_the_same()
    {
        World world = new();
        world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T");
        ServerScript.Observation observation = new(DeviceRequest.Observe(s_value), world.Told);
        world.Server.Observe(world.Server.Find("d")!, observation, world.Now);
        world.Send();
        Assert.Equal(1, world.ObserverCount);
        Assert.True(world.Server.Cancel(observation));
        world.Run();
        Assert.Equal((0, 0, 0), (world.ObserverCount, world.Server.ObservationCount, world.Server.ExchangeCount));
        Assert.Empty(world.Told);
    }

    // As after a Register, which voids it, at a device that goes on all the same.
    [Fact]
    public void A_device_that_notifies_of_what_nobody_observes_is_asked_to_end_it()
    {
        World world = new();
        world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T");
        world.Observe(DeviceRequest.Observe(s_value));
        world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T");
        Assert.Equal((2, 1), (world.ObserverCount, world.Server.ObservationCount));
        world.Change("2");
        Assert.Equal((1, 1), (world.ObserverCount, world.Server.ObservationCount));
        Assert.Equal("Observe /3303/0/5700: 2.05 2", world.Told[^1]);
        world.Change("3");
        Assert.Equal("Observe /3303/0/5700: 2.05 3", world.Told[^1]);
    }

    [Fact]
    public void What_could_not_be_ended_before_the_connection_was_is_not_asked_for_over_the_next_one()
    {
        World world = new();
        string location = $"/{world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1&b=T&Q")[5..]}";
        ServerScript.Observation observation = world.Observe(DeviceRequest.Observe(s_value));
        world.Now += TimeSpan.FromMinutes(5);
        Assert.True(world.Server.Cancel(observation));
        world.Run();
        Assert.Equal(1, world.Server.WaitingCount);
        world.Disconnect();
        Assert.Equal(0, world.Server.WaitingCount);
        world.Connect();
        Assert.Equal("2.04", world.Ask(CoapCode.Post, location, payload: ""));
        Assert.Single(world.Observing);
    }

    [Fact]
    public void Who_a_device_is_tls_says()
    {
        World world = new(new(PeerIdentityKind.Certificate, "d"u8));
        Assert.StartsWith("4.00 ep is not the name", world.Ask(CoapCode.Post, "/rd", "ep=e&lwm2m=1.1"), StringComparison.Ordinal);
        string location = $"/{world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1")[5..]}";
        world.Disconnect();
        world.Identity = null;
        world.Connect();
        Assert.StartsWith("4.04", world.Ask(CoapCode.Post, location, payload: ""), StringComparison.Ordinal);
        Assert.StartsWith("4.03", world.Ask(CoapCode.Post, "/rd", "ep=d&lwm2m=1.1"), StringComparison.Ordinal);
    }

    private sealed class Paths(string path) : IDeviceContent
    {
        public bool Supports(ContentFormat format) => format is ContentFormat.SenMLJson or ContentFormat.SenMLCbor;

        public ReadOnlyMemory<byte> Write(ContentFormat format) => Encoding.UTF8.GetBytes($"{format} {path}");
    }
}
