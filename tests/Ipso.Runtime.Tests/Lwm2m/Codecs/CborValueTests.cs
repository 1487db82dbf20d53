using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Every form that a value may have in CBOR, by the type of the resource that takes it.</summary>
public class CborValueTests
{
    [Theory]
    [InlineData("00", 0)]
    [InlineData("1b7fffffffffffffff", long.MaxValue)]
    [InlineData("3b7fffffffffffffff", long.MinValue)]
    [InlineData("f94500", 5)]
    [InlineData("c4820105", 50)]
    [InlineData("c49f0105ff", 50)]
    public void An_integer(string hex, long expected) => Assert.Equal(expected, Taken(1, hex).Whole);

    [Theory]
    [InlineData("1b8000000000000000")]
    [InlineData("3b8000000000000000")]
    [InlineData("3bffffffffffffffff")]
    [InlineData("f93e00")]
    [InlineData("f97e00")]
    [InlineData("c4822005")]
    [InlineData("6131")]
    [InlineData("4131")]
    [InlineData("f5")]
    [InlineData("f6")]
    public void What_is_no_integer(string hex) => Assert.Equal(PayloadFault.WrongType, Read(new(), 1, hex));

    [Theory]
    [InlineData("1bffffffffffffffff", ulong.MaxValue)]
    [InlineData("00", 0)]
    public void An_unsigned_integer(string hex, ulong expected) => Assert.Equal(expected, Taken(2, hex).Natural);

    [Theory]
    [InlineData("20")]
    [InlineData("f9bc00")]
    [InlineData("f6")]
    public void What_is_no_unsigned_integer(string hex) => Assert.Equal(PayloadFault.WrongType, Read(new(), 2, hex));

    [Theory]
    [InlineData("15", 21.0)]
    [InlineData("34", -21.0)]
    [InlineData("1bffffffffffffffff", 18446744073709551615.0)]
    [InlineData("3bffffffffffffffff", -18446744073709551616.0)]
    [InlineData("f94d60", 21.5)]
    [InlineData("fa41ac0000", 21.5)]
    [InlineData("fb4035800000000000", 21.5)]
    [InlineData("f90001", 5.960464477539063e-08)]
    [InlineData("c48220182d", 4.5)]
    [InlineData("c4822018e5", 22.9)]
    [InlineData("c482202b", -1.2)]
    [InlineData("c4823901341b000462d53c8abac0", 1.234567890123456e-294)]
    [InlineData("c482391f3f01", 0.0)]
    [InlineData("c482201bffffffffffffffff", 1844674407370955161.5)]
    [InlineData("c4821601", 1e22)]
    [InlineData("c4821701", 1e23)]
    public void A_float(string hex, double expected) => Assert.Equal(expected, Taken(3, hex).Real);

    [Theory]
    [InlineData("f97c00", PayloadFault.WrongType)]
    [InlineData("f97e00", PayloadFault.WrongType)]
    [InlineData("c4821903e701", PayloadFault.WrongType)]
    [InlineData("c48120", PayloadFault.Malformed)]
    [InlineData("c483202020", PayloadFault.Malformed)]
    [InlineData("c48220f5", PayloadFault.Malformed)]
    [InlineData("c482c22020", PayloadFault.Malformed)]
    [InlineData("c49f2020", PayloadFault.Malformed)]
    [InlineData("c4823bffffffffffffffff3bffffffffffffffff", PayloadFault.Malformed)]
    [InlineData("c249010000000000000000", PayloadFault.Malformed)]
    [InlineData("f7", PayloadFault.Malformed)]
    [InlineData("f820", PayloadFault.Malformed)]
    [InlineData("ff", PayloadFault.Malformed)]
    [InlineData("1c", PayloadFault.Malformed)]
    [InlineData("", PayloadFault.Malformed)]
    [InlineData("1800ff", PayloadFault.Malformed)]
    public void What_is_no_float(string hex, object fault) => Assert.Equal((PayloadFault)fault, Read(new(), 3, hex));

    [Theory]
    [InlineData("60", "")]
    [InlineData("63c5bcc2", null)]
    [InlineData("62c5bc", "ż")]
    [InlineData("7fff", "")]
    [InlineData("7f62c5bcff", "ż")]
    [InlineData("7f616161626163ff", "abc")]
    [InlineData("7f60606161ff", "a")]
    [InlineData("7f61c561bcff", null)]
    [InlineData("7f61c5ff", null)]
    public void A_text(string hex, string? expected)
    {
        AllTypes o = new() { Text = "before" };
        Assert.Equal(expected is null ? PayloadFault.WrongType : PayloadFault.None, Read(o, 0, hex));
        Assert.Equal(expected ?? "before", o.Text);
    }

    [Theory]
    [InlineData("7f4161ff")]
    [InlineData("7f7f6161ffff")]
    [InlineData("7f6161")]
    [InlineData("7f6261ff")]
    [InlineData("7f6161616200")]
    [InlineData("7b7fffffffffffffff61")]
    [InlineData("5f6161ff")]
    public void A_text_that_is_malformed(string hex) => Assert.Equal(PayloadFault.Malformed, Read(new(), 0, hex));

