using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ipso.Coap.Oscore;

/// <summary>
/// AES-CCM (RFC 3610) by the block cipher alone, for platforms without AesCcm: the tag by one pass of CBC, the key stream by one of ECB
/// over the counters. A wrong tag is found without an exception.
/// </summary>
internal sealed class PortableCcm : Aead
{
    private const int BlockLength = 16;

    // RFC 3610, 2.2: associated data of this length and more has its length in another form, and there is none so long.
    private const int MaxAssociated = 0xff00 - 1;

    private readonly Aes _aes;
    private readonly int _tagLength;

    // What goes through the cipher, and what comes of it; zeros between two messages.
    private byte[] _input = [];
    private byte[] _output = [];

    public PortableCcm(ReadOnlySpan<byte> key, int tagLength)
    {
        _tagLength = tagLength;
        _aes = Aes.Create();
        byte[] copy = key.ToArray();
        _aes.Key = copy;
        CryptographicOperations.ZeroMemory(copy);
    }

    public override void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated)
    {
        Span<byte> tag = stackalloc byte[BlockLength];
        Authenticate(nonce, plaintext, associated, tag);
        Span<byte> stream = MakeStream(nonce, plaintext.Length);
        Mask(plaintext, stream[BlockLength..], ciphertext);
        Mask(tag[.._tagLength], stream, ciphertext[plaintext.Length..]);
        Forget();
    }

    public override bool TryDecrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        ReadOnlySpan<byte> sent = ciphertext[^_tagLength..];
        Span<byte> expected = stackalloc byte[BlockLength];
        Span<byte> tag = stackalloc byte[BlockLength];
        Span<byte> stream = MakeStream(nonce, plaintext.Length);
        Mask(sent, stream, expected);
        Mask(ciphertext[..^_tagLength], stream[BlockLength..], plaintext);
        Authenticate(nonce, plaintext, associated, tag);
        Forget();
        bool isRight = CryptographicOperations.FixedTimeEquals(tag[.._tagLength], expected[.._tagLength]);
        if (!isRight)
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }

        return isRight;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _aes.Dispose();
        }
    }

    // RFC 3610, 2.2.
    private void Authenticate(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, Span<byte> tag)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(associated.Length, MaxAssociated, nameof(associated));
        int header = BlockLength + (associated.IsEmpty ? 0 : Padded(sizeof(ushort) + associated.Length));
        int length = header + Padded(plaintext.Length);
        Grow(length);
        Span<byte> input = _input.AsSpan(0, length);
        input.Clear();
        int lengthSize = BlockLength - 1 - nonce.Length;
        BinaryPrimitives.WriteInt64BigEndian(input[(BlockLength - sizeof(long))..], plaintext.Length);
        input[0] = (byte)((associated.IsEmpty ? 0 : 64) + (8 * ((_tagLength - 2) / 2)) + lengthSize - 1);
        nonce.CopyTo(input[1..]);
        if (!associated.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(input[BlockLength..], (ushort)associated.Length);
            associated.CopyTo(input[(BlockLength + sizeof(ushort))..]);
        }

        plaintext.CopyTo(input[header..]);
        Span<byte> start = stackalloc byte[BlockLength];
        start.Clear();
        _aes.EncryptCbc(input, start, _output, PaddingMode.None);
        _output.AsSpan(length - BlockLength, BlockLength).CopyTo(tag);
    }

    // RFC 3610, 2.3: the first block masks the tag.
    private Span<byte> MakeStream(ReadOnlySpan<byte> nonce, int plaintextLength)
    {
        int length = BlockLength + Padded(plaintextLength);
        Grow(length);
        for (int at = 0; at < length; at += BlockLength)
        {
            Span<byte> block = _input.AsSpan(at, BlockLength);
            block.Clear();
            BinaryPrimitives.WriteInt64BigEndian(block[(BlockLength - sizeof(long))..], at / BlockLength);
            block[0] = (byte)(BlockLength - 2 - nonce.Length);
            nonce.CopyTo(block[1..]);
        }

        _aes.EncryptEcb(_input.AsSpan(0, length), _output, PaddingMode.None);
        return _output.AsSpan(0, length);
    }

    private static int Padded(int length) => (length + BlockLength - 1) / BlockLength * BlockLength;

    private static void Mask(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> stream, Span<byte> destination)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            destination[i] = (byte)(bytes[i] ^ stream[i]);
        }
    }

    private void Grow(int length)
    {
        if (_input.Length < length)
        {
            Forget();
            _input = new byte[Math.Max(length, 256) * 2];
            _output = new byte[_input.Length];
        }
    }

    private void Forget()
    {
        CryptographicOperations.ZeroMemory(_input);
        CryptographicOperations.ZeroMemory(_output);
    }
}
