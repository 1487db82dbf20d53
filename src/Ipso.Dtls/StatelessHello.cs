using System.Buffers.Binary;
using System.Security.Cryptography;
using Ipso.Coap.Engine;

namespace Ipso.Dtls;

/// <summary>
/// The stateless cookie (RFC 6347, 4.2.1): a peer is answered with one, and nothing is kept of it until it comes back from the same
/// address. Allocates nothing, and calls nothing of OpenSSL.
/// </summary>
/// <remarks>
/// A cookie is an HMAC-SHA256 of the peer's address and of the random value of its ClientHello, which the peer repeats (RFC 6347, 4.2.1:
/// the parameters stay the same). So whoever has once been at an address, behind a NAT perhaps, has a cookie for one handshake only, and
/// cannot go on to begin others in that address's name. The secret changes every minute; the one before is still taken.
/// </remarks>
internal sealed class StatelessHello : IDisposable
{
    /// <summary>The length of a cookie: the generation of its secret, and the HMAC but for its last byte.</summary>
    public const int CookieLength = SHA256.HashSizeInBytes;

    /// <summary>The length of a HelloVerifyRequest. The shortest ClientHello that is taken has 67 bytes.</summary>
    public const int ReplyLength = ClientHello.RecordHeader + ClientHello.HandshakeHeader + 3 + CookieLength;

    private const int SecretLength = 32;
    private const byte HelloVerifyRequest = 3;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(1);

    private readonly byte[] _secrets = GC.AllocateUninitializedArray<byte>(2 * SecretLength, pinned: true);
    private Instant _changes;
    private byte _generation;
    private bool _isBegun;

    /// <summary>What a ClientHello is to be answered with.</summary>
    public enum Verdict : byte
    {
        /// <summary>Nothing.</summary>
        Drop,

        /// <summary>A HelloVerifyRequest.</summary>
        Ask,

        /// <summary>A handshake: the cookie is ours.</summary>
        Accept,
    }

    /// <summary>Looks at a datagram, and writes the HelloVerifyRequest where one is due.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="from">Where it has come from.</param>
    /// <param name="now">The moment.</param>
    /// <param name="reply">Room for <see cref="ReplyLength"/> bytes.</param>
    /// <param name="hello">The ClientHello, where it is one.</param>
    /// <returns>What is to be done.</returns>
    public Verdict Inspect(ReadOnlySpan<byte> datagram, in PeerId from, Instant now, Span<byte> reply, out ClientHello hello)
    {
        if (!ClientHello.TryParse(datagram, out hello))
        {
            return Verdict.Drop;
        }

        Rotate(now);
        Span<byte> cookie = stackalloc byte[CookieLength];
        if (hello.Cookie.Length == CookieLength && (byte)(_generation - hello.Cookie[0]) <= 1)
        {
            Make(hello.Cookie[0], from, hello.Random, cookie);
            if (CryptographicOperations.FixedTimeEquals(cookie, hello.Cookie))
            {
                return Verdict.Accept;
            }
        }

        Make(_generation, from, hello.Random, cookie);
        Write(hello, cookie, reply);
        return Verdict.Ask;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secrets);

    private static void Write(in ClientHello hello, ReadOnlySpan<byte> cookie, Span<byte> reply)
    {
        // RFC 6347, 4.2.1: the version is DTLS 1.0 whatever comes later, and the record's number is that of the ClientHello.
        ReadOnlySpan<byte> version = [ClientHello.MajorVersion, 0xff];
        reply = reply[..ReplyLength];
        reply.Clear();
        reply[0] = ClientHello.HandshakeType;
        version.CopyTo(reply[1..]);
        hello.RecordSequence.CopyTo(reply[5..]);
        BinaryPrimitives.WriteUInt16BigEndian(reply[11..], ReplyLength - ClientHello.RecordHeader);

        Span<byte> message = reply[ClientHello.RecordHeader..];
        const byte Length = 3 + CookieLength;
        message[0] = HelloVerifyRequest;
        message[3] = Length;
        message[11] = Length;
        version.CopyTo(message[12..]);
        message[14] = CookieLength;
        cookie.CopyTo(message[15..]);
    }

    private Span<byte> Secret(byte generation) => _secrets.AsSpan((generation & 1) * SecretLength, SecretLength);

    private void Make(byte generation, in PeerId from, ReadOnlySpan<byte> random, Span<byte> cookie)
    {
        Span<byte> data = stackalloc byte[PeerId.MaxLength + ClientHello.RandomLength];
        Span<byte> mac = stackalloc byte[SHA256.HashSizeInBytes];
        int length = from.CopyTo(data);
        random.CopyTo(data[length..]);
        HMACSHA256.HashData(Secret(generation), data[..(length + ClientHello.RandomLength)], mac);
        cookie[0] = generation;
        mac[..^1].CopyTo(cookie[1..]);
    }

    private void Rotate(Instant now)
    {
        if (_isBegun && now < _changes)
        {
            return;
        }

        // After a long silence the one before is too old as well.
        if (!_isBegun || now >= _changes + s_lifetime)
        {
            RandomNumberGenerator.Fill(_secrets);
            _isBegun = true;
        }

        _generation++;
        RandomNumberGenerator.Fill(Secret(_generation));
        _changes = now + s_lifetime;
    }
}
