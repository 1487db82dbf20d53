using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Lwm2m;

/// <summary>docs/formats.md: its example is compiled and run, and its table has the bytes that are written.</summary>
public class FormatsDocsTests
{
    private static readonly (ContentFormat Format, string Name, string Since)[] s_formats =
    [
        (ContentFormat.PlainText, "plain text, one value", "1.0"),
        (ContentFormat.Cbor, "CBOR, one value", "1.1"),
        (ContentFormat.SenMLJson, "SenML JSON", "1.1"),
        (ContentFormat.SenMLCbor, "SenML CBOR", "1.1"),
        (ContentFormat.Tlv, "OMA TLV", "1.0"),
        (ContentFormat.Lwm2mJson, "OMA JSON", "1.0"),
        (ContentFormat.Lwm2mCbor, "LwM2M CBOR", "1.2"),
    ];

    [Fact]
    public void The_example_of_the_page_runs()
    {
        Temperature temperature = new() { SensorValue = 21.5, SensorUnits = "Cel" };
        byte[] buffer = new byte[512];
        RepresentationResult result = Representation.Write(temperature, ContentFormat.SenMLJson, buffer, out int length);

        if (!Representation.TryRead(0, ContentFormat.SenMLJson, buffer.AsSpan(0, length), out Temperature read, out PayloadError error))
        {
            Console.WriteLine(error);
        }

        Assert.Equal((RepresentationResult.Written, 21.5, "Cel"), (result, read.SensorValue, read.SensorUnits));
        DocsPage.AssertStandHere(new DocsPage("formats.md").Examples());
    }

    [Fact]
    public void The_table_has_the_bytes_that_are_written()
    {
        string rows = string.Concat(s_formats.Select(static format => Row(format.Format, format.Name, format.Since)));
        Assert.True(new DocsPage("formats.md").Text.Contains($"|--:|---|---|--:|---|\n{rows}\n", StringComparison.Ordinal), rows);
    }

    private static string Row(ContentFormat format, string name, string since)
    {
        Temperature temperature = new() { SensorValue = 21.5, SensorUnits = "Cel" };
        Lwm2mPath path = Representation.IsSingleValue(format) ? new(3303, 0, 5700) : new(3303, 0);
        byte[] buffer = new byte[512];
        Assert.Equal(RepresentationResult.Written, Representation.Write([temperature], path, format, buffer, out int length));
        bool isText = format is ContentFormat.PlainText or ContentFormat.SenMLJson or ContentFormat.Lwm2mJson;
        string payload = isText ? Encoding.UTF8.GetString(buffer, 0, length) : Convert.ToHexStringLower(buffer, 0, length);
        return $"| {(int)format} | {name} | {since} | {length} | `{payload}` |\n";
    }
}
