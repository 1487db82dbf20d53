using System.Buffers.Binary;
using Ipso.Benchmarks.Harness;
using Ipso.Coap.Engine;

namespace Ipso.Benchmarks.Coap;

/// <summary>What a host does with the engine for each request, without its sockets: its result is the answer's length.</summary>
internal readonly struct EngineCycle : IOperation
{
    internal const int AnswerLength = 8 + 1 + 2 + 1 + 15;

    private readonly CoapEndpoint _endpoint;
    private readonly byte[] _request = [0x44, 1, 0, 0, 1, 2, 3, 4, 0xb4, (byte)'t', (byte)'i', (byte)'m', (byte)'e'];
    private readonly byte[] _buffer = new byte[2048];
    private readonly int[] _count = [0];

    internal EngineCycle(CoapEndpoint endpoint) => _endpoint = endpoint;

    public int Run()
    {
        int count = ++_count[0];
        BinaryPrimitives.WriteUInt16BigEndian(_request.AsSpan(2), (ushort)count);

        // Ten thousand peers in turn, at a million requests a second.
        Span<byte> address = [4, 0, 0x16, 0x33, 127, 1, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(address[6..], (ushort)(count % 10_000));
        Instant now = new(count * 10L);
        _endpoint.Receive(_request, new PeerId(address), now);
        int length = 0;
        while (_endpoint.TryTransmit(_buffer, now, out Transmit transmit))
        {
            length += transmit.Length;
        }

        _endpoint.OnDeadline(now);
        while (_endpoint.TryTransmit(_buffer, now, out _))
        {
        }

        return _endpoint.NextDeadline is null ? length : -1;
    }
}
