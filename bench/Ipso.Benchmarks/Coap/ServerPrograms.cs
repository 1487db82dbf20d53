using System.Net.Sockets;
using System.Net;
using System.Runtime;
using Ipso.Benchmarks.Server;
using Ipso.Coap.Engine;
using Ipso.Coap;
using Ipso.Net;

namespace Ipso.Benchmarks.Coap;

/// <summary>The servers of ours that are measured, each in a process of its own: <c>coap-server NAME</c>.</summary>
internal static class ServerPrograms
{
    internal const string Verb = "coap-server";
    internal const string Plain = "plain";
    internal const string Batched = "batched";
    internal const string Segmented = "segmented";
    internal const string Tcp = "tcp";
    internal const string Echo = "echo";
    internal const string EchoBatched = "echo-batched";
    internal const string EchoSegmented = "echo-segmented";
    internal const int Batch = 64;

    /// <summary>The tag of the observations of <c>/time</c>.</summary>
    internal const ulong TimeTag = 1;

    /// <summary>
    /// Serves until its input ends; each line there is answered by two numbers: the bytes that it has allocated so far, and the methods
    /// that the runtime has compiled.
    /// </summary>
    internal static int Run(string name)
    {
        IPEndPoint any = new(IPAddress.Loopback, 0);
        switch (name)
        {
            case Plain or Batched or Segmented:
                UdpHostOptions listening = new()
                {
                    Listeners = [new UdpListener(any)], Batch = name == Plain ? 1 : Batch, Segmentation = name == Segmented,
                };
                UdpHost host = new(CreateEndpoint(), listening);
                Console.WriteLine(host.LocalEndPoint.Port);
                break;
            case Tcp:
                const int Connections = 64;
                CoapStreamEndpoint streams = new(new CoapEndpointOptions(), new SystemRandomSource(), new Resource(), Connections);
                Console.WriteLine(new TcpHost(streams, any).LocalEndPoint.Port);
                break;
            case Echo or EchoBatched or EchoSegmented:
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(any);
                Action<Socket> echo = name == Echo ? Echoes.Ones : name == EchoBatched ? Echoes.Batches : Echoes.Segments;
                new Thread(() => echo(socket)) { IsBackground = true }.Start();
                Console.WriteLine(((IPEndPoint)socket.LocalEndPoint!).Port);
                break;
            case ServerProgram.Name:
                return ServerProgram.Run();
            default:
                return 2;
        }

        while (Console.ReadLine() is not null)
        {
            Console.WriteLine($"{GC.GetTotalAllocatedBytes(precise: true)} {JitInfo.GetCompiledMethodCount()}");
        }

        return 0;
    }

    /// <summary>
    /// The endpoint of the servers, as one for many clients would be: with more room than by default to recognise duplicates.
    /// </summary>
    /// <param name="observers">How many observers there may be, each a peer of its own.</param>
    internal static CoapEndpoint CreateEndpoint(int observers = 32)
    {
        CoapEndpointOptions options = new()
        {
            DeduplicationSlots = 4096, DeduplicationBytes = 256 * 1024, Observers = observers, Peers = Math.Max(observers, 64),
            Transmission = new() { NotificationInterval = TimeSpan.Zero },
        };
        return new(options, new SystemRandomSource(), new Resource());
    }

    /// <summary>One resource, <c>/time</c>, as libcoap's example server has it, with a text as long as its.</summary>
    private sealed class Resource : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            if (request.Method != CoapMethod.Get)
            {
                response.Fail(CoapCode.MethodNotAllowed);
                return;
            }

            foreach (ReadOnlySpan<byte> segment in request.UriPath)
            {
                if (segment.SequenceEqual("time"u8))
                {
                    response.Code = CoapCode.Content;
                    response.ContentFormat = ContentFormat.PlainText;
                    response.MaxAge = 1;
                    response.Observe(TimeTag);
                    "Nov 26 14:20:00"u8.CopyTo(response.Payload);
                    response.PayloadLength = 15;
                }

                return;
            }
        }
    }
}
