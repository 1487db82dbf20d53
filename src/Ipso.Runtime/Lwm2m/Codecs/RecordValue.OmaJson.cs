using System.Buffers;
using System.Buffers.Text;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// Bytes in OMA JSON (LwM2M TS 1.0, 6.4.4).
internal readonly ref partial struct RecordValue
{
    /// <summary>Reads bytes, which the format spells in Base64; some spell them in its alphabet for URLs.</summary>
    private bool TryOmaJsonBytes(Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        int length = Bytes.Length;
        value = default;
        if (_record.Kind == ValueKind.OmaJsonText)
        {
            Bytes.CopyTo(scratch);
        }
        else if (!JsonText.TryUnescape(Bytes, scratch, out length))
        {
            return false;
        }

        Span<byte> text = scratch[..length];
        // The platform's decoders pass over spaces, and one of them takes "%" for padding.
        if (text.IndexOfAny(" \t\r\n%"u8) >= 0)
        {
            return false;
        }

        text.Replace((byte)'-', (byte)'+');
        text.Replace((byte)'_', (byte)'/');
        bool isBase64 = Base64.DecodeFromUtf8InPlace(text, out int written) == OperationStatus.Done;
        value = text[..written];
        return isBase64;
    }
}
