using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.SenML;

namespace Ipso.Tests.Lwm2m;

/// <summary>Labels of SenML CBOR that are texts of indefinite length, in any number of chunks.</summary>
public class SenMLLabelTests
{
    // [{-2: "/26241/0/", 0: "7", <label>: <value>}]
    private const string Before = "A321692F32363234312F302F006137";
    private const string LinkTo3And0 = "63333A30";

    [Theory]
    [InlineData("63766C6F")]
    [InlineData("7F63766C6FFF")]
    [InlineData("7F6176626C6FFF")]
    [InlineData("7F617660616C616FFF")]
    [InlineData("7F6063766C6F60FF")]
    [InlineData("7F7801767802 6C6FFF")]
    public void The_label_of_a_link_may_come_in_chunks(string label)
    {
        byte[] payload = Pack(label, LinkTo3And0);
        AllTypes o = new();
        Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26241, 0), ContentFormat.SenMLCbor, payload));
        Assert.Equal(new ObjectLink(3, 0), o.Link);
        Assert.Equal(SenMLReason.None, ReasonOf(payload));
        AssertSameInBlocks(payload);
    }

    [Theory]
    [InlineData("7FFF")]
    [InlineData("7F61786179FF")]
    [InlineData("7F615F6178FF")]
    [InlineData("7F6176626C7AFF")]
    public void A_label_that_is_not_known_is_passed_over_in_chunks_too(string label)
    {
        byte[] payload = Pack(label, LinkTo3And0, and: "63766C6F" + LinkTo3And0);
        AllTypes o = new();
        Assert.Equal(PayloadFault.None, Payloads.Read(o, new(26241, 0), ContentFormat.SenMLCbor, payload));
        Assert.Equal(new ObjectLink(3, 0), o.Link);
        Assert.Equal(SenMLReason.None, ReasonOf(payload));
        AssertSameInBlocks(payload);
    }

    // What ends in "_", also where its last chunk is empty; what is no UTF-8, chunk by chunk; and what are no chunks.
    [Theory]
    [InlineData("7F6178615FFF", PayloadFault.NotUnderstood, SenMLReason.UnknownMandatoryLabel)]
    [InlineData("7F62785F60FF", PayloadFault.NotUnderstood, SenMLReason.UnknownMandatoryLabel)]
    [InlineData("7F61C361A9FF", PayloadFault.Malformed, SenMLReason.InvalidText)]
    [InlineData("7F6161 61FFFF", PayloadFault.Malformed, SenMLReason.InvalidText)]
    [InlineData("7F61614161FF", PayloadFault.Malformed, SenMLReason.Malformed)]
    [InlineData("7F61767F626C6FFFFF", PayloadFault.Malformed, SenMLReason.Malformed)]
    [InlineData("7F61767AFFFFFFFF6CFF", PayloadFault.Malformed, SenMLReason.Malformed)]
    [InlineData("7F6176616C", PayloadFault.Malformed, SenMLReason.Malformed)]
    [InlineData("5F41764 26C6FFF", PayloadFault.Malformed, SenMLReason.LabelExpected)]
    public void What_is_wrong_with_a_label_is_refused(string label, object fault, SenMLReason reason)
    {
        byte[] payload = Pack(label, LinkTo3And0, and: "63766C6F" + LinkTo3And0);
        AllTypes o = new() { Link = new(1, 1) };
        Assert.Equal((PayloadFault)fault, Payloads.Read(o, new(26241, 0), ContentFormat.SenMLCbor, payload));
        Assert.Equal(new ObjectLink(1, 1), o.Link);
        Assert.Equal(reason, ReasonOf(payload));
        AssertSameInBlocks(payload);
    }

    [Theory]
    [InlineData(120, PayloadFault.None)]
    [InlineData(130, PayloadFault.NotUnderstood)]
    public void A_label_in_chunks_has_a_longest_length(int chunks, object fault)
    {
        byte[] payload = Pack("7F" + string.Concat(Enumerable.Repeat("6178", chunks)) + "FF", LinkTo3And0, and: "63766C6F" + LinkTo3And0);
        Assert.Equal((PayloadFault)fault, Payloads.Read(new AllTypes(), new(26241, 0), ContentFormat.SenMLCbor, payload));
        AssertSameInBlocks(payload);
    }

    [Fact]
    public void A_link_in_chunks_and_one_in_one_piece_are_one_too_many()
    {
        byte[] payload = Pack("7F6176626C6FFF", LinkTo3And0, and: "63766C6F" + LinkTo3And0);
        Assert.Equal(PayloadFault.Malformed, Payloads.Read(new AllTypes(), new(26241, 0), ContentFormat.SenMLCbor, payload));
        Assert.Equal(SenMLReason.DuplicateField, ReasonOf(payload));
    }

    private static byte[] Pack(string label, string value, string and = "")
    {
        string pack = "81" + (and.Length == 0 ? Before : "A4" + Before[2..]) + label + value + and;
        return Convert.FromHexString(pack.Replace(" ", "", StringComparison.Ordinal));
    }

    private static SenMLReason ReasonOf(byte[] pack)
    {
        SenMLReader reader = new(pack, SenMLFormat.Cbor, new byte[64]);
        while (reader.Next(out _))
        {
        }

        return reader.Fault.Reason;
    }

    private static void AssertSameInBlocks(byte[] payload) =>
        Blocks.AssertSame(static () => new AllTypes(), new(26241, 0), ContentFormat.SenMLCbor, payload, ReadMode.WriteUpdate);
}
