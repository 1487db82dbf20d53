using Ipso.Buffers;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// SenML names (RFC 8428, 4.5.1; LwM2M TS Core, 7.4.6): base name and name together are the path of the record. And the pieces that irregular
// records are put together of, where each puts itself at the position and moves it on.
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
        int depth = path.Depth;
        for (int level = 0; level < depth; level++)
        {
            Put((byte)'/');
            PutDecimal((ulong)(ushort)(path.Packed >> 48 - level * 16));
        }
    }

    private void PutDecimal(ulong value) => _position += DecimalDigits.Write(ref At(_position), value);

    private void PutDecimal(long value) => _position += JsonNumberText.Write(ref At(_position), value);

    private void PutDecimal(double value) => _position += JsonNumberText.Write(ref At(_position), value);

    private void Put(byte value) => At(_position++) = value;

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_position..]);
        _position += bytes.Length;
    }

    /// <summary>Writes bytes that no slack is kept for.</summary>
    private void PutBytes(int at, scoped ReadOnlySpan<byte> value)
    {
        if (value.TryCopyTo(_buffer[at..]))
        {
            _position = at + value.Length;
        }
        else
        {
            Overflow();
        }
    }

    /// <summary>Writes a text that no slack is kept for, whatever it consists of.</summary>
    private bool TryPutUtf8(int at, string value)
    {
        if (!System.Text.Encoding.UTF8.TryGetBytes(value, _buffer[at..], out int written))
        {
            return Overflow();
        }

        _position = at + written;
        return true;
    }

    /// <summary>Writes a text as <see cref="UnescapedAscii"/>, if it is such and fits.</summary>
    private readonly bool TryPutAscii(int at, string value) =>
        value.Length <= RemainingAt(at) && UnescapedAscii.TryWrite(value, ref At(at));
}
