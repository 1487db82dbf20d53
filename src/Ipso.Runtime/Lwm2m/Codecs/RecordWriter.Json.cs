using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// SenML JSON (RFC 8428, 5): [{"bn":"/3/0/","n":"0","vs":"..."},{"n":"1",...}]. No white space: each byte costs on the air. OMA JSON has the
// same records with some other labels. A record's closing brace belongs to the next one's beginning, which is a store of 8 bytes with it.
internal ref partial struct RecordWriter
{
    private const ulong JsonNextName = 0x22_3A_22_6E_22_7B_2C_7D; // },{"n":"

    // Labels behind a name, in the order of a little-endian store.
    private const ulong JsonLabelValue = 0x3A_22_76_22_2C_22; // ","v":
    private const ulong JsonLabelString = 0x22_3A_22_73_76_22_2C_22; // ","vs":"
    private const ulong JsonLabelBoolean = 0x3A_22_62_76_22_2C_22; // ","vb":
    private const ulong JsonLabelData = 0x22_3A_22_64_76_22_2C_22; // ","vd":"
    private const ulong JsonLabelObjectLink = 0x3A_22_6F_6C_76_22_2C_22; // ","vlo":

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonInteger(ulong key, long value)
    {
        int at = PutJsonName(_position, key, JsonLabelValue);
        _position = at + JsonNumberText.Write(ref At(at), value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonUnsigned(ulong key, ulong value)
    {
        int at = PutJsonName(_position, key, JsonLabelValue);
        _position = at + DecimalDigits.Write(ref At(at), value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonFloat(ulong key, double value)
    {
        int at = PutJsonName(_position, key, JsonLabelValue);
        _position = at + JsonNumberText.Write(ref At(at), value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonBoolean(ulong key, bool value) => _position = PutJsonBoolean(PutJsonName(_position, key, JsonLabelBoolean), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonString(ulong key, string value) => _position = PutJsonString(PutJsonName(_position, key, JsonLabelString), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonOpaque(ulong key, ReadOnlySpan<byte> value) =>
        _position = PutJsonOpaque(PutJsonName(_position, key, JsonLabelData), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonObjectLink(ulong key, ObjectLink value) =>
        _position = PutJsonObjectLink(PutJsonName(_position, key, JsonLabelObjectLink), value);

    private readonly int PutJsonBoolean(int at, bool value)
    {
        ReadOnlySpan<byte> word = value ? "true"u8 : "false"u8;
        word.CopyTo(_buffer[at..]);
        return at + word.Length;
    }

    // The content of a string with its last quotation mark.
    private int PutJsonString(int at, string value) =>
        TryPutUnescaped(at, value) ? CloseJsonString(at + value.Length) : PutJsonUtf8(at, value);

    private int PutJsonUtf8(int at, string value) =>
        Encoding.UTF8.TryGetBytes(value, _buffer[at..], out int length) && JsonText.TryEscape(_buffer[at..], ref length)
            ? CloseJsonString(at + length)
            : OverflowAt(at);

    // base64url without padding (RFC 8428, 4.3).
    private int PutJsonOpaque(int at, ReadOnlySpan<byte> value) =>
        Base64Url.TryEncodeToUtf8(value, _buffer[at..], out int written) ? CloseJsonString(at + written) : OverflowAt(at);

    private int PutJsonObjectLink(int at, ObjectLink value)
    {
        At(at) = (byte)'"';
        return CloseJsonString(PutObjectLink(at + 1, value));
    }

    private int CloseJsonString(int at)
    {
        if (RemainingAt(at) <= 0)
        {
            return OverflowAt(at);
        }

        At(at) = (byte)'"';
        return at + 1;
    }

    /// <summary>Writes a regular record's beginning.</summary>
    /// <param name="at">Where to.</param>
    /// <param name="key">The key, whose text is the name.</param>
    /// <param name="label">The value's label, with what is between name and label.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int PutJsonName(int at, ulong key, ulong label)
    {
        Unchecked.StoreLittle(ref At(at), JsonNextName);
        Unchecked.StoreLittle(ref At(at + 8), ResourceKey.Characters(key));
        at += 8 + ResourceKey.Length(key);
        Unchecked.StoreLittle(ref At(at), label);
        return at + JsonLabelLength(label);
    }

    // A constant wherever the label is one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int JsonLabelLength(ulong label) => label < 1UL << 48 ? 6 : label < 1UL << 56 ? 7 : 8;

    private void BeginSpecialJson(ulong key, Kind kind)
    {
        if (_records == 0 && _baseEnd < 0)
        {
            Put("[{"u8);
        }
        else
        {
            Put("},{"u8);
        }

        if (_isBasePending)
        {
            PutJsonBase();
        }

        if (HasName)
        {
            Put("\"n\":\""u8);
            PutName(key);
            Put("\","u8);
        }

        _limit = RegularLimit;
        PutJsonLabel(kind switch
        {
            Kind.Boolean => JsonLabelBoolean,
            Kind.String => JsonLabelString,
            Kind.Opaque => JsonLabelData,
            Kind.ObjectLink => JsonLabelObjectLink,
            _ => JsonLabelValue,
        });
    }

    // What is before it has ended with the quotation mark, if there is one, and the comma.
    private void PutJsonLabel(ulong label)
    {
        Unchecked.StoreLittle(ref At(_position), label >> 16);
        _position += JsonLabelLength(label) - 2;
    }

    private void PutJsonBase()
    {
        if (!_isBaseKnown)
        {
            Put("\"bn\":\""u8);
            PutBaseName(HasName);
            Put("\","u8);
        }

        if (HasTime)
        {
            PutJsonTime();
        }

        _isBasePending = false;
    }

    private void FinishJson() => EndJson(_records == 0 ? "[]"u8 : "}]"u8);

    private void EndJson(ReadOnlySpan<byte> end)
    {
        if (!Overflowed)
        {
            _position = PutBytes(_position, end);
        }
    }
}
