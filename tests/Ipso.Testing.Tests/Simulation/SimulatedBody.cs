using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>
/// What the bodies of a request are, to the byte: drawn from its number, so that both sides know it without asking each other. The method
/// says which there are: PUT has one in the request, GET one in the response, POST and FETCH have both.
/// </summary>
/// <param name="seed">The seed of the run.</param>
internal sealed class SimulatedBody(ulong seed)
{
    private const int Block = 128;

    public static bool IsInRequest(CoapCode method) => method != CoapCode.Get;

    public static bool IsInResponse(CoapCode method) => method != CoapCode.Put;

    /// <summary>The body of a request.</summary>
    public byte[] OfRequest(uint number) => Draw(number, 0);

    /// <summary>A representation that a response to it carries; they differ in length and in every byte.</summary>
    public byte[] OfResponse(uint number, uint version) => Draw(number, version + 1UL);

    /// <summary>Whether the body goes through a source or a sink on one side, instead of lying in memory.</summary>
    public bool IsStreamed(uint number, bool atServer) => (Mix(number, atServer ? 1UL << 40 : 2UL << 40) & 1) != 0;

    // As long as blocks are, and a byte more and less; short; long; nothing.
    private byte[] Draw(uint number, ulong salt)
    {
        ulong state = Mix(number, salt);
        int some = (int)(state >> 8 & 0xffff);
        byte[] bytes = new byte[(state & 7) switch
        {
            0 => 16 * (some % 40),
            1 or 2 => Math.Max((Block * (some % 8)) + (int)(state >> 32 & 1) - (int)(state >> 33 & 1), 0),
            3 => some % 40,
            _ => some % 1200,
        }];
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (int i = 0; i < bytes.Length; i += sizeof(ulong))
        {
            state = Mix(state, (ulong)i);
            BinaryPrimitives.WriteUInt64LittleEndian(word, state);
            word[..Math.Min(word.Length, bytes.Length - i)].CopyTo(bytes.AsSpan(i));
        }

        return bytes;
    }

    private ulong Mix(ulong value, ulong salt)
    {
        ulong x = seed + (value * 0x9e37_79b9_7f4a_7c15) + (salt * 0xd1b5_4a32_d192_ed03);
        x = (x ^ (x >> 30)) * 0xbf58_476d_1ce4_e5b9;
        x = (x ^ (x >> 27)) * 0x94d0_49bb_1331_11eb;
        return x ^ (x >> 31);
    }
}

/// <summary>A body that is pulled.</summary>
internal sealed class SimulatedSource(byte[] bytes) : ICoapBody
{
    public long? Length => bytes.Length;

    public int Read(long offset, Span<byte> destination, out bool isLast)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
        int count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        isLast = count == rest.Length;
        return count;
    }

    public void Close()
    {
    }
}

/// <summary>A body that is taken piece by piece.</summary>
internal sealed class SimulatedSink : ICoapBodySink
{
    private readonly List<byte> _bytes = [];

    /// <summary>What has come since it began.</summary>
    public byte[] Bytes => [.. _bytes];

    /// <summary>Whether it was told that no more will come.</summary>
    public bool IsAbandoned { get; private set; }

    public bool Write(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return true;
    }

    public void Restart() => _bytes.Clear();

    public void Abandon() => IsAbandoned = true;
}
