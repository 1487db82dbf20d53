using System.Buffers.Binary;
using Ipso.Coap.Engine;
using Ipso.Dtls;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// What a DTLS server does with a stranger's datagram: no reply is longer than it, and a ClientHello that is answered with a cookie is
/// taken with it, from the same address alone.
/// </summary>
internal sealed class HelloDecoder(StatelessHello hello)
{
    private const int ProvedLength = 900;
    private const int SessionIdAt = 13 + 12 + 2 + 32;

    private static readonly PeerId s_peer = new([1, 2, 3, 4]);
    private static readonly PeerId s_other = new([1, 2, 3, 5]);

    internal Verdict Decode(ReadOnlySpan<byte> input)
    {
        Span<byte> reply = stackalloc byte[StatelessHello.ReplyLength];
        StatelessHello.Verdict verdict = hello.Inspect(input, s_peer, default, reply, out ClientHello read);
        Digest digest = new();
        digest.Add((ulong)verdict);
        digest.Add(read.Random);
        digest.Add(read.Cookie);
        digest.Add(read.CipherSuites);
        return new()
        {
            IsAccepted = verdict != StatelessHello.Verdict.Drop,
            Digest = digest.Value,
            Violation = verdict == StatelessHello.Verdict.Drop ? null
                : verdict == StatelessHello.Verdict.Accept ? "somebody has guessed a cookie"
                : reply.Length > input.Length ? "the reply is longer"
                : input.Length <= ProvedLength ? Prove(input, read.Cookie.Length, reply)
                : null,
        };
    }

    internal static IEnumerable<byte[]> Examples()
    {
        byte[] psk = [0xc0, 0xa8, 0x00, 0xa8, 0x00, 0xff];
        byte[] name = [0, 0, 0, 9, 0, 7, 0, 0, 4, (byte)'h', (byte)'o', (byte)'s', (byte)'t'];
        yield return Hello([], [], psk, []);
        yield return Hello([], new byte[16], psk, [0, (byte)name.Length, .. name]);
        yield return Hello(new byte[32], [], [0xc0, 0xae], [0, 4, 0, 23, 0, 0]);
        yield return Hello(new byte[32], new byte[32], [0xc0, 0xae, 0xc0, 0x2b], [0, 6, 0, 35, 0, 2, 1, 2]);
    }

    private static byte[] Hello(byte[] sessionId, byte[] cookie, byte[] suites, byte[] extensions)
    {
        byte[] body =
        [
            0xfe, 0xfd, .. Enumerable.Range(0, 32).Select(static i => (byte)i), (byte)sessionId.Length, .. sessionId, (byte)cookie.Length,
            .. cookie, 0, (byte)suites.Length, .. suites, 1, 0, .. extensions,
        ];
        byte length = (byte)body.Length;
        return [22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0, (byte)(length + 12), 1, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, length, .. body];
    }

    // As the client does: the cookie comes in, and whatever says a length says another one.
    private string? Prove(ReadOnlySpan<byte> input, int oldCookie, Span<byte> reply)
    {
        Span<byte> again = stackalloc byte[ProvedLength + StatelessHello.CookieLength];
        int cookieAt = SessionIdAt + 1 + input[SessionIdAt];
        input[..cookieAt].CopyTo(again);
        again[cookieAt] = StatelessHello.CookieLength;
        reply[^StatelessHello.CookieLength..].CopyTo(again[(cookieAt + 1)..]);
        ReadOnlySpan<byte> rest = input[(cookieAt + 1 + oldCookie)..];
        int length = cookieAt + 1 + StatelessHello.CookieLength + rest.Length;
        rest.CopyTo(again[(length - rest.Length)..]);
        BinaryPrimitives.WriteUInt16BigEndian(again[11..], (ushort)(length - 13));
        BinaryPrimitives.WriteUInt16BigEndian(again[15..], (ushort)(length - 25));
        BinaryPrimitives.WriteUInt16BigEndian(again[23..], (ushort)(length - 25));
        again[14] = again[22] = 0;
        return hello.Inspect(again[..length], s_peer, default, reply, out _) != StatelessHello.Verdict.Accept ? "the cookie is not taken"
            : hello.Inspect(again[..length], s_other, default, reply, out _) == StatelessHello.Verdict.Accept
                ? "the cookie is taken from another address"
            : null;
    }
}
