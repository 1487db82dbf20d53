using System.Text.Json;
using Ipso.SenML;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.SenML;

/// <summary>Reading and writing packs allocates nothing, whatever is in them.</summary>
public class AllocationTests
{
    public static TheoryData<string> Packs =>
        ["rfc8428-ex5", "rfc8428-ex7", "rfc8428-s6-cbor", "json-escape", "device-cbor", "bad-two-values"];

    [Theory]
    [MemberData(nameof(Packs))]
    public void Reading_a_pack(string id)
    {
        JsonElement vector = VectorFile.Get("senml.json", id);
        byte[] pack = VectorTests.PackOf(vector, out SenMLFormat format);
        var names = new byte[256];
        int records = 0;
        Assert.Equal(0, Lwm2m.AllocationTests.Allocated(() =>
        {
            SenMLReader reader = new(pack, format, names);
            while (reader.Next(out SenMLRecord record))
            {
                records += record.Name.Length > 0 ? 1 : 0;
            }
        }));
        Assert.True(records > 0 || id.StartsWith("bad", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SenMLFormat.Json)]
    [InlineData(SenMLFormat.Cbor)]
    public void Writing_a_pack(SenMLFormat format)
    {
        var buffer = new byte[512];
        Assert.Equal(0, Lwm2m.AllocationTests.Allocated(() =>
        {
            SenMLWriter writer = new(buffer, format);
            writer.BeginRecord();
            writer.BaseName("urn:dev:ow:10e2073a01080063:"u8);
            writer.BaseTime(1.276020076001e+09);
            writer.Name("temp"u8);
            writer.Unit("Cel"u8);
            writer.Value(23.1);
            writer.BeginRecord();
            writer.Name("label"u8);
            writer.Text("Machine \"Room\" ż");
            writer.BeginRecord();
            writer.Name("reader"u8);
            writer.Data("hi \n"u8);
            Assert.True(writer.Finish() > 0);
        }));
    }
}
