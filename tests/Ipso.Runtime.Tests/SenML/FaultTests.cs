using System.Text;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>Each fault says where and why, in words that a person can act on.</summary>
public class FaultTests
{
    [Theory]
    [InlineData("", "an array of records was expected, at byte 0")]
    [InlineData("  {}", "an array of records was expected, at byte 2")]
    [InlineData("[1]", "record 1: a JSON object was expected, at byte 1")]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":"1"}]""", "record 2, label v (Value): a number was expected, at byte 30")]
    [InlineData("""[{"n":1,"v":1}]""", "record 1, label n (Name): a text was expected, at byte 6")]
    [InlineData("""[{"n":"a","vb":1}]""", "record 1, label vb (Boolean Value): true or false was expected, at byte 15")]
    [InlineData("""[{"n":"a","vd":"A"}]""", "record 1, label vd (Data Value): text in base64url was expected, at byte 15")]
    [InlineData("""[{"n":"a","vlo":66}]""", "record 1, label vlo (Object Link Value): a text was expected, at byte 16")]
    [InlineData("""[{"n":"a","v":01}]""", "record 1, label v (Value): no well-formed JSON, or an early end, at byte 14")]
    [InlineData("""[{"n":"a","v":null}]""", "record 1, label v (Value): a number was expected, at byte 14")]
    [InlineData("""[{"n":"a","v":1,"v":2}]""", "record 1, label v (Value): the label stands in the record twice, at byte 16")]
    [InlineData("""[{"n":"a","v":1,"vs":"2"}]""", "record 1, label vs (String Value): the record has more than one value, at byte 16")]
    [InlineData("""[{"n":"a"}]""", "record 1: the record has neither value nor sum, at byte 9")]
    [InlineData("""[{}]""", "record 1: the record has neither value nor sum, at byte 1")]
    [InlineData("""[{"v":1}]""", "record 1: the record has no name, at byte 7")]
    [InlineData("""[{"bn":"","n":"","v":1}]""", "record 1: the record has no name, at byte 22")]
    [InlineData("""[{"n":"a b","v":1}]""",
        "record 1: a name consists of letters, digits and - : . / _, and begins with a letter, a digit or /, at byte 17")]
    [InlineData("""[{"n":"-a","v":1}]""",
        "record 1: a name consists of letters, digits and - : . / _, and begins with a letter, a digit or /, at byte 16")]
    [InlineData("""[{"bn":"0123456789012345678","v":1}]""",
        "record 1, label bn (Base Name): the name is longer than the buffer for names, at byte 7")]
    [InlineData("""[{"bn":"0123456789","n":"0123456789","v":1}]""", "record 1: the name is longer than the buffer for names, at byte 42")]
    [InlineData("""[{"bver":11,"n":"a","v":1}]""", "record 1, label bver (Base Version): the version is higher than 10, at byte 9")]
    [InlineData("""[{"bver":0,"n":"a","v":1}]""", "record 1, label bver (Base Version): a version is a positive integer, at byte 9")]
    [InlineData("""[{"bver":1.5,"n":"a","v":1}]""", "record 1, label bver (Base Version): a version is a positive integer, at byte 9")]
    [InlineData("""[{"n":"a","v":1,"x_":1}]""", "record 1: a label that ends in _ must be understood, and is not known, at byte 16")]
    [InlineData("""[{"bv":1.7e308,"n":"a","v":1.7e308}]""", "record 1: the number is not finite, at byte 34")]
    [InlineData("""[{"n":"a","vs":"\ud800"}]""", "record 1, label vs (String Value): text that is no UTF-8, at byte 15")]
    [InlineData("""[{"n":"a","v":1}] x""", "something follows the pack, at byte 18")]
    [InlineData("""[{"n":"a","v":1}""", "record 1: no well-formed JSON, or an early end, at byte 16")]
    [InlineData("""[{"n":"a","v":1},]""", "record 2: a JSON object was expected, at byte 17")]
    [InlineData("""[{n:"a"}]""", "record 1: a label was expected, at byte 2")]
    public void A_fault_in_JSON(string json, string expected)
    {
        Resolved.ReadAll(Encoding.UTF8.GetBytes(json), SenMLFormat.Json, SenMLPackKind.Values, out SenMLFault fault, nameLength: 16);
        Assert.Equal(expected, fault.ToString());
    }

    [Theory]
    [InlineData("", "no well-formed CBOR, or an early end, at byte 0")]
    [InlineData("a0", "an array of records was expected, at byte 0")]
    [InlineData("8101", "record 1: a CBOR map was expected, at byte 1")]
    [InlineData("83a20061610201a20061610201a2006161026131", "record 3, label 2 (Value): a number was expected, at byte 18")]
    [InlineData("81a200616121f5", "record 1, label -2 (Base Name): a text was expected, at byte 6")]
    [InlineData("81a2006161086131", "record 1, label 8 (Data Value): a byte string was expected, at byte 6")]
    [InlineData("81a200616163766c6f01", "record 1, label vlo (Object Link Value): a text was expected, at byte 9")]
    [InlineData("81a2006161f501", "record 1: a label, integer or text, was expected, at byte 5")]
    [InlineData("81a20061ff0201", "record 1, label 0 (Name): text that is no UTF-8, at byte 3")]
    [InlineData("81a200616102f97e00", "record 1, label 2 (Value): the number is not finite, at byte 6")]
    [InlineData("81a20061610219", "record 1, label 2 (Value): no well-formed CBOR, or an early end, at byte 6")]
    [InlineData("81a2006161020101", "something follows the pack, at byte 7")]
    // A character in two chunks, a chunk of bytes among text, one of indefinite length, and no end.
    [InlineData("81a2006161037f61c361a9ff", "record 1, label 3 (String Value): text that is no UTF-8, at byte 6")]
    [InlineData("81a2006161037f616141ffff", "record 1, label 3 (String Value): no well-formed CBOR, or an early end, at byte 6")]
    [InlineData("81a2006161085f5f4101ffff", "record 1, label 8 (Data Value): no well-formed CBOR, or an early end, at byte 6")]
    [InlineData("81a2006161085f41014102", "record 1, label 8 (Data Value): no well-formed CBOR, or an early end, at byte 6")]
    public void A_fault_in_CBOR(string hex, string expected)
    {
        Resolved.ReadAll(Convert.FromHexString(hex), SenMLFormat.Cbor, SenMLPackKind.Values, out SenMLFault fault);
        Assert.Equal(expected, fault.ToString());
    }

    [Fact]
    public void No_fault() => Assert.Equal("no fault", default(SenMLFault).ToString());

    [Theory]
    [InlineData("[]", "the pack asks for nothing, at byte 0")]
    [InlineData("""[{"u":"Cel"}]""", "record 1: the record has no name, at byte 11")]
    public void A_fault_in_a_Fetch_Pack(string json, string expected)
    {
        Resolved.ReadAll(Encoding.UTF8.GetBytes(json), SenMLFormat.Json, SenMLPackKind.Fetch, out SenMLFault fault);
        Assert.Equal(expected, fault.ToString());
    }
}
