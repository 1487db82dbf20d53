using System.Buffers;
using System.Runtime.InteropServices;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Reads a payload that comes in blocks, of any size and cut anywhere, with memory that does not grow with the values that go to a sink:
/// what is held is the record that is not whole yet, and the records until they are applied. As with
/// <see cref="Representation.TryRead(ObjectInstance, Lwm2mPath, ContentFormat, ReadOnlySpan{byte}, ReadMode, out PayloadError)"/> the
/// payload is taken whole or not at all, by the same rules. Each byte of it is looked at a fixed number of times.
/// </summary>
/// <remarks>
/// <see cref="Feed"/> it the blocks in their order, then <see cref="Complete"/> it; dispose it in any case, for that gives its memory back
/// and aborts what a sink was given of a payload that never became whole. One thread at a time.
/// </remarks>
public abstract class PayloadBlockReader : IRecordConsumer, IDisposable
{
    private const int StackScratch = 1024;

    private readonly RecordFramer _framer;
    private readonly List<(IOpaqueSink Sink, Lwm2mPath Path)> _begun = [];
    private IOpaqueSink? _openSink;
    private int _stagedBytes;
    private int _stagedRecords;
    private int _firstOfLog;
    private PayloadError _error;
    private State _state;

    private enum State : byte
    {
        Open,
        Refused,
        Taken,
        Disposed,
    }

    private protected PayloadBlockReader(
        ObjectInfo definition, Lwm2mPath path, ContentFormat format, ReadMode mode, BlockReaderOptions? options)
    {
        if (!Representation.CanRead(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format is not one of Representation's, or the program's IpsoFormats leave it out.");
        }

        Definition = definition;
        Path = path;
        Mode = mode;
        Options = options ?? BlockReaderOptions.Default;
        Format = RecordReader.FormatOf(format);
        _framer = RecordFramer.Create(new(Format, path, this, Options.MaxRecordLength, Options.MaxStagedBytes));
    }

    /// <summary>The path that the payload is for.</summary>
    public Lwm2mPath Path { get; }

    /// <summary>How many bytes have come.</summary>
    public int Position => _framer.Position;

    /// <summary>What is wrong with the payload; none while nothing is.</summary>
    public PayloadError Error => _error;

    /// <summary>How many bytes have been looked at so far, those that are looked at again once their record is whole included.</summary>
    internal long Scanned => _framer.Scanned;

    /// <summary>
    /// The most space that has been held for the record that is not whole and for those that wait to be applied, in bytes.
    /// </summary>
    internal int Capacity => _framer.Capacity + Log.Capacity;

    /// <summary>The number of the record that is next, the first being 1; 0 where the format has one value and no records.</summary>
    private protected int NextRecord => IsOfOneValue ? 0 : _stagedRecords + 1;

    private protected ObjectInfo Definition { get; }

    private protected ReadMode Mode { get; }

    private protected ContentFormat Format { get; }

    private protected BlockReaderOptions Options { get; }

    private protected RecordLog Log { get; } = new();

    /// <summary>Takes the next block.</summary>
    /// <param name="block">Its bytes, any number of them.</param>
    /// <returns>Whether more may come; where not, <see cref="Error"/> says why, and sinks have been told.</returns>
    /// <exception cref="InvalidOperationException">The payload was completed already.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed of.</exception>
    public bool Feed(ReadOnlySpan<byte> block)
    {
        ThrowIfOver();
        if (_state == State.Open)
        {
            _framer.Feed(block);
            RefuseWhereAtFault();
        }

        return _state == State.Open;
    }

    /// <summary>Says that the last block has come: the payload is judged, and applied where nothing is wrong.</summary>
    /// <param name="error">What is wrong.</param>
    /// <returns>Whether the payload was taken.</returns>
    /// <exception cref="InvalidOperationException">The payload was completed already.</exception>
    /// <exception cref="ObjectDisposedException">The reader is disposed of.</exception>
    public bool Complete(out PayloadError error)
    {
        ThrowIfOver();
        if (_state == State.Open)
        {
            _framer.Complete();
            RefuseWhereAtFault();
        }

        if (_state == State.Open && !TryApply(out PayloadError fault))
        {
            Refuse(fault);
        }

        if (_state == State.Open)
        {
            _state = State.Taken;
            Release();
            foreach ((IOpaqueSink sink, Lwm2mPath path) in _begun)
            {
                sink.End(path);
            }
        }

        error = _error;
        return _state == State.Taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_state == State.Open)
        {
            Abort();
        }

        Release();
        _state = State.Disposed;
        GC.SuppressFinalize(this);
    }

    /// <summary>Judges what the log has and applies it; false where something in it is wrong.</summary>
    private protected abstract bool TryApply(out PayloadError error);

    /// <summary>A record of a resource, or an Object Instance that has nothing in it, is about to be added to the log.</summary>
    /// <returns>What is wrong with that.</returns>
    private protected virtual PayloadError Note(Lwm2mPath path) => default;

    /// <summary>Judges the records of the log and applies them to an object, all or none.</summary>
    private protected bool TryApply(ObjectInstance instance, Lwm2mPath path, out PayloadError error)
    {
        ref byte log = ref MemoryMarshal.GetReference(Log.Records);
        bool isTaken = InstancePayload.TryRead(instance, path, RecordReader.Log, ref log, Log.Records.Length, Mode, out error);
        error = error with { Record = error.Record == 0 || IsOfOneValue ? 0 : error.Record + _firstOfLog };
        return isTaken;
    }

