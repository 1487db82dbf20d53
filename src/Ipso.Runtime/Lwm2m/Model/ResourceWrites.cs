using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Values to be written to a peer, each on the path of a Resource or Resource Instance: the payload of a Write, a partial update, a
/// Write-Composite or a Create (LwM2M TS Core, 6.3.3, 6.3.9 and 6.3.6). Used by one thread at a time.
/// </summary>
public sealed class ResourceWrites
{
    // By path, so that what belongs to one Object Instance, and to one multiple resource, stands together.
    private readonly SortedList<ulong, CapturedRecord> _values;

    /// <summary>No values yet.</summary>
    public ResourceWrites() => _values = [];

    /// <summary>The values that others are now.</summary>
    /// <param name="others">The others.</param>
    public ResourceWrites(ResourceWrites others)
    {
        ArgumentNullException.ThrowIfNull(others);
        _values = new(others._values);
    }

    /// <summary>What a server may write of an Object Instance, the resources that it may not read among it, as it is now.</summary>
    /// <param name="instance">The Object Instance; what a server may only read of it is left out.</param>
    /// <param name="path">The path of the Object Instance that the values are for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The path names no Object Instance.</exception>
    public ResourceWrites(ObjectInstance instance, Lwm2mPath path)
        : this()
    {
        ArgumentNullException.ThrowIfNull(instance);
        if (path.Depth != 2)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "The path has to name an Object Instance.");
        }

        using CapturedRecords captured = new(int.MaxValue);
        captured.Begin(isCounting: false);
        ResourceWriter.CaptureWhole(instance, captured);
        ObjectInfo definition = instance.Definition;
        foreach (ref readonly CapturedRecord record in captured.Records)
        {
            ushort id = ResourceKey.Id(record.Key);
            if (record.Kind != CapturedKind.Multiple && definition.Resources[definition.IndexOf(id)].IsWritable)
            {
                Lwm2mPath resource = path.Append(id);
                _values[(record.Instance < 0 ? resource : resource.Append((ushort)record.Instance)).Packed] = record;
            }
        }
    }

    /// <summary>The number of values.</summary>
    public int Count => _values.Count;

    /// <summary>The paths of the values, ascending.</summary>
    public IEnumerable<Lwm2mPath> Paths => _values.Keys.Select(static packed => new Lwm2mPath(packed));

    /// <summary>Adds a value; on a path that has one it takes its place.</summary>
    /// <typeparam name="T">The type of the value, one that <see cref="ResourceValue.TryGet{T}"/> gives.</typeparam>
    /// <param name="path">The path of a Resource or Resource Instance.</param>
    /// <param name="value">The value. Bytes are not copied. Of a time whole seconds go over the wire.</param>
    /// <exception cref="ArgumentNullException">A String that is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The path names no Resource, or the value is infinite or NaN, which SenML cannot carry (RFC 8428, 4.3).
    /// </exception>
    /// <exception cref="NotSupportedException">No value of LwM2M is a <typeparamref name="T"/>.</exception>
    public void Add<T>(Lwm2mPath path, T value)
    {
        if (path.Depth < 3)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "A value belongs to a Resource or a Resource Instance.");
        }

        _values[path.Packed] = RecordOf(value);
    }

    /// <summary>Adds a value of a Resource that is defined: it has to lie in the range that the registry gives.</summary>
    /// <typeparam name="T">The type of the value, that of the Resource.</typeparam>
    /// <param name="path">The path of the Resource or one of its Resource Instances.</param>
    /// <param name="value">The value. Bytes are not copied.</param>
    /// <param name="definition">The Object.</param>
    /// <param name="index">The Resource's place in the definition.</param>
    /// <exception cref="ArgumentNullException">A String that is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is outside the Resource's range, or infinite or NaN; or the path names no Resource.
    /// </exception>
    public void Add<T>(Lwm2mPath path, T value, ObjectInfo definition, int index)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ResourceInfo resource = definition.Resources[index];
        if (resource.Range is { } range && !Admits(range, value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"Resource {resource} of object {definition} takes {range}.");
        }

        if (value is double number && !double.IsFinite(number))
        {
            throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Resource {resource} of object {definition} takes finite numbers only (RFC 8428, 4.3).");
        }

        Add(path, value);
    }

    /// <summary>Whether the values can be written in a format.</summary>
    /// <param name="path">What is written to: a path that all values lie on; the root for a composite.</param>
    /// <param name="format">A Content-Format.</param>
    public bool Supports(Lwm2mPath path, ContentFormat format)
    {
        if (!Representation.Supports(format) || Representation.IsPatch(format) || Count == 0
            || !path.Contains(new(_values.Keys[0])) || !path.Contains(new(_values.Keys[Count - 1])))
        {
            return false;
        }

        return Representation.IsSingleValue(format)
            ? Count == 1 && _values.Keys[0] == path.Packed
                && (format != ContentFormat.OctetStream || _values.Values[0].Kind == CapturedKind.Opaque)
            : path.Depth >= 2 || Representation.SupportsComposite(format);
    }

    /// <summary>Writes the values.</summary>
    /// <param name="path">What is written to: a path that all values lie on; the root for a composite.</param>
    /// <param name="format">The format, one that <see cref="Supports"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether they are written, and if not, why.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public RepresentationResult Write(Lwm2mPath path, ContentFormat format, Span<byte> destination, out int written)
    {
        if (!Supports(path, format))
        {
            throw new ArgumentOutOfRangeException(nameof(format), (int)format, "These values cannot be written in this Content-Format.");
        }

        RecordWriter writer = new(destination, format);
        int end;
        for (int start = 0; start < Count; start = end)
        {
            Lwm2mPath first = new(_values.Keys[start]);
            Lwm2mPath instance = new(first.ObjectId, first.InstanceId);
            end = EndOf(instance, start);
            writer.BeginInstance(path.Depth >= 2 ? path : instance, wrap: false);
            WriteResources(ref writer, start, end);
            writer.EndInstance();
        }

        return Finish(ref writer, out written);
    }

    /// <summary>Whether the values can be written as those of a new Object Instance, of which they all are.</summary>
    /// <param name="path">The path of the new Object Instance, or of the Object where the device chooses its id.</param>
    /// <param name="format">A Content-Format. TLV (11542) and LwM2M CBOR (11544) alone can leave the id to the device.</param>
    public bool SupportsCreate(Lwm2mPath path, ContentFormat format) =>
        Representation.Supports(format) && !Representation.IsPatch(format) && !Representation.IsSingleValue(format)
        && (path.Depth == 2 || path.Depth == 1 && format is ContentFormat.Tlv or ContentFormat.Lwm2mCbor)
        && (Count == 0 || path.Contains(new(_values.Keys[0])) && path.Contains(new(_values.Keys[Count - 1])));

    /// <summary>Writes the values as those of a new Object Instance, the payload of a Create (LwM2M TS Core, 6.3.6 and 7.4.5).</summary>
    /// <param name="path">The path of the new Object Instance, or of the Object where the device chooses its id.</param>
    /// <param name="format">The format, one that <see cref="SupportsCreate"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether there was room.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public RepresentationResult WriteCreate(Lwm2mPath path, ContentFormat format, Span<byte> destination, out int written)
    {
        if (!SupportsCreate(path, format))
        {
            throw new ArgumentOutOfRangeException(nameof(format), (int)format, "These values cannot be written in this Content-Format.");
        }

        // Without an id nothing of the instance counts as the whole of it, so that all is asked for by its path.
        Lwm2mPath[] listed = path.Depth == 2 ? []
            : [.. Paths.Select(one => new Lwm2mPath(path.ObjectId, path.InstanceId, one.ResourceId)).Distinct()];
        RecordWriter writer = new(destination, format);
        writer.BeginInstance(path, wrap: path.Depth == 2, listed);
        WriteResources(ref writer, 0, Count);
        writer.EndInstance();
        return Finish(ref writer, out written);
    }

    private static RepresentationResult Finish(ref RecordWriter writer, out int written)
    {
        int length = writer.Finish();
        written = Math.Max(length, 0);
        return length >= 0 ? RepresentationResult.Written
            : writer.Overflowed ? RepresentationResult.TooLarge
            : RepresentationResult.NotRepresentable;
    }

    private void WriteResources(ref RecordWriter writer, int start, int end)
    {
        while (start < end)
        {
            Lwm2mPath path = new(_values.Keys[start]);
            ulong key = ResourceKey.Of(path.ResourceId);
            if (path.Depth == 3)
            {
                writer.Value(key, _values.Values[start++]);
                continue;
            }

            int endOfInstances = EndOf(new(path.ObjectId, path.InstanceId, path.ResourceId), start);
            ushort[] ids = new ushort[endOfInstances - start];
            for (int i = 0; i < ids.Length; i++)
            {
                ids[i] = (ushort)_values.Keys[start + i];
            }

            bool isBegun = writer.BeginMultiple(key, ids);
            for (int i = 0; isBegun && i < ids.Length; i++)
            {
                writer.Value(writer.KeyOf(key, ids[i]), _values.Values[start + i]);
            }

            if (isBegun)
            {
                writer.EndMultiple(key);
            }

            start = endOfInstances;
        }
    }

    private int EndOf(Lwm2mPath path, int start)
    {
        int end = start;
        while (end < Count && path.Contains(new(_values.Keys[end])))
        {
            end++;
        }

        return end;
    }

    private static CapturedRecord RecordOf<T>(T value)
    {
        switch (ValueType<T>.Type)
        {
            case ResourceType.Integer:
                return new() { Kind = CapturedKind.Integer, Bits = Unsafe.As<T, ulong>(ref value) };
            case ResourceType.UnsignedInteger:
                return new() { Kind = CapturedKind.Unsigned, Bits = Unsafe.As<T, ulong>(ref value) };
            case ResourceType.Float:
                double number = Unsafe.As<T, double>(ref value);
                return double.IsFinite(number)
                    ? new() { Kind = CapturedKind.Float, Bits = BitConverter.DoubleToUInt64Bits(number) }
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "A Float is finite (RFC 8428, 4.3).");
            case ResourceType.Boolean:
                return new() { Kind = CapturedKind.Boolean, Bits = Unsafe.As<T, bool>(ref value) ? 1UL : 0 };
            case ResourceType.String:
                ArgumentNullException.ThrowIfNull(value);
                return new() { Kind = CapturedKind.String, Reference = value };
            case ResourceType.Opaque:
                return new() { Kind = CapturedKind.Opaque, Bytes = Unsafe.As<T, ReadOnlyMemory<byte>>(ref value) };
            case ResourceType.Time:
                long seconds = Lwm2mTime.ToUnixSeconds(Unsafe.As<T, DateTimeOffset>(ref value).UtcTicks);
                return new() { Kind = CapturedKind.Integer, Bits = (ulong)seconds };
            case ResourceType.ObjectLink:
                ObjectLink link = Unsafe.As<T, ObjectLink>(ref value);
                return new() { Kind = CapturedKind.ObjectLink, Bits = (ulong)link.ObjectId << 16 | link.InstanceId };
            case ResourceType.CoreLink:
                return new() { Kind = CapturedKind.String, Reference = Unsafe.As<T, CoreLink>(ref value).Text };
            default:
                throw ValueType<T>.NotSupported();
        }
    }

    private static bool Admits<T>(ValueRange range, T value) => range switch
    {
        NumericRange<long> numbers when ValueType<T>.Type == ResourceType.Integer => numbers.Contains(Unsafe.As<T, long>(ref value)),
        NumericRange<ulong> numbers when ValueType<T>.Type == ResourceType.UnsignedInteger => numbers.Contains(Unsafe.As<T, ulong>(ref value)),
        NumericRange<double> numbers when ValueType<T>.Type == ResourceType.Float => numbers.Contains(Unsafe.As<T, double>(ref value)),
        _ when value is string text => range.Admits(text),
        _ when value is ReadOnlyMemory<byte> bytes => range.Admits(bytes.Span),
        _ => true,
    };
}
