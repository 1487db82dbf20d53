using Ipso.Coap;

namespace Ipso.Tests.Coap;

/// <summary>application/missing-blocks+cbor-seq, and the values of Q-Block1 and Q-Block2 (RFC 9177, 4.2 and 5).</summary>
public class MissingBlocksTests
{
    private static string Read(string hex)
    {
        var reader = new MissingBlocksReader(Convert.FromHexString(hex));
        var numbers = new List<int>();
        while (reader.TryRead(out int number))
        {
            numbers.Add(number);
        }

        // A fault stays one.
        Assert.False(reader.TryRead(out _));
        return string.Join(' ', numbers) + (reader.IsMalformed ? "!" : "");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("00", "0")]
    [InlineData("0109", "1 9")]
    [InlineData("17181818ff", "23 24 255")]
    [InlineData("19010019ffff1a000100001a000fffff", "256 65535 65536 1048575")]
    public void Lists_are_read_and_written_alike(string hex, string numbers)
    {
        Assert.Equal(numbers, Read(hex));
        var bytes = new byte[hex.Length / 2];
        var writer = new MissingBlocksWriter(bytes);
        foreach (string number in numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(writer.TryWrite(int.Parse(number)));
        }

        Assert.Equal(bytes.Length, writer.Length);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData("1801", "1")]
    [InlineData("1b0000000000000005", "5")]
    [InlineData("190002191000", "2 4096")]
    public void Longer_forms_of_a_number_are_read_too(string hex, string numbers) => Assert.Equal(numbers, Read(hex));

    [Theory]
    [InlineData("0505", "5!")]
    [InlineData("0504", "5!")]
    [InlineData("1a00100000", "!")]
    [InlineData("1bffffffffffffffff", "!")]
    [InlineData("20", "!")]
    [InlineData("4101", "!")]
    [InlineData("8101", "!")]
    [InlineData("1c", "!")]
    [InlineData("1f", "!")]
    [InlineData("f5", "!")]
    [InlineData("18", "!")]
    [InlineData("011900", "1!")]
    [InlineData("1b00000000000000", "!")]
    public void What_is_no_ascending_list_of_block_numbers_is_malformed(string hex, string read) => Assert.Equal(read, Read(hex));

    [Fact]
    public void A_list_ends_where_there_is_no_more_room()
    {
        var writer = new MissingBlocksWriter(new byte[4]);
        Assert.True(writer.TryWrite(1));
        Assert.True(writer.TryWrite(300));
        Assert.False(writer.TryWrite(301));
        Assert.Equal(4, writer.Length);
    }

    [Fact]
    public void Numbers_out_of_order_or_range_are_the_callers_fault()
    {
        static void Write(params int[] numbers)
        {
            var writer = new MissingBlocksWriter(new byte[16]);
            foreach (int number in numbers)
            {
                writer.TryWrite(number);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(static () => Write(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Write(-1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Write(1 << 20));
    }

    [Fact]
    public void Any_bytes_end_in_ascending_numbers_or_a_fault()
    {
        var random = new Random(9177);
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            var reader = new MissingBlocksReader(bytes);
            int last = -1;
            int count = 0;
            while (reader.TryRead(out int number))
            {
                Assert.InRange(number, last + 1, BlockOption.MaxNumber);
                last = number;
                count++;
            }

            Assert.InRange(count, 0, bytes.Length);
        }
    }
}
