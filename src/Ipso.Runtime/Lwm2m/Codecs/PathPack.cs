using Ipso.Buffers;
using Ipso.Coap;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Lists of paths as SenML has them: the body of a FETCH, which asks for them (RFC 8790, 3.1; LwM2M TS Core, 6.3.8), and of an iPATCH that
/// removes them. Read as a Fetch Pack, in SenML (110, 112) or SenML-ETCH (320, 322).
/// </summary>
public ref struct PathPack
{
    private SenMLReader _reader;
    private RecordName _baseName;
    private int _recordNumber;

    /// <summary>Reads a list of paths.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format, one that <see cref="Supports"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public PathPack(ReadOnlySpan<byte> payload, ContentFormat format)
    {
        ThrowIfUnsupported(format);
        _baseName = RecordName.Empty;
        _reader.OpenRaw(payload, FormatOf(format), SenMLPackKind.Fetch);
    }

    /// <summary>Why reading ended early; <see cref="PayloadFault.None"/> while it has not.</summary>
    public PayloadFault Fault { get; private set; }

    /// <summary>Where and why the pack is wrong, where it is no SenML.</summary>
    public readonly SenMLFault PackFault => _reader.Fault;

    /// <summary>
    /// Whether a record that was read has a value beside its path. What asks for paths must have none (LwM2M TS Core, 6.3.8), and what
    /// removes them has a null.
    /// </summary>
    public bool HasValues { get; private set; }

    /// <summary>What is wrong, as a sentence for a diagnostic payload (RFC 7252, 5.5.2) or a log.</summary>
    internal readonly string Diagnostic =>
        PackFault.Reason == SenMLReason.None && Fault != PayloadFault.None
            ? Phrase.Of($"the name of record {_recordNumber} is no path")
            : PackFault.ToString();

    /// <summary>Whether a format is one for lists of paths, and not left out of the program.</summary>
    /// <param name="format">A Content-Format.</param>
    public static bool Supports(ContentFormat format) => RecordReader.WithoutEtch(format) switch
    {
        ContentFormat.SenMLJson => CodecSwitches.SenMLJson,
        ContentFormat.SenMLCbor => CodecSwitches.SenMLCbor,
        _ => false,
    };

    /// <summary>Goes to the next path.</summary>
    /// <param name="path">The path, of any depth.</param>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the list is over or wrong.</returns>
    public bool Next(out Lwm2mPath path)
    {
        path = Lwm2mPath.Root;
        if (Fault != PayloadFault.None)
        {
            return false;
        }

        if (!_reader.NextRaw())
        {
            Fault = FaultOf(_reader.Fault.Reason);
            return false;
        }

        _recordNumber++;
        HasValues |= (_reader.Fields & SenMLField.AnyValue) != 0;
        if ((_reader.Fields & SenMLField.BaseName) != 0)
        {
            _baseName = RecordName.Of(in _reader.BaseName);
        }

        if (_baseName.TryResolve(in _reader.Name, out path))
        {
            return true;
        }

        _reader.RefuseName();
        Fault = PayloadFault.Malformed;
        return false;
    }

    /// <summary>Writes a Fetch Pack of paths.</summary>
    /// <param name="paths">The paths; one at least.</param>
    /// <param name="format">The format, one that <see cref="Supports"/>.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether there was room, and a path.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public static bool TryWrite(ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, Span<byte> destination, out int written)
    {
        ThrowIfUnsupported(format);
        return TryWrite(paths, new(destination, FormatOf(format), SenMLPackKind.Fetch), isRemoval: false, out written);
    }

    /// <summary>Writes a Patch Pack that removes what paths name.</summary>
    /// <param name="paths">Paths of resources and resource instances; one at least.</param>
    /// <param name="format">The format: SenML-ETCH JSON (320) or CBOR (322).</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written; 0 where nothing was.</param>
    /// <returns>Whether there was room, and a path.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not SenML-ETCH, or not supported.</exception>
    public static bool TryWriteRemovals(ReadOnlySpan<Lwm2mPath> paths, ContentFormat format, Span<byte> destination, out int written)
    {
        ThrowIfUnsupported(format);
        if (RecordReader.WithoutEtch(format) == format)
        {
            throw new ArgumentOutOfRangeException(nameof(format), (int)format, "Removals are for SenML-ETCH, 320 or 322, alone.");
        }

        return TryWrite(paths, new(destination, FormatOf(format), SenMLPackKind.Patch), isRemoval: true, out written);
    }

    /// <summary>How a pack of a supported format is written down.</summary>
    internal static SenMLFormat FormatOf(ContentFormat format) =>
        RecordReader.WithoutEtch(format) == ContentFormat.SenMLJson ? SenMLFormat.Json : SenMLFormat.Cbor;

    /// <summary>The fault of a payload that a pack's fault makes.</summary>
    internal static PayloadFault FaultOf(SenMLReason reason) => reason switch
    {
        SenMLReason.None => PayloadFault.None,
        SenMLReason.UnknownMandatoryLabel or SenMLReason.UnknownVersion => PayloadFault.NotUnderstood,
        _ => PayloadFault.Malformed,
    };

    private static bool TryWrite(ReadOnlySpan<Lwm2mPath> paths, SenMLWriter writer, bool isRemoval, out int written)
    {
        Span<byte> name = stackalloc byte[Lwm2mPath.MaxTextLength];
        foreach (Lwm2mPath path in paths)
        {
            path.TryFormat(name, out int length);
            writer.BeginRecord();
            writer.Name(name[..length]);
            if (isRemoval)
            {
                writer.Removal();
            }
        }

        written = Math.Max(paths.IsEmpty ? 0 : writer.Finish(), 0);
        return written > 0;
    }

    private static void ThrowIfUnsupported(ContentFormat format)
    {
        if (!Supports(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format is not SenML or SenML-ETCH, or the program's IpsoFormats leave it out.");
        }
    }
}
