using System.Runtime.CompilerServices;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// LwM2M CBOR (LwM2M TS 1.2 Core, 7.4.4): maps whose keys are an id or an array of ids, and whose values are maps or values of resources.
internal ref partial struct RecordReader
{
    // Each key has an id at least, and a path four.
    private const int MaxOuterMaps = 3;

    /// <summary>A map that is being read.</summary>
    private struct OpenMap
    {
        /// <summary>How many entries are left; negative where a "break" will end it.</summary>
        internal int EntriesLeft;

        /// <summary>How many ids its path has.</summary>
        internal int Depth;
    }

    [InlineArray(MaxOuterMaps)]
    private struct OuterMaps
    {
        private OpenMap _outermost;
    }

    private bool NextLwM2MCbor()
    {
        if (!_begun)
        {
            _begun = true;
            _mapPath = Lwm2mPath.Root.Packed;
            CborHead pack = _cbor.ReadHead();
            if (pack.Major != CborMajor.Map || !TryReadCount(pack, out _map.EntriesLeft))
            {
                return Fail(PayloadFault.Malformed);
            }
        }

        while (true)
        {
            if (_map.EntriesLeft == 0 || _map.EntriesLeft < 0 && _cbor.TryReadBreak())
            {
                if (_outerMapCount == 0)
                {
                    _map.EntriesLeft = 0;
                    return _cbor.IsAtEnd && !_cbor.Failed ? false : Fail(PayloadFault.Malformed);
                }

                _map = _outerMaps[--_outerMapCount];
                _mapPath |= ulong.MaxValue >> _map.Depth * 16;
                continue;
            }

            ulong path = _mapPath;
            int depth = _map.Depth;
            bool isPath = TryReadKey(ref path, ref depth);
            CborHead value = _cbor.ReadHead();
            if (!isPath || _cbor.Failed)
            {
                return Fail(PayloadFault.Malformed);
            }

            // Without a bound the count stays as it is.
            _map.EntriesLeft -= _map.EntriesLeft > 0 ? 1 : 0;
            if (value.Major == CborMajor.Map)
            {
                if (depth == 4 || !TryReadCount(value, out int entries))
                {
                    return Fail(PayloadFault.Malformed);
                }

                if (entries < 0 && _cbor.TryReadBreak())
                {
                    entries = 0;
                }

                if (entries != 0)
                {
                    _outerMaps[_outerMapCount++] = _map;
                    _map = new() { EntriesLeft = entries, Depth = depth };
                    _mapPath = path;
                    continue;
                }

                // Nothing in it says nothing - but of a multiple resource, that it has no instances.
                if (depth < 3)
                {
                    continue;
                }

                _record.Kind = ValueKind.NoInstances;
                _record.Path = new(path);
                return true;
            }

            if (depth < 3)
            {
                return Fail(PayloadFault.Malformed);
            }

            ReadCborValue(value);
            _record.Path = new(path);
            return !_cbor.Failed || Fail(PayloadFault.Malformed);
        }
    }

    // An entry takes two bytes at least: a count that cannot be met must not be believed.
    private readonly bool TryReadCount(CborHead map, out int entries)
    {
        entries = map.IsIndefinite ? -1 : (int)Math.Min(map.Argument, int.MaxValue);
        return !_cbor.Failed && entries <= (_payload.Length - _cbor.Position) / 2;
    }

    private bool TryReadKey(scoped ref ulong path, scoped ref int depth)
    {
        CborHead key = _cbor.ReadHead();
        if (key.Major == CborMajor.Unsigned)
        {
            return TryAppendId(key, ref path, ref depth);
        }

        if (key.Major != CborMajor.Array || !key.IsIndefinite && key.Argument is 0 or > 4)
        {
            return false;
        }

        ulong read = 0;
        while (key.IsIndefinite ? !_cbor.TryReadBreak() : read < key.Argument)
        {
            // The depth ends it, and so does a failed reader, whose heads are zero.
            if (!TryAppendId(_cbor.ReadHead(), ref path, ref depth))
            {
                return false;
            }

            read++;
        }

        return read > 0;
    }

    private readonly bool TryAppendId(CborHead id, scoped ref ulong path, scoped ref int depth)
    {
        if (id.Major != CborMajor.Unsigned || id.Argument > Lwm2mPath.MaxId || depth == 4
            || id.Argument == Lwm2mPath.MaxId && !(_mayOmitInstance && depth == 1))
        {
            return false;
        }

        int shift = 48 - depth * 16;
        path = path & ~((ulong)Lwm2mPath.MaxId << shift) | id.Argument << shift;
        depth++;
        return true;
    }
}