    [Theory]
    [InlineData("40", "")]
    [InlineData("43010203", "010203")]
    [InlineData("5fff", "")]
    [InlineData("5f43010203ff", "010203")]
    [InlineData("5f41014102404103ff", "010203")]
    public void Bytes(string hex, string expected)
    {
        Assert.Equal(expected, Convert.ToHexStringLower(Taken(5, hex).Data!.Value.Span));
        Assert.Equal(PayloadFault.WrongType, Read(new(), 0, hex));
    }

    [Theory]
    [InlineData("1a5182428f", 1367491215, 0)]
    [InlineData("c11a5182428f", 1367491215, 0)]
    [InlineData("3903e7", -1000, 0)]
    [InlineData("c13903e7", -1000, 0)]
    [InlineData("c1fb41d4609ca3d4cccd", 1367503503.3250002, null)]
    [InlineData("c1f9be00", -1.5, null)]
    [InlineData("c4822022", -0.3, null)]
    [InlineData("c074323031332d30352d30325431303a34303a31355a", 1367491215, 0)]
    [InlineData("c07819323031332d30352d30325431323a34303a31352b30323a3030", 1367491215, 0)]
    [InlineData("c076323031332d30352d30325431303a34303a31352e355a", 1367491215.5, null)]
    [InlineData("74323031332d30352d30325431303a34303a31355a", 1367491215, 0)]
    [InlineData("7f6a323031332d30352d30326a5431303a34303a31355aff", 1367491215, 0)]
    public void A_time(string hex, double seconds, int? fraction)
    {
        double read = (Taken(6, hex).Moment!.Value - DateTimeOffset.UnixEpoch).TotalSeconds;
        Assert.Equal(seconds, read, fraction is null ? 1e-6 : 0);
    }

    [Theory]
    [InlineData("c1c100", PayloadFault.Malformed)]
    [InlineData("c000", PayloadFault.Malformed)]
    [InlineData("c06161", PayloadFault.WrongType)]
    [InlineData("c074323031332d31332d30325431303a34303a31355a", PayloadFault.WrongType)]
    [InlineData("c074323031332d30322d33305431303a34303a31355a", PayloadFault.WrongType)]
    [InlineData("c073323031332d30352d30325431303a34303a3135", PayloadFault.WrongType)]
    [InlineData("c075323031332d30352d30325431303a34303a31352e5a", PayloadFault.WrongType)]
    [InlineData("c07819303030312d30312d30315430303a30303a30302b30313a3030", PayloadFault.WrongType)]
    [InlineData("c11b7fffffffffffffff", PayloadFault.WrongType)]
    [InlineData("c1f97e00", PayloadFault.WrongType)]
    public void What_is_no_time(string hex, object fault) => Assert.Equal((PayloadFault)fault, Read(new(), 6, hex));

    [Theory]
    [InlineData("6436363a30", "66:0")]
    [InlineData("7f6236366130ff", null)]
    [InlineData("7f6236363b613a6130ff", null)]
    [InlineData("7f623636623a30ff", "66:0")]
    [InlineData("6b36353533353a3635353335", "65535:65535")]
    [InlineData("6536363a300a", null)]
    [InlineData("6c3030303030303030303a3030", "0:0")]
    public void An_object_link(string hex, string? expected)
    {
        AllTypes o = new();
        PayloadFault fault = Read(o, 7, hex);
        Assert.Equal(expected, o.Link?.ToString());
        Assert.Equal(expected is not null, fault == PayloadFault.None);
    }

    [Fact]
    public void A_link_text() => Assert.Equal(new CoreLink("</3303/0>"), Taken(8, "693c2f333330332f303e").Links);

    [Theory]
    [InlineData("f5", true)]
    [InlineData("f4", false)]
    public void A_boolean(string hex, bool expected) => Assert.Equal(expected, Taken(4, hex).Flag);

    [Theory]
    [InlineData("01", PayloadFault.WrongType)]
    [InlineData("f6", PayloadFault.WrongType)]
    [InlineData("f814", PayloadFault.Malformed)]
    public void What_is_no_boolean(string hex, object fault) => Assert.Equal((PayloadFault)fault, Read(new(), 4, hex));

    private static AllTypes Taken(ushort resource, string hex)
    {
        AllTypes o = new();
        Assert.Equal(PayloadFault.None, Read(o, resource, hex));
        return o;
    }

    // In both formats: alone, and as the value of a map.
    private static PayloadFault Read(AllTypes o, ushort resource, string hex)
    {
        AllTypes other = new() { Text = o.Text };
        PayloadFault inMap = Payloads.ReadHex(other, "/26241/0", ContentFormat.Lwm2mCbor, $"a183196681000{resource}{hex}");
        PayloadFault alone = Payloads.ReadHex(o, $"/26241/0/{resource}", ContentFormat.Cbor, hex);
        Assert.Equal(inMap, alone);
        SameContent.Assert(other, o);
        return alone;
    }
}
