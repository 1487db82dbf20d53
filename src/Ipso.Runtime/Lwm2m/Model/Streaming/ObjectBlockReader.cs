using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Reads a payload in blocks that has all instances of an object, thousands of them if need be. Each is made as soon as its records are
/// whole; they are given out together once the payload is whole and right.
/// </summary>
/// <remarks>
/// The records of an Object Instance have to stand together, as nearly everybody writes them. Those that do not are taken where
/// <see cref="BlockReaderOptions.TakesScattered"/> says so: the instances are made at the end.
/// </remarks>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class ObjectBlockReader<T> : PayloadBlockReader
    where T : ObjectInstance, ILwm2mObject<T>
{
    private readonly List<KeyValuePair<ushort, T>> _instances = [];
    private readonly HashSet<ushort> _ids = [];
    private int _current = -1;
    private bool _isTaken;

    /// <summary>Begins to read a payload that is for the object, <c>/{Object}</c>.</summary>
    /// <param name="format">The payload's format, one that <see cref="Representation.CanRead"/> and that carries more than a value.</param>
    /// <param name="mode">What the payload means: a peer's report, or a write that replaces or provides.</param>
    /// <param name="options">Bounds and sinks; those of a new <see cref="BlockReaderOptions"/> where there are none.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The format is not supported or has no ids, or the mode is one that needs objects to begin with.
    /// </exception>
    public ObjectBlockReader(ContentFormat format, ReadMode mode = ReadMode.Mirror, BlockReaderOptions? options = null)
        : base(T.Info, new(T.Info.ObjectId), format, mode, options)
    {
        if (Representation.IsSingleValue(format))
        {
            throw new ArgumentOutOfRangeException(nameof(format), (int)format, "A format without ids carries no Object Instances.");
        }

        if (mode == ReadMode.WriteUpdate)
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "The instances are new: there is nothing to update.");
        }
    }

    /// <summary>The instances with their ids in the order of the payload; none before it was taken.</summary>
    public IReadOnlyList<KeyValuePair<ushort, T>> Instances => _isTaken ? _instances : [];

    private protected override bool TryApply(out PayloadError error)
    {
        _isTaken = Options.TakesScattered ? TryMakeAll(out error) : TryMake(out error);
        return _isTaken;
    }

    private protected override PayloadError Note(Lwm2mPath path)
    {
        if (path.Depth < 2)
        {
            return new(PayloadFault.OutsidePath, Definition, null, Position) { Record = NextRecord };
        }

        if (path.InstanceId == _current)
        {
            return default;
        }

        if (Options.TakesScattered)
        {
            _current = path.InstanceId;
            if (_ids.Add(path.InstanceId))
            {
                _instances.Add(new(path.InstanceId, T.Create()));
            }

            return default;
        }

        if (!TryMake(out PayloadError error))
        {
            return error;
        }

        _current = path.InstanceId;
        return _ids.Add(path.InstanceId) ? default : new(PayloadFault.Scattered, Definition, null, Position) { Record = NextRecord };
    }

    // Makes the instance whose records the log has.
    private bool TryMake(out PayloadError error)
    {
        error = default;
        if (_current < 0)
        {
            return true;
        }

        T instance = T.Create();
        if (!TryApply(instance, new(T.Info.ObjectId, (ushort)_current), out error))
        {
            return false;
        }

        _instances.Add(new((ushort)_current, instance));
        ClearLog();
        return true;
    }

    // Fills the instances, whose records the log has in any order.
    private bool TryMakeAll(out PayloadError error)
    {
        InstanceReads reads = new(Log.Records, RecordReader.Log, Path, Mode, defaultInstance: null, room: [], scratch: []);
        bool isGathered = reads.TryGather(Definition, out error);
        if (isGathered)
        {
            int start = 0;
            foreach ((ushort id, T instance) in _instances.OrderBy(static instance => instance.Key))
            {
                start = reads.Add(instance, Path.Append(id), start, isNew: true);
            }
        }

        bool isTaken = isGathered && reads.TryApply(out error);
        reads.Dispose();
        return isTaken;
    }
}
