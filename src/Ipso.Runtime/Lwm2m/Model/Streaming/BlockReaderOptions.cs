using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// How much of a payload in blocks is held at a time, and where the values go that are longer. All memory that a reader takes is bounded
/// by these figures: <see cref="MaxRecordLength"/> and <see cref="MaxStagedBytes"/>, each twice at most while its space grows.
/// </summary>
public sealed class BlockReaderOptions
{
    private readonly List<(Lwm2mPath Path, IOpaqueSink Sink)> _sinks = [];

    internal static BlockReaderOptions Default { get; } = new();

    /// <summary>
    /// The longest record, in bytes of the payload: name, value and whatever else is in it. What goes to a sink does not count. 4096 at
    /// first; 64 at least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 64.</exception>
    public int MaxRecordLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64);
            field = value;
        }
    } = 4096;

    /// <summary>
    /// The most that all records of a payload may take until they are applied, in bytes: their values as they stand in the payload, and 25
    /// for each record. 1 MiB at first; 64 at least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 64.</exception>
    public int MaxStagedBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64);
            field = value;
        }
    } = 1 << 20;

    /// <summary>
    /// Whether the records of an Object Instance may stand anywhere in a payload of many, as SenML and LwM2M CBOR allow. All records are
    /// then held until the payload is whole, within <see cref="MaxStagedBytes"/>, and not those of one Object Instance at a time. False at
    /// first; then such a payload is refused as <see cref="PayloadFault.Scattered"/>.
    /// </summary>
    public bool TakesScattered { get; init; }

    /// <summary>Has the bytes of an Opaque resource go to a sink instead of into the object, whatever their length.</summary>
    /// <param name="path">The path of a Resource, for all its instances too where it is multiple, or of a Resource Instance.</param>
    /// <param name="sink">Where the bytes go.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The path names no Resource.</exception>
    /// <exception cref="ArgumentException">There is a sink for this path already.</exception>
    public BlockReaderOptions AddSink(Lwm2mPath path, IOpaqueSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (path.Depth < 3)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "The path has to name a Resource or a Resource Instance.");
        }

        if (_sinks.Exists(other => other.Path == path))
        {
            throw new ArgumentException($"There is a sink for {path} already.", nameof(path));
        }

        _sinks.Add((path, sink));
        return this;
    }

    // Of an instance and not inlined, so that a native program that has no sinks has nothing that reads payloads in blocks.
    /// <summary>Begins to read a payload for an Object Instance into these sinks.</summary>
    /// <inheritdoc cref="InstanceBlockReader(ObjectInstance, Lwm2mPath, ContentFormat, ReadMode, BlockReaderOptions)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal InstanceBlockReader Read(ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadMode mode) =>
        new(instance, path, format, mode, this);

    /// <summary>Whether there is a sink for a path, or for something below it.</summary>
    internal bool Concern(Lwm2mPath path)
    {
        foreach ((Lwm2mPath registered, IOpaqueSink _) in _sinks)
        {
            if (registered.Contains(path) || path.Contains(registered))
            {
                return true;
            }
        }

        return false;
    }

    internal IOpaqueSink? FindSink(Lwm2mPath path)
    {
        foreach ((Lwm2mPath registered, IOpaqueSink sink) in _sinks)
        {
            if (registered.Contains(path))
            {
                return sink;
            }
        }

        return null;
    }
}
