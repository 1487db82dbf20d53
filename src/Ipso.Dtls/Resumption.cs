using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Dtls.Native;
using Ipso.Net.Security;

namespace Ipso.Dtls;

/// <summary>
/// What resumes a client's session: a version, what the session is bound to, the identity of the server, and OpenSSL's form of the session,
/// which holds its master secret. Fixed fields, then <c>identity length (2) | identity | session</c>.
/// </summary>
internal static unsafe class Resumption
{
    private const byte Version = 1;
    private const int Head = 1 + SHA256.HashSizeInBytes + sizeof(ushort);

    /// <summary>Writes the session of an SSL.</summary>
    /// <param name="ssl">The SSL.</param>
    /// <param name="binding">What <see cref="Bind"/> gave for the credentials.</param>
    /// <param name="identity">The server's identity.</param>
    /// <returns>Empty if it cannot be resumed.</returns>
    public static byte[] Write(nint ssl, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> identity)
    {
        nint session = LibSsl.SSL_get1_session(ssl);
        if (session == 0)
        {
            return [];
        }

        try
        {
            int length = LibSsl.SSL_SESSION_is_resumable(session) == 1 ? LibSsl.i2d_SSL_SESSION(session, null) : 0;
            if (length <= 0 || identity.Length > ushort.MaxValue)
            {
                return [];
            }

            byte[] result = new byte[Head + identity.Length + length];
            result[0] = Version;
            binding.CopyTo(result.AsSpan(1));
            BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(Head - sizeof(ushort)), (ushort)identity.Length);
            identity.CopyTo(result.AsSpan(Head));
            fixed (byte* start = &result[Head + identity.Length])
            {
                byte* next = start;
                _ = LibSsl.i2d_SSL_SESSION(session, &next);
            }

            return result;
        }
        finally
        {
            LibSsl.SSL_SESSION_free(session);
        }
    }

    /// <summary>Reads what <see cref="Write"/> gave.</summary>
    /// <returns>False if it is something else, or of other credentials or another server: the handshake is a whole one then.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> binding, out ReadOnlySpan<byte> identity, out ReadOnlySpan<byte> session)
    {
        identity = session = default;
        if (bytes.Length < Head || bytes[0] != Version)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(Head - sizeof(ushort))..]);
        if (!bytes.Slice(1, binding.Length).SequenceEqual(binding) || bytes.Length <= Head + length)
        {
            return false;
        }

        identity = bytes.Slice(Head, length);
        session = bytes[(Head + length)..];
        return true;
    }

    /// <summary>Whether nothing is to be resumed with these credentials: it would not be looked up again who was revoked.</summary>
    public static bool IsRefused(SecurityCredentials? credentials) =>
        credentials is CertificateCredentials { Trust.Revocation: not X509RevocationMode.NoCheck };

    /// <summary>Has an SSL resume a session.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TrySet(nint ssl, ReadOnlySpan<byte> session)
    {
        fixed (byte* start = session)
        {
            byte* next = start;
            nint read = LibSsl.d2i_SSL_SESSION(null, &next, new CLong(session.Length));
            bool isSet = read != 0 && LibSsl.SSL_set_session(ssl, read) == 1;
            if (read != 0)
            {
                LibSsl.SSL_SESSION_free(read);
            }

            OpenSslError.Forget();
            return isSet;
        }
    }

    /// <summary>
    /// What a session is bound to: which server, and by which credentials it was trusted and we are known to it. Made while the credentials
    /// are in use: their owner may dispose what they hold before the session ends.
    /// </summary>
    /// <returns>32 bytes.</returns>
    public static byte[] Bind(SecurityCredentials credentials)
    {
        using IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(sum, Encoding.UTF8.GetBytes($"{credentials.GetType().Name}/{credentials.ServerName}"));
        switch (credentials)
        {
            case PreSharedKeyCredentials key:
                Append(sum, key.Identity.Span);
                Append(sum, SHA256.HashData(key.Key.Span));
                break;
            case CertificateCredentials certificate:
                Append(sum, certificate.Certificate is { } own ? own.RawDataMemory.Span : []);
                Append(sum, certificate.Trust.Fingerprint());
                break;
            case RawPublicKeyCredentials raw:
                Append(sum, raw.Key.ExportSubjectPublicKeyInfo());
                break;
            default:
                break;
        }

        return sum.GetHashAndReset();
    }

    private static void Append(IncrementalHash sum, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        sum.AppendData(length);
        sum.AppendData(bytes);
    }
}
