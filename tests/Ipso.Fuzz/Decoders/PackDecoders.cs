using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.SenML;

namespace Ipso.Fuzz.Decoders;

/// <summary>The readers of packs and lists: SenML by itself, links, and the queries that come with them.</summary>
internal static class PackDecoders
{
    internal static Verdict SenMLJson(ReadOnlySpan<byte> input) => SenML(input, SenMLFormat.Json);

    internal static Verdict SenMLCbor(ReadOnlySpan<byte> input) => SenML(input, SenMLFormat.Cbor);

    internal static Verdict Rfc6690Links(ReadOnlySpan<byte> input) => Links(input, LinkSyntax.Rfc6690);

    internal static Verdict TolerantLinks(ReadOnlySpan<byte> input) => Links(input, LinkSyntax.Tolerant);

    internal static Verdict LinkQuery(ReadOnlySpan<byte> input) =>
        new() { IsAccepted = LinkFilter.TryParse(input, out _), Position = input.Length };

    internal static Verdict Attributes(ReadOnlySpan<byte> input) =>
        new() { IsAccepted = AttributeQuery.TryParse(input, out _), Position = input.Length };

    internal static Verdict PathsJson(ReadOnlySpan<byte> input) => Paths(input, ContentFormat.SenMLJson);

    internal static Verdict PathsCbor(ReadOnlySpan<byte> input) => Paths(input, ContentFormat.SenMLCbor);

    // A device keeps room for as many paths as the list has bytes.
    private static Verdict Paths(ReadOnlySpan<byte> input, ContentFormat format)
    {
        PathPack pack = new(input, format);
        Digest digest = new();
        int paths = 0;
        while (pack.Next(out Lwm2mPath path))
        {
            digest.Add(path.Packed);
            paths++;
        }

        digest.Add((ulong)pack.Fault);
        return new()
        {
            IsAccepted = pack.Fault == PayloadFault.None,
            Position = Math.Min(pack.PackFault.Offset, input.Length),
            Digest = digest.Value,
            Violation = paths > input.Length ? "more paths than bytes"
                : pack.Fault == PayloadFault.None && paths == 0 ? "a list of nothing was taken"
                : null,
        };
    }

    private static Verdict SenML(ReadOnlySpan<byte> input, SenMLFormat format)
    {
        Span<byte> names = stackalloc byte[256];
        SenMLReader reader = new(input, format, names);
        uint records = 0;
        bool isNamed = true;
        while (reader.Next(out SenMLRecord record))
        {
            records++;
            isNamed &= !record.Name.IsEmpty;
        }

        SenMLFault fault = reader.Fault;
        bool isAccepted = fault.Reason == SenMLReason.None;
        return new()
        {
            IsAccepted = isAccepted,
            Position = fault.Offset,
            Digest = (ulong)fault.Reason << 32 | records,
            Violation = isNamed ? null : "a record without a name",
        };
    }

    private static Verdict Links(ReadOnlySpan<byte> input, LinkSyntax syntax)
    {
        LinkFormatReader reader = new(input, syntax);
        uint links = 0;
        while (reader.Next())
        {
            links++;
        }

        bool isAccepted = reader.Error.Fault == LinkFault.None;
        return new()
        {
            IsAccepted = isAccepted,
            Position = reader.Error.Offset,
            Digest = (ulong)reader.Error.Fault << 32 | links,
            Violation = syntax == LinkSyntax.Rfc6690 && input.Length <= SpanDecoder.StackBytes ? Filtered(input, isAccepted, links) : null,
        };
    }

    // What a filter keeps are links again, and where it lets all through they are the same.
    private static string? Filtered(ReadOnlySpan<byte> input, bool isAccepted, uint links)
    {
        Span<byte> kept = stackalloc byte[SpanDecoder.StackBytes];
        LinkFilter all = default;
        if (all.TryApply(input, kept, out int length) != isAccepted || (isAccepted && !kept[..length].SequenceEqual(input)))
        {
            return "a filter that lets all through changes the links";
        }

        if (!LinkFilter.TryParse("href=/3*"u8, out LinkFilter some) || !isAccepted)
        {
            return null;
        }

        // In place, as the filters of a query follow each other.
        bool isApplied = some.TryApply(kept[..length], kept, out length);
        LinkFormatReader reader = new(kept[..length]);
        uint left = 0;
        bool allMatch = true;
        while (reader.Next())
        {
            left++;
            allMatch &= some.Matches(reader.Current);
        }

        return isApplied && reader.Error.Fault == LinkFault.None && left <= links && allMatch
            ? null
            : "what a filter leaves are no links that it lets through";
    }
}
