using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// SenML: what the first record of an Object Instance has before its name is written beforehand, so that this record is regular too. What a
// regular one has before its name comes to stand over the end of the base name, which is put back when the Object Instance ends.
internal ref partial struct RecordWriter
{
    // a3 21 and the head of the base name, whose length is added. In JSON: [{"bn":" - or ,{"bn":" behind a closing brace.
    private const uint CborFirst = 0x60_21_A3;
    private const ulong JsonFirst = 0x22_3A_22_6E_62_22_7B_5B;
    private const ulong JsonLater = 0x22_3A_22_6E_62_22_7B_2C;

    private const ushort JsonBaseEnd = '/' | '"' << 8;

    // There is room for a record.
    private void BeginSenMLInstance(ulong objectText)
    {
        int at = _instanceStart = _position;
        _earlierRecords = _records;
        bool isCbor = CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor;
        if (isCbor)
        {
            Unchecked.StoreLittle(ref At(at), CborFirst);
            at += 3;
        }
        else
        {
            At(at) = (byte)'}';
            at += _records == 0 ? 0 : 1;
            Unchecked.StoreLittle(ref At(at), _records == 0 ? JsonFirst : JsonLater);
            at += 8;
        }

        int start = at;
        at = PutInstancePath(at, objectText);
        if (isCbor)
        {
            At(start - 1) += (byte)(at - start);
        }

        _position = _baseEnd = at - 1;
        _isBasePending = false;
        _limit = _room;
    }

    private void EndSenMLInstance()
    {
        if (_baseEnd < 0)
        {
            return;
        }

        if (_records == _earlierRecords)
        {
            _position = _instanceStart;
        }
        else if (CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor)
        {
            At(_baseEnd) = (byte)'/';
        }
        else
        {
            Unchecked.StoreLittle(ref At(_baseEnd), JsonBaseEnd);
            At(_baseEnd + 2) = (byte)',';
        }

        _baseEnd = -1;
    }

    // /3303/0/: the Object's part is a constant of its definition.
    private int PutInstancePath(int at, ulong objectText)
    {
        int instance = _base.InstanceId;
        if (objectText == 0 || instance > 9)
        {
            _position = at;
            PutBaseName(namesFollow: true);
            return _position;
        }

        Unchecked.StoreLittle(ref At(at), objectText);
        at += (int)(objectText >> 56);
        Unchecked.StoreLittle(ref At(at), (ushort)('0' + instance | '/' << 8));
        return at + 2;
    }

    /// <summary>The path of an Object with a slash behind it, <c>/3303/</c>: the characters from the lowest byte on, the length in the highest.</summary>
    /// <param name="objectId">The Object's id.</param>
    internal static ulong ObjectText(ushort objectId)
    {
        Span<byte> text = stackalloc byte[1 + DecimalDigits.Room];
        text[0] = (byte)'/';
        int length = 1 + DecimalDigits.Write(ref text[1], objectId);
        text[length++] = (byte)'/';
        ulong packed = (ulong)length << 56;
        for (int i = 0; i < length; i++)
        {
            packed |= (ulong)text[i] << 8 * i;
        }

        return packed;
    }
}
