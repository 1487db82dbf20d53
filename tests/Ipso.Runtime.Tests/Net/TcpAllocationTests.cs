using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>What a request costs a connection without TLS.</summary>
public class TcpAllocationTests
{
    private sealed class Quiet(Action handled) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            handled();
            response.Code = CoapCode.Content;
        }
    }

    [LinuxFact]
    public async Task Nothing_is_allocated_per_request()
    {
        const int WarmUp = 300, Measured = 2000;
        long allocated = 0;
        int cycles = 0, thread = 0;
        bool isOneThread = true;
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), new Quiet(() =>
        {
            // On the thread that waits for all connections, which alone counts.
            if (++cycles == WarmUp)
            {
                thread = Environment.CurrentManagedThreadId;
                allocated = -GC.GetAllocatedBytesForCurrentThread();
            }
            else if (cycles == WarmUp + Measured)
            {
                allocated += GC.GetAllocatedBytesForCurrentThread();
            }

            isOneThread &= thread == 0 || thread == Environment.CurrentManagedThreadId;
        }));
        await using TcpHost host = new(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(host.LocalEndPoint);
        socket.Send([0x00, 0xe1]);
        byte[] buffer = new byte[64], request = [0x00, 0x01];
        Assert.True(socket.Receive(buffer) > 2);
        for (int i = 0; i < WarmUp + Measured; i++)
        {
            socket.Send(request);
            Assert.Equal(2, socket.Receive(buffer));
        }

        Assert.Equal((0, true), host.Invoke(0, (_, _) => (allocated, isOneThread)));
    }
}
