using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ipso.Net.Security;

namespace Ipso.Dtls.Native;

/// <summary>
/// What OpenSSL calls. It does so only within a call of ours, so that the session is the one at work on this thread; nothing managed is
/// held by native memory. Nothing is thrown through OpenSSL.
/// </summary>
#pragma warning disable CA1031 // Nothing may be thrown through OpenSSL: whatever it is, the handshake fails.
internal static unsafe class SslCallbacks
{
    private const uint LongestTimeout = 60_000_000;
    private const int LeastCipherStrength = 64;
    private const int LeastStrength = 112;
    private const int MaxSent = 10;

    // The length of the key that nobody has.
    private const int NoKey = 32;

    // CCM_8 has 64 bits by its tag; all else has to have 112, which keys of RSA-2048 and P-224 have.
    [UnmanagedCallersOnly]
    public static int CheckSecurity(nint ssl, nint context, int operation, int bits, int id, void* other, void* state) =>
        operation switch
        {
            LibSsl.SecurityVersion => id <= LibSsl.Dtls12 ? 1 : 0,
            LibSsl.SecurityTicket => 1,
            LibSsl.SecurityCompression => 0,
            _ => bits >= ((operation & LibSsl.SecurityKindMask) == LibSsl.SecurityKindCipher ? LeastCipherStrength : LeastStrength) ? 1 : 0,
        };

    // RFC 6347, 4.2.4.1: doubled each time, up to a minute. 0 asks for the first.
    [UnmanagedCallersOnly]
    public static uint NextTimeout(nint ssl, uint microseconds)
    {
        try
        {
            return microseconds == 0
                ? ((DatagramWindow*)LibCrypto.BIO_get_data(LibSsl.SSL_get_rbio(ssl)))->FirstTimeout
                : Math.Min(2 * microseconds, LongestTimeout);
        }
        catch
        {
            return 1_000_000;
        }
    }

    // The cookie was looked at before there was a session; that it is repeated to OpenSSL is a formality.
    [UnmanagedCallersOnly]
    public static int VerifyCookie(nint ssl, byte* cookie, uint length) => 1;

    [UnmanagedCallersOnly]
    public static int MakeCookie(nint ssl, byte* cookie, uint* length) => 0;

    [UnmanagedCallersOnly]
    public static uint FindClientKey(nint ssl, byte* hint, byte* identity, uint identityLength, byte* key, uint keyLength)
    {
        try
        {
            if (DtlsSession.Current?.PreSharedKey is not { } credentials)
            {
                return 0;
            }

            Span<byte> name = new(identity, (int)identityLength);
            if (credentials.Identity.Length >= name.Length || !credentials.Key.Span.TryCopyTo(new Span<byte>(key, (int)keyLength)))
            {
                return 0;
            }

            credentials.Identity.Span.CopyTo(name);
            name[credentials.Identity.Length] = 0;
            return (uint)credentials.Key.Length;
        }
        catch
        {
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    public static uint FindServerKey(nint ssl, byte* identity, byte* key, uint keyLength)
    {
        try
        {
            Span<byte> room = new(key, (int)keyLength);
            int length = DtlsSession.Current?.FindKey(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(identity), room) ?? 0;
            // To have no key is to have one that the peer does not: it goes on, and its Finished cannot be read.
            if (length == 0)
            {
                length = Math.Min(NoKey, room.Length);
                RandomNumberGenerator.Fill(room[..length]);
                DtlsSession.Current?.NoteUnknownIdentity();
            }

            KeyMark.Set(LibSsl.SSL_get_session(ssl), room[..length]);
            return (uint)length;
        }
        catch
        {
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    public static int VerifyCertificate(nint context, void* state)
    {
        try
        {
            CertificateFault fault = CertificateFault.Invalid;
            if (DtlsSession.Current is { } session)
            {
                nint leaf = LibCrypto.X509_STORE_CTX_get0_cert(context);
                if (leaf != 0)
                {
                    List<byte[]> sent = [];
                    nint stack = LibCrypto.X509_STORE_CTX_get0_untrusted(context);
                    int count = stack == 0 ? 0 : LibCrypto.OPENSSL_sk_num(stack);
                    for (int i = 0; i < Math.Min(count, MaxSent); i++)
                    {
                        sent.Add(Der(LibCrypto.OPENSSL_sk_value(stack, i), &LibCrypto.i2d_X509));
                    }

                    fault = session.VerifyCertificate(Der(leaf, &LibCrypto.i2d_X509), sent);
                }
                else if (RawPublicKeys.KeyOf(context) is not 0 and var key)
                {
                    fault = session.VerifyKey(Der(key, &LibCrypto.i2d_PUBKEY));
                }
            }

            // What the peer is told follows from it.
            LibCrypto.X509_STORE_CTX_set_error(context, ErrorOf(fault));
            return fault == CertificateFault.None ? 1 : 0;
        }
        catch
        {
            return 0;
        }
    }

    // X509_V_ERR_*.
    private static int ErrorOf(CertificateFault fault) => fault switch
    {
        CertificateFault.None => 0,
        CertificateFault.Expired => 10,
        CertificateFault.UnknownIssuer => 20,
        CertificateFault.Revoked => 23,
        CertificateFault.Purpose => 26,
        CertificateFault.Name or CertificateFault.Mismatch => 28,
        CertificateFault.RevocationUnknown => 73,
        _ => 7,
    };

    /// <summary>The DER of something of OpenSSL's; empty if it has none.</summary>
    public static byte[] Der(nint item, delegate*<nint, byte**, int> encode)
    {
        int length = encode(item, null);
        if (length <= 0)
        {
            return [];
        }

        byte[] der = new byte[length];
        fixed (byte* start = der)
        {
            byte* next = start;
            encode(item, &next);
        }

        return der;
    }
}
