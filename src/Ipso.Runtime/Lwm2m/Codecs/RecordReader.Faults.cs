using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Where reading a payload ended early.</summary>
/// <param name="Position">Where in the payload, in bytes.</param>
/// <param name="Record">With which record, the first being 1; 0 where the format has one value and no records.</param>
/// <param name="SenML">
/// Why a payload in SenML is malformed or not understood, in the words of the reader that knows all of RFC 8428; no reason where that finds
/// nothing wrong, or the payload is in another format.
/// </param>
internal readonly record struct FaultPlace(int Position, int Record, SenMLFault SenML);

// What is wrong, and with which record. A payload that is refused is read once more for it, so that those that are taken pay nothing.
internal ref partial struct RecordReader
{
    /// <summary>Explains what <see cref="ReadAll"/> found wrong with a payload.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    internal static FaultPlace Explain(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request) =>
        Locate(payload, format, request, int.MaxValue);

    /// <summary>Which record of a payload ends at a position, the first being 1; 0 where the format has one value and no records.</summary>
    /// <inheritdoc cref="RecordReader(ReadOnlySpan{byte}, ContentFormat, Lwm2mPath)"/>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format.</param>
    /// <param name="request">The path of the request.</param>
    /// <param name="end">The position.</param>
    internal static int CountTo(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, int end) =>
        Locate(payload, format, request, end).Record;

    // Up to a position, or to the record that is not read, which is counted as well.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FaultPlace Locate(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, int end)
    {
        RecordReader reader = new(payload, format, request);
        int record = end == int.MaxValue ? 1 : 0;
        while (reader.Next())
        {
            record++;
            if (reader.Position >= end)
            {
                break;
            }
        }

        return new(reader.Position, RecordWriter.IsSingleValue(reader._format) ? 0 : record, reader._senML.Fault);
    }
}
