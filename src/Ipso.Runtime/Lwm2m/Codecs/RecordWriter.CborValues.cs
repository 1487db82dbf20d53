using System.Text;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR (RFC 8949; LwM2M TS Core, Appendix C), the same whatever format is around it. It ends the record. The caller has made sure
// of the slack.
internal ref partial struct RecordWriter
{
    private void PutCborInteger(int at, long value) => _position = at + CborItem.WriteInteger(ref At(at), value);

    private void PutCborUnsigned(int at, ulong value) => _position = at + CborItem.WriteHead(ref At(at), CborMajor.Unsigned, value);

    private void PutCborFloat(int at, double value) => _position = at + CborItem.WriteFloat(ref At(at), value);

    private void PutCborBoolean(int at, bool value)
    {
        At(at) = value ? (byte)0xF5 : (byte)0xF4;
        _position = at + 1;
    }

    private void PutCborText(int at, string value)
    {
        // Most strings are ASCII: as many bytes as characters, written behind a head of that length at once.
        int start = at + CborItem.WriteHead(ref At(at), CborMajor.Text, (ulong)value.Length);
        if (TryPutAscii(start, value))
        {
            _position = start + value.Length;
        }
        else
        {
            PutCborUtf8(at, value);
        }
    }

    private void PutCborUtf8(int at, string value) =>
        TryPutUtf8(at + CborItem.WriteHead(ref At(at), CborMajor.Text, (ulong)Encoding.UTF8.GetByteCount(value)), value);

    private void PutCborBytes(int at, ReadOnlySpan<byte> value) =>
        PutBytes(at + CborItem.WriteHead(ref At(at), CborMajor.Bytes, (ulong)value.Length), value);

    private void PutCborObjectLink(int at, ObjectLink value)
    {
        value.TryFormat(_buffer[(at + 1)..], out int written);
        At(at) = (byte)(0x60 + written);
        _position = at + 1 + written;
    }
}
