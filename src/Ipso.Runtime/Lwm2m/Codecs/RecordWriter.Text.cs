using System.Buffers;
using System.Buffers.Text;

namespace Ipso.Lwm2m.Codecs;

// Plain text and octet-stream (LwM2M TS Core, 7.4.1 and 7.4.2): one value and nothing around it.
internal ref partial struct RecordWriter
{
    private void TextInteger(long value)
    {
        if (BeginText())
        {
            PutDecimal(value);
        }
    }

    private void TextUnsigned(ulong value)
    {
        if (BeginText())
        {
            PutDecimal(value);
        }
    }

    private void TextFloat(double value)
    {
        if (BeginText())
        {
            PutDecimal(value);
        }
    }

    private void TextString(string value)
    {
        if (BeginText())
        {
            PutUtf8(value);
        }
    }

    private void TextOpaque(ReadOnlySpan<byte> value)
    {
        if (!BeginText())
        {
            return;
        }

        if (Base64.EncodeToUtf8(value, _buffer[_position..], out _, out int written) != OperationStatus.Done)
        {
            Overflow();
        }
        else
        {
            _position += written;
        }
    }

    private void TextObjectLink(ObjectLink value)
    {
        if (!BeginText())
        {
            return;
        }

        value.TryFormat(_buffer[_position..], out int written);
        _position += written;
    }

    private void RawBytes(ReadOnlySpan<byte> value)
    {
        _records++;
        if (value.Length > _buffer.Length - _position)
        {
            Overflow();
        }
        else
        {
            Put(value);
        }
    }

    private bool BeginText()
    {
        _records++;
        // Bytes as they are is a form that only the Opaque type has.
        NotRepresentable |= _format == Coap.ContentFormat.OctetStream;
        return !NotRepresentable && HasSlack();
    }
}
