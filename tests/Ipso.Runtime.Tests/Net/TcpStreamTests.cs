using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Bodies over TCP that are read as streams.</summary>
public class TcpStreamTests
{
    private const int Length = 400_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private sealed class Body : ICoapBody
    {
        long? ICoapBody.Length => TcpStreamTests.Length;

        public int Read(long offset, Span<byte> destination, out bool isLast)
        {
            int count = (int)Math.Min(destination.Length, TcpStreamTests.Length - offset);
            for (int i = 0; i < count; i++)
            {
                destination[i] = At(offset + i);
            }

            isLast = offset + count == TcpStreamTests.Length;
            return count;
        }

        public void Close()
        {
        }
    }

    private sealed class Handler : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.SetBody(new Body());
        }
    }

    [Fact]
    public async Task A_reader_that_is_slower_than_the_network_gets_every_byte_of_blocks_that_come_many_at_a_time()
    {
        CoapEndpointOptions options = new() { MaxMessageSize = 8 * 1024 + 128 };
        await using TcpHost host = new(
            new CoapStreamEndpoint(options, new SystemRandomSource(), new Handler()), new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{host.LocalEndPoint}"));
        await using Stream stream = await client.GetStreamAsync("/x").WaitAsync(s_patience);
        byte[] piece = new byte[100];
        int total = 0;
        while (await stream.ReadAsync(piece).AsTask().WaitAsync(s_patience) is > 0 and int read)
        {
            Assert.All(piece.Take(read), (value, i) => Assert.Equal(At(total + i), value));
            total += read;
        }

        Assert.Equal(Length, total);
    }

    private static byte At(long offset) => (byte)(offset * 31 + (offset >> 8));
}
