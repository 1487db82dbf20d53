using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>The decoders of short texts. Their forms are strict: what was taken can be written again.</summary>
internal static class TextDecoders
{
    internal static Verdict ExecuteArguments(ReadOnlySpan<byte> input)
    {
        bool isAccepted = Ipso.Lwm2m.Model.ExecuteArguments.TryParse(input, out ExecuteArguments arguments);
        Digest digest = new();
        Span<byte> stack = stackalloc byte[SpanDecoder.StackBytes];
        Span<byte> again = input.Length <= SpanDecoder.StackBytes ? stack : new byte[input.Length];
        int length = 0;
        int seen = 0;
        string? violation = null;
        foreach (ExecuteArgument argument in arguments)
        {
            digest.Add((ulong)argument.Digit);
            digest.Add(argument.Value);
            violation ??= (seen >> argument.Digit & 1) != 0 || argument.Digit is < 0 or > 9 ? "a digit came twice, or is none" : null;
            seen |= 1 << argument.Digit;
            if (length > 0)
            {
                again[length++] = (byte)',';
            }

            again[length++] = (byte)('0' + argument.Digit);
            if (argument.HasValue)
            {
                "='"u8.CopyTo(again[length..]);
                argument.Value.CopyTo(again[(length + 2)..]);
                again[length + 2 + argument.Value.Length] = (byte)'\'';
                length += 3 + argument.Value.Length;
            }
        }

        violation ??= isAccepted && !again[..length].SequenceEqual(input) ? "the arguments do not make up the text"
            : !isAccepted && length > 0 ? "a text that was refused has arguments"
            : null;
        return new() { IsAccepted = isAccepted, Digest = digest.Value, Violation = violation };
    }

    internal static Verdict Path(ReadOnlySpan<byte> input)
    {
        bool isAccepted = Lwm2mPath.TryParse(input, out Lwm2mPath path);
        Span<byte> again = stackalloc byte[Lwm2mPath.MaxTextLength];
        bool fits = path.TryFormat(again, out int length);
        string? violation = !fits ? "the path does not fit into its longest text form"
            : isAccepted && !again[..length].SequenceEqual(input) ? "the path has another text form"
            : !isAccepted && path != Lwm2mPath.Root ? "a text that was refused left a path"
            : null;
        return new() { IsAccepted = isAccepted, Digest = path.Packed, Violation = violation };
    }

    // Leading zeros are taken and not written: what is written is compared by what it means.
    internal static Verdict ObjectLink(ReadOnlySpan<byte> input)
    {
        bool isAccepted = Ipso.Lwm2m.ObjectLink.TryParse(input, out ObjectLink link);
        Span<byte> again = stackalloc byte[Ipso.Lwm2m.ObjectLink.MaxTextLength];
        bool fits = link.TryFormat(again, out int length);
        string? violation = !fits ? "the link does not fit into its longest text form"
            : isAccepted && (!Ipso.Lwm2m.ObjectLink.TryParse(again[..length], out ObjectLink same) || same != link)
                ? "the link comes back as another"
            : isAccepted && input.IndexOfAnyExceptInRange((byte)'0', (byte)':') >= 0 ? "the link was read from more than digits"
            : !isAccepted && link != default ? "a text that was refused left a link"
            : null;
        return new() { IsAccepted = isAccepted, Digest = (ulong)link.ObjectId << 16 | link.InstanceId, Violation = violation };
    }
}
