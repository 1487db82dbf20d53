using Ipso.Cbor;
using Ipso.Coap;
using Ipso.Json;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// The readers that go past what a codec does not know. An item that was passed is a whole: alone it passes again, and as a CBOR item cut
/// short by its last byte it does not.
/// </summary>
internal static class TokenDecoders
{
    internal static Verdict CborSkip(ReadOnlySpan<byte> input)
    {
        CborReader reader = new(input);
        int items = 0;
        int start = 0;
        string? violation = null;
        while (!reader.IsAtEnd && violation is null)
        {
            reader.Skip();
            if (reader.Failed)
            {
                break;
            }

            // Of many items, each costs two more: the first ones are as good as all.
            violation = reader.Position <= start ? "an item without a byte" : items < 8 ? JudgeCbor(input[start..reader.Position]) : null;
            start = reader.Position;
            items++;
        }

        return Verdict(reader.Failed, reader.Position, items, violation);
    }

    /// <summary>
    /// The list of missing blocks (RFC 9177, 5): each number is greater than the one before, and written anew the list reads the same.
    /// </summary>
    internal static Verdict MissingBlocks(ReadOnlySpan<byte> input)
    {
        Span<byte> again = stackalloc byte[512];
        MissingBlocksWriter writer = new(again);
        MissingBlocksReader reader = new(input);
        int count = 0;
        int written = 0;
        int last = -1;
        string? violation = null;
        while (reader.TryRead(out int number) && violation is null)
        {
            violation = number <= last || number > BlockOption.MaxNumber ? "a number out of order" : null;
            written += written == count && violation is null && writer.TryWrite(number) ? 1 : 0;
            last = number;
            count++;
        }

        MissingBlocksReader copy = new(again[..writer.Length]);
        MissingBlocksReader original = new(input);
        for (int i = 0; i < written; i++)
        {
            if (!copy.TryRead(out int mine) || !original.TryRead(out int theirs) || mine != theirs)
            {
                violation ??= "a list that reads otherwise when it is written anew";
            }
        }

        violation ??= copy.TryRead(out _) || copy.IsMalformed ? "a list with more numbers than were written" : null;
        violation ??= count > input.Length || writer.Length > input.Length ? "more numbers than bytes" : null;
        return Verdict(reader.IsMalformed, reader.IsMalformed ? 0 : input.Length, count, violation);
    }

    internal static Verdict JsonSkip(ReadOnlySpan<byte> input)
    {
        JsonReader reader = new(input);
        int values = 0;
        int start = 0;
        string? violation = null;
        while (!reader.IsAtEnd && violation is null)
        {
            reader.Skip();
            if (reader.Failed)
            {
                break;
            }

            violation = reader.Position <= start ? "a value without a byte" : values < 8 ? JudgeJson(input[start..reader.Position]) : null;
            start = reader.Position;
            values++;
        }

        return Verdict(reader.Failed, reader.Position, values, violation);
    }

    private static string? JudgeCbor(ReadOnlySpan<byte> item)
    {
        CborReader alone = new(item);
        alone.Skip();
        CborReader cut = new(item[..^1]);
        cut.Skip();
        return alone.Failed || !alone.IsAtEnd ? "an item does not pass alone" : !cut.Failed ? "an item passes without its last byte" : null;
    }

    private static string? JudgeJson(ReadOnlySpan<byte> value)
    {
        JsonReader alone = new(value);
        alone.Skip();
        return alone.Failed || alone.Position != value.Length ? "a value does not pass alone" : null;
    }

    private static Verdict Verdict(bool failed, int position, int count, string? violation) =>
        new() { IsAccepted = !failed, Position = position, Digest = (ulong)position << 32 | (uint)count, Violation = violation };
}
