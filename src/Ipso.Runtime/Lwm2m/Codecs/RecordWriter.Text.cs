using System.Buffers;
using System.Buffers.Text;

namespace Ipso.Lwm2m.Codecs;

// Plain text and octet-stream (LwM2M TS Core, 7.4.1 and 7.4.2): one value and nothing around it.
internal ref partial struct RecordWriter
{
    private void TextInteger(ulong key, long value)
    {
        if (BeginText(key))
        {
            PutDecimal(value);
        }
    }

    private void TextUnsigned(ulong key, ulong value)
    {
        if (BeginText(key))
        {
            PutDecimal(value);
        }
    }

    private void TextFloat(ulong key, double value)
    {
        if (BeginText(key))
        {
            PutDecimal(value);
        }
    }

    private void TextString(ulong key, string value)
    {
        if (BeginText(key))
        {
            TryPutUtf8(_position, value);
        }
    }

    private void TextOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (BeginText(key))
        {
            TryPutBase64(_position, value);
        }
    }

    private void TextObjectLink(ulong key, ObjectLink value)
    {
        if (BeginText(key))
        {
            value.TryFormat(_buffer[_position..], out int written);
            _position += written;
        }
    }

    private void RawBytes(ulong key, ReadOnlySpan<byte> value)
    {
        if (TakeSingleValue(key))
        {
            PutBytes(_position, value);
        }
    }

    private bool BeginText(ulong key)
    {
        if (!TakeSingleValue(key))
        {
            return false;
        }

        // Bytes as they are is a form that only the Opaque type has.
        NotRepresentable |= _format == Coap.ContentFormat.OctetStream;
        return !NotRepresentable && Fits();
    }

    /// <summary>Counts a value for a format of single ones: what does not lie on the path is none.</summary>
    private bool TakeSingleValue(ulong key)
    {
        bool isWanted = _instance >= 0 || IsWanted(key);
        _records += isWanted ? 1 : 0;
        return isWanted;
    }

    private bool TryPutBase64(int at, ReadOnlySpan<byte> value)
    {
        if (Base64.EncodeToUtf8(value, _buffer[at..], out _, out int written) != OperationStatus.Done)
        {
            return Overflow();
        }

        _position = at + written;
        return true;
    }
}
