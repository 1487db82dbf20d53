using Ipso.Buffers;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// Records that are expected. Whoever knows the definition knows how the next record of a resource begins, in bytes, and compares instead of
// reading a name. Only what every encoder writes first is expected: a pack whose base name is the Object Instance's, of records that hold a
// name and a value. All else is for Next, and so is an expected record that nobody takes.
internal readonly record struct ExpectedPlace(int Position, int Expected, ulong PackLeft);

internal ref partial struct RecordReader
{
    /// <summary>Whether the next record may be taken by <see cref="TryTakeExpected"/>.</summary>
    internal readonly bool IsExpecting => _expected != 0;

    /// <summary>Looks at the payload's beginning, to be called first of all or not at all.</summary>
    internal void Expect()
    {
        // Below an Object Instance a payload has one record, or a few.
        if (_request.Depth > 2 || _isPatch)
        {
            return;
        }

        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
                _mayExpect = true;
                ExpectCbor();
                break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
                _mayExpect = true;
                ExpectJson();
                break;
            default:
                break;
        }
    }

    // Back to what was expected and not taken, to read it in general.
    private void StopExpecting()
    {
        if (IsCbor && _expected != CborMapOf2)
        {
            _cbor.TryMoveTo(_firstRecord);
        }

        _expected = 0;
    }

    /// <summary>Looks for a record behind the one that <see cref="Next"/> reached.</summary>
    internal void ExpectNext()
    {
        if (!_mayExpect || Fault != PayloadFault.None || !_hasInstanceBase || !IsOfRequest(_instanceBase))
        {
            return;
        }

        if (IsCbor)
        {
            ExpectNextCbor();
        }
        else
        {
            ExpectNextJson();
        }
    }

    /// <summary>Takes the next record if it is of this resource and in the usual form.</summary>
    /// <param name="key">The resource's key.</param>
    internal bool TryTakeExpected(ulong key) => IsCbor ? TryTakeExpectedCbor(key) : TryTakeExpectedJson(key);

    /// <summary>Takes the next record if it is of an instance of this multiple resource and in the usual form.</summary>
    /// <inheritdoc cref="TryTakeExpected"/>
    internal bool TryTakeExpectedInstance(ulong key) => IsCbor ? TryTakeExpectedCborInstance(key) : TryTakeExpectedJsonInstance(key);

    /// <summary>Where the reader is among what is expected.</summary>
    internal readonly ExpectedPlace Place => new(Position, _expected, _packLeft);

    /// <summary>Goes back to a place: what was taken from there on is expected anew.</summary>
    internal void ReturnTo(ExpectedPlace place)
    {
        (_expected, _packLeft) = (place.Expected, place.PackLeft);
        _ = IsCbor ? _cbor.TryMoveTo(place.Position) : _json.TryMoveTo(place.Position);
    }

    private readonly bool IsCbor => CodecSwitches.SenMLCbor && (!CodecSwitches.SenMLJson || _format == ContentFormat.SenMLCbor);

    // What is refused here is refused where the record is read.
    private bool IsBaseOfRequest() => _hasInstanceBase && IsOfRequest(_instanceBase);

    // a3 21 6n <base name> 00 6n <name>: the base name's last byte stands where the head of the other maps does.
    private void ExpectCbor()
    {
        uint start;
        if (!BeginCbor() || (ushort)(start = (uint)_cbor.Peek64(0)) != CborFirstMap)
        {
            return;
        }

        uint length = (byte)(start >> 16) - 0x60U;
        int at = _cbor.Position + 3;
        if (length is 0 or > 23 || length > _payload.Length - at)
        {
            return;
        }

        ReadOnlySpan<byte> baseName = _payload.Slice(at, (int)length);
        SetBaseName(baseName, hasEscapes: false);
        if (_packLeft > 0 && IsBaseOfRequest())
        {
            _expected = baseName[^1];
            _firstRecord = _cbor.Position;
            _cbor.TryMoveTo(at + (int)length - 1);
        }
    }

    private void ExpectNextCbor() => _expected = _packLeft > 0 ? CborMapOf2 : 0;

    private bool TryTakeExpectedCbor(ulong key)
    {
        // a2 00 6n and the digits.
        int position = _cbor.Position;
        int digits = ResourceKey.Length(key);
        ulong start = SpanWindow.Read64(_payload, position) ^ key << 16 ^ (uint)_expected;
        return start << 40 - 8 * digits == 0
            && TryTakeExpectedCborValue(position + 3 + digits, (ulong)ResourceKey.Id(key) << 16 | Lwm2mPath.MaxId);
    }

    private bool TryTakeExpectedCborInstance(ulong key)
    {
        // a2 00 6n, the digits, a slash, and the digits of the instance.
        int position = _cbor.Position;
        int digits = ResourceKey.Length(key);
        ulong start = SpanWindow.Read64(_payload, position);
        ulong text = start >> 24 ^ ResourceKey.Characters(key);
        if ((ushort)start != _expected || text << 56 - 8 * digits != (ulong)'/' << 56)
        {
            return false;
        }

        int length = (byte)(start >> 16) - 0x60 - digits - 1;
        position += 3 + digits + 1;
        long instance = ShortName.ReadId(SpanWindow.Read64(_payload, position), length);
        return instance >= 0
            && TryTakeExpectedCborValue(position + length, (ulong)ResourceKey.Id(key) << 16 | (ulong)instance);
    }

    private bool TryTakeExpectedCborValue(int position, ulong ids)
    {
        if (!TryTakeUsualCborValue(position, ids))
        {
            return false;
        }

        _packLeft--;
        ExpectNextCbor();
        return true;
    }

    // [{"bn":"/3/0/","n":"0", ...},{"n":"1", ...
    private void ExpectJson()
    {
        if (BeginJson())
        {
            int offset = LookAtUsualJsonBaseName();
            _expected = IsBaseOfRequest() ? offset : 0;
        }
    }

    private void ExpectNextJson() => _expected = (_json.Peek64(0) & 0xFF_FFFF_FFFF_FFFF) == UsualJsonStart ? 7 : 0;

    private bool TryTakeExpectedJson(ulong key)
    {
        int digits = ResourceKey.Length(key);
        ulong name = _json.Peek64(_expected) ^ ResourceKey.Characters(key);
        return name << 64 - 8 * digits == 0
            && TryTakeExpectedJsonValue(_expected + digits, ResourceKey.Id(key), Lwm2mPath.MaxId);
    }

    private bool TryTakeExpectedJsonInstance(ulong key)
    {
        int digits = ResourceKey.Length(key);
        ulong text = _json.Peek64(_expected) ^ ResourceKey.Characters(key);
        if (text << 56 - 8 * digits != (ulong)'/' << 56)
        {
            return false;
        }

        int offset = _expected + digits + 1;
        ulong id = _json.Peek64(offset);
        int length = ShortName.IndexOf(id, (byte)'"');
        long instance = ShortName.ReadId(id, length);
        return instance >= 0 && TryTakeExpectedJsonValue(offset + length, ResourceKey.Id(key), (ushort)instance);
    }

    private bool TryTakeExpectedJsonValue(int offset, ushort resource, ushort instance)
    {
        if (!TryTakeUsualJsonValue(offset, (ulong)resource << 16 | instance))
        {
            return false;
        }

        ExpectNextJson();
        return true;
    }
}
