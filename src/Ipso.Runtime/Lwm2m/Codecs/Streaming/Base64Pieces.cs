using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Decodes Base64 piece by piece, as strictly as <see cref="Base64Text"/> does it whole.</summary>
internal struct Base64Pieces(Base64Alphabet alphabet)
{
    /// <summary>The longest piece.</summary>
    internal const int MaxPiece = 1024;

    /// <summary>The room that decoding a piece takes, in bytes.</summary>
    internal const int ScratchLength = MaxPiece + GroupLength;

    private const int GroupLength = 4;

    // The last group waits: only there may be padding, or less than a group.
    private uint _held;
    private int _heldCount;

    /// <summary>Decodes what a piece completes.</summary>
    /// <param name="text">The piece, of no more than <see cref="MaxPiece"/> characters.</param>
    /// <param name="scratch">Room of <see cref="ScratchLength"/>.</param>
    /// <param name="bytes">The bytes, in the scratch space.</param>
    /// <returns>Whether it is Base64.</returns>
    internal bool TryDecode(ReadOnlySpan<byte> text, Span<byte> scratch, out ReadOnlySpan<byte> bytes)
    {
        int length = Unhold(scratch);
        text.CopyTo(scratch[length..]);
        length += text.Length;
        int ready = Math.Max(0, length - 1) / GroupLength * GroupLength;
        for (int i = ready; i < length; i++)
        {
            _held |= (uint)scratch[i] << 8 * _heldCount++;
        }

        return TryDecode(scratch[..ready], isFinal: false, out bytes);
    }

    /// <summary>Decodes what is left at the end.</summary>
    /// <inheritdoc cref="TryDecode(ReadOnlySpan{byte}, Span{byte}, out ReadOnlySpan{byte})"/>
    internal bool TryFinish(Span<byte> scratch, out ReadOnlySpan<byte> bytes)
    {
        int length = Unhold(scratch);
        return TryDecode(scratch[..length], isFinal: true, out bytes);
    }

    private int Unhold(Span<byte> scratch)
    {
        int count = _heldCount;
        for (int i = 0; i < count; i++)
        {
            scratch[i] = (byte)(_held >> 8 * i);
        }

        (_held, _heldCount) = (0, 0);
        return count;
    }

    // In place: bytes are fewer than characters.
    private readonly bool TryDecode(Span<byte> text, bool isFinal, out ReadOnlySpan<byte> bytes)
    {
        bool isBase64 = Base64Text.TryDecode(text, text, alphabet, out int written, isFinal);
        bytes = text[..written];
        return isBase64;
    }
}
