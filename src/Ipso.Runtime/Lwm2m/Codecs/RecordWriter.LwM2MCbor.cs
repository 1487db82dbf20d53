using System.Runtime.CompilerServices;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// LwM2M CBOR (LwM2M TS 1.2 Core, 7.4.4): maps in maps, {object: {object instance: {resource: value or {resource instance: value}}}}.
// A map is opened by its first entry, so that none is empty, and its count is put in its head when it is closed.
internal ref partial struct RecordWriter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborInteger(ulong key, long value)
    {
        int at = PutCborId(_position, ResourceKey.Id(key));
        _position = at + CborItem.WriteInteger(ref At(at), value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborUnsigned(ulong key, ulong value) => _position = PutCborUnsigned(PutCborId(_position, ResourceKey.Id(key)), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborFloat(ulong key, double value) => _position = PutCborFloat(PutCborId(_position, ResourceKey.Id(key)), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborBoolean(ulong key, bool value) => _position = PutCborBoolean(PutCborId(_position, ResourceKey.Id(key)), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborString(ulong key, string value) => _position = PutCborString(PutCborId(_position, ResourceKey.Id(key)), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborOpaque(ulong key, ReadOnlySpan<byte> value) =>
        _position = PutCborOpaque(PutCborId(_position, ResourceKey.Id(key)), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborObjectLink(ulong key, ObjectLink value) =>
        _position = PutCborObjectLink(PutCborId(_position, ResourceKey.Id(key)), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int PutCborId(int at, ushort id) => at + CborItem.WriteHead(ref At(at), CborMajor.Unsigned, id);

    private bool BeginSpecialLwM2MCbor(ulong key)
    {
        if (!BeginLwM2MCborResources())
        {
            return false;
        }

        PutCborId(ResourceKey.Id(key));
        return true;
    }

    private bool BeginLwM2MCborMultiple(ulong key, int count)
    {
        if (_position > _limit && !(Fits() && BeginLwM2MCborResources()))
        {
            return false;
        }

        _position = PutLwM2MCborMultiple(_position, key, count);
        return true;
    }

    private int PutLwM2MCborMultiple(int at, ulong key, int count)
    {
        // So many records are one entry of the map around them.
        _inner.Entries -= count - 1;
        at = PutCborId(at, ResourceKey.Id(key));
        return PutCborHead(at, CborMajor.Map, (ulong)count);
    }

    private bool BeginLwM2MCborResources()
    {
        if (_isBasePending && !OpenLwM2MCborInstance())
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
        if (_inner.IsOpen && instance == _opened)
        {
            return true;
        }

        bool isOfOpenObject = _outer.IsOpen && instance.ObjectId == _opened.ObjectId;
        CloseLwM2MCborResources();
        if (!isOfOpenObject)
        {
            CloseCborMap(ref _outer);
        }

        // Heads that grew may have taken the room.
        if (!Fits())
        {
            return false;
        }

        if (!isOfOpenObject)
        {
            _objects++;
            PutCborId(instance.ObjectId);
            OpenCborMap(ref _outer);
        }

        _outer.Entries++;
        PutCborId(instance.InstanceId);
        OpenCborMap(ref _inner);
        _inner.Entries = -_records;
        _opened = instance;
        return true;
    }

    private void PutCborId(ushort id) => _position = PutCborUnsigned(_position, id);

    private void OpenCborMap(ref Frame map)
    {
        map.Header = _position++;
        map.Content = _position;
    }

    private void CloseLwM2MCborResources()
    {
        _inner.Entries += _records;
        CloseCborMap(ref _inner);
    }

    private void CloseCborMap(ref Frame map)
    {
        if (map.IsOpen)
        {
            PutCborCount(map.Header, CborMajor.Map, map.Entries);
        }

        map = default;
    }

    private void FinishLwM2MCbor()
    {
        CloseLwM2MCborResources();
        CloseCborMap(ref _outer);
        // Where there is nothing it is a map of nothing: the specification has no form for that, and this one every reader of CBOR takes.
        PutCborCount(0, CborMajor.Map, _objects);
    }
}
