using System.Runtime.CompilerServices;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// LwM2M CBOR (LwM2M TS 1.2 Core, 7.4.4): maps in maps, {object: {object instance: {resource: value or {resource instance: value}}}}.
// A map is opened by its first entry, so that none is empty, and its count is put in its head when it is closed.
internal ref partial struct RecordWriter
{
    /// <summary>A map that entries are being written to.</summary>
    private struct CborMap
    {
        /// <summary>Where its head is; 0 where it is not open.</summary>
        internal int Head;

        /// <summary>How many there are. Of the map of resources: without the records, which are added when it is closed.</summary>
        internal int Entries;

        internal readonly bool IsOpen => Head != 0;
    }

    private void LwM2MCborInteger(ulong key, long value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborInteger(at, value);
        }
    }

    private void LwM2MCborUnsigned(ulong key, ulong value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborUnsigned(at, value);
        }
    }

    private void LwM2MCborFloat(ulong key, double value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborFloat(at, value);
        }
    }

    private void LwM2MCborBoolean(ulong key, bool value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborBoolean(at, value);
        }
    }

    private void LwM2MCborString(ulong key, string value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborText(at, value);
        }
    }

    private void LwM2MCborOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborBytes(at, value);
        }
    }

    private void LwM2MCborObjectLink(ulong key, ObjectLink value)
    {
        if (BeginLwM2MCbor(key, out int at))
        {
            PutCborObjectLink(at, value);
        }
    }

    /// <summary>Begins an entry of the innermost map, up to its value.</summary>
    /// <param name="key">The key of the resource, or of the Resource Instance.</param>
    /// <param name="at">Where the value goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool BeginLwM2MCbor(ulong key, out int at)
    {
        if (_position > _limit && !BeginIrregularLwM2MCbor(key))
        {
            at = 0;
            return false;
        }

        _records++;
        at = _position;
        at += CborItem.WriteHead(ref At(at), CborMajor.Unsigned, ResourceKey.Id(key));
        return true;
    }

    private bool BeginLwM2MCborMultiple(ulong key, int count)
    {
        if (_position > _limit && !BeginIrregularLwM2MCbor(key))
        {
            return false;
        }

        // So many records are one entry of the map around them.
        _resources.Entries -= count - 1;
        PutCborId(ResourceKey.Id(key));
        _position += CborItem.WriteHead(ref At(_position), CborMajor.Map, (ulong)count);
        return true;
    }

    private bool BeginIrregularLwM2MCbor(ulong key)
    {
        if (!IsWantedAndFits(key) || _isBasePending && !OpenLwM2MCborInstance())
        {
            return false;
        }

        _limit = RegularLimit;
        return true;
    }

    private bool OpenLwM2MCborInstance()
    {
        Lwm2mPath instance = new(_base.ObjectId, _base.InstanceId);
        _isBasePending = false;
        if (_resources.IsOpen && instance == _opened)
        {
            return true;
        }

        bool isOfOpenObject = _objectInstances.IsOpen && instance.ObjectId == _opened.ObjectId;
        CloseLwM2MCborResources();
        if (!isOfOpenObject)
        {
            CloseCborMap(ref _objectInstances);
        }

        // Heads that grew may have taken the room.
        if (!Fits())
        {
            return false;
        }

        if (!isOfOpenObject)
        {
            _objects.Entries++;
            PutCborId(instance.ObjectId);
            _objectInstances.Head = _position++;
        }

        _objectInstances.Entries++;
        PutCborId(instance.InstanceId);
        _resources.Head = _position++;
        _resources.Entries = -_records;
        _opened = instance;
        return true;
    }

    private void PutCborId(ushort id) => _position += CborItem.WriteHead(ref At(_position), CborMajor.Unsigned, id);

    private void CloseLwM2MCborResources()
    {
        _resources.Entries += _records;
        CloseCborMap(ref _resources);
    }

    private void CloseCborMap(ref CborMap map)
    {
        if (map.IsOpen)
        {
            PutCborCount(map.Head, CborMajor.Map, map.Entries);
        }

        map = default;
    }

    private void FinishLwM2MCbor()
    {
        CloseLwM2MCborResources();
        CloseCborMap(ref _objectInstances);
        // Where there is nothing it is a map of nothing: the specification has no form for that, and this one every reader of CBOR takes.
        PutCborCount(_objects.Head, CborMajor.Map, _objects.Entries);
    }
}
