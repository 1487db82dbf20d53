using System.Runtime.CompilerServices;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// LwM2M CBOR (LwM2M TS 1.2 Core, 7.4.4): maps whose keys are an id or an array of ids, and whose values are maps or values of resources.
internal ref partial struct RecordReader
{
    // Each key has an id at least, and a path four: a map in a map is deeper by one id or several.
    private const int MaxMaps = 4;

    /// <summary>
    /// How many entries are left in the open map whose path has as many ids; negative where a "break" will end it. None where there is no such
    /// map.
    /// </summary>
    [InlineArray(MaxMaps)]
    private struct EntriesLeft
    {
        private int _ofOutermost;
    }

    private bool NextLwM2MCbor()
    {
        if (!_begun)
        {
            _begun = true;
            CborHead pack = _cbor.ReadHead();
            if (pack.Major != CborMajor.Map || !TryReadCount(pack, out _entriesLeft[0]))
            {
                return Fail(PayloadFault.Malformed);
            }
        }

        while (true)
        {
            ref int left = ref _entriesLeft[_mapDepth];
            if (left < 0 && _cbor.TryReadBreak())
            {
                left = 0;
            }

            if (left == 0)
            {
                if (_mapDepth == 0)
                {
                    return (!_cbor.IsAtEnd || _cbor.Failed) && Fail(PayloadFault.Malformed);
                }

                _mapDepth--;
                continue;
            }

            // Without a bound the count stays as it is.
            left -= left > 0 ? 1 : 0;
            ulong path = _mapPath | ulong.MaxValue >> _mapDepth * 16;
            int depth = _mapDepth;
            bool isPath = TryReadKey(ref path, ref depth);
            CborHead value = _cbor.ReadHead();
            bool isMap = value.Major == CborMajor.Map;
            int entries = 0;
            if (!isPath || _cbor.Failed || (isMap ? depth == MaxMaps || !TryReadCount(value, out entries) : depth < 3))
            {
                return Fail(PayloadFault.Malformed);
            }

            _record.Path = new(path);
            if (!isMap)
            {
                ReadCborValue(ref _cbor, value, ref _record);
                return !_cbor.Failed || Fail(PayloadFault.Malformed);
            }

            // Nothing in a map says nothing - but of a multiple resource, that it has no instances.
            if (depth == 3 && (entries == 0 || entries < 0 && _cbor.TryReadBreak()))
            {
                _record.Kind = ValueKind.NoInstances;
                return true;
            }

            _entriesLeft[depth] = entries;
            _mapDepth = depth;
            _mapPath = path;
        }
    }

    // An entry takes two bytes at least: a count that cannot be met must not be believed.
    private readonly bool TryReadCount(CborHead map, out int entries)
    {
        entries = map.IsIndefinite ? -1 : (int)Math.Min(map.Argument, int.MaxValue);
        return !_cbor.Failed && entries <= (_payload.Length - _cbor.Position) / 2;
    }

    // An id, or an array of them.
    private bool TryReadKey(scoped ref ulong path, scoped ref int depth)
    {
        CborHead key = _cbor.ReadHead();
        bool isArray = key.Major == CborMajor.Array;
        ulong ids = !isArray ? 1 : key.IsIndefinite ? ulong.MaxValue : key.Argument;
        if (ids > MaxMaps && !key.IsIndefinite)
        {
            return false;
        }

        for (ulong read = 0; ; read++)
        {
            if (read == ids || ids == ulong.MaxValue && _cbor.TryReadBreak())
            {
                return read > 0;
            }

            // The depth ends it, and so does a failed reader, whose heads are zero.
            CborHead id = isArray ? _cbor.ReadHead() : key;
            if (id.Major != CborMajor.Unsigned || id.Argument > Lwm2mPath.MaxId || depth == MaxMaps
                || id.Argument == Lwm2mPath.MaxId && !(_mayOmitInstance && depth == 1))
            {
                return false;
            }

            int shift = 48 - depth * 16;
            path = path & ~((ulong)Lwm2mPath.MaxId << shift) | id.Argument << shift;
            depth++;
        }
    }
}
