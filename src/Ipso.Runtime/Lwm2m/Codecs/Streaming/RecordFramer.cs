using System.Buffers;
using System.Runtime.CompilerServices;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>What a framer goes by.</summary>
/// <param name="Format">The payload's format, one that <see cref="RecordWriter.Supports"/>.</param>
/// <param name="Request">The path of the request.</param>
/// <param name="Consumer">Whom the records are for.</param>
/// <param name="MaxRecordLength">The longest record that is held, in bytes of the payload.</param>
/// <param name="MaxStagedBytes">The most bytes of records that are held because their paths are not known yet.</param>
internal sealed record FramerSettings(
    ContentFormat Format, Lwm2mPath Request, IRecordConsumer Consumer, int MaxRecordLength, int MaxStagedBytes);

/// <summary>
/// Cuts a payload that comes in blocks of any size into records. It looks at each byte once, keeps the record that is not whole yet and
/// nothing else, and has each whole one read by <see cref="RecordReader"/>, whose rules so are the only ones. The bytes of a value that
/// the consumer wants as they come are not kept: its record is read as if the value were empty.
/// </summary>
internal abstract class RecordFramer(FramerSettings settings) : IDisposable
{
    private const int FirstCarry = 256;

    private byte[] _carry = [];
    private int _carried;
    private int _prefix;
    private Lwm2mPath _streamedPath;
    private long _streamedLength;
    private int _earlierEnd = -1;

    /// <summary>Why the payload is refused.</summary>
    internal PayloadFault Fault { get; private set; }

    /// <summary>The bytes of the payload so far.</summary>
    internal int Position { get; private set; }

    /// <summary>The bound that a fault <see cref="PayloadFault.TooLarge"/> is about, in bytes.</summary>
    internal int Bound { get; private set; }

    /// <summary>How many bytes have been looked at in all, those that are read again once their record is whole included.</summary>
    internal long Scanned { get; private set; }

    /// <summary>The most space that has been held for a record, in bytes.</summary>
    internal int Capacity { get; private set; }

    protected FramerSettings Settings => settings;

    protected Lwm2mPath Request => settings.Request;

    /// <summary>The record as far as it has come, with what stands before it.</summary>
    protected ReadOnlySpan<byte> Carry => _carry.AsSpan(0, _carried);

    /// <summary>Whether the bytes of a value go to the consumer as they come.</summary>
    protected bool IsStreaming { get; private set; }

    /// <summary>Whether a value of the record has gone to the consumer.</summary>
    protected bool HasStreamed { get; private set; }

    protected Lwm2mPath StreamedPath => _streamedPath;

    protected long StreamedLength => _streamedLength;

    /// <summary>A framer of a format.</summary>
    internal static RecordFramer Create(FramerSettings settings) => RecordReader.WithoutEtch(settings.Format) switch
    {
        ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => new SenMLCborFramer(settings),
        ContentFormat.SenMLJson when CodecSwitches.SenMLJson => new SenMLJsonFramer(settings),
        ContentFormat.Tlv when CodecSwitches.Tlv => new TlvFramer(settings),
        ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => new LwM2MCborFramer(settings),
        ContentFormat.Cbor when CodecSwitches.Cbor => new SingleCborFramer(settings),
        ContentFormat.Lwm2mJson when CodecSwitches.Json => new OmaJsonFramer(settings),
        _ => new TextFramer(settings),
    };

    /// <summary>Takes the next block, of any length.</summary>
    internal void Feed(ReadOnlySpan<byte> block)
    {
        if (block.Length > int.MaxValue - Position)
        {
            FailTooLarge(int.MaxValue);
        }

        while (!block.IsEmpty && Fault == PayloadFault.None)
        {
            int used = Step(block);
            Position += used;
            Scanned += used;
            block = block[used..];
        }
    }

