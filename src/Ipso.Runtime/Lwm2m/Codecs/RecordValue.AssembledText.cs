using Ipso.Cbor;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// Text that does not stand in the payload in one piece: with JSON escapes, or in chunks of CBOR.
internal readonly ref partial struct RecordValue
{
    /// <summary>Whether the bytes are to be put together before they are the text.</summary>
    private bool IsAssembled => _record.Kind
        is ValueKind.EscapedText or ValueKind.EscapedOmaJsonText or ValueKind.TextChunks or ValueKind.CborTextChunks;

    private bool IsTextInChunks => _record.Kind is ValueKind.TextChunks or ValueKind.CborTextChunks or ValueKind.LinkTextChunks;

    // A text of any type, which is never longer than the bytes.
    private bool TryText(Span<byte> scratch, out ReadOnlySpan<byte> text)
    {
        text = Bytes;
        if (!IsAssembled && !IsTextInChunks)
        {
            return true;
        }

        bool isWhole = TryAssemble(scratch, out int written);
        text = scratch[..written];
        return isWhole;
    }

    private bool TryAssemble(Span<byte> destination, out int written)
    {
        if (IsTextInChunks)
        {
            return CborChunks.TryJoinText(Bytes, destination, out written);
        }

        if (CodecSwitches.SenMLJson || CodecSwitches.Json)
        {
            return JsonText.TryUnescape(Bytes, destination, out written);
        }

        written = 0;
        return false;
    }
}
