using System.Buffers.Binary;

namespace Ipso.Dtls;

/// <summary>The records of a datagram (RFC 6347, 4.1), as far as they can be looked at from outside.</summary>
internal static class Records
{
    private const int Header = 13;
    private const int LastEpoch = 1;
    private const byte ChangeCipherSpec = 20;
    private const byte ApplicationData = 23;

    // AEAD: 8 bytes of nonce and the tag (RFC 6655, 3; RFC 5288, 3). CBC: a block for the vector, and three for SHA-256 and padding.
    private const int LeastCcm8 = 8 + 8;
    private const int LeastAead = 8 + 16;
    private const int LeastCbc = 16 + 48;

    /// <summary>The least length of a record that a cipher suite has protected.</summary>
    /// <param name="suite">OpenSSL's name; null before there is one. A Finished is longer in all of them, and what comes before it and is
    /// shorter counts as lost.</param>
    public static int LeastProtected(string? suite) =>
        suite is null ? LeastAead
        : suite.EndsWith("CCM8", StringComparison.Ordinal) ? LeastCcm8
        : suite.Contains("CCM", StringComparison.Ordinal) || suite.Contains("GCM", StringComparison.Ordinal) ? LeastAead
        : LeastCbc;

    /// <summary>How long the records in the clear are that a datagram begins with.</summary>
    /// <param name="datagram">One that is plausible.</param>
    public static int LengthInClear(ReadOnlySpan<byte> datagram)
    {
        int length = 0;
        while (datagram.Length - length >= Header && Epoch(datagram[length..]) == 0)
        {
            length = Math.Min(length + Header + Length(datagram[length..]), datagram.Length);
        }

        return length;
    }

    /// <summary>How many records a datagram holds.</summary>
    /// <param name="datagram">Any bytes.</param>
    public static int Count(ReadOnlySpan<byte> datagram)
    {
        int count = 0;
        while (datagram.Length >= Header)
        {
            datagram = datagram[Math.Min(Header + Length(datagram), datagram.Length)..];
            count++;
        }

        return count;
    }

    /// <summary>
    /// Whether a datagram may go to OpenSSL. To version 3.0 a record that is shorter than nonce and tag is an internal error that ends the
    /// session, and data in the clear is an error that ends a handshake, whoever has sent it; RFC 6347, 4.1.2.7, has them dropped.
    /// </summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="leastProtected">The least length of a protected record, without its header.</param>
    /// <returns>False if it begins with no record, or holds one that is too short to be protected and says it is, or data that is not
    /// protected, or keys that never come: there is no renegotiation.</returns>
    public static bool ArePlausible(ReadOnlySpan<byte> datagram, int leastProtected)
    {
        if (datagram.Length <= Header
            || datagram[0] is < ChangeCipherSpec or > ApplicationData
            || datagram[1] != ClientHello.MajorVersion)
        {
            return false;
        }

        while (datagram.Length >= Header)
        {
            int epoch = Epoch(datagram), length = Length(datagram);
            if (epoch > LastEpoch || (epoch > 0 ? length < leastProtected : datagram[0] == ApplicationData))
            {
                return false;
            }

            if (length > datagram.Length - Header)
            {
                // OpenSSL does not look at the rest.
                break;
            }

            datagram = datagram[(Header + length)..];
        }

        return true;
    }

    private static int Epoch(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16BigEndian(record[3..]);

    private static int Length(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16BigEndian(record[11..]);
}