    /// <summary>Begins the log anew, whose records were applied.</summary>
    private protected void ClearLog()
    {
        Log.Clear();
        _firstOfLog = _stagedRecords;
    }

    PayloadFault IRecordConsumer.Take(scoped in RecordReader record, int position)
    {
        if (Options.FindSink(record.Path) is not null)
        {
            RecordValue value = record.Value;
            byte[]? rented = null;
            Span<byte> scratch = value.ScratchLength <= StackScratch
                ? stackalloc byte[StackScratch]
                : rented = ArrayPool<byte>.Shared.Rent(value.ScratchLength);
            bool isOpaque = value.TryOpaque(scratch, out ReadOnlySpan<byte> bytes);
            PayloadFault fault = isOpaque ? TakeWhole(record.Path, bytes, position) : PayloadFault.None;
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }

            // What is no Opaque, or says that there is none, is judged with the other records.
            if (isOpaque)
            {
                return fault;
            }
        }

        if (!TryStage(record.Path, record.Record.Length, position))
        {
            return _error.Fault;
        }

        // An Object Instance that is there and has nothing has no record to apply.
        if (!(record.Path.Depth == 2 && record.Record.HasNoInstances))
        {
            record.AddTo(Log, position);
        }

        return PayloadFault.None;
    }

    bool IRecordConsumer.IsStreamed(Lwm2mPath path) => Options.FindSink(path) is not null;

    PayloadFault IRecordConsumer.BeginValue(Lwm2mPath path, long length) => BeginValue(path, length);

    PayloadFault IRecordConsumer.WriteValue(ReadOnlySpan<byte> bytes) => WriteValue(bytes);

    PayloadFault IRecordConsumer.EndValue(Lwm2mPath path, long length, int position)
    {
        if (!TryStage(path, 0, position))
        {
            return _error.Fault;
        }

        RecordReader.AddStreamed(Log, path, length, position);
        return PayloadFault.None;
    }

    // A value that is short, or not spelt as the framers know it, comes in one piece.
    private PayloadFault TakeWhole(Lwm2mPath path, ReadOnlySpan<byte> value, int position)
    {
        PayloadFault fault = BeginValue(path, value.Length);
        if (fault == PayloadFault.None && !value.IsEmpty)
        {
            fault = WriteValue(value);
        }

        return fault == PayloadFault.None ? ((IRecordConsumer)this).EndValue(path, value.Length, position) : fault;
    }

    // What can be judged before the bytes come is.
    private PayloadFault BeginValue(Lwm2mPath path, long length)
    {
        int index = Definition.IndexOf(path.ResourceId);
        ResourceInfo? resource = index < 0 ? null : Definition.Resources[index];
        PayloadFault fault = resource is null ? PayloadFault.UnknownResource
            : Mode is ReadMode.WriteUpdate or ReadMode.WriteReplace && !resource.IsWritable ? PayloadFault.NotWritable
            : resource.Type != ResourceType.Opaque ? PayloadFault.WrongType
            : PayloadFault.None;
        if (fault != PayloadFault.None)
        {
            _error = new(fault, Definition, resource, Position) { Record = NextRecord };
            return fault;
        }

        IOpaqueSink sink = Options.FindSink(path)!;
        _openSink = sink is ISinkPerPayload shared ? shared.ForPayload() : sink;
        if (!_openSink.Begin(path, length < 0 ? null : length))
        {
            return RefusedBySink();
        }

        _begun.Add((_openSink, path));
        return PayloadFault.None;
    }

    private PayloadFault WriteValue(ReadOnlySpan<byte> bytes) => _openSink!.Write(bytes) ? PayloadFault.None : RefusedBySink();

    private bool IsOfOneValue => Representation.IsSingleValue(Format);

    private PayloadFault RefusedBySink()
    {
        _error = new(PayloadFault.TooLarge, Definition, null, Position) { Record = NextRecord };
        return PayloadFault.TooLarge;
    }

    private bool TryStage(Lwm2mPath path, int length, int position)
    {
        _stagedBytes += RecordLog.HeadLength + length;
        _error = _stagedBytes > Options.MaxStagedBytes
            ? new(PayloadFault.TooLarge, Definition, null, position) { Bound = Options.MaxStagedBytes, Record = NextRecord }
            : Note(path);
        _stagedRecords++;
        return _error.Fault == PayloadFault.None;
    }

    private void RefuseWhereAtFault()
    {
        if (_framer.Fault != PayloadFault.None)
        {
            Refuse(
                _error.Fault != PayloadFault.None
                    ? _error
                    : new(_framer.Fault, Definition, null, Position) { Bound = _framer.Bound, Record = NextRecord });
        }
    }

    private void Refuse(PayloadError error)
    {
        _error = error;
        _state = State.Refused;
        Release();
        Abort();
    }

    private void Abort()
    {
        foreach ((IOpaqueSink sink, Lwm2mPath path) in _begun)
        {
            sink.Abort(path);
        }

        _begun.Clear();
    }

    private void Release()
    {
        _framer.Dispose();
        Log.Dispose();
    }

    private void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state == State.Taken)
        {
            throw new InvalidOperationException("The payload was completed already; read the next with a new reader.");
        }
    }
}
