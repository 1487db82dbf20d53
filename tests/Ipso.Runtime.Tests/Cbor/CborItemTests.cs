using System.Formats.Cbor;
using Ipso.Cbor;

namespace Ipso.Tests.Cbor;

/// <summary>Heads and numbers in their shortest form, against the platform's writer.</summary>
public class CborItemTests
{
    [Fact]
    public void Every_half_is_a_half()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            Half half = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (!Half.IsNaN(half))
            {
                Assert.Equal($"F9{bits:X4}", Hex(buffer => CborItem.WriteFloat(buffer, (double)half)));
            }
        }
    }

    [Fact]
    public void Floats_are_the_shortest_that_hold_them()
    {
        Random random = new(821);
        for (int i = 0; i < 200_000; i++)
        {
            double value = (i % 4) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64() << 1 ^ random.Next(2)),
                1 => BitConverter.UInt32BitsToSingle((uint)random.NextInt64()),
                2 => BitConverter.UInt32BitsToSingle((uint)random.NextInt64() & 0xFFFF_E000),
                _ => random.Next(-200_000, 200_000) / 8.0 * Math.Pow(2, random.Next(-30, 10)),
            };
            if (!double.IsNaN(value))
            {
                // Its canonical mode chooses the shortest, as we do.
                CborWriter writer = new(CborConformanceMode.Canonical);
                writer.WriteDouble(value);
                Assert.Equal(Convert.ToHexString(writer.Encode()), Hex(buffer => CborItem.WriteFloat(buffer, value)));
            }
        }
    }

    [Fact]
    public void Integers_are_the_shortest_that_hold_them()
    {
        Random random = new(822);
        CborWriter writer = new();
        for (int i = 0; i < 100_000; i++)
        {
            long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            writer.Reset();
            writer.WriteInt64(value);
            Assert.Equal(Convert.ToHexString(writer.Encode()), Hex(buffer => CborItem.WriteInteger(buffer, value)));
        }

        foreach (ulong edge in (ulong[])[0, 23, 24, 255, 256, 65535, 65536, uint.MaxValue, (ulong)uint.MaxValue + 1, ulong.MaxValue])
        {
            writer.Reset();
            writer.WriteUInt64(edge);
            Assert.Equal(Convert.ToHexString(writer.Encode()), Hex(buffer => CborItem.WriteHead(buffer, CborMajor.Unsigned, edge)));
        }
    }

    private static string Hex(Func<byte[], int> write)
    {
        byte[] buffer = new byte[CborItem.MaxHeadLength + 8];
        Array.Fill(buffer, (byte)0xC5);
        int length = write(buffer);
        Assert.False(buffer.AsSpan(CborItem.MaxHeadLength).ContainsAnyExcept((byte)0xC5));
        return Convert.ToHexString(buffer, 0, length);
    }
}
