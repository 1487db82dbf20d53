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
    // Each method of one value is no more than a call into it: generated code comes to call it directly.
    private RecordWriter _records;

    internal ResourceWriter(Span<byte> buffer, ContentFormat format) => _records.Begin(buffer, format);

    /// <summary>Writes an Object Instance, or what lies below it on a path.</summary>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="path">The Object Instance's path, or one below it.</param>
    /// <param name="isOneOfSeveral">Whether a read of a whole object writes its instances one after the other.</param>
    internal void Write(ObjectInstance instance, Lwm2mPath path, bool isOneOfSeveral)
    {
        ObjectInfo definition = instance.Definition;
        ulong objectText = path.ObjectId == definition.ObjectId ? definition.PathText : 0;
        _records.BeginInstance(path, isOneOfSeveral, objectText: objectText);
        instance.WriteResourcesTo(ref this);
        _records.EndInstance();
    }

    /// <summary>Writes all of an Object Instance that a server may read, and nothing else into the payload.</summary>
    /// <param name="instance">The Object Instance.</param>
    internal void WriteReadable(ObjectInstance instance)
    {
        ObjectInfo definition = instance.Definition;
        _records.BeginOnlyInstance(new(definition.ObjectId, instance.InstanceId), definition.PathText);
        instance.WriteResourcesTo(ref this);
        _records.EndInstance();
    }

    /// <summary>Writes all of an Object Instance, also what no server may read.</summary>
    /// <param name="instance">The Object Instance.</param>
    internal void WriteWhole(ObjectInstance instance) => WriteWhole(instance, new(instance.Definition.ObjectId, instance.InstanceId));

    /// <summary>Writes all of an Object Instance, also what no server may read, on the path of another one of its Object.</summary>
    internal void WriteWhole(ObjectInstance instance, Lwm2mPath path)
    {
        _records.BeginInstance(path, wrap: false, objectText: instance.Definition.PathText);
        instance.WriteResourcesTo(ref this);
        instance.WriteUnreadableResourcesTo(ref this);
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
        _records.BeginInstance(path, wrap: false, below);
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
        _records.SetTime(seconds);
        _records.BeginValue(path);
    }

    internal int Finish() => _records.Finish();

    internal readonly bool IsEmpty => _records.Count == 0;

    /// <inheritdoc cref="RecordWriter.LastInstances"/>
    internal readonly ReadOnlySpan<ushort> LastInstances => _records.LastInstances;

    internal readonly bool Overflowed => _records.Overflowed;

    /// <summary>Writes an Integer.</summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="value">The value.</param>
    public void Integer(ulong key, long value) => _records.Integer(key, value);

    /// <summary>Writes an Unsigned Integer.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Unsigned(ulong key, ulong value) => _records.Unsigned(key, value);

    /// <summary>Writes a Float.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Float(ulong key, double value) => _records.Float(key, value);

    /// <summary>Writes a Boolean.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Boolean(ulong key, bool value) => _records.Boolean(key, value);

    /// <summary>Writes a String.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void String(ulong key, string value) => _records.String(key, value);

    /// <summary>Writes an Opaque.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Opaque(ulong key, byte[] value)
    {
        if (!_records.TryCapture(key, value))
        {
            _records.Opaque(key, value);
        }
    }

    /// <summary>Writes a Time, given as UTC ticks of 100 ns, in whole seconds.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void Time(ulong key, long value) => _records.Integer(key, Lwm2mTime.ToUnixSeconds(value));

    /// <summary>Writes an Objlnk.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void ObjectLink(ulong key, ObjectLink value) => _records.ObjectLink(key, value);

    /// <summary>Writes a Corelnk.</summary>
    /// <inheritdoc cref="Integer(ulong, long)"/>
    public void CoreLink(ulong key, CoreLink value) => _records.String(key, value.Text);

    /// <summary>Writes the instances of a multiple Integer resource.</summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="values">The instances.</param>
    public void Integer(ulong key, ResourceInstances<long> values)
    {
        long[] items = values.View<long>(out ushort[] ids);
        _records.Integers(key, ids, items);
    }

    /// <summary>Writes the instances of a multiple Unsigned Integer resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Unsigned(ulong key, ResourceInstances<ulong> values)
    {
        ulong[] items = values.View<ulong>(out ushort[] ids);
        Unsigneds(key, ids, items);
    }

    /// <summary>Writes the instances of a multiple Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="long"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Integer<T>(ulong key, ResourceInstances<T> values)
        where T : unmanaged, Enum
    {
        long[] items = values.View<long>(out ushort[] ids);
        _records.Integers(key, ids, items);
    }

    /// <summary>Writes the instances of a multiple Unsigned Integer resource whose values have names.</summary>
    /// <typeparam name="T">The enumeration, one of <see cref="ulong"/>.</typeparam>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Unsigned<T>(ulong key, ResourceInstances<T> values)
        where T : unmanaged, Enum
    {
        ulong[] items = values.View<ulong>(out ushort[] ids);
        Unsigneds(key, ids, items);
    }

    /// <summary>Writes the instances of a multiple Float resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Float(ulong key, ResourceInstances<double> values) =>
        Instances<double>(key, values, static (ref records, key, value) => records.Float(key, value));

    /// <summary>Writes the instances of a multiple Boolean resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Boolean(ulong key, ResourceInstances<bool> values) =>
        Instances<bool>(key, values, static (ref records, key, value) => records.Boolean(key, value));

    /// <summary>Writes the instances of a multiple String resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void String(ulong key, ResourceInstances<string> values) =>
        Instances<string>(key, values, static (ref records, key, value) => records.String(key, value));

    /// <summary>Writes the instances of a multiple Opaque resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Opaque(ulong key, ResourceInstances<ReadOnlyMemory<byte>> values) =>
        Instances<byte[]>(key, values, static (ref records, key, value) =>
        {
            if (!records.TryCapture(key, value))
            {
                records.Opaque(key, value);
            }
        });

    /// <summary>Writes the instances of a multiple Time resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void Time(ulong key, ResourceInstances<DateTimeOffset> values) =>
        Instances<long>(key, values, static (ref records, key, value) => records.Integer(key, Lwm2mTime.ToUnixSeconds(value)));

    /// <summary>Writes the instances of a multiple Objlnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void ObjectLink(ulong key, ResourceInstances<ObjectLink> values) =>
        Instances<ObjectLink>(key, values, static (ref records, key, value) => records.ObjectLink(key, value));

    /// <summary>Writes the instances of a multiple Corelnk resource.</summary>
    /// <inheritdoc cref="Integer(ulong, ResourceInstances{long})"/>
    public void CoreLink(ulong key, ResourceInstances<CoreLink> values) =>
        Instances<CoreLink>(key, values, static (ref records, key, value) => records.String(key, value.Text));

    private delegate void WriteInstance<in T>(ref RecordWriter records, ulong key, T value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Instances<T>(ulong key, ResourceInstances values, WriteInstance<T> write)
    {
        T[] items = values.View<T>(out ushort[] ids);
        if (!_records.BeginMultiple(key, ids))
        {
            return;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            if (_records.IsInstanceWanted(key, ids[i]))
            {
                write(ref _records, _records.KeyOf(key, ids[i]), items[i]);
            }
        }

        _records.EndMultiple(key);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unsigneds(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<ulong> items)
    {
        if (!_records.BeginMultiple(key, ids))
        {
            return;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            if (_records.IsInstanceWanted(key, ids[i]))
            {
                _records.Unsigned(_records.KeyOf(key, ids[i]), items[i]);
            }
        }

        _records.EndMultiple(key);
    }
}
