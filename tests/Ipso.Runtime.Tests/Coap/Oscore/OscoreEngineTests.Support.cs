using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

// The two endpoints, and what carries between them.
public sealed partial class OscoreEngineTests
{
    private string Ask()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/a" }, "x"u8);
        Carry();
        return Single(Events(_client));
    }

    private byte[] Request()
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/a" }, "x"u8);
        return Assert.Single(Drain(_client));
    }

    private byte[] Answer(byte[] request) => Assert.Single(ReceiveBytes(_server, request));

    private List<byte[]> ReceiveBytes(CoapEndpoint endpoint, byte[] datagram, PeerId? from = null)
    {
        endpoint.Receive(datagram, from ?? Peer, _now);
        return Drain(endpoint);
    }

    private List<string> Receive(CoapEndpoint endpoint, byte[] datagram, PeerId? from = null) =>
        ReceiveBytes(endpoint, datagram, from).ConvertAll(static d => Show(d));

    private static SecurityContext Context(byte sender, byte recipient, bool isOld = false) => new(new SecurityContextKeys
    {
        MasterSecret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)],
        SenderId = [sender],
        RecipientId = [recipient],
        HasLostReplayWindow = isOld,
    });

    private byte[] EchoOf(SecurityContext client, CoapEndpoint server, ushort id)
    {
        Assert.Equal("4.01 Unauthorized", Ask(client, server, id, [], out byte[] echo));
        return echo;
    }

    private string Ask(SecurityContext client, CoapEndpoint server, ushort id, byte[] echo) => Ask(client, server, id, echo, out _);

    // A request of a client that is a context and no more, and the code and Echo of its response.
    private string Ask(SecurityContext client, CoapEndpoint server, ushort id, byte[] echo, out byte[] demanded)
    {
        MessageBinding binding = default;
        byte[] request = Con(CoapCode.Post, id, "01", "x", echo.Length > 0 ? [Path("a"), (CoapOptionNumber.Echo, echo)] : [Path("a")]);
        byte[] wire = new byte[200];
        Assert.True(CoapMessage.TryParse(request, out CoapMessage plain, out _));
        Assert.Equal(OscoreFault.None, OscoreMessages.ProtectRequest(client, plain, wire, out int length, ref binding));
        byte[] answer = Assert.Single(ReceiveBytes(server, wire[..length]));
        Assert.True(CoapMessage.TryParse(answer, out CoapMessage response, out _));
        Assert.True(response.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value));
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        Assert.Equal(
            OscoreFault.None,
            OscoreMessages.UnprotectResponse(client, response, option, ref binding, new byte[200], wire, out length));
        Assert.True(CoapMessage.TryParse(wire.AsSpan(0, length), out response, out _));
        demanded = response.Options.TryGet(CoapOptionNumber.Echo, out ReadOnlySpan<byte> given) ? given.ToArray() : [];
        return response.Code.ToString();
    }

    private static string Single(List<string> answers) => Assert.Single(answers);

    private List<byte[]> Drain(CoapEndpoint endpoint)
    {
        List<byte[]> sent = [];
        while (endpoint.TryTransmit(_buffer, _now, out Transmit transmit))
        {
            sent.Add(_buffer[..transmit.Length]);
        }

        return sent;
    }

    private void Carry()
    {
        List<byte[]> toServer, toClient = [];
        do
        {
            toServer = Drain(_client);
            toServer.ForEach(d => _server.Receive(d, Peer, _now));
            toClient = Drain(_server);
            toClient.ForEach(d => _client.Receive(d, Other, _now));
        }
        while (toServer.Count + toClient.Count > 0);
    }

    private static List<string> Events(CoapEndpoint endpoint, bool twice = false)
    {
        List<string> events = [];
        while (endpoint.TryTakeEvent(out CoapEvent e))
        {
            events.Add(e.HasMessage ? $"{e.Kind} {e.Message.Code}" : e.Kind.ToString());
        }

        // A later notification stands for an earlier one that nobody has taken.
        return twice && events.Count == 1 ? [events[0], events[0]] : events;
    }

    private sealed class Things(OscoreEngineTests test) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            test.Who = request.Identity?.ToString() ?? "nobody";
            string path = "";
            foreach (ReadOnlySpan<byte> segment in request.UriPath)
            {
                path += Encoding.UTF8.GetString(segment);
            }

            if (!request.IsNotification)
            {
                test._handled.Add($"{request.Method} {path}: {Encoding.UTF8.GetString(request.Payload)}".Replace("Post", "post"));
            }

            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
            response.PayloadLength = path == "long" ? 2500 : 0;
            response.Observe(7);
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
        {
            if (test._sink is not null)
            {
                Assert.NotNull(request.Identity);
            }

            return test._sink;
        }
    }

    private sealed class Sink : ICoapBodySink
    {
        public int Taken { get; private set; }

        public bool IsReady { get; set; }

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Taken += bytes.Length;
            return true;
        }

        public void Restart() => Taken = 0;

        public void Abandon()
        {
        }
    }

    private sealed class Failing : ISequenceStorage
    {
        public bool TryStore(ulong next) => throw new IOException("The disk is full.");
    }
}
