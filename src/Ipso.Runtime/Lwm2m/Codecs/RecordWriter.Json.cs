using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// SenML JSON (RFC 8428, 5): [{"bn":"/3/0/","n":"0","vs":"..."},{"n":"1",...}]. No white space: each byte costs on the air.
internal ref partial struct RecordWriter
{
    private void JsonInteger(ulong key, int instance, long value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        Put("\"v\":"u8);
        PutDecimal(value);
        Put((byte)'}');
    }

    private void JsonUnsigned(ulong key, int instance, ulong value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        Put("\"v\":"u8);
        PutDecimal(value);
        Put((byte)'}');
    }

    private void JsonFloat(ulong key, int instance, double value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        Put("\"v\":"u8);
        PutDecimal(value);
        Put((byte)'}');
    }

    private void JsonBoolean(ulong key, int instance, bool value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        if (value)
        {
            Put("\"vb\":true}"u8);
        }
        else
        {
            Put("\"vb\":false}"u8);
        }
    }

    private void JsonString(ulong key, int instance, string value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        Put("\"vs\":\""u8);
        PutJsonText(value);
    }

    // The content of a string with its last quotation mark, and the end of the object.
    private void PutJsonText(string value)
    {
        int start = _position;
        bool complete = Ascii.FromUtf16(value, _buffer[start..], out int written) == OperationStatus.Done
            || Encoding.UTF8.TryGetBytes(value, _buffer[start..], out written);
        if (!complete)
        {
            Overflow();
            return;
        }

        _position += written;
        if (JsonText.NeedsEscapes(_buffer.Slice(start, written)) && !EscapeJson(start))
        {
            return;
        }

        CloseJsonString();
    }

    private void JsonOpaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        Put("\"vd\":\""u8);
        // base64url without padding (RFC 8428, 4.3).
        if (!Base64Url.TryEncodeToUtf8(value, _buffer[_position..], out int written))
        {
            Overflow();
            return;
        }

        _position += written;
        CloseJsonString();
    }

    private void JsonObjectLink(ulong key, int instance, ObjectLink value)
    {
        if (!BeginJson(key, instance))
        {
            return;
        }

        Put("\"vlo\":\""u8);
        value.TryFormat(_buffer[_position..], out int written);
        _position += written;
        CloseJsonString();
    }

    private bool BeginJson(ulong key, int instance)
    {
        if (!HasSlack())
        {
            return false;
        }

        Put(_records++ == 0 ? (byte)'[' : (byte)',');
        Put((byte)'{');
        bool hasName = HasName(instance);
        if (_basePending)
        {
            PutJsonBase(hasName);
        }

        if (hasName)
        {
            Put("\"n\":\""u8);
            PutName(key, instance);
            Put("\","u8);
        }

        return true;
    }

    private void PutJsonBase(bool hasName)
    {
        if (!_isBaseKnown)
        {
            Put("\"bn\":\""u8);
            PutBaseName(hasName);
            Put("\","u8);
        }

        if (HasTime)
        {
            PutJsonTime();
        }

        _basePending = false;
    }

    private void CloseJsonString()
    {
        if (_buffer.Length - _position < 2)
        {
            Overflow();
        }
        else
        {
            Put("\"}"u8);
        }
    }

    // Rare.
    private bool EscapeJson(int start)
    {
        int length = _position - start;
        bool fits = JsonText.TryEscape(_buffer[start..], ref length);
        _position = start + length;
        return fits || Overflow();
    }

    private void FinishJson()
    {
        ReadOnlySpan<byte> end = _records == 0 ? "[]"u8 : "]"u8;
        if (end.Length > _buffer.Length - _position)
        {
            Overflow();
        }
        else
        {
            Put(end);
        }
    }
}
