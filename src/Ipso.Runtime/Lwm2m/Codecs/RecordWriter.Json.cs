using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;
using Ipso.Coap;
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

    private void JsonInteger(ulong key, long value)
    {
        if (BeginJson(key, JsonLabelValue, out int at))
        {
            _position = at + JsonNumberText.Write(ref At(at), value);
        }
    }

    private void JsonUnsigned(ulong key, ulong value)
    {
        if (BeginJson(key, JsonLabelValue, out int at))
        {
            _position = at + DecimalDigits.Write(ref At(at), value);
        }
    }

    private void JsonFloat(ulong key, double value)
    {
        if (BeginJson(key, JsonLabelValue, out int at))
        {
            _position = at + JsonNumberText.Write(ref At(at), value);
        }
    }

    private void JsonBoolean(ulong key, bool value)
    {
        if (BeginJson(key, JsonLabelBoolean, out int at))
        {
            PutJsonBoolean(at, value);
        }
    }

    private void JsonString(ulong key, string value)
    {
        if (BeginJson(key, JsonLabelString, out int at))
        {
            PutJsonText(at, value);
        }
    }

    private void JsonOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (!BeginJson(key, JsonLabelData, out int at))
        {
            return;
        }

        // base64url without padding (RFC 8428, 4.3).
        if (Base64Url.TryEncodeToUtf8(value, _buffer[at..], out int written))
        {
            CloseJsonString(at + written);
        }
        else
        {
            Overflow();
        }
    }

    private void JsonObjectLink(ulong key, ObjectLink value)
    {
        if (BeginJson(key, JsonLabelObjectLink, out int at))
        {
            At(at) = (byte)'"';
            PutJsonObjectLink(at + 1, value);
        }
    }

    private void PutJsonBoolean(int at, bool value)
    {
        ReadOnlySpan<byte> word = value ? "true"u8 : "false"u8;
        word.CopyTo(_buffer[at..]);
        _position = at + word.Length;
    }

    // The content of a string with its last quotation mark.
    private void PutJsonText(int at, string value)
    {
        if (TryPutAscii(at, value))
        {
            CloseJsonString(at + value.Length);
        }
        else
        {
            PutJsonUtf8(at, value);
        }
    }

    private void PutJsonUtf8(int at, string value)
    {
        if (!Encoding.UTF8.TryGetBytes(value, _buffer[at..], out int length) || !JsonText.TryEscape(_buffer[at..], ref length))
        {
            Overflow();
            return;
        }

        CloseJsonString(at + length);
    }

    private void PutJsonObjectLink(int at, ObjectLink value)
    {
        value.TryFormat(_buffer[at..], out int written);
        CloseJsonString(at + written);
    }

    private void CloseJsonString(int at)
    {
        if (RemainingAt(at) == 0)
        {
            Overflow();
            return;
        }

        At(at) = (byte)'"';
        _position = at + 1;
    }

    /// <summary>Begins a record, up to its value.</summary>
    /// <param name="key">The key, whose text is the name.</param>
    /// <param name="label">The value's label, with what is between name and label.</param>
    /// <param name="at">Where the value goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool BeginJson(ulong key, ulong label, out int at)
    {
        at = _position;
        if (at > _limit)
        {
            bool begun = BeginIrregularJson(key, label);
            at = _position;
            return begun;
        }

        Unchecked.StoreLittle(ref At(at), JsonNextName);
        Unchecked.StoreLittle(ref At(at + 8), ResourceKey.Characters(key));
        at += 8 + ResourceKey.Length(key);
        Unchecked.StoreLittle(ref At(at), label);
        at += JsonLabelLength(label);
        _records++;
        return true;
    }

    // A constant wherever the label is one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int JsonLabelLength(ulong label) => label < 1UL << 48 ? 6 : label < 1UL << 56 ? 7 : 8;

    private bool BeginIrregularJson(ulong key, ulong label)
    {
        if (!IsWantedAndFits(key))
        {
            return false;
        }

        if (CodecSwitches.Json && _format == ContentFormat.Lwm2mJson)
        {
            if (!PutOmaJsonName(key))
            {
                return false;
            }
        }
        else if (CodecSwitches.SenMLJson)
        {
            PutSenMLJsonName(key);
        }

        // What is before it has ended with a quotation mark and a comma.
        Unchecked.StoreLittle(ref At(_position), label >> 16);
        _position += JsonLabelLength(label) - 2;
        _records++;
        return true;
    }

    private void PutSenMLJsonName(ulong key)
    {
        Put(_records == 0 ? "[{"u8 : "},{"u8);
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
            PutBytes(_position, end);
        }
    }
}
