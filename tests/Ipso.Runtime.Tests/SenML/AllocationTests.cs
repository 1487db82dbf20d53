using System.Text;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>Reading and writing packs allocates nothing, whatever is in them.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData("""[{"bn":"urn:dev:ow:10e2","bt":1320067464.0,"bu":"%RH","v":20},{"u":"lon","v":24.30621},{"t":60,"v":20.3}]""", 3)]
    [InlineData("""[{"bn":"urn:x:","n":"a","vs":"Machine \"Room\" \u017c"},{"n":"b","vb":false},{"n":"c","vd":"aGkgCg","s":1e3}]""", 3)]
    [InlineData("""[{"n":"a\/\u0062","v":1,"unknown":[{"x":[1,2]}]}]""", 1)]
    [InlineData("""[{"n":"a","v":1},{"n":"b","v":1,"vs":"2"}]""", 1)]
    [InlineData("""[{"n":"b","v":1,"bver":11}]""", 0)]
    public void Reading_JSON(string json, int expected) => AssertReads(Encoding.UTF8.GetBytes(json), SenMLFormat.Json, expected);

    [Theory]
    [InlineData("82a321652f332f302f00613003634f4d41a2006139021864", 2)]
    [InlineData("9fbf0061610843010203ffbf00616202c48220182dffff", 2)]
    [InlineData("82a2006161020ca10061", 1)]
    [InlineData("81a3217f61616162ff007f6163ff037f617860ff", 1)]
    public void Reading_CBOR(string hex, int expected) => AssertReads(Convert.FromHexString(hex), SenMLFormat.Cbor, expected);

    private static void AssertReads(byte[] pack, SenMLFormat format, int expected)
    {
        var names = new byte[64];
        Assert.Equal(0, Lwm2m.AllocationTests.Allocated(() =>
        {
            SenMLReader reader = new(pack, format, names);
            int records = 0;
            while (reader.Next(out SenMLRecord record))
            {
                records += record.Name.Length > 0 ? 1 : 0;
            }

            Assert.True(records == expected);
        }));
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
