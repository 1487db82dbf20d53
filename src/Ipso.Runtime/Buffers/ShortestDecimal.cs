using System.Diagnostics;
using System.Globalization;

namespace Ipso.Buffers;

/// <summary>
/// The platform's shortest text of a double, <c>0.1</c> or <c>1E-07</c>, as bytes. It is made of characters: that code is in every program,
/// for <see cref="double.ToString()"/>, while the platform's for UTF-8 would be 15 KB more in a native one.
/// </summary>
internal static class ShortestDecimal
{
    /// <summary>The longest text: a sign, 17 digits, a point and an exponent, with some room.</summary>
    internal const int MaxLength = 32;

    /// <summary>Writes a finite double.</summary>
    /// <param name="value">The double.</param>
    /// <param name="destination">Where to; <see cref="MaxLength"/> bytes are enough.</param>
    /// <param name="exponent">What is written before the exponent: "e" or "E".</param>
    /// <returns>The bytes written.</returns>
    internal static int Write(double value, Span<byte> destination, byte exponent)
    {
        Span<char> text = stackalloc char[MaxLength];
        bool fits = value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        Debug.Assert(fits && double.IsFinite(value));
        for (int i = 0; i < length; i++)
        {
            destination[i] = text[i] == 'E' ? exponent : (byte)text[i];
        }

        return length;
    }
}
