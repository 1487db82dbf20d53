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
    private const ulong UsualJsonEnd = 0x22_3A22_6E22_7B2C_7D; // },{"n":"
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
        int end = LookAtUsualJsonValue(position);
        if (end == 0 || !TryEndJsonRecord(end))
        {
            return false;
        }

        Path = path;
        return true;
    }

    private bool TryTakeJsonText(int position, string text)
    {
        int start = position + 8;
        int end = start + text.Length;
        return end < _payload.Length && SpanWindow.Read64(_payload, position) == UsualJsonStringStart && _payload[end] == '"'
            && UnescapedAscii.IsAt(text, _payload.Slice(start, text.Length)) && TryEndJsonRecord(end + 1);
    }

    // The closing brace, and what comes next.
    private bool TryEndJsonRecord(int position)
    {
        ulong end = SpanWindow.Read64(_payload, position);
        if (end == UsualJsonEnd)
        {
            _json.MoveTo(position + 1);
            ulong name = SpanWindow.Read64(_payload, position + 8);
            ExpectName(name, ShortName.IndexOf(name, (byte)'"'), position + 8);
            return true;
        }

        if ((byte)end != '}')
        {
            return false;
        }

        _json.MoveTo(position + 1);
        _next = 0;
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
        int end = ids < 0 ? 0 : LookAtUsualJsonValue(_json.Position + UsualJsonStartLength + length);
        if (end == 0 || (byte)SpanWindow.Read64(_payload, end) != '}')
        {
            return false;
        }

        _json.MoveTo(end + 1);
        Path = new(_instanceBase | (ulong)ids);
        return true;
    }

    // From the name's last quotation mark on: looks at a value, and takes nothing. Where it ends, or 0.
    private int LookAtUsualJsonValue(int position)
    {
        ulong label = SpanWindow.Read64(_payload, position);
        if (label << 16 == UsualJsonNumberStart << 16)
        {
            return LookAtUsualJsonNumber(position + 6);
        }

        if (label != UsualJsonStringStart)
        {
            return 0;
        }

        int start = position + 8;
        int length = JsonReader.LookAtPlainText(_payload, start);
        if (length < 0)
        {
            return 0;
        }

        _kind = ValueKind.Text;
        _bytesStart = start;
        _bytesLength = length;
        return start + length + 1;
    }

    private int LookAtUsualJsonNumber(int position)
    {
        int length = JsonReader.LookAtShortNumber(SpanWindow.Read64(_payload, position), out JsonNumber number);
        if (length == 0 && !JsonReader.TryLookAtNumber(_payload, position, out length, out number))
        {
            return 0;
        }

        SetNumber(number);
        return position + length;
    }
}
