using System.Security.Cryptography;
using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

/// <summary>
/// What two endpoints share to protect their messages (RFC 8613, 3): the keys of both, the numbers that one sends under, and which of the
/// other's have come. One thread at a time, and of one endpoint: what a number was used for is known in one place.
/// </summary>
public sealed partial class SecurityContext : IDisposable
{
    /// <summary>The longest ID Context in bytes.</summary>
    internal const int MaxIdContext = 64;

    private readonly byte[] _senderId;
    private readonly byte[] _recipientId;
    private byte[] _idContext;
    private byte[] _kidContext;
    private byte[] _commonIv;
    private Aead _sender;
    private Aead _recipient;
    private SenderSequence _sequence;
    private ReplayWindow _window;

    /// <summary>Derives the keys.</summary>
    /// <param name="keys">
    /// What from. The Master Secret is not kept, but with <see cref="SecurityContextKeys.RenewsKeysWith"/>: the caller overwrites it when it needs
    /// it no more.
    /// </param>
    /// <exception cref="ArgumentException">An id or another value is out of range, or nobody has the algorithm.</exception>
    public SecurityContext(in SecurityContextKeys keys)
    {
        Check(keys, out AeadLengths lengths);
        Algorithm = keys.Algorithm;
        SendsIdContext = keys.RenewsKeysWith is not null || (keys.SendsIdContext && !keys.IdContext.IsEmpty);
        HasLostReplayWindow = keys.HasLostReplayWindow ?? keys.SequenceNumber > 0;
        TagLength = lengths.Tag;
        _senderId = keys.SenderId.ToArray();
        _recipientId = keys.RecipientId.ToArray();
        _idContext = keys.IdContext.ToArray();
        _kidContext = _idContext;
        _sequence = new SenderSequence(keys.Storage, keys.SequenceNumber, keys.ReserveNumbers);
        _window = new ReplayWindow(keys.ReplayWindow);
        _commonIv = new byte[lengths.Nonce];
        Identity = MakeIdentity(keys);

        HashAlgorithmName hash = keys.Hmac == HmacAlgorithm.Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        Span<byte> secret = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> key = stackalloc byte[AeadLengths.MaxKey];
        key = key[..lengths.Key];
        try
        {
            secret = secret[..HKDF.Extract(hash, keys.MasterSecret, keys.MasterSalt, secret)];
            Derive(hash, secret, keys, default, "IV"u8, _commonIv);
            Derive(hash, secret, keys, keys.SenderId, "Key"u8, key);
            _sender = Make(keys, key);
            Derive(hash, secret, keys, keys.RecipientId, "Key"u8, key);
            _recipient = Make(keys, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }

        if (keys.RenewsKeysWith is { } random)
        {
            _renewal = new KeyRenewal(keys, random);
            BeginRenewal();
        }
    }

    /// <summary>The authenticated encryption.</summary>
    public AeadAlgorithm Algorithm { get; }

    /// <summary>Who the other one is: the ID Context, its length before it, and its Sender ID.</summary>
    public PeerIdentity Identity { get; }

    /// <summary>The Sender ID.</summary>
    public ReadOnlySpan<byte> SenderId => _senderId;

    /// <summary>The Recipient ID.</summary>
    public ReadOnlySpan<byte> RecipientId => _recipientId;

    /// <summary>The ID Context, with <see cref="RenewsKeys"/> that of the keys in use; empty for none.</summary>
    public ReadOnlySpan<byte> IdContext => _idContext;

    /// <summary>The next sequence number to send under.</summary>
    public ulong SequenceNumber => _sequence.Next;

    /// <summary>Whether the keys have been forgotten: nothing is protected or unprotected any more.</summary>
    public bool IsDisposed { get; private set; }

    internal bool SendsIdContext { get; }

    internal bool HasLostReplayWindow { get; private set; }

    internal int TagLength { get; }

    internal int NonceLength => _commonIv.Length;

    internal Aead Sender => _sender;

    internal Aead Recipient => _recipient;

    internal ReadOnlySpan<byte> CommonIv => _commonIv;

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            ForgetKeys();
            _renewal?.Dispose();
        }
    }

    /// <summary>The algorithm and the ids: nothing that is secret.</summary>
    /// <returns>Text for logs.</returns>
    public override string ToString() =>
        $"{Algorithm}, sender {Convert.ToHexStringLower(_senderId)}, recipient {Convert.ToHexStringLower(_recipientId)}";

    internal bool TryTakeSequence(out ulong number)
    {
        number = 0;
        return !IsDisposed && _sequence.TryTake(out number);
    }

    /// <summary>
    /// Makes sure, before anything is received, that the storage knows of this context, so that after a restart it is not taken for a new
    /// one.
    /// </summary>
    internal bool TryBegin() => !IsDisposed && _sequence.TryHold();

    internal bool IsFresh(ulong number) => _window.IsFresh(number);

    internal void Accept(ulong number) => _window.Accept(number);

    internal void TakeBack(ulong number) => _window.TakeBack(number);

    /// <summary>A request is known to be fresh whose predecessors are not known (RFC 8613, Appendix B.1.2).</summary>
    /// <returns>False if another has been meanwhile, beside which this one counts as a replay.</returns>
    internal bool TryRecoverWindow(ulong number)
    {
        if (HasLostReplayWindow)
        {
            _window.StartAt(number);
            HasLostReplayWindow = false;
            return true;
        }

        if (!_window.IsFresh(number))
        {
            return false;
        }

        _window.Accept(number);
        return true;
    }

    private static void Check(in SecurityContextKeys keys, out AeadLengths lengths)
    {
        if (!AeadLengths.TryGet(keys.Algorithm, out lengths))
        {
            throw new ArgumentException($"{keys.Algorithm} is no algorithm.", nameof(keys));
        }

        int longest = lengths.Nonce - 6;
        if (keys.SenderId.Length > longest || keys.RecipientId.Length > longest || keys.IdContext.Length > MaxIdContext)
        {
            throw new ArgumentException(
                $"An id has 0 to {longest} bytes with {keys.Algorithm}, an ID Context 0 to {MaxIdContext}.", nameof(keys));
        }

        if (keys.SenderId.SequenceEqual(keys.RecipientId))
        {
            // RFC 8613, 3.3: both sides would encrypt under one key and the same nonces.
            throw new ArgumentException("Sender ID and Recipient ID are equal.", nameof(keys));
        }

        if (keys.RenewsKeysWith is not null && !(keys.IdContext.IsEmpty && keys.Storage is null && keys.SequenceNumber == 0))
        {
            throw new ArgumentException("Keys that are renewed have an ID Context and numbers of their own.", nameof(keys));
        }

        if (keys.MasterSecret.IsEmpty || keys.Hmac is not (HmacAlgorithm.Sha256 or HmacAlgorithm.Sha512) || keys.Aeads is null
            || keys.SequenceNumber > SenderSequence.Max + 1 || keys.ReserveNumbers is < 1 or > SecurityContextKeys.MaxReserveNumbers
            || keys.ReplayWindow is < 1 or > Oscore.ReplayWindow.MaxSize)
        {
            throw new ArgumentException("A value is out of range.", nameof(keys));
        }
    }

    private static void Derive(
        HashAlgorithmName hash, ReadOnlySpan<byte> secret, in SecurityContextKeys keys, ReadOnlySpan<byte> id, ReadOnlySpan<byte> type,
        Span<byte> destination)
    {
        Span<byte> info = stackalloc byte[CoseStructures.InfoRoom + MaxIdContext + AeadLengths.MaxNonce];
        int length = CoseStructures.WriteInfo(info, id, keys.IdContext, keys.Algorithm, type, destination.Length);
        HKDF.Expand(hash, secret, destination, info[..length]);
    }

    private static Aead Make(in SecurityContextKeys keys, ReadOnlySpan<byte> key) =>
        keys.Aeads.Create(keys.Algorithm, key)
            ?? throw new ArgumentException($"{keys.Algorithm} is not supported here.", nameof(keys));

    private static PeerIdentity MakeIdentity(in SecurityContextKeys keys)
    {
        Span<byte> value = stackalloc byte[1 + MaxIdContext + AeadLengths.MaxNonce];
        value[0] = (byte)keys.IdContext.Length;
        keys.IdContext.CopyTo(value[1..]);
        keys.RecipientId.CopyTo(value[(1 + keys.IdContext.Length)..]);
        return new PeerIdentity(PeerIdentityKind.Oscore, value[..(1 + keys.IdContext.Length + keys.RecipientId.Length)]);
    }
}
