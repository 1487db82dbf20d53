using System.Runtime.CompilerServices;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Where a reader is among the records that it expects.</summary>
internal readonly record struct ExpectedPlace(int Position, int NameAt, ulong Next, ulong PackLeft);

// Records whose name is seen before they are read. Whoever knows the definition compares it with the key of a resource, and takes the value
// with it. Only what nearly every encoder writes is expected: a pack whose base name is the Object Instance's, of records that hold a name
// and a value. All else is for Next, and so is an expected record that nobody takes.
internal ref partial struct RecordReader
{
    /// <summary>Whether there is a record that <see cref="TryTake"/> may take.</summary>
    internal readonly bool IsExpecting => _next != 0;

    /// <summary>Whether the expected record is of this resource.</summary>
    /// <param name="key">The resource's key.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool IsNext(ulong key) => (_next ^ key) << 16 == 0;

    /// <summary>Whether the expected record is of an instance of this multiple resource.</summary>
    /// <inheritdoc cref="IsNext"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool IsInstanceNext(ulong key) => (_next ^ key) >> 8 << 56 - 8 * ResourceKey.Length(key) == (ulong)'/' << 56;

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

    /// <summary>Looks for a record behind the one that <see cref="Next"/> reached.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void ExpectNext()
    {
        // Most formats have their records read one by one.
        if (_mayExpect)
        {
            ExpectNextOfPack();
        }
    }

    private void ExpectNextOfPack()
    {
        if (Fault != PayloadFault.None || !_hasInstanceBase || !IsOfRequest(_instanceBase))
        {
            return;
        }

        if (CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor)
        {
            ExpectNextCbor(_cbor.Position);
        }
        else if (CodecSwitches.SenMLJson)
        {
            ExpectNextJson(_json.Position);
        }
    }

    /// <summary>Takes the expected record, if its value is in the usual form.</summary>
    /// <param name="key">The key of its resource.</param>
    internal bool TryTake(ulong key)
    {
        int position = _nameAt + ResourceKey.Length(key);
        Lwm2mPath path = new(_instanceBase | (ulong)ResourceKey.Id(key) << 16 | Lwm2mPath.MaxId);
        return CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor
            ? TryTakeCbor(position, path)
            : CodecSwitches.SenMLJson && TryTakeJson(position, path);
    }

    /// <summary>Takes the expected record, if its value is this text, as it stands.</summary>
    /// <param name="key">The key of its resource.</param>
    /// <param name="text">The text.</param>
    // The text's length is known: nothing waits until it is read.
    internal bool TryTakeText(ulong key, string text)
    {
        int position = _nameAt + ResourceKey.Length(key);
        return CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor
            ? TryTakeCborText(position, text)
            : CodecSwitches.SenMLJson && TryTakeJsonText(position, text);
    }

    /// <summary>Takes the expected record of a resource instance, if its value is in the usual form.</summary>
    /// <inheritdoc cref="TryTake"/>
    internal bool TryTakeInstance(ulong key)
    {
        int digits = ResourceKey.Length(key);
        int length = ((int)_next & 0x0F) - digits - 1;
        ulong text = _next >> 8 * (digits + 2);
        long instance = length == 1 && text - '0' <= 9 ? (long)(text - '0') : ShortName.ReadId(text, length);
        if (instance < 0)
        {
            return false;
        }

        int position = _nameAt + digits + 1 + length;
        Lwm2mPath path = new(_instanceBase | (ulong)ResourceKey.Id(key) << 16 | (ulong)instance);
        return CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor
            ? TryTakeCbor(position, path)
            : CodecSwitches.SenMLJson && TryTakeJson(position, path);
    }

    /// <summary>Where the reader is among what is expected.</summary>
    internal readonly ExpectedPlace Place => new(Position, _nameAt, _next, _packLeft);

    /// <summary>Goes back to a place: what was taken from there on is expected anew.</summary>
    internal void ReturnTo(ExpectedPlace place)
    {
        (_nameAt, _next, _packLeft) = (place.NameAt, place.Next, place.PackLeft);
        if (CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor)
        {
            _cbor.TryMoveTo(place.Position);
        }
        else
        {
            _json.MoveTo(place.Position);
        }
    }

    // The name as a resource's key has its digits: the length and the characters.
    private void ExpectName(ulong text, int length, int position)
    {
        _nameAt = position;
        _next = (uint)(length - 1) < MaxExpectedName ? (uint)(0x60 + length) | (text & (1UL << 8 * length) - 1) << 8 : 0;
    }
}
