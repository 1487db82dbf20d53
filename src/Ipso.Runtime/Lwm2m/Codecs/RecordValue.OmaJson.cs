using Ipso.Buffers;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// Bytes in OMA JSON (LwM2M TS 1.0, 6.4.4).
internal readonly ref partial struct RecordValue
{
    /// <summary>Reads bytes, which the format spells in Base64; some spell them in its alphabet for URLs.</summary>
    private bool TryOmaJsonBytes(Span<byte> scratch, out int written)
    {
        int length = Bytes.Length;
        written = 0;
        if (_record.Kind == ValueKind.OmaJsonText)
        {
            Bytes.CopyTo(scratch);
        }
        else if (!JsonText.TryUnescape(Bytes, scratch, out length))
        {
            return false;
        }

        Span<byte> text = scratch[..length];
        return Base64Text.TryDecode(text, text, Base64Alphabet.Either, out written);
    }
}
