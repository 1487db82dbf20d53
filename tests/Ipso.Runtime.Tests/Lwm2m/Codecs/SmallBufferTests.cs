using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>A destination of any length gets the exact bytes or nothing, and nothing behind it is touched.</summary>
public class SmallBufferTests
{
    private const byte Canary = 0xC5;

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_device_fits_exactly_or_not_at_all(ContentFormat format)
    {
        AssertEveryLength(DeckTests.Device(), new(3, 0), format);
        AssertEveryLength(DeckTests.Device(), new(3), format);
        AssertEveryLength(DeckTests.Device(), new(3, 0, 0), format);
        AssertEveryLength(DeckTests.Device(), new(3, 0, 7), format);
        AssertEveryLength(DeckTests.Device(), new(3, 0, 7, 1), format);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Random_objects_fit_exactly_or_not_at_all(ContentFormat format)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            AllTypes o = new RandomObjects(seed).AllTypes();
            AssertEveryLength(o, new(26241), format);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Each_length_of_a_string_fits_exactly(ContentFormat format)
    {
        for (int length = 0; length < 300; length++)
        {
            foreach (char c in "xé\"\u0001")
            {
                AllTypes o = new() { Text = new string(c, length), ManyText = [new string(c, length)] };
                byte[] expected = Payloads.Write(o, new(26241), format);
                AssertWritten(o, new(26241), format, expected, expected.Length);
                AssertTooLarge(o, new(26241), format, expected.Length - 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_short_last_record_fits_exactly_whatever_is_before_it(ContentFormat format)
    {
        for (int length = 0; length < 1000; length++)
        {
            AllTypes o = new() { Text = new string('x', length), ManyFlag = [true] };
            byte[] expected = Payloads.Write(o, new(26241), format);
            AssertWritten(o, new(26241), format, expected, expected.Length);
        }
    }

    [Theory]
    [InlineData("/26241/0/0")]
    [InlineData("/26241/0/1")]
    [InlineData("/26241/0/2")]
    [InlineData("/26241/0/3")]
    [InlineData("/26241/0/4")]
    [InlineData("/26241/0/5")]
    [InlineData("/26241/0/6")]
    [InlineData("/26241/0/7")]
    [InlineData("/26241/0/8")]
    public void A_text_fits_exactly_or_not_at_all(string path)
    {
        AllTypes o = new()
        {
            Text = new string('ż', 100),
            Whole = long.MinValue,
            Natural = ulong.MaxValue,
            Real = double.MinValue,
            Flag = true,
            Data = new byte[100],
            Moment = DateTimeOffset.MaxValue,
            Link = ObjectLink.Null,
            Links = new CoreLink("</3303/0>;pmin=10"),
        };
        AssertEveryLength(o, Payloads.Path(path), ContentFormat.PlainText);
        AssertEveryLength(o, Payloads.Path(path), ContentFormat.Cbor);
        if (path.EndsWith('5'))
        {
            AssertEveryLength(o, Payloads.Path(path), ContentFormat.OctetStream);
        }
    }

    [Fact]
    public void The_longest_names_fit_exactly()
    {
        AllTypes o = new() { Real = double.MinValue, ManyLink = new() { [65534] = ObjectLink.Null }, Far = long.MinValue };
        ObjectTree tree = [];
        tree.Add(65534, o);
        foreach (ContentFormat format in Payloads.Structured)
        {
            AssertEveryLength(o, new(26241, 65534), format);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Instances_fit_exactly_whatever_their_ids(ContentFormat format)
    {
        ushort[][] sets = [[0], [9, 10], [0, 1, 2, 9, 10, 11, 255, 256, 65534], [.. Enumerable.Range(0, 40).Select(i => (ushort)(i * 7))]];
        foreach (ushort[] ids in sets)
        {
            foreach (long value in (long[])[0, 24, -200, int.MaxValue, long.MinValue])
            {
                AllTypes o = new() { Real = 0.5, Far = value };
                foreach (ushort id in ids)
                {
                    o.ManyWhole[id] = value;
                }

                AssertEveryLength(o, new(26241, 0), format);
                AssertEveryLength(o, new(26241, 0, 101), format);
            }
        }
    }

    private static void AssertEveryLength(ObjectInstance instance, Lwm2mPath path, ContentFormat format)
    {
        byte[] expected = Payloads.Write(instance, path, format);
        for (int length = 0; length < expected.Length; length++)
        {
            AssertTooLarge(instance, path, format, length);
        }

        for (int length = expected.Length; length < expected.Length + 130; length++)
        {
            AssertWritten(instance, path, format, expected, length);
        }
    }

    private static void AssertTooLarge(ObjectInstance instance, Lwm2mPath path, ContentFormat format, int length)
    {
        byte[] buffer = Canaries(length);
        RepresentationResult result = Representation.Write([instance], path, format, buffer.AsSpan(8, length), out int written);
        Assert.True(result == RepresentationResult.TooLarge, $"{result} of {length} bytes");
        Assert.Equal(0, written);
        AssertCanaries(buffer, length);
    }

    private static void AssertWritten(ObjectInstance instance, Lwm2mPath path, ContentFormat format, byte[] expected, int length)
    {
        byte[] buffer = Canaries(length);
        RepresentationResult result = Representation.Write([instance], path, format, buffer.AsSpan(8, length), out int written);
        Assert.True(result == RepresentationResult.Written, $"{result} of {length} bytes for {expected.Length}");
        Assert.True(expected.AsSpan().SequenceEqual(buffer.AsSpan(8, written)));
        AssertCanaries(buffer, length);
    }

    private static byte[] Canaries(int length)
    {
        var buffer = new byte[length + 16];
        Array.Fill(buffer, Canary);
        return buffer;
    }

    private static void AssertCanaries(byte[] buffer, int length) =>
        Assert.False(buffer.AsSpan(0, 8).ContainsAnyExcept(Canary) || buffer.AsSpan(8 + length).ContainsAnyExcept(Canary));
}