    /// <summary>Says that no more blocks come.</summary>
    internal void Complete()
    {
        if (Fault == PayloadFault.None)
        {
            Finish();
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Dispose()
    {
        Release();
        if (_carry.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_carry);
            _carry = [];
            _carried = 0;
        }
    }

    /// <summary>Takes some of what comes next. Where it takes none it is in another state afterwards.</summary>
    /// <returns>How many bytes were taken.</returns>
    protected abstract int Step(ReadOnlySpan<byte> rest);

    /// <summary>Judges the end of the payload.</summary>
    protected abstract void Finish();

    /// <summary>Gives back what a framer has besides the carry-over.</summary>
    protected virtual void Release()
    {
    }

    protected bool Fail(PayloadFault fault)
    {
        if (Fault == PayloadFault.None)
        {
            Fault = fault;
        }

        return false;
    }

    protected bool FailTooLarge(int bound)
    {
        Bound = Fault == PayloadFault.None ? bound : Bound;
        return Fail(PayloadFault.TooLarge);
    }

    /// <summary>Begins to hold a record behind bytes that are not of the payload.</summary>
    protected void BeginRecord(scoped ReadOnlySpan<byte> prefix)
    {
        _carried = _prefix = 0;
        HasStreamed = IsStreaming = false;
        Append(prefix);
        _prefix = _carried;
    }

    /// <summary>Holds bytes of the record, where the bound lets them.</summary>
    protected bool Keep(scoped ReadOnlySpan<byte> bytes)
    {
        if (!HasRoom((ulong)bytes.Length))
        {
            return false;
        }

        Append(bytes);
        return true;
    }

    /// <summary>Whether so many more bytes of the record may be held; a record that says that it is longer need not come.</summary>
    protected bool HasRoom(ulong length) =>
        length <= (ulong)(settings.MaxRecordLength - (_carried - _prefix)) || FailTooLarge(settings.MaxRecordLength);

    /// <summary>Adds bytes that are not of the payload.</summary>
    protected void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _carry.Length - _carried)
        {
            byte[] longer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstCarry, Math.Max(_carried + bytes.Length, _carry.Length * 2)));
            Carry.CopyTo(longer);
            if (_carry.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_carry);
            }

            _carry = longer;
            Capacity = longer.Length;
        }

        bytes.CopyTo(_carry.AsSpan(_carried));
        _carried += bytes.Length;
    }

    /// <summary>Reads what is held, which is a payload of one record by now, and hands the record on.</summary>
    protected void TakeRecord(ContentFormat format, Lwm2mPath request)
    {
        RecordReader reader = new(Carry, format, request);
        TakeRecord(ref reader);
    }

    /// <inheritdoc cref="TakeRecord(ContentFormat, Lwm2mPath)"/>
    protected void TakeRecord(scoped ref RecordReader reader)
    {
        Scanned += _carried;
        // A record may have no value: base fields alone, or a member beside the entries.
        if (reader.Next())
        {
            HandOn(in reader);
            reader.Next();
        }
        else if (HasStreamed)
        {
            Fail(PayloadFault.Malformed);
        }

        if (reader.Fault != PayloadFault.None)
        {
            Fail(reader.Fault);
        }
    }

    private void HandOn(scoped in RecordReader record)
    {
        if (!settings.Request.Contains(record.Path))
        {
            Fail(PayloadFault.OutsidePath);
        }
        else if (!HasStreamed)
        {
            Note(settings.Consumer.Take(in record, RecordEnd));
        }
        else if (record.Path == _streamedPath)
        {
            Note(settings.Consumer.EndValue(_streamedPath, _streamedLength, RecordEnd));
        }
        else
        {
            // What came behind the value says that it is another's: it should have been held until then.
            FailTooLarge(settings.MaxRecordLength);
        }
    }

    /// <summary>Begins to hand on a value's bytes as they come, where the consumer wants that.</summary>
    protected bool TryStream(Lwm2mPath path, long length)
    {
        if (HasStreamed || !settings.Consumer.IsStreamed(path) || !settings.Request.Contains(path))
        {
            return false;
        }

        HasStreamed = IsStreaming = true;
        _streamedPath = path;
        _streamedLength = 0;
        Note(settings.Consumer.BeginValue(path, length));
        return true;
    }

    /// <summary>Where in the payload the record ends that is read, in bytes; no two records end at the same place.</summary>
    private int RecordEnd => _earlierEnd >= 0 ? _earlierEnd : Position;

    /// <summary>Restores what is known of a record that came earlier and could not be read before.</summary>
    /// <param name="end">Where in the payload it ended.</param>
    /// <param name="hasStreamed">Whether its value was handed on.</param>
    /// <param name="path">The path that it was handed on with.</param>
    /// <param name="length">Its length in bytes.</param>
    protected void Restore(int end, bool hasStreamed, Lwm2mPath path, long length)
    {
        _earlierEnd = end;
        HasStreamed = hasStreamed;
        (_streamedPath, _streamedLength) = (path, length);
    }

    protected void Stream(scoped ReadOnlySpan<byte> bytes)
    {
        _streamedLength += bytes.Length;
        if (!bytes.IsEmpty && Fault == PayloadFault.None)
        {
            Note(settings.Consumer.WriteValue(bytes));
        }
    }

    protected void EndStream() => IsStreaming = false;

    /// <summary>Hands on what a piece of Base64, of any length, stands for.</summary>
    [SkipLocalsInit]
    protected bool DecodeBase64(ref Base64Pieces pieces, scoped ReadOnlySpan<byte> text)
    {
        Span<byte> scratch = stackalloc byte[Base64Pieces.ScratchLength];
        while (!text.IsEmpty)
        {
            int length = Math.Min(text.Length, Base64Pieces.MaxPiece);
            if (!pieces.TryDecode(text[..length], scratch, out ReadOnlySpan<byte> bytes))
            {
                return Fail(PayloadFault.WrongType);
            }

            Stream(bytes);
            text = text[length..];
        }

        return true;
    }

    /// <summary>Hands on what is left of a value in Base64 at its end.</summary>
    [SkipLocalsInit]
    protected bool EndBase64(ref Base64Pieces pieces)
    {
        if (!pieces.TryFinish(stackalloc byte[Base64Pieces.ScratchLength], out ReadOnlySpan<byte> bytes))
        {
            return Fail(PayloadFault.WrongType);
        }

        Stream(bytes);
        return Fault == PayloadFault.None;
    }

    /// <summary>Ends a value that no record is around.</summary>
    protected void EndStreamedValue() => Note(settings.Consumer.EndValue(_streamedPath, _streamedLength, Position));

    protected void Note(PayloadFault fault)
    {
        if (fault != PayloadFault.None)
        {
            Fail(fault);
        }
    }
}
