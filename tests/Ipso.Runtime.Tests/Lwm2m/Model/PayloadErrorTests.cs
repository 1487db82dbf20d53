using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.SenML;

namespace Ipso.Tests.Lwm2m;

public sealed class PayloadErrorTests
{
    [Theory]
    [InlineData("""[{"bn":"/3303/0/","n":"5601","v":1},{"n":"5602","v":2},{"n":"5700","v":"x"}]""",
        "SenML record 3, label v (Value): a number was expected, at byte 71")]
    [InlineData("""[{"bn":"/3303/0/","n":"5700","v":1},{"n":"5701","vs":"C","vs":"F"}]""",
        "SenML record 2, label vs (String Value): the label stands in the record twice, at byte 57")]
    [InlineData("""[{"bn":"/3303/0/","n":"5700","v":1,"x_":2}]""",
        "SenML record 1: a label that ends in _ must be understood, and is not known, at byte 35")]
    [InlineData("""[{"bn":"/3303/0/","n":"5700","v":1}""", "SenML record 1: no well-formed JSON, or an early end, at byte 35")]
    public void A_refusal_of_SenML_JSON_says_which_field_and_why(string payload, string sentence) =>
        Assert.Equal(sentence, Refuse(ContentFormat.SenMLJson, System.Text.Encoding.UTF8.GetBytes(payload)).ToString());

    [Theory]
    [InlineData("82A321682F333330332F302F00643537303002F93C00A20064353730310261", "SenML record 2, label 2 (Value): a number was expected")]
    [InlineData("81A321682F333330332F302F006435373030036143", "record 1: resource 5700 (Sensor Value) takes Float")]
    public void A_refusal_of_SenML_CBOR_says_which_field_and_why(string payload, string sentence) =>
        Assert.StartsWith(sentence, Refuse(ContentFormat.SenMLCbor, Convert.FromHexString(payload)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_refusal_says_where_in_bytes_and_records()
    {
        PayloadError error = Refuse(ContentFormat.SenMLJson, """[{"bn":"/3303/0/","n":"5700","v":1},{"n":"5701","v":2}]"""u8);
        Assert.Equal(
            (PayloadFault.WrongType, 5701, 2, SenMLReason.None), (error.Fault, error.Resource!.Id, error.Record, error.SenML.Reason));
    }

    [Fact]
    public void A_refusal_of_TLV_says_which_record()
    {
        // 5700 as a float of four bytes, then 5601 as one of three.
        PayloadError error = Refuse(ContentFormat.Tlv, Convert.FromHexString("E41644" + "3F800000" + "E315E1" + "010203"));
        Assert.Equal("record 2: resource 5601 (Min Measured Value) takes Float", error.ToString());
    }

    [Fact]
    public void What_is_missing_lies_with_no_record()
    {
        PayloadError error = Refuse(ContentFormat.SenMLJson, "[]"u8, ReadMode.WriteReplace, new SetPoint { SetPointValue = 1 });
        Assert.Equal((PayloadFault.MissingMandatory, 0), (error.Fault, error.Record));
    }

    private static PayloadError Refuse(
        ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode = ReadMode.Mirror, ObjectInstance? target = null)
    {
        target ??= new Temperature { SensorValue = 1 };
        Assert.False(Representation.TryRead(target, new(target.Definition.ObjectId, 0), format, payload, mode, out PayloadError error));
        return error;
    }
}
