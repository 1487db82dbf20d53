using System.Diagnostics;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>The shortest text that reads back as the same double and has no exponent.</summary>
internal static class PlainDecimal
{
    /// <summary>The longest text: a sign, a zero, a dot, 323 zeros and 17 digits.</summary>
    internal const int MaxLength = 344;

    internal static int Format(double value, Span<byte> destination)
    {
        Debug.Assert(double.IsFinite(value) && destination.Length >= MaxLength);
        Span<byte> text = stackalloc byte[ShortestDecimal.MaxLength];
        int length = ShortestDecimal.Write(value, text, (byte)'E');
        text = text[..length];
        int exponentAt = text.IndexOf((byte)'E');
        if (exponentAt < 0)
        {
            text.CopyTo(destination);
            return length;
        }

        // d.dddE±xx: the digits are written again, with the dot moved by the exponent.
        int exponent = 0;
        foreach (byte digit in text[(exponentAt + 2)..])
        {
            exponent = exponent * 10 + (digit - '0');
        }

        exponent = text[exponentAt + 1] == '-' ? -exponent : exponent;
        int written = 0;
        if (text[0] == '-')
        {
            destination[written++] = (byte)'-';
            text = text[1..];
            exponentAt--;
        }

        int dot = 1 + exponent;
        if (dot <= 0)
        {
            "0."u8.CopyTo(destination[written..]);
            destination.Slice(written + 2, -dot).Fill((byte)'0');
            written += 2 - dot;
        }

        int digits = 0;
        foreach (byte b in text[..exponentAt])
        {
            if (b == '.')
            {
                continue;
            }

            if (digits == dot && digits > 0)
            {
                destination[written++] = (byte)'.';
            }

            destination[written++] = b;
            digits++;
        }

        int zeros = Math.Max(dot - digits, 0);
        destination.Slice(written, zeros).Fill((byte)'0');
        return written + zeros;
    }
}
