using System.Security.Cryptography;

namespace Ipso.Dtls.Native;

/// <summary>
/// What a session remembers of the key that opened it, in a server's cache and inside its tickets, which are encrypted: so that a key that
/// was replaced resumes nothing.
/// </summary>
internal static unsafe class KeyMark
{
    private const int Length = 16;

    /// <summary>Marks a session.</summary>
    public static void Set(nint session, ReadOnlySpan<byte> key)
    {
        Span<byte> mark = stackalloc byte[SHA256.HashSizeInBytes];
        Make(key, mark);
        fixed (byte* data = mark)
        {
            _ = LibSsl.SSL_SESSION_set1_ticket_appdata(session, data, Length);
        }
    }

    /// <summary>Whether a session was opened by a key.</summary>
    public static bool IsOf(nint session, ReadOnlySpan<byte> key)
    {
        byte* data = null;
        nuint length = 0;
        if (LibSsl.SSL_SESSION_get0_ticket_appdata(session, &data, &length) != 1 || length != Length)
        {
            return false;
        }

        Span<byte> mark = stackalloc byte[SHA256.HashSizeInBytes];
        Make(key, mark);
        return CryptographicOperations.FixedTimeEquals(mark[..Length], new ReadOnlySpan<byte>(data, Length));
    }

    private static void Make(ReadOnlySpan<byte> key, Span<byte> mark) => HMACSHA256.HashData(key, "ipso resumption"u8, mark);
}
