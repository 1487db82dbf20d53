using System.Security.Cryptography;
using Ipso.Cbor;
using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

/// <summary>
/// What a context derives its keys from again and again, each time with another ID Context, to which both sides have added random bytes
/// (RFC 8613, Appendix B.2). Those of the server are good for one renewal and need no memory: a hash under a key that goes with it (B.2.1).
/// </summary>
internal sealed class KeyRenewal : IDisposable
{
    /// <summary>How many random bytes a client adds: R1 and R3.</summary>
    public const int ClientLength = 8;

    /// <summary>How many bytes a server adds, half of them random: R2.</summary>
    public const int ServerLength = SaltLength + MacLength;

    /// <summary>The longest ID Context that requests bear: the R2 of a server, which is another's to choose, and R3.</summary>
    public const int MaxIdContext = MaxServerLength + ClientLength;

    /// <summary>Room for <see cref="Wrap"/>.</summary>
    public const int WrappedRoom = SecurityContext.MaxIdContext + 2;

    private const int MaxServerLength = 24;
    private const int SaltLength = 8;
    private const int MacLength = 8;
    private const int MacKeyLength = 32;

    private readonly byte[] _secret;
    private readonly byte[] _salt;
    private readonly byte[] _senderId;
    private readonly byte[] _recipientId;
    private readonly AeadAlgorithm _algorithm;
    private readonly HmacAlgorithm _hmac;
    private readonly AeadProvider _aeads;
    private readonly IRandomSource _random;
    private readonly int _window;
    private readonly byte[] _macKey = new byte[MacKeyLength];
    private bool _hasMacKey;

    /// <summary>Keeps a copy of what keys are derived from.</summary>
    public KeyRenewal(in SecurityContextKeys keys, IRandomSource random)
    {
        _random = random;
        _secret = keys.MasterSecret.ToArray();
        _salt = keys.MasterSalt.ToArray();
        _senderId = keys.SenderId.ToArray();
        _recipientId = keys.RecipientId.ToArray();
        _algorithm = keys.Algorithm;
        _hmac = keys.Hmac;
        _aeads = keys.Aeads;
        _window = keys.ReplayWindow;
    }

    /// <summary>Derives the keys of an ID Context of 1 to <see cref="SecurityContext.MaxIdContext"/> bytes.</summary>
    public SecurityContext Derive(ReadOnlySpan<byte> idContext) => new(new SecurityContextKeys
    {
        MasterSecret = _secret,
        MasterSalt = _salt,
        SenderId = _senderId,
        RecipientId = _recipientId,
        IdContext = idContext,
        Algorithm = _algorithm,
        Hmac = _hmac,
        Aeads = _aeads,
        ReplayWindow = _window,
    });

    /// <summary>Fills with random bytes.</summary>
    public void Fill(Span<byte> destination) => _random.Fill(destination);

    /// <summary>The ID Context of a server's answer, R2 before that of the request: 0 if it is too long.</summary>
    public static int Join(ReadOnlySpan<byte> server, ReadOnlySpan<byte> idContext, Span<byte> destination)
    {
        if (server.IsEmpty || server.Length > MaxServerLength || server.Length + idContext.Length > destination.Length)
        {
            return 0;
        }

        server.CopyTo(destination);
        idContext.CopyTo(destination[server.Length..]);
        return server.Length + idContext.Length;
    }

    /// <summary>Makes an R2 of <see cref="ServerLength"/> bytes.</summary>
    public void Offer(Span<byte> destination)
    {
        if (!_hasMacKey)
        {
            _random.Fill(_macKey);
            _hasMacKey = true;
        }

        _random.Fill(destination[..SaltLength]);
        WriteMac(destination[..SaltLength], destination[SaltLength..]);
    }

    /// <summary>Whether an ID Context begins with an R2 that was offered since the last renewal, and goes on.</summary>
    public bool IsOffered(ReadOnlySpan<byte> idContext)
    {
        if (!_hasMacKey || idContext.Length <= ServerLength)
        {
            return false;
        }

        Span<byte> mac = stackalloc byte[MacLength];
        WriteMac(idContext[..SaltLength], mac);
        return CryptographicOperations.FixedTimeEquals(mac, idContext.Slice(SaltLength, MacLength));
    }

    /// <summary>A renewal has come to its end: nothing that was offered for it is good for another.</summary>
    public void Complete()
    {
        CryptographicOperations.ZeroMemory(_macKey);
        _hasMacKey = false;
    }

    /// <summary>Forgets the secret.</summary>
    public void Dispose()
    {
        Complete();
        CryptographicOperations.ZeroMemory(_secret);
    }

    /// <summary>Writes an ID Context as a kid context has it, which is a CBOR byte string here.</summary>
    /// <param name="idContext">1 to <see cref="SecurityContext.MaxIdContext"/> bytes.</param>
    /// <param name="destination"><see cref="WrappedRoom"/> bytes.</param>
    /// <returns>The length.</returns>
    public static int Wrap(ReadOnlySpan<byte> idContext, Span<byte> destination)
    {
        int head = CborItem.WriteHead(destination, CborMajor.Bytes, (ulong)idContext.Length);
        idContext.CopyTo(destination[head..]);
        return head + idContext.Length;
    }

    /// <summary>Reads a kid context.</summary>
    /// <returns>False if it is no byte string of 1 to <see cref="SecurityContext.MaxIdContext"/> bytes, and nothing behind it.</returns>
    public static bool TryUnwrap(ReadOnlySpan<byte> kidContext, out ReadOnlySpan<byte> idContext)
    {
        CborReader reader = new(kidContext);
        CborHead head = reader.ReadHead();
        idContext = kidContext[Math.Min(reader.Position, kidContext.Length)..];
        return !reader.Failed && head is { Major: CborMajor.Bytes, IsIndefinite: false } && head.Argument == (ulong)idContext.Length
            && idContext.Length is > 0 and <= SecurityContext.MaxIdContext;
    }

    private void WriteMac(ReadOnlySpan<byte> salt, Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_macKey, salt, whole);
        whole[..MacLength].CopyTo(destination);
    }
}
