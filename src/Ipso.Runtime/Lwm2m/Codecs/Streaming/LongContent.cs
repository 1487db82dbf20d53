using System.Buffers.Text;
using System.Text;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

/// <summary>The content of a text or of bytes, spelt piece by piece as a format spells it whole.</summary>
internal struct LongContent
{
    /// <summary>The room that a piece takes, in bytes.</summary>
    internal const int MaxPiece = PieceUnits * JsonText.MaxEscapeLength;

    // Three bytes of Base64 are one group; a UTF-16 unit is an escape at most.
    private const int PieceUnits = 384;

    private enum Spelling : byte
    {
        None,
        Bytes,
        Base64,
        Base64Url,
        Utf8,
        EscapedUtf8,
    }

    private Spelling _spelling;
    private ReadOnlyMemory<byte> _bytes;
    private string _text;
    private int _at;

    /// <summary>Whether there is more to come.</summary>
    internal readonly bool IsOpen => _spelling != Spelling.None;

    internal static LongContent Of(scoped in CapturedRecord record, Coap.ContentFormat format) => new()
    {
        _bytes = record.Bytes,
        _text = record.Kind == CapturedKind.String ? record.Text : "",
        _spelling = (record.Kind, format) switch
        {
            (CapturedKind.String, Coap.ContentFormat.SenMLJson or Coap.ContentFormat.Lwm2mJson) => Spelling.EscapedUtf8,
            (CapturedKind.String, _) => Spelling.Utf8,
            (_, Coap.ContentFormat.SenMLJson) => Spelling.Base64Url,
            (_, Coap.ContentFormat.Lwm2mJson or Coap.ContentFormat.PlainText) => Spelling.Base64,
            _ => Spelling.Bytes,
        },
    };

    /// <summary>Where the content is bytes as they are, takes the next of them.</summary>
    internal bool TryTakeBytes(Span<byte> destination, out int written)
    {
        written = 0;
        if (_spelling != Spelling.Bytes)
        {
            return false;
        }

        written = Math.Min(destination.Length, _bytes.Length - _at);
        _bytes.Span.Slice(_at, written).CopyTo(destination);
        Advance(written, _bytes.Length);
        return true;
    }

    /// <summary>Writes the next piece.</summary>
    /// <param name="destination">Room of <see cref="MaxPiece"/>.</param>
    /// <returns>Its length in bytes.</returns>
    internal int TakePiece(Span<byte> destination)
    {
        if (_spelling is Spelling.Utf8 or Spelling.EscapedUtf8)
        {
            return TakeText(destination);
        }

        ReadOnlySpan<byte> piece = _bytes.Span.Slice(_at, Math.Min(PieceUnits, _bytes.Length - _at));
        int written;
        if (_spelling == Spelling.Base64Url)
        {
            Base64Url.TryEncodeToUtf8(piece, destination, out written);
        }
        else
        {
            Base64.EncodeToUtf8(piece, destination, out _, out written);
        }

        Advance(piece.Length, _bytes.Length);
        return written;
    }

    private int TakeText(Span<byte> destination)
    {
        int length = Math.Min(PieceUnits, _text.Length - _at);
        // Both halves of a character go together.
        if (_at + length < _text.Length && char.IsHighSurrogate(_text[_at + length - 1]))
        {
            length--;
        }

        int written = Encoding.UTF8.GetBytes(_text.AsSpan(_at, length), destination);
        if (_spelling == Spelling.EscapedUtf8)
        {
            JsonText.TryEscape(destination, ref written);
        }

        Advance(length, _text.Length);
        return written;
    }

    private void Advance(int length, int end)
    {
        _at += length;
        if (_at == end)
        {
            this = default;
        }
    }
}
