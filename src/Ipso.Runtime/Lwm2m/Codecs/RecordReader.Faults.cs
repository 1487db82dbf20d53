using Ipso.Coap;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Where reading a payload ended early.</summary>
/// <param name="Position">Where in the payload, in bytes.</param>
/// <param name="Record">With which record, the first being 1; 0 where the format has one value and no records.</param>
/// <param name="SenML">
/// Why a payload in SenML is malformed or not understood, in the words of the reader that knows all of RFC 8428; no reason where it finds
/// nothing wrong, or the payload is in another format.
/// </param>
internal readonly record struct FaultPlace(int Position, int Record, SenMLFault SenML);

// What is wrong, and with which record. A payload that is refused is read once more for it, so that those that are taken pay nothing.
internal ref partial struct RecordReader
{
    // A path in the text form, and the slash of a base name.
    private const int NameLength = 2 * (Lwm2mPath.MaxTextLength + 1);

    /// <summary>Explains what <see cref="ReadAll"/> found wrong with a payload.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    internal static FaultPlace Explain(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request)
    {
        RecordReader reader = new(payload, format, request);
        int count = reader.CountTo(int.MaxValue);
        return new(reader.Position, RecordWriter.IsSingleValue(reader._format) ? 0 : count + 1, reader.ExplainSenML());
    }

    /// <summary>Which record of a payload ends at a position, the first being 1; 0 where the format has one value and no records.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format.</param>
    /// <param name="request">The path of the request.</param>
    /// <param name="end">The position.</param>
    internal static int CountTo(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, int end)
    {
        RecordReader reader = new(payload, format, request);
        return RecordWriter.IsSingleValue(reader._format) ? 0 : reader.CountTo(end);
    }

    private int CountTo(int end)
    {
        int count = 0;
        while (Next())
        {
            count++;
            if (Position >= end)
            {
                break;
            }
        }

        return count;
    }

    private readonly SenMLFault ExplainSenML()
    {
        bool isJson = CodecSwitches.SenMLJson && _format == ContentFormat.SenMLJson;
        bool isSenML = isJson || CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor;
        if (!isSenML || Fault is not (PayloadFault.Malformed or PayloadFault.NotUnderstood))
        {
            return default;
        }

        SenMLReader reader = new(_payload, isJson ? SenMLFormat.Json : SenMLFormat.Cbor, stackalloc byte[NameLength], PackKind);
        while (NextRecordOf(ref reader))
        {
            reader.TryResolve(out _);
        }

        return reader.Fault;
    }
}
