using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// Holds the loops that read formats in their usual form to the reader of all forms: what they take has the same records there, one by one.
/// </summary>
internal static class UsualForm
{
    /// <summary>Reads a payload in both ways.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">SenML JSON, SenML CBOR, TLV or LwM2M CBOR.</param>
    /// <param name="request">The path of the request: no resource's.</param>
    /// <param name="room">Room for the copy.</param>
    /// <param name="records">The records, where the usual form's reader takes the payload.</param>
    /// <param name="isTaken">Whether it does.</param>
    /// <returns>What differs, or <see langword="null"/>.</returns>
    internal static string? Compare(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath request, Span<byte> room, ref RecordList records, out bool isTaken)
    {
        isTaken = format switch
        {
            ContentFormat.SenMLCbor => UsualSenMLCbor.TryReadAll(payload, request, room, ref records),
            ContentFormat.SenMLJson => UsualSenMLJson.TryReadAll(payload, request, room, ref records),
            ContentFormat.Tlv => UsualTlv.TryReadAll(payload, request, room, ref records),
            ContentFormat.Lwm2mCbor => UsualLwM2MCbor.TryReadAll(payload, request, room, ref records),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no loop for it."),
        };
        if (!isTaken)
        {
            return null;
        }

        RecordReader reader = new(payload, format, request);
        for (int i = 0; i < records.All.Length; i++)
        {
            ref readonly PayloadRecord record = ref records.All[i];
            if (!reader.Next())
            {
                return $"record {i + 1} of {records.All.Length} is taken, and is {reader.Fault} to the reader of all forms";
            }

            if (Difference(payload, in record, in reader) is { } difference)
            {
                return $"record {i + 1}, {reader.Path}: {difference}";
            }
        }

        return reader.Next() ? $"no record at {reader.Path}"
            : reader.Fault != PayloadFault.None ? $"all is taken, and is {reader.Fault} to the reader of all forms"
            : null;
    }

    private static string? Difference(ReadOnlySpan<byte> payload, in PayloadRecord usual, in RecordReader reader)
    {
        ref readonly PayloadRecord general = ref reader.Record;
        bool isInBits = general.Kind is ValueKind.Integer or ValueKind.Unsigned or ValueKind.Float or ValueKind.Boolean;
        bool isInBoth = general.Kind == ValueKind.TlvNumber;
        return usual.Path != general.Path ? $"the path is {usual.Path}"
            : usual.Kind != general.Kind ? $"{usual.Kind} and not {general.Kind}"
            : usual.End != reader.Position ? $"the end is {usual.End} and not {reader.Position}"
            : usual.Use != RecordUse.None ? "used before it was checked"
            : (isInBits || isInBoth) && usual.Bits != general.Bits ? $"{usual.Bits:X} and not {general.Bits:X}"
            : isInBits ? null
            : usual.BytesIn(payload).SequenceEqual(general.BytesIn(payload)) ? null
            : $"bytes {usual.Start} to {usual.Start + usual.Length} and not {general.Start} to {general.Start + general.Length}";
    }
}
