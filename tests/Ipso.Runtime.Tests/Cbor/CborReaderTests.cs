using System.Formats.Cbor;
using Ipso.Cbor;
using CborReader = Ipso.Cbor.CborReader;
using Platform = System.Formats.Cbor.CborReader;

namespace Ipso.Tests.Cbor;

/// <summary>Our reader against the platform's: what one skips as one data item the other does, and both see the same values.</summary>
public class CborReaderTests
{
    [Fact]
    public void It_skips_what_the_platform_takes_for_one_item()
    {
        Random random = new(11);
        int valid = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes = i % 3 == 0 ? RandomBytes(random) : RandomItem(random);
            if (i % 3 == 2)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            int expected = LengthOfItem(bytes, out int depth);
            valid += expected > 0 ? 1 : 0;
            CborReader reader = new(bytes);
            reader.Skip();
            int actual = reader.Failed ? -1 : reader.Position;
            // Ours has a limit to nesting, leaves UTF-8 to where the text is used, and refuses simple values below 32 in two bytes
            // (RFC 8949, 3.3), which the platform takes.
            bool isKnown = depth > 4 || bytes.Contains((byte)0xF8) || (expected < 0 && actual > 0 && HasText(bytes.AsSpan(0, actual)));
            if (expected != actual && !isKnown)
            {
                Assert.Fail($"{Convert.ToHexString(bytes)}: {expected} bytes expected, {actual} skipped");
            }
        }

        Assert.InRange(valid, 10_000, 190_000);
    }

    [Fact]
    public void Heads_are_the_same()
    {
        Random random = new(5);
        for (int i = 0; i < 50_000; i++)
        {
            CborWriter writer = new();
            ulong argument = (ulong)random.NextInt64() >> random.Next(64);
            switch (i % 6)
            {
                case 0: writer.WriteUInt64(argument); break;
                case 1: writer.WriteCborNegativeIntegerRepresentation(argument); break;
                case 2: writer.WriteBoolean(argument % 2 == 1); break;
                case 3: writer.WriteDouble(BitConverter.UInt64BitsToDouble(argument)); break;
                case 4: writer.WriteSingle((float)argument); break;
                default: writer.WriteHalf((Half)(argument % 65504)); break;
            }

            CborReader reader = new(writer.Encode());
            CborHead head = reader.ReadHead();
            Assert.True(!reader.Failed && reader.IsAtEnd);
            switch (i % 6)
            {
                case 0: Assert.Equal((CborMajor.Unsigned, argument), (head.Major, head.Argument)); break;
                case 1: Assert.Equal((CborMajor.Negative, argument), (head.Major, head.Argument)); break;
                case 2: Assert.Equal((true, argument % 2 == 1), (head.IsBoolean, head.Argument == 21)); break;
                case 3: Assert.Equal((true, BitConverter.UInt64BitsToDouble(argument)), (head.IsFloat, head.Float)); break;
                case 4: Assert.Equal((true, (double)(float)argument), (head.IsFloat, head.Float)); break;
                default: Assert.Equal((true, (double)(Half)(argument % 65504)), (head.IsFloat, head.Float)); break;
            }
        }
    }

    [Theory]
    [InlineData("1c")]
    [InlineData("1f")]
    [InlineData("3f")]
    [InlineData("df")]
    [InlineData("f81f")]
    [InlineData("ff")]
    [InlineData("18")]
    [InlineData("1b00000000000000")]
    [InlineData("5f41")]
    [InlineData("5f6161ff")]
    [InlineData("7f5f61ffff")]
    [InlineData("9f")]
    [InlineData("bf01ff")]
    [InlineData("81ff")]
    [InlineData("")]
    public void What_is_not_well_formed_fails(string hex)
    {
        CborReader reader = new(Convert.FromHexString(hex));
        reader.Skip();
        Assert.True(reader.Failed);
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Nesting_and_length_have_a_limit()
    {
        foreach (byte head in new byte[] { 0x81, 0x9f, 0xa1, 0xc1, 0xbf })
        {
            var bytes = new byte[1_000_000];
            Array.Fill(bytes, head);
            CborReader reader = new(bytes);
            reader.Skip();
            Assert.True(reader.Failed);
        }

        CborReader huge = new([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0]);
        huge.Skip();
        Assert.True(huge.Failed);
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[1 + random.Next(12)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] RandomItem(Random random)
    {
        CborWriter writer = new(CborConformanceMode.Lax, convertIndefiniteLengthEncodings: false);
        Write(writer, random, 0);
        return writer.Encode();
    }

    private static void Write(CborWriter writer, Random random, int depth)
    {
        int count = random.Next(4);
        switch (random.Next(depth > 5 ? 6 : 10))
        {
            case 0: writer.WriteInt64(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)); break;
            case 1: writer.WriteDouble(random.NextDouble()); break;
            case 2: writer.WriteTextString(new string('x', random.Next(40))); break;
            case 3: writer.WriteByteString(new byte[random.Next(40)]); break;
            case 4: writer.WriteNull(); break;
            case 5: writer.WriteBoolean(true); break;
            case 6:
                writer.WriteStartArray(random.Next(2) == 0 ? count : null);
                for (int i = 0; i < count; i++)
                {
                    Write(writer, random, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case 7:
                writer.WriteStartMap(random.Next(2) == 0 ? count : null);
                for (int i = 0; i < count; i++)
                {
                    writer.WriteInt32(i);
                    Write(writer, random, depth + 1);
                }

                writer.WriteEndMap();
                break;
            case 8:
                writer.WriteStartIndefiniteLengthByteString();
                for (int i = 0; i < count; i++)
                {
                    writer.WriteByteString(new byte[i]);
                }

                writer.WriteEndIndefiniteLengthByteString();
                break;
            default:
                writer.WriteTag((CborTag)random.Next(100));
                Write(writer, random, depth + 1);
                break;
        }
    }

    private static int LengthOfItem(byte[] bytes, out int depth)
    {
        depth = 0;
        try
        {
            Platform reader = new(bytes, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
            bool isTag;
            do
            {
                isTag = false;
                switch (reader.PeekState())
                {
                    case CborReaderState.StartArray: reader.ReadStartArray(); break;
                    case CborReaderState.EndArray: reader.ReadEndArray(); break;
                    case CborReaderState.StartMap: reader.ReadStartMap(); break;
                    case CborReaderState.EndMap: reader.ReadEndMap(); break;
                    case CborReaderState.Tag: reader.ReadTag(); isTag = true; break;
                    default: reader.SkipValue(); break;
                }

                // A tag nests what it tags, though the platform does not count it: so the depth is an upper bound.
                depth += isTag ? 1 : 0;
                depth = Math.Max(depth, reader.CurrentDepth);
            }
            while (isTag || reader.CurrentDepth > 0);
            return bytes.Length - reader.BytesRemaining;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException)
        {
            return -1;
        }
    }

    private static bool HasText(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b >> 5 == 3)
            {
                return true;
            }
        }

        return false;
    }
}
