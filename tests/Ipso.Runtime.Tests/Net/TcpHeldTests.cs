using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Reading from a peer stops while the application is behind with what it has sent, and goes on when it is not.</summary>
[Trait("Category", "Network")]
public class TcpHeldTests
{
    private const int BlockSize = 1024;
    private const int Blocks = 2000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Takes a body, but nothing of it after the first blocks until it is let.</summary>
    private sealed class Sink : ICoapBodySink
    {
        public const int Eager = 3;

        public bool IsLet { get; set; }

        public int Taken { get; private set; }

        public int Wrong { get; private set; }

        public bool IsReady => IsLet || Taken < Eager;

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            Wrong += bytes.Length == BlockSize && bytes[0] == (byte)Taken ? 0 : 1;
            Taken++;
            return true;
        }

        public void Restart() => Wrong++;

        public void Abandon() => Wrong++;
    }

    private sealed class Handler(Sink sink) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response) =>
            response.Code = request.Method == CoapMethod.Put ? CoapCode.Changed : CoapCode.Content;

        public PeerId Sender { get; private set; }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response)
        {
            Sender = request.From;
            return sink;
        }
    }

    private static byte[] Block(int number)
    {
        byte[] buffer = new byte[BlockSize + 100];
        byte[] payload = new byte[BlockSize];
        payload[0] = (byte)number;
        CoapMessageWriter writer = new(buffer, CoapFraming.Stream, default, CoapCode.Put, 0, [0xbb]);
        writer.Option(CoapOptionNumber.Block1, new BlockOption(number, number < Blocks - 1, 6).Value);
        writer.Payload(payload);
        return buffer[..writer.Finish()];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_whose_body_is_not_taken_is_not_read_from_and_others_are_served(bool byItself)
    {
        ManualClock clock = new();
        Sink sink = new();
        Handler handler = new(sink);
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), handler);
        await using TcpHost host = new(
            endpoint, new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], Time = clock, ReadsByItself = byItself });
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 1 << 16 };
        peer.Connect(host.LocalEndPoint);

        // Two megabytes, as far as the system takes them.
        byte[] bytes = [0x00, 0xe1, .. Enumerable.Range(0, Blocks).SelectMany(Block)];
        Task sending = SendAllAsync(peer, bytes);
        while (!host.Invoke((endpoint, handler), static (call, _) => call.endpoint.IsHeld(call.handler.Sender)))
        {
            await Task.Yield();
        }

        // What has been read is what the endpoint has taken and a buffer more at most, however often others have their turn.
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{host.LocalEndPoint}"));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(CoapCode.Content, (await client.GetAsync("/").WaitAsync(s_patience)).Code);
        }

        Assert.False(sending.IsCompleted);
        Assert.Equal(Sink.Eager, sink.Taken);
        Assert.InRange(host.Invoke(host, static (host, _) => host.Counters.BytesReceived), Sink.Eager * BlockSize, 16 * 1024);

        // Nobody says that the sink takes more: it is asked every second.
        host.Invoke(sink, static (sink, _) => sink.IsLet = true);
        clock.Advance(TimeSpan.FromSeconds(2));
        await sending.WaitAsync(s_patience);
        while (host.Invoke(sink, static (sink, _) => sink.Taken) < Blocks)
        {
            await Task.Yield();
        }

        Assert.Equal(0, sink.Wrong);
        Assert.Equal(0, host.Counters.Stalled);
    }

    private static async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        using NetworkStream stream = new(socket);
        await stream.WriteAsync(bytes);
    }
}
