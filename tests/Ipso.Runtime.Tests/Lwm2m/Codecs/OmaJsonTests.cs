using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>OMA JSON as others may write it: order, white space, base names, unknown members.</summary>
public class OmaJsonTests
{
    [Theory]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5}]}""")]
    [InlineData("""{"e":[{"n":"1","v":5}],"bn":"/26241/0/"}""")]
    [InlineData("""{"bn":"/","e":[{"n":"26241/0/1","v":5}]}""")]
    [InlineData("""{"bn":"","e":[{"n":"/26241/0/1","v":5}]}""")]
    [InlineData("""{"bn":"/26241","e":[{"n":"/0/1","v":5}]}""")]
    [InlineData("""{"bn":"/26241/0/1","e":[{"v":5}]}""")]
    [InlineData("""{"bn":"/26241/0/1","e":[{"n":"","v":5}]}""")]
    [InlineData("""{"e":[{"n":"1","v":5}]}""")]
    [InlineData("""{"e":[{"n":"/26241/0/1","v":5}]}""")]
    [InlineData("""{"e":[{"v":5,"n":"1"}]}""")]
    [InlineData("""{"bt":12.5,"bn":"/26241/0/","e":[{"t":-5,"n":"1","v":5}]}""")]
    [InlineData("""{"bver":[{"x":[1,{}]}],"e":[{"y":{"z":null},"n":"1","v":5.0,"bn":1,"e":[]}],"bn":"\/26241\/0\/","x":"e"}""")]
    [InlineData("""{"\u0062n":"/26241/0/","\u0065":[{"\u006e":"\u0031","\u0076":5e0}]}""")]
    [InlineData(" { \"bn\" : \"/26241/0/\" ,\n\"e\" :\t[ { \"n\" : \"1\" , \"v\" : 5 } ] } ")]
    public void A_number_is_found(string json)
    {
        AllTypes o = new();
        Assert.Equal(PayloadFault.None, Read(o, json));
        Assert.Equal(5, o.Whole);
        AllTypes sameOldNumber = new();
        byte[] payload = Encoding.UTF8.GetBytes(json);
        Assert.Equal(PayloadFault.None, Payloads.Read(sameOldNumber, new(26241, 0), ContentFormat.JsonBefore10, payload));
        Assert.Equal(5, sameOldNumber.Whole);
    }

    [Theory]
    [InlineData("/26241/0/1", """{"e":[{"v":5}]}""", 5)]
    [InlineData("/26241/0/1", """{"e":[{"n":"","v":5}]}""", 5)]
    [InlineData("/26241/0/1", """{"bn":"/26241/0/","e":[{"n":"1","v":5}]}""", 5)]
    [InlineData("/26241/0/101/7", """{"e":[{"v":5}]}""", null)]
    [InlineData("/26241/0/101", """{"e":[{"n":"7","v":5}]}""", null)]
    [InlineData("/26241/0/101", """{"bn":"/26241/0/101/","e":[{"n":"7","v":5}]}""", null)]
    [InlineData("/26241/0/101", """{"bn":"/26241/0/","e":[{"n":"101/7","v":5}]}""", null)]
    public void Names_start_at_the_request_where_there_is_no_base_name(string path, string json, int? whole)
    {
        AllTypes o = new();
        byte[] payload = Encoding.UTF8.GetBytes(json);
        Assert.Equal(PayloadFault.None, Payloads.Read(o, Payloads.Path(path), ContentFormat.Lwm2mJson, payload, ReadMode.Mirror));
        Assert.Equal(whole, o.Whole);
        Assert.Equal(whole is null ? [5] : [], o.ManyWhole);
    }

    [Theory]
    [InlineData("AQL/", "0102ff")]
    [InlineData("AQL_", "0102ff")]
    [InlineData(@"AQL\/", "0102ff")]
    [InlineData(@"\u0041QL/", "0102ff")]
    [InlineData("AQ==", "01")]
    [InlineData("", "")]
    [InlineData("AQ L/", null)]
    [InlineData("AQ%%", null)]
    [InlineData("A", null)]
    [InlineData(@"AQ\n==", null)]
    public void Bytes_are_Base64(string text, string? expected)
    {
        AllTypes o = new();
        PayloadFault fault = Read(o, $$"""{"bn":"/26241/0/","e":[{"n":"5","sv":"{{text}}"}]}""");
        Assert.Equal(expected is null ? PayloadFault.WrongType : PayloadFault.None, fault);
        Assert.Equal(expected, o.Data is { } data ? Convert.ToHexStringLower(data.Span) : null);
    }

    [Theory]
    [InlineData("""{"n":"0","sv":"a\"b\u00e9\ud83d\ude00"}""", PayloadFault.None)]
    [InlineData("""{"n":"0","sv":"\ud83d"}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"0","v":5}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"1","sv":"5"}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"1","v":5.5}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"4","bv":true}""", PayloadFault.None)]
    [InlineData("""{"n":"4","v":1}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"6","v":-1.5}""", PayloadFault.None)]
    [InlineData("""{"n":"7","ov":"3:0"}""", PayloadFault.None)]
    [InlineData("""{"n":"7","ov":"3"}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"7","sv":"3:0"}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"0","ov":"3:0"}""", PayloadFault.WrongType)]
    [InlineData("""{"n":"1","v":5},{"n":"1","v":6}""", PayloadFault.Duplicate)]
    [InlineData("""{"n":"101","v":5}""", PayloadFault.WrongMultiplicity)]
    [InlineData("""{"n":"1/0","v":5}""", PayloadFault.WrongMultiplicity)]
    public void A_value_is_of_its_type(string entries, object fault) =>
        Assert.Equal((PayloadFault)fault, Read(new(), $$"""{"bn":"/26241/0/","e":[{{entries}}]}"""));

    [Theory]
    [InlineData("""{"bn":"/26241/1/","e":[{"n":"1","v":5}]}""", PayloadFault.OutsidePath)]
    [InlineData("""{"bn":"/26241/","e":[{"n":"1","v":5}]}""", PayloadFault.OutsidePath)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"01","v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1/2/3","v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"65535","v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1"}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5,"sv":"5"}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5,"v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","n":"1","v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":"5"}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":null}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"4","bv":"true"}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5},]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5}],}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5}]""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5}]}}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","bn":"/26241/0/","e":[{"n":"1","v":5}]}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5}],"bn":"/26241/0/"}""", PayloadFault.Malformed)]
    [InlineData("""{"e":[{"n":"1","v":5}],"bn":"/26241/0/","bn":"/26241/0/"}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/","e":[{"n":"1","v":5}],"e":[]}""", PayloadFault.Malformed)]
    [InlineData("""{"e":[{"n":"1","v":5}],"x":tru}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":"/26241/0/"}""", PayloadFault.Malformed)]
    [InlineData("""{"bn":5,"e":[]}""", PayloadFault.Malformed)]
    [InlineData("""{"bt":"x","e":[]}""", PayloadFault.Malformed)]
    [InlineData("""{"e":{}}""", PayloadFault.Malformed)]
    [InlineData("""{}""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/26241/0/1","v":5}]""", PayloadFault.Malformed)]
    [InlineData("", PayloadFault.Malformed)]
    public void What_is_wrong_is_refused(string json, object fault)
    {
        AllTypes o = new() { Whole = 1 };
        Assert.Equal((PayloadFault)fault, Read(o, json));
        Assert.Equal(1, o.Whole);
    }

    [Theory]
    [InlineData("""{"bn":"/26241/0/","e":[]}""")]
    [InlineData("""{"e":[]}""")]
    public void Nothing_is_taken(string json) => Assert.Equal(PayloadFault.None, Read(new(), json));

    [Fact]
    public void Text_that_is_no_UTF_8_is_refused_even_where_it_is_skipped() =>
        Assert.Equal(
            PayloadFault.Malformed,
            Payloads.Read(new AllTypes(), new(26241, 0), ContentFormat.Lwm2mJson, [.. "{\"e\":[],\"x\":\""u8, 0xFF, .. "\"}"u8]));

    [Theory]
    [InlineData("{\"x\":")]
    [InlineData("{\"e\":")]
    [InlineData("{\"e\":[{\"x\":")]
    [InlineData("{\"bn\":\"/26241/0/\",\"e\":[{\"x\":")]
    public void Deep_nesting_is_refused(string start) =>
        Assert.Equal(PayloadFault.Malformed, Read(new(), start + new string('[', 100_000)));

    [Fact]
    public void An_object_without_content_and_one_without_instances_are_written_as_nothing()
    {
        Assert.Equal("""{"bn":"/26241/0/","e":[]}""", Payloads.WriteText(new AllTypes(), ContentFormat.Lwm2mJson));
        var buffer = new byte[200];
        Assert.Equal(RepresentationResult.Written, Representation.Write([], new(26241), ContentFormat.Lwm2mJson, buffer, out int written));
        Assert.Equal("""{"e":[]}""", Encoding.UTF8.GetString(buffer, 0, written));
    }

    private static PayloadFault Read(AllTypes o, string json) =>
        Payloads.Read(o, new(26241, 0), ContentFormat.Lwm2mJson, Encoding.UTF8.GetBytes(json));
}
