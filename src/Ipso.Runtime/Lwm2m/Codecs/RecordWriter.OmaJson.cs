using System.Buffers;
using System.Buffers.Text;

namespace Ipso.Lwm2m.Codecs;

// OMA JSON (LwM2M TS 1.0, 6.4.4): {"bn":"/3/0/","e":[{"n":"0","sv":"..."},{"n":"9","v":100}]}. Bytes are Base64 in "sv".
internal ref partial struct RecordWriter
{
    private void OmaJsonInteger(ulong key, int instance, long value)
    {
        if (!BeginOmaJson(key, instance))
        {
            return;
        }

        Put("\"v\":"u8);
        PutDecimal(value);
        Put((byte)'}');
    }

    private void OmaJsonUnsigned(ulong key, int instance, ulong value)
    {
        if (!BeginOmaJson(key, instance))
        {
            return;
        }

        Put("\"v\":"u8);
        PutDecimal(value);
        Put((byte)'}');
    }

    private void OmaJsonFloat(ulong key, int instance, double value)
    {
        if (!BeginOmaJson(key, instance))
        {
            return;
        }

        Put("\"v\":"u8);
        PutDecimal(value);
        Put((byte)'}');
    }

    private void OmaJsonBoolean(ulong key, int instance, bool value)
    {
        if (!BeginOmaJson(key, instance))
        {
            return;
        }

        if (value)
        {
            Put("\"bv\":true}"u8);
        }
        else
        {
            Put("\"bv\":false}"u8);
        }
    }

    private void OmaJsonString(ulong key, int instance, string value)
    {
        if (BeginOmaJson(key, instance))
        {
            Put("\"sv\":\""u8);
            PutJsonText(value);
        }
    }

    private void OmaJsonOpaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        if (!BeginOmaJson(key, instance))
        {
            return;
        }

        Put("\"sv\":\""u8);
        if (Base64.EncodeToUtf8(value, _buffer[_position..], out _, out int written) != OperationStatus.Done)
        {
            Overflow();
            return;
        }

        _position += written;
        CloseJsonString();
    }

    private void OmaJsonObjectLink(ulong key, int instance, ObjectLink value)
    {
        if (!BeginOmaJson(key, instance))
        {
            return;
        }

        Put("\"ov\":\""u8);
        value.TryFormat(_buffer[_position..], out int written);
        _position += written;
        CloseJsonString();
    }

    private bool BeginOmaJson(ulong key, int instance)
    {
        if (!HasSlack() || _basePending && !TakeOmaJsonBase())
        {
            return false;
        }

        if (_records++ > 0)
        {
            Put((byte)',');
        }

        Put("{\"n\":\""u8);
        if (_isOneOfSeveral)
        {
            PutDecimal((long)_base.InstanceId);
            Put((byte)'/');
        }

        PutDigits(key);
        if (instance >= 0)
        {
            Put((byte)'/');
            PutDecimal((long)instance);
        }

        Put("\","u8);
        return true;
    }

    // All records of a payload lie below one base name.
    private bool TakeOmaJsonBase()
    {
        _basePending = false;
        if (_records == 0)
        {
            PutOmaJsonHead();
        }

        NotRepresentable |= !_opened.Contains(_base) || _isOneOfSeveral != (_opened.Depth == 1);
        return !NotRepresentable;
    }

    private void PutOmaJsonHead()
    {
        // Of an object without instances there is nothing to name.
        if (_baseDepth == 0)
        {
            Put("{\"e\":["u8);
            return;
        }

        _opened = new(_base.ObjectId, _isOneOfSeveral ? Lwm2mPath.MaxId : _base.InstanceId);
        Put("{\"bn\":\""u8);
        PutPath(_opened);
        Put("/\",\"e\":["u8);
    }

    private void FinishOmaJson()
    {
        if (_records == 0 && HasSlack())
        {
            PutOmaJsonHead();
        }

        if (_buffer.Length - _position < 2)
        {
            Overflow();
        }
        else
        {
            Put("]}"u8);
        }
    }
}
