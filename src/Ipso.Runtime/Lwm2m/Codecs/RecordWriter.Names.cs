using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

// SenML names (RFC 8428, 4.5.1; LwM2M TS Core, 7.4.6): base name and name together are the path of the record. And the pieces that
// special records are put together of, where each puts itself at the position and moves it on.
internal ref partial struct RecordWriter
{
    /// <summary>Whether the base path leaves something for the name to say.</summary>
    private readonly bool HasName => _baseDepth < (_instance < 0 ? 3 : 4);

    private void PutBaseName(bool namesFollow)
    {
        PutPath(_base);
        if (namesFollow)
        {
            Put((byte)'/');
        }
    }

    private void PutName(ulong key)
    {
        if (_baseDepth < 3)
        {
            PutCharacters(key);
            if (_instance < 0)
            {
                return;
            }

            Put((byte)'/');
        }

        PutDecimal(_instance);
    }

    private void PutCharacters(ulong key)
    {
        Unchecked.StoreLittle(ref At(_position), ResourceKey.Characters(key));
        _position += ResourceKey.Length(key);
    }

    private void PutPath(Lwm2mPath path)
    {
        int at = _position;
        ulong rest = path.Packed;
        for (int level = path.Depth; level > 0; level--)
        {
            At(at) = (byte)'/';
            at += 1 + DecimalDigits.Write(ref At(at + 1), rest >> 48);
            rest <<= 16;
        }

        _position = at;
    }

    // Ids, of Resource Instances too.
    private void PutDecimal(int value) => _position += DecimalDigits.Write(ref At(_position), (uint)value);

    private void Put(byte value) => At(_position++) = value;

    // Where the bytes are a literal it is a store or two instead of a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_position..]);
        _position += bytes.Length;
    }

    /// <summary>Writes bytes that no slack is kept for.</summary>
    private int PutBytes(int at, scoped ReadOnlySpan<byte> value) => value.TryCopyTo(_buffer[at..]) ? at + value.Length : OverflowAt(at);

    /// <summary>Writes a text that no slack is kept for, whatever it consists of.</summary>
    private int PutUtf8(int at, string value) =>
        Encoding.UTF8.TryGetBytes(value, _buffer[at..], out int written) ? at + written : OverflowAt(at);

    /// <summary>Writes a text of which JSON escapes nothing, if it is ASCII and fits.</summary>
    private readonly bool TryPutUnescaped(int at, string value) =>
        value.Length <= RemainingAt(at) && AsciiText.TryWriteUnescaped(value, ref At(at));

    private int PutBase64(int at, ReadOnlySpan<byte> value) =>
        Base64.EncodeToUtf8(value, _buffer[at..], out _, out int written) == OperationStatus.Done ? at + written : OverflowAt(at);

    private readonly int PutObjectLink(int at, ObjectLink value)
    {
        value.TryFormat(_buffer[at..], out int written);
        return at + written;
    }
}
