using System.Buffers.Binary;

namespace Ipso.Dtls;

/// <summary>A ClientHello that is whole in one record of one datagram, as much of it as a cookie needs (RFC 6347, 4.2.1). A view.</summary>
internal readonly ref struct ClientHello
{
    public const int RandomLength = 32;

    internal const int RecordHeader = 13;
    internal const int HandshakeHeader = 12;
    internal const byte HandshakeType = 22;
    internal const byte ClientHelloType = 1;
    internal const byte MajorVersion = 0xfe;

    // RFC 6347, 4.2.2: 0 first, 1 with the cookie, 2 if the cookie was too old.
    private const int MaxMessageSequence = 2;
    private const int MaxSessionId = 32;

    // DTLS 1.2; versions count down.
    private const byte MinorVersion = 0xfd;

    /// <summary>The sequence number of its record, 48 bits, big-endian.</summary>
    public required ReadOnlySpan<byte> RecordSequence { get; init; }

    /// <summary>The random value.</summary>
    public required ReadOnlySpan<byte> Random { get; init; }

    /// <summary>The cookie; empty for none.</summary>
    public required ReadOnlySpan<byte> Cookie { get; init; }

    /// <summary>The cipher suites, two bytes each.</summary>
    public required ReadOnlySpan<byte> CipherSuites { get; init; }

    /// <summary>Reads a datagram.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="hello">The ClientHello.</param>
    /// <returns>False if it is no ClientHello of DTLS 1.2 or newer, is in fragments, shares the datagram with more, or is malformed
    /// anywhere.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out ClientHello hello)
    {
        hello = default;
        if (datagram.Length < RecordHeader + HandshakeHeader
            || datagram[0] != HandshakeType
            || datagram[1] != MajorVersion
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]) != 0
            || BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]) != datagram.Length - RecordHeader)
        {
            return false;
        }

        ReadOnlySpan<byte> message = datagram[RecordHeader..];
        int length = Read24(message[1..]);
        if (message[0] != ClientHelloType
            || length != message.Length - HandshakeHeader
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) > MaxMessageSequence
            || Read24(message[6..]) != 0
            || Read24(message[9..]) != length)
        {
            return false;
        }

        ReadOnlySpan<byte> body = message[HandshakeHeader..];
        if (!TryTake(ref body, 2, out ReadOnlySpan<byte> version)
            || version[0] != MajorVersion
            || version[1] > MinorVersion
            || !TryTake(ref body, RandomLength, out ReadOnlySpan<byte> random)
            || !TryTakeVector(ref body, 1, out ReadOnlySpan<byte> sessionId)
            || sessionId.Length > MaxSessionId
            || !TryTakeVector(ref body, 1, out ReadOnlySpan<byte> cookie)
            || !TryTakeVector(ref body, 2, out ReadOnlySpan<byte> suites)
            || suites.Length < 2
            || suites.Length % 2 != 0
            || !TryTakeVector(ref body, 1, out ReadOnlySpan<byte> compressions)
            || compressions.IsEmpty
            || !AreExtensions(body))
        {
            return false;
        }

        hello = new ClientHello
        {
            RecordSequence = datagram.Slice(5, 6),
            Random = random,
            Cookie = cookie,
            CipherSuites = suites,
        };
        return true;
    }

    // Nothing at all, or a list that fills the rest.
    private static bool AreExtensions(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!TryTakeVector(ref rest, 2, out ReadOnlySpan<byte> list) || !rest.IsEmpty)
        {
            return false;
        }

        while (!list.IsEmpty)
        {
            if (!TryTake(ref list, 2, out _) || !TryTakeVector(ref list, 2, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryTakeVector(scoped ref ReadOnlySpan<byte> rest, int prefix, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (!TryTake(ref rest, prefix, out ReadOnlySpan<byte> length))
        {
            return false;
        }

        return TryTake(ref rest, prefix == 1 ? length[0] : BinaryPrimitives.ReadUInt16BigEndian(length), out vector);
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, int length, out ReadOnlySpan<byte> taken)
    {
        if (rest.Length < length)
        {
            taken = default;
            return false;
        }

        taken = rest[..length];
        rest = rest[length..];
        return true;
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}
