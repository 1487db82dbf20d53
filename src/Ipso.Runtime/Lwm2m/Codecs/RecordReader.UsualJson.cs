using Ipso.Buffers;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// SenML JSON in the form that nearly all have: without white space, the name before the value.
internal ref partial struct RecordReader
{
    // What a record has around its name and its value, the first character in the lowest bits.
    private const ulong UsualJsonBaseStart = 0x223A_226E_6222_7B5B; // [{"bn":"
    private const ulong UsualJsonNameStart = 0x22_3A22_6E22_2C22; // ","n":"
    private const ulong UsualJsonStart = 0x22_3A22_6E22_7B2C; // ,{"n":"
    private const ulong UsualJsonNumberStart = 0x3A22_7622_2C22; // ","v":
    private const ulong UsualJsonStringStart = 0x223A_2273_7622_2C22; // ","vs":"
    private const int UsualJsonStartLength = 7;

    // [{"bn":"/3/0/","n":"0"
    private void ExpectJson()
    {
        if (!BeginJson() || _json.Peek64(0) != UsualJsonBaseStart)
        {
            return;
        }

        int length = 0;
        int windowed;
        do
        {
            windowed = ShortName.IndexOf(_json.Peek64(8 + length), (byte)'"');
            length += windowed;
        }
        while (windowed == 8 && length < Lwm2mPath.MaxTextLength);

        if (TryReadUsualBaseName(8, length) && IsOfRequest(_instanceBase))
        {
            ExpectJsonName(8 + length, UsualJsonNameStart);
        }
    }

    private void ExpectNextJson(int position) => ExpectJsonName(position, UsualJsonStart);

    private void ExpectJsonName(int position, ulong start)
    {
        if ((SpanWindow.Read64(_payload, position) ^ start) << 8 != 0)
        {
            _next = 0;
            return;
        }

        ulong name = SpanWindow.Read64(_payload, position + UsualJsonStartLength);
        ExpectName(name, ShortName.IndexOf(name, (byte)'"'), position + UsualJsonStartLength);
    }

    private bool TryTakeJson(int position, Lwm2mPath path)
    {
        if (!TryReadUsualJsonValue(position))
        {
            return false;
        }

        Path = path;
        ExpectNextJson(_json.Position);
        return true;
    }

    private bool TryTakeJsonText(int position, string text)
    {
        int start = position + 8;
        int end = start + text.Length + 2;
        if (end > _payload.Length || SpanWindow.Read64(_payload, position) != UsualJsonStringStart
            || !_payload[(end - 2)..].StartsWith("\"}"u8) || !UnescapedAscii.IsAt(text, _payload.Slice(start, text.Length)))
        {
            return false;
        }

        _json.Advance(end - _json.Position);
        ExpectNextJson(end);
        return true;
    }

    // ,{"n":" and so on: takes the record with its closing brace, or nothing at all.
    private bool TryReadUsualJsonRecord()
    {
        if (!_hasInstanceBase || (_json.Peek64(0) ^ UsualJsonStart) << 8 != 0)
        {
            return false;
        }

        ulong name = _json.Peek64(UsualJsonStartLength);
        int length = ShortName.IndexOf(name, (byte)'"');
        long ids = ShortName.Read(name, length);
        if (ids < 0 || !TryReadUsualJsonValue(_json.Position + UsualJsonStartLength + length))
        {
            return false;
        }

        Path = new(_instanceBase | (ulong)ids);
        return true;
    }

    // From the name's last quotation mark on.
    private bool TryReadUsualJsonValue(int position)
    {
        int offset = position - _json.Position;
        ulong label = _json.Peek64(offset);
        if (label << 16 == UsualJsonNumberStart << 16)
        {
            offset += 6;
            if (!_json.TryLookAtNumber(ref offset, out JsonNumber number))
            {
                return false;
            }

            SetNumber(number);
        }
        else if (label == UsualJsonStringStart)
        {
            int length = _json.LookAtPlainText(offset + 8);
            if (length < 0)
            {
                return false;
            }

            _kind = ValueKind.Text;
            _bytesStart = position + 8;
            _bytesLength = length;
            offset += 8 + length + 1;
        }
        else
        {
            return false;
        }

        if ((byte)_json.Peek64(offset) != '}')
        {
            return false;
        }

        _json.Advance(offset + 1);
        return true;
    }
}
