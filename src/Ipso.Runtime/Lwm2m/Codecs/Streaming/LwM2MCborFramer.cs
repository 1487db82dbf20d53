using System.Runtime.CompilerServices;
using Ipso.Cbor;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// LwM2M CBOR in blocks (LwM2M TS 1.2 Core, 7.4.4): the maps are followed here, and each value is read behind its whole path, as if the
/// payload were a map of that one entry.
/// </summary>
internal sealed class LwM2MCborFramer(FramerSettings settings) : CborFramer(settings)
{
    // Each key has an id at least, and a path four.
    private const int MaxMaps = 4;
    private const byte MapOf1 = 0xA1;
    private const byte EmptyMap = 0xA0;
    private const byte IdIn16Bits = 0x19;

    private enum Phase : byte
    {
        Root,
        Key,
        KeyId,
        Value,

        /// <summary>The first entry of a map of indefinite length, or its end.</summary>
        FirstEntry,
        End,
    }

    private struct OpenMap
    {
        /// <summary>How many entries are left; negative where a "break" will end it.</summary>
        internal int EntriesLeft;

        /// <summary>Its path.</summary>
        internal Lwm2mPath Path;
    }

    [InlineArray(MaxMaps)]
    private struct OpenMaps
    {
        private OpenMap _outermost;
    }

    private OpenMaps _maps;
    private int _mapCount;
    private Phase _phase;

    // The entry: its path as far as it is read, and how many ids of its key are left; negative where a "break" will end it.
    private Lwm2mPath _path;
    private int _depth;
    private int _keyIdsLeft;
    private bool _hasKeyId;

    protected override void BetweenItems(CborHead head, ReadOnlySpan<byte> text)
    {
        bool isSound = _phase switch
        {
            Phase.Root => head.Major == CborMajor.Map && OpenRoot(head),
            Phase.FirstEntry => head.IsBreak ? TakeEmptyMap() : Open(-1) && BeginKey(head),
            Phase.Key => head.IsBreak ? CloseIndefinite() : BeginKey(head),
            Phase.KeyId => AddKeyId(head),
            Phase.Value => BeginValue(head, text),
            _ => false,
        };
        if (!isSound)
        {
            Fail(PayloadFault.Malformed);
        }
    }

    protected override bool Streams(CborHead head) =>
        Carry.Length == PathLength && TryStream(_path, head.IsIndefinite ? -1 : (long)Math.Min(head.Argument, long.MaxValue));

    protected override void EndItem()
    {
        TakeRecord(ContentFormat.Lwm2mCbor, Request);
        EndEntry();
    }

    protected override void Finish()
    {
        if (_phase != Phase.End || !IsBetweenItems)
        {
            Fail(PayloadFault.Malformed);
        }
    }

    private bool OpenRoot(CborHead head)
    {
        _path = Lwm2mPath.Root;
        Open(CountOf(head));
        CloseFull();
        return true;
    }

    // More entries than an int counts cannot come.
    private static int CountOf(CborHead map) => map.IsIndefinite ? -1 : (int)Math.Min(map.Argument, int.MaxValue);

    private bool Open(int entries)
    {
        _maps[_mapCount++] = new() { EntriesLeft = entries, Path = _path };
        _phase = Phase.Key;
        return true;
    }

    private bool BeginKey(CborHead head)
    {
        _path = _maps[_mapCount - 1].Path;
        _depth = _path.Depth;
        _hasKeyId = false;
        if (head.Major == CborMajor.Array)
        {
            _keyIdsLeft = head.IsIndefinite ? -1 : (int)Math.Min(head.Argument, 5);
            _phase = Phase.KeyId;
            return _keyIdsLeft is not (0 or > 4);
        }

        _keyIdsLeft = 1;
        return AddKeyId(head);
    }

    private bool AddKeyId(CborHead id)
    {
        if (id.IsBreak && _keyIdsLeft < 0)
        {
            _phase = Phase.Value;
            return _hasKeyId;
        }

        if (id.Major != CborMajor.Unsigned || id.Argument >= Lwm2mPath.MaxId || _depth == 4)
        {
            return false;
        }

        _path = _path.Append((ushort)id.Argument);
        _depth++;
        _hasKeyId = true;
        _phase = _keyIdsLeft > 0 && --_keyIdsLeft == 0 ? Phase.Value : Phase.KeyId;
        return true;
    }

    private bool BeginValue(CborHead head, ReadOnlySpan<byte> text)
    {
        ref OpenMap map = ref _maps[_mapCount - 1];
        map.EntriesLeft -= map.EntriesLeft > 0 ? 1 : 0;
        if (head.Major != CborMajor.Map)
        {
            if (_depth < 3)
            {
                return false;
            }

            BeginPath();
            BeginItem(head, text);
            return true;
        }

        if (_depth == 4)
        {
            return false;
        }

        int entries = CountOf(head);
        if (entries == 0)
        {
            return TakeEmptyMap();
        }

        if (entries > 0)
        {
            return Open(entries);
        }

        _phase = Phase.FirstEntry;
        return true;
    }

    // Nothing in it says nothing - but of a multiple resource, that it has no instances.
    private bool TakeEmptyMap()
    {
        if (_depth == 3)
        {
            BeginPath();
            Append([EmptyMap]);
            TakeRecord(ContentFormat.Lwm2mCbor, Request);
        }

        EndEntry();
        return true;
    }

    private void EndEntry()
    {
        _phase = Phase.Key;
        CloseFull();
    }

    private void CloseFull()
    {
        while (_mapCount > 0 && _maps[_mapCount - 1].EntriesLeft == 0)
        {
            _mapCount--;
        }

        if (_mapCount == 0)
        {
            _phase = Phase.End;
        }
    }

    private bool CloseIndefinite()
    {
        ref OpenMap map = ref _maps[_mapCount - 1];
        if (map.EntriesLeft >= 0)
        {
            return false;
        }

        map.EntriesLeft = 0;
        CloseFull();
        return true;
    }

    private int PathLength => 2 + _depth * 3;

    private void BeginPath()
    {
        Span<byte> path = stackalloc byte[2 + 4 * 3];
        path[0] = MapOf1;
        path[1] = (byte)(0x80 + _depth);
        for (int level = 0; level < _depth; level++)
        {
            ushort id = (ushort)(_path.Packed >> 48 - level * 16);
            path[2 + level * 3] = IdIn16Bits;
            path[3 + level * 3] = (byte)(id >> 8);
            path[4 + level * 3] = (byte)id;
        }

        BeginRecord(path[..PathLength]);
    }
}
