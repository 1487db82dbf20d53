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

        internal int Entries;

        internal readonly bool IsOpen => Head != 0;
    }

    private void LwM2MCborInteger(ulong key, int instance, long value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            PutCborInteger(value);
        }
    }

    private void LwM2MCborUnsigned(ulong key, int instance, ulong value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            CborHead(0x00, value);
        }
    }

    private void LwM2MCborFloat(ulong key, int instance, double value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            PutCborFloat(value);
        }
    }

    private void LwM2MCborBoolean(ulong key, int instance, bool value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            PutCborBoolean(value);
        }
    }

    private void LwM2MCborString(ulong key, int instance, string value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            PutCborText(value);
        }
    }

    private void LwM2MCborOpaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            PutCborBytes(value);
        }
    }

    private void LwM2MCborObjectLink(ulong key, int instance, ObjectLink value)
    {
        if (BeginLwM2MCbor(key, instance))
        {
            PutCborObjectLink(value);
        }
    }

    private bool BeginLwM2MCbor(ulong key, int instance)
    {
        if (!HasSlack() || _basePending && !OpenLwM2MCborInstance())
        {
            return false;
        }

        _records++;
        if (instance < 0)
        {
            _resources.Entries++;
            PutCborId(ResourceKey.Id(key));
            return true;
        }

        if (!_resourceInstances.IsOpen)
        {
            _resources.Entries++;
            PutCborId(ResourceKey.Id(key));
            _resourceInstances.Head = _position++;
        }

        _resourceInstances.Entries++;
        PutCborId((ushort)instance);
        return true;
    }

    private bool OpenLwM2MCborInstance()
    {
        Lwm2mPath instance = new(_base.ObjectId, _base.InstanceId);
        _basePending = false;
        if (_resources.IsOpen && instance == _opened)
        {
            return true;
        }

        bool isOfOpenObject = _objectInstances.IsOpen && instance.ObjectId == _opened.ObjectId;
        CloseCborMap(ref _resources);
        if (!isOfOpenObject)
        {
            CloseCborMap(ref _objectInstances);
        }

        // Heads that grew may have taken the room.
        if (!HasSlack())
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
        _opened = instance;
        return true;
    }

    private void PutCborId(ushort id)
    {
        switch (id)
        {
            case < 24:
                Put((byte)id);
                break;
            case <= byte.MaxValue:
                Put(24);
                Put((byte)id);
                break;
            default:
                Put(25);
                PutUInt16(id);
                break;
        }
    }

    private void CloseCborMap(ref CborMap map)
    {
        if (map.IsOpen)
        {
            PutCborMapHead(in map);
            map = default;
        }
    }

    // One byte waits for the head; in the rare larger map what follows is moved to make room for more.
    private void PutCborMapHead(in CborMap map)
    {
        int extra = map.Entries < 24 ? 0 : map.Entries <= byte.MaxValue ? 1 : 2;
        if (Overflowed || _position + extra > _buffer.Length)
        {
            Overflow();
            return;
        }

        int content = map.Head + 1;
        int end = _position + extra;
        if (extra > 0)
        {
            _buffer[content.._position].CopyTo(_buffer[(content + extra)..]);
        }

        _position = map.Head;
        CborHead(0xA0, (ulong)map.Entries);
        _position = end;
    }

    private void FinishLwM2MCbor()
    {
        CloseCborMap(ref _resources);
        CloseCborMap(ref _objectInstances);
        // Where there is nothing it is a map of nothing: the specification has no form for that, and this one every reader of CBOR takes.
        PutCborMapHead(in _objects);
    }
}
