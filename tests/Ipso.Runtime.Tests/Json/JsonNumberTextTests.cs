using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Json;

namespace Ipso.Tests.Json;

/// <summary>Numbers as text, against the platform's: the same number, and no text longer than its shortest.</summary>
public class JsonNumberTextTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(-3.2, "-3.2")]
    [InlineData(38.75, "38.75")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.001, "0.001")]
    [InlineData(-0.0001, "-0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(52.123456, "52.123456")]
    [InlineData(1.000001, "1.000001")]
    [InlineData(100.02, "100.02")]
    [InlineData(999999999999.999, "999999999999.999")]
    [InlineData(123456789.123456, "123456789.123456")]
    [InlineData(999999999999999, "999999999999999")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1e16, "10000000000000000")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    public void A_double_has_its_shortest_text(double value, string text) => Assert.Equal(text, Text(value));

    [Fact]
    public void Doubles_read_back_as_themselves_and_are_as_short_as_the_platform_makes_them()
    {
        Random random = new(811);
        for (int i = 0; i < 400_000; i++)
        {
            double value = Draw(random, i % 8);
            string text = Text(value);
            double read = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.True(BitConverter.DoubleToInt64Bits(read) == BitConverter.DoubleToInt64Bits(value), $"{value:R} is written as {text}");
            Assert.True(
                text.Length <= value.ToString("R", CultureInfo.InvariantCulture).Length + (value == 0 ? 2 : 0),
                $"{value:R} is written as {text}");
            if (i % 64 == 0)
            {
                using JsonDocument document = JsonDocument.Parse(text);
                Assert.Equal(JsonValueKind.Number, document.RootElement.ValueKind);
            }
        }
    }

    [Fact]
    public void Integers_are_written_as_the_platform_does()
    {
        Random random = new(812);
        for (int i = 0; i < 200_000; i++)
        {
            ulong value = (ulong)random.NextInt64() << 1 >> random.Next(64);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Text(buffer => JsonNumberText.Write(buffer, value)));
            Assert.Equal(((long)value).ToString(CultureInfo.InvariantCulture), Text(buffer => JsonNumberText.Write(buffer, (long)value)));
        }
    }

    [Fact]
    public void Integers_at_the_edges_of_their_lengths_are_written_as_the_platform_does()
    {
        ulong power = 1;
        for (int digits = 0; digits < 20; digits++, power *= 10)
        {
            foreach (ulong value in (ulong[])[power - 1, power, power + 1])
            {
                Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Text(buffer => JsonNumberText.Write(buffer, value)));
            }
        }

        for (uint value = 0; value < 20_000; value++)
        {
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Text(buffer => JsonNumberText.Write(buffer, value)));
        }

        foreach (long value in (long[])[long.MinValue, long.MaxValue, -1, -10])
        {
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Text(buffer => JsonNumberText.Write(buffer, value)));
        }

        Assert.Equal("18446744073709551615", Text(buffer => JsonNumberText.Write(buffer, ulong.MaxValue)));
    }

    // Measured values of few decimals and their neighbours, whole numbers, and any bits that are a finite number.
    private static double Draw(Random random, int kind)
    {
        double sign = random.Next(2) == 0 ? 1 : -1;
        switch (kind)
        {
            case 0: return sign * random.Next(200_000) / 1e2;
            case 1: return sign * random.Next() / 1e3;
            case 2: return sign * random.NextInt64(1_000_000_000_000_000) / 1e3;
            case 3: return sign * random.NextInt64(1_000_000_000_000_000) / 1e6;
            case 4: return Math.BitIncrement(sign * random.Next() / 1e6);
            case 5: return sign * random.NextInt64(long.MaxValue >> random.Next(63));
            case 6: return sign * random.Next(1, 100_000) / Math.Pow(10, random.Next(25));
            default:
                double any = BitConverter.Int64BitsToDouble(random.NextInt64() << 1 ^ random.Next(2));
                return double.IsFinite(any) ? any : sign;
        }
    }

    private static string Text(double value) => Text(buffer => JsonNumberText.Write(buffer, value));

    private static string Text(Func<byte[], int> write)
    {
        byte[] buffer = new byte[JsonNumberText.MaxLength + 16];
        Array.Fill(buffer, (byte)0xC5);
        int length = write(buffer);
        Assert.True(length <= JsonNumberText.MaxLength && !buffer.AsSpan(JsonNumberText.MaxLength).ContainsAnyExcept((byte)0xC5));
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
