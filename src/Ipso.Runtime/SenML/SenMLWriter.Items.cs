using System.Buffers.Text;
using Ipso.Cbor;

namespace Ipso.SenML;

// What JSON and CBOR have each their own way for: labels and heads, bytes, and the end of the pack.
public ref partial struct SenMLWriter
{
    private void PutCborLabel(SenMLField field)
    {
        if (field == SenMLField.ObjectLinkValue)
        {
            Put("\u0063vlo"u8);
            return;
        }

        int label = SenMLLabels.NumberOf(field);
        Put([(byte)(label >= 0 ? label : 0x20 + ~label)]);
    }

    private void PutCborHead(CborMajor major, int argument)
    {
        Span<byte> head = stackalloc byte[CborItem.MaxHeadLength];
        Put(head[..CborItem.WriteHead(head, major, (ulong)argument)]);
    }

    private void PutData(scoped ReadOnlySpan<byte> value)
    {
        if (_format == SenMLFormat.Cbor)
        {
            PutCborHead(CborMajor.Bytes, value.Length);
            Put(value);
            return;
        }

        Put("\""u8);
        // base64url without padding (RFC 8428, 4.3).
        if (Overflowed || !Base64Url.TryEncodeToUtf8(value, _buffer[_position..], out int written))
        {
            Overflow();
            return;
        }

        _position += written;
        Put("\""u8);
    }

    // Where there are 24 records and more the rest makes room for a longer head.
    private void FinishCbor()
    {
        Span<byte> head = stackalloc byte[CborItem.MaxHeadLength];
        int length = CborItem.WriteHead(head, CborMajor.Array, (ulong)_records);
        if (Overflowed || length - 1 > _buffer.Length - _position)
        {
            Overflow();
            return;
        }

        _buffer[1.._position].CopyTo(_buffer[length..]);
        head[..length].CopyTo(_buffer);
        _position += length - 1;
    }
}
