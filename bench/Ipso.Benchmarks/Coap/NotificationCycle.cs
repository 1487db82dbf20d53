using System.Buffers.Binary;
using Ipso.Benchmarks.Harness;
using Ipso.Coap.Engine;

namespace Ipso.Benchmarks.Coap;

/// <summary>
/// A change of a resource, and the notifications of all its observers, each at an address of its own: the result is how many there were.
/// </summary>
internal readonly struct NotificationCycle : IOperation
{
    // Header, token, Observe of no byte at least, Content-Format, Max-Age, payload.
    private const int LeastLength = 4 + 4 + 1 + 1 + 2 + 1 + 15;

    private readonly CoapEndpoint _endpoint;
    private readonly byte[] _buffer = new byte[2048];

    internal NotificationCycle(int observers)
    {
        _endpoint = ServerPrograms.CreateEndpoint(observers);
        byte[] registration = [0x44, 1, 0, 0, 1, 2, 3, 4, 0x60, 0x54, (byte)'t', (byte)'i', (byte)'m', (byte)'e'];
        byte[] address = [4, 0, 0x16, 0x33, 127, 1, 0, 0];
        for (int i = 0; i < observers; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(6), (ushort)i);
            _endpoint.Receive(registration, new PeerId(address), default);
            Drain();
        }
    }

    public int Run()
    {
        _endpoint.Notify(ServerPrograms.TimeTag);
        return Drain();
    }

    private int Drain()
    {
        int count = 0;
        while (_endpoint.TryTransmit(_buffer, default, out Transmit transmit))
        {
            count += transmit.Length >= LeastLength ? 1 : 0;
        }

        return count;
    }
}
