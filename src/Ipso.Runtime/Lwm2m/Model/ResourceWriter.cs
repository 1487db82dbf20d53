using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// What generated code writes its resources to. It knows the format, and whether the whole Object Instance is wanted or one resource of it,
/// so that one method per object serves every read.
/// </summary>
/// <remarks>Keys are constants that hold a resource's id and its digits, as the generator packs them.</remarks>
public ref partial struct ResourceWriter
{
    private const int All = -1;

    // No resource and no instance has this id: the paths tell.
    private const int Listed = 0x1_0000;

    private RecordWriter _records;
    private int _onlyResource;
    private int _onlyInstance;
    private ReadOnlySpan<Lwm2mPath> _listed;

    internal ResourceWriter(Span<byte> buffer, ContentFormat format)
    {
        _records = new(buffer, format);
        _onlyResource = _onlyInstance = All;
    }

    /// <summary>Writes an Object Instance, or what lies below it on a path.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="path">The Object Instance's path, or one below it.</param>
    /// <param name="isOneOfSeveral">Whether a read of a whole object writes its instances one after the other.</param>
    internal void Write(ObjectInstance instance, Lwm2mPath path, bool isOneOfSeveral)
    {
        _onlyResource = path.Depth >= 3 ? path.ResourceId : All;
        _onlyInstance = path.Depth == 4 ? path.ResourceInstanceId : All;
        _records.BeginInstance(path, isOneOfSeveral);
        instance.WriteResourcesTo(ref this);
        _records.EndInstance();
    }

    /// <summary>Writes what lies on several paths below an Object Instance.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="path">Its path.</param>
    /// <param name="below">
    /// Paths of resources and of instances of multiple resources, in ascending order and none on another one.
    /// </param>
    internal void WriteSome(ObjectInstance instance, Lwm2mPath path, ReadOnlySpan<Lwm2mPath> below)
    {
        _onlyResource = _onlyInstance = Listed;
        _listed = below;
        _records.BeginInstance(path, wrap: false);
        instance.WriteResourcesTo(ref this);
        _records.EndInstance();
    }

    /// <summary>Writes an Object Instance, or what lies below it on a path, as it was at a time.</summary>
    internal void WriteAt(double seconds, ObjectInstance instance, Lwm2mPath path)
    {
        _records.SetTime(seconds);
        Write(instance, path, isOneOfSeveral: false);
    }

    /// <summary>Begins a value of a resource or resource instance at a time; it is written next, with the key 0.</summary>
    internal void BeginValueAt(double seconds, Lwm2mPath path)
    {
        _onlyResource = _onlyInstance = All;
        _records.SetTime(seconds);
        _records.BeginValue(path);
    }

    internal int Finish() => _records.Finish();

    internal readonly bool IsEmpty => _records.Count == 0;

    /// <summary>The Resource Instance ids of the multiple resource that was written last, wanted or not.</summary>
    internal ReadOnlySpan<ushort> LastInstances { get; private set; }

    internal readonly bool Overflowed => _records.Overflowed;

    /// <summary>Writes an Integer.</summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="value">The value.</param>
    public void Integer(ulong key, long value)
    {
        if (IsWanted(key))
        {
            _records.Integer(key, All, value);
        }
    }

    /// <summary>Writes an Unsigned Integer.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Unsigned(ulong key, ulong value)
    {
        if (IsWanted(key))
        {
            _records.Unsigned(key, All, value);
        }
    }

    /// <summary>Writes a Float.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Float(ulong key, double value)
    {
        if (IsWanted(key))
        {
            _records.Float(key, All, value);
        }
    }

    /// <summary>Writes a Boolean.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Boolean(ulong key, bool value)
    {
        if (IsWanted(key))
        {
            _records.Boolean(key, All, value);
        }
    }

    /// <summary>Writes a String.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void String(ulong key, string value)
    {
        if (IsWanted(key))
        {
            _records.String(key, All, value);
        }
    }

    /// <summary>Writes an Opaque.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Opaque(ulong key, byte[] value)
    {
        if (IsWanted(key) && !_records.TryCapture(key, All, value))
        {
            _records.Opaque(key, All, value);
        }
    }

    /// <summary>Writes a Time, given as UTC ticks of 100 ns, in whole seconds.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Time(ulong key, long value)
    {
        if (IsWanted(key))
        {
            _records.Integer(key, All, Lwm2mTime.ToUnixSeconds(value));
        }
    }

    /// <summary>Writes an Objlnk.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void ObjectLink(ulong key, ObjectLink value)
    {
        if (IsWanted(key))
        {
            _records.ObjectLink(key, All, value);
        }
    }

    /// <summary>Writes a Corelnk.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void CoreLink(ulong key, CoreLink value)
    {
        if (IsWanted(key))
        {
            _records.String(key, All, value.Text);
        }
    }

    /// <summary>Writes the instances of a multiple Integer resource.</summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="values">The instances.</param>
    public void Integer(ulong key, ResourceInstances<long> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.Integer(key, id, value));

    /// <summary>Writes the instances of a multiple Unsigned Integer resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Unsigned(ulong key, ResourceInstances<ulong> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.Unsigned(key, id, value));

    /// <summary>Writes the instances of a multiple Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="long"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Integer<T>(ulong key, ResourceInstances<T> values)
        where T : unmanaged, Enum =>
        Instances(key, values, static (ref records, key, id, value) => records.Integer(key, id, Unsafe.BitCast<T, long>(value)));

    /// <summary>Writes the instances of a multiple Unsigned Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="ulong"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Unsigned<T>(ulong key, ResourceInstances<T> values)
        where T : unmanaged, Enum =>
        Instances(key, values, static (ref records, key, id, value) => records.Unsigned(key, id, Unsafe.BitCast<T, ulong>(value)));

    /// <summary>Writes the instances of a multiple Float resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Float(ulong key, ResourceInstances<double> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.Float(key, id, value));

    /// <summary>Writes the instances of a multiple Boolean resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Boolean(ulong key, ResourceInstances<bool> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.Boolean(key, id, value));

    /// <summary>Writes the instances of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void String(ulong key, ResourceInstances<string> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.String(key, id, value));

    /// <summary>Writes the instances of a multiple Opaque resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Opaque(ulong key, ResourceInstances<ReadOnlyMemory<byte>> values) =>
        Instances(key, values, static (ref records, key, id, value) =>
        {
            if (!records.TryCapture(key, id, value))
            {
                records.Opaque(key, id, value.Span);
            }
        });

    /// <summary>Writes the instances of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Time(ulong key, ResourceInstances<DateTimeOffset> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.Integer(key, id, Lwm2mTime.ToUnixSeconds(value.UtcTicks)));

    /// <summary>Writes the instances of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void ObjectLink(ulong key, ResourceInstances<ObjectLink> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.ObjectLink(key, id, value));

    /// <summary>Writes the instances of a multiple Corelnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void CoreLink(ulong key, ResourceInstances<CoreLink> values) =>
        Instances(key, values, static (ref records, key, id, value) => records.String(key, id, value.Text));

    private delegate void WriteInstance<in T>(ref RecordWriter records, ulong key, int id, T value);

    private readonly bool IsWanted(ulong key) =>
        _onlyResource < 0 || ResourceKey.Id(key) == _onlyResource || _onlyResource == Listed && IsListed(ResourceKey.Id(key));

    // The resource, or an instance of it.
    private readonly bool IsListed(ushort resourceId)
    {
        int place = PathSet.PlaceOf(_listed, new(_listed[0].ObjectId, _listed[0].InstanceId, resourceId, 0));
        return place < _listed.Length && _listed[place].ResourceId == resourceId;
    }

    private readonly bool IsInstanceWanted(ulong key, ushort id) =>
        _onlyInstance < 0 || id == _onlyInstance
        || _onlyInstance == Listed && PathSet.Covers(_listed, new(_listed[0].ObjectId, _listed[0].InstanceId, ResourceKey.Id(key), id));

    private void Instances<T>(ulong key, ResourceInstances<T> values, WriteInstance<T> write)
    {
        if (!IsWanted(key))
        {
            return;
        }

        values.Read(out ReadOnlySpan<ushort> ids, out ReadOnlySpan<T> items);
        LastInstances = ids;
        _records.BeginMultiple(key);
        for (int i = 0; i < ids.Length; i++)
        {
            if (IsInstanceWanted(key, ids[i]))
            {
                write(ref _records, key, ids[i], items[i]);
            }
        }

        _records.EndMultiple(key);
    }
}
