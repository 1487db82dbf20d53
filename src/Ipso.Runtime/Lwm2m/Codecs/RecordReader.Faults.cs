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

internal ref partial struct RecordReader
{
    /// <summary>Where reading ended early.</summary>
    /// <param name="record">With which record, the first being 1, where the format has records.</param>
    internal readonly FaultPlace PlaceOf(int record) =>
        new(Position, RecordWriter.IsSingleValue(_format) ? 0 : record, _senML.Fault);
}
