using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ipso.Buffers;

namespace Ipso.Tests.Buffers;

/// <summary>Decimal text, taken as Utf8Parser takes it, and read as double.Parse reads it: to the bit.</summary>
public class DecimalTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("+7")]
    [InlineData("-0")]
    [InlineData("007")]
    [InlineData(" 7")]
    [InlineData("7 ")]
    [InlineData("7a")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("18446744073709551620")]
    [InlineData("99999999999999999999")]
    [InlineData("000000000000000000000000000000001")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-.5")]
    [InlineData("1..5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e5")]
    [InlineData("1E-5")]
    [InlineData("1e+05")]
    [InlineData("e5")]
    [InlineData(".e5")]
    [InlineData("1e5.0")]
    [InlineData("1x5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("1e308")]
    [InlineData("1e309")]
    [InlineData("1e999")]
    [InlineData("1e-999")]
    [InlineData("0e999")]
    [InlineData("-0.0")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("1.7976931348623158e308")]
    [InlineData("1.7976931348623159e308")]
    [InlineData("179769313486231580793e289")]
    [InlineData("5e-324")]
    [InlineData("2.4703282292062327e-324")]
    [InlineData("2.4703282292062328e-324")]
    [InlineData("2.2250738585072011e-308")]
    [InlineData("2.2250738585072014e-308")]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740993.00000000000000000000000000000001")]
    [InlineData("9007199254740992.99999999999999999999999999999999")]
    [InlineData("0.000000000000000000000000000000000000000000000000000000000000000000012345678901234567890123456789")]
    public void What_is_read_is_what_the_platform_reads(string text) => Compare(text);

    [Fact]
    public void Doubles_in_their_shortest_form_are_read_as_themselves()
    {
        Random random = new(821);
        for (int i = 0; i < 30_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                Compare(value.ToString("R", CultureInfo.InvariantCulture));
                Compare((value % 1000).ToString("R", CultureInfo.InvariantCulture));
            }
        }
    }

    [Fact]
    public void Digits_with_exponents_are_read_as_the_platform_reads_them()
    {
        Random random = new(822);
        for (int i = 0; i < 30_000; i++)
        {
            StringBuilder text = new();
            int digits = random.Next(1, i % 8 == 0 ? 40 : 22);
            for (int digit = 0; digit < digits; digit++)
            {
                text.Append((char)('0' + random.Next(10)));
            }

            text.Insert(random.Next(digits + 1), ".").Append('e').Append(random.Next(8) == 0 ? random.Next(-345, 310) : random.Next(-45, 45));
            Compare(text.ToString());
        }
    }

    // The middle between two doubles, what is next to it, and these again with more digits than count.
    [Fact]
    public void The_middle_between_doubles_goes_to_the_even_one()
    {
        Random random = new(823);
        for (int i = 0; i < 500; i++)
        {
            double value = Math.Abs(BitConverter.Int64BitsToDouble(random.NextInt64()));
            if (i % 4 == 0)
            {
                value = BitConverter.UInt64BitsToDouble((ulong)random.NextInt64() & (1UL << 52) - 1);
            }

            if (!double.IsFinite(value) || value == double.MaxValue)
            {
                continue;
            }

            string middle = Middle(value);
            Compare(middle);
            Compare(middle + "1");
            Compare(middle + new string('0', 900) + "1");
            Compare(middle[..^1] + (char)(middle[^1] - 1) + new string('9', 30));
        }
    }

    private static string Middle(double value)
    {
        // As an integer times 2^-1075; a point stands 1,075 decimals before its end, times 5^1075.
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = Math.Max((int)(bits >> 52), 1);
        System.Numerics.BigInteger mantissa = bits & (1UL << 52) - 1 | (bits >> 52 == 0 ? 0 : 1UL << 52);
        System.Numerics.BigInteger scaled = (2 * mantissa + 1 << exponent - 1) * System.Numerics.BigInteger.Pow(5, 1075);
        string digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(1076, '0');
        return (digits[..^1075] + "." + digits[^1075..]).TrimEnd('0');
    }

    private static void Compare(string text)
    {
        byte[] utf8 = Encoding.ASCII.GetBytes(text);
        bool isExpected = Utf8Parser.TryParse(utf8, out long signed, out int used) && used == utf8.Length;
        Assert.True(DecimalText.TryParse(utf8, out long readSigned) == isExpected && (!isExpected || readSigned == signed), text);
        isExpected = Utf8Parser.TryParse(utf8, out ulong unsigned, out used) && used == utf8.Length;
        Assert.True(DecimalText.TryParse(utf8, out ulong readUnsigned) == isExpected && (!isExpected || readUnsigned == unsigned), text);
        isExpected = Utf8Parser.TryParse(utf8, out double number, out used) && used == utf8.Length && double.IsFinite(number);
        // Utf8Parser itself errs where 768 digits are just in the middle.
        number = isExpected ? double.Parse(text, CultureInfo.InvariantCulture) : number;
        bool isRead = DecimalText.TryParse(utf8, out double readNumber);
        Assert.True(isRead == isExpected, text);
        Assert.True(!isExpected || BitConverter.DoubleToInt64Bits(number) == BitConverter.DoubleToInt64Bits(readNumber), text);
    }
}
