using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Ipso.Lwm2m;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Payloads;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso decode</c> and <c>ipso encode</c>: payloads with the registry's names, units, types and ranges.</summary>
public sealed class PayloadTests : IDisposable
{
    private const string Pack = "84a321682f333330332f302f00643536303102f94c80a200643536303202fb4033147ae147ae14a200643537303002fb4033147ae147ae14a2006435373031036343656c";

    private static readonly ContentFormat[] s_formats =
        [ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Tlv, ContentFormat.Lwm2mJson, ContentFormat.Lwm2mCbor];

    private readonly TempFolder _folder = new();

    public static TheoryData<ContentFormat> Formats => [.. s_formats];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_payload_is_shown_with_names()
    {
        Assert.Equal("""
            Path          Name                          Value  Unit
            ────────────  ────────────────────────────  ─────  ────
            /3303/0/5601  Temperature.MinMeasuredValue  18
            /3303/0/5602  Temperature.MaxMeasuredValue  19.08
            /3303/0/5700  Temperature.SensorValue       19.08
            /3303/0/5701  Temperature.SensorUnits       "Cel"

            """, (await RunAsync("decode", "--path", "/3303/0", "--format", "senml-cbor", Pack)).Succeeds().Output);
    }

    [Theory]
    [InlineData("/Temperature/0", "112")]
    [InlineData("/temperature", "SenML-CBOR")]
    [InlineData("/", "senml-cbor")]
    public async Task Paths_and_formats_may_be_written_in_several_ways(string path, string format) =>
        Assert.Contains("Temperature.SensorValue", (await RunAsync("decode", "-p", path, "-f", format, Pack)).Succeeds().Output, StringComparison.Ordinal);

    [Fact]
    public async Task The_input_may_be_a_file_of_bytes_or_of_digits_or_the_standard_input()
    {
        byte[] bytes = Convert.FromHexString(Pack);
        await File.WriteAllBytesAsync(_folder["pack"], bytes);
        _folder.Write("digits", string.Join(' ', Pack.Chunk(2).Select(pair => new string(pair))) + "\n");
        string expected = (await RunAsync("decode", "-f", "senml-cbor", Pack)).Succeeds().Output;

        Assert.Equal(expected, (await RunAsync("decode", "-f", "senml-cbor", "pack")).Succeeds().Output);
        Assert.Equal(expected, (await RunAsync("decode", "-f", "senml-cbor", "digits")).Succeeds().Output);
        Assert.Equal(expected, (await ToolProcess.RunAsync(_folder.Path, bytes, ["decode", "-f", "senml-cbor", "-"])).Succeeds().Output);
    }

    [Fact]
    public async Task Json_has_values_of_their_types_and_times()
    {
        string pack = """[{"bn":"/3303/0/","bt":1700000000,"n":"5700","v":21.5},{"n":"5700","t":-60,"v":20},{"n":"5701","vs":"Cel"}]""";

        using JsonDocument json = JsonDocument.Parse((await RunAsync("decode", "-f", "senml-json", pack, "--json")).Succeeds().Output);

        Assert.Equal(
            ["""{"path":"/3303/0/5700","name":"Temperature.SensorValue","value":21.5,"unit":"","time":"2023-11-14T22:13:20Z"}""",
             """{"path":"/3303/0/5700","name":"Temperature.SensorValue","value":20,"unit":"","time":"2023-11-14T22:12:20Z"}""",
             """{"path":"/3303/0/5701","name":"Temperature.SensorUnits","value":"Cel","unit":"","time":"2023-11-14T22:13:20Z"}"""],
            json.RootElement.EnumerateArray().Select(one => JsonSerializer.Serialize(one)));
    }

    [Fact]
    public async Task A_value_that_is_not_of_its_resources_type_is_shown_and_told()
    {
        string output = (await RunAsync("decode", "-f", "senml-json", """[{"n":"/3303/0/5700","vs":"warm"},{"n":"/3303/0/9999","v":1},{"n":"/40000/0/1","v":2}]""")).Succeeds().Output;

        Assert.Matches("/3303/0/5700 +Temperature.SensorValue +warm \\(no Float\\)\n", output);
        Assert.Matches("/3303/0/9999 +1\n", output);
        Assert.Matches("/40000/0/1 +2\n", output);
    }

    [Fact]
    public async Task A_request_over_CoAP_is_shown_with_its_options_and_what_its_path_is_called() => Assert.Equal("""
        CON GET, Message ID 0x0001, token abcd
          Uri-Path: 3303
          Uri-Path: 0
          Uri-Path: 5700
          Accept: 112 (senml-cbor)
          /3303/0/5700 is Temperature.SensorValue

        """, (await RunAsync("decode", "--coap", "42 01 00 01 ab cd b4 33 33 30 33 01 30 04 35 37 30 30 61 70")).Succeeds().Output);

    [Fact]
    public async Task A_payload_within_a_CoAP_message_is_read_by_its_format()
    {
        Outcome outcome = (await RunAsync("decode", "--coap", "6145000abcc170ff" + Pack)).Succeeds();

        Assert.StartsWith("ACK 2.05 Content, Message ID 0x000a, token bc\n  Content-Format: 112 (senml-cbor)\nPath ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Temperature.SensorUnits", outcome.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await RunAsync("decode", "--coap", "6145000abcc170ff" + Pack, "--json")).Succeeds().Output);
        Assert.Equal(("2.05 Content", 4), (json.RootElement.GetProperty("code").GetString(), json.RootElement.GetProperty("payload").GetArrayLength()));
    }

    [Fact]
    public async Task Links_are_shown_with_what_they_are_of() => Assert.Equal(
        "/3303/0 (Temperature) ver=1.1\n/3/0 (Device)\n", (await RunAsync("decode", "-f", "links", "</3303/0>;ver=1.1,</3/0>")).Succeeds().Output);

    [Fact]
    public async Task What_is_encoded_is_decoded()
    {
        string[] values = ["6/0=1", "6/1=5", "Current Time=2026-01-31T12:00:00Z", "manufacturer=Company X"];
        string hex = (await RunAsync(["encode", "-p", "/Device/0", "-f", "lwm2m-cbor", .. values])).Succeeds().Output.Trim();

        Assert.Equal("""
            Path      Name                          Value                 Unit
            ────────  ────────────────────────────  ────────────────────  ────
            /3/0/0    Device.Manufacturer           "Company X"
            /3/0/6/0  Device.AvailablePowerSources  1
            /3/0/6/1  Device.AvailablePowerSources  5
            /3/0/13   Device.CurrentTime            2026-01-31T12:00:00Z

            """, (await RunAsync("decode", "-p", "/3/0", "-f", "lwm2m-cbor", hex)).Succeeds().Output);
        Assert.Equal("21.5", Encoding.ASCII.GetString(Convert.FromHexString((await RunAsync("encode", "-p", "/3303/0/5700", "-f", "text", "21.5")).Succeeds().Output.Trim())));
    }

    [Theory]
    [InlineData("/3303/0/6049 (Measurement Quality Level) takes 0..100, not '200'", "encode", "-f", "tlv", "-p", "/3303/0", "6049=200")]
    [InlineData("/3303/0/5700 (Sensor Value) takes a number, not 'warm'", "encode", "-f", "tlv", "-p", "/3303/0", "5700=warm")]
    [InlineData("/3303/0/5605 (Reset Min and Max Measured Values) is an action, and has no value", "encode", "-f", "tlv", "-p", "/3303/0", "5605=1")]
    [InlineData("object 3303 (Temperature) has no resource 'SensorVale'; did you mean SensorValue?", "encode", "-f", "tlv", "-p", "/3303/0", "SensorVale=1")]
    [InlineData("'21.5' is no value for /3303/0; write it like SensorValue=21.5, with what it is a value of", "encode", "-f", "tlv", "-p", "/3303/0", "21.5")]
    [InlineData("text cannot carry these 2 values for /3303/0; senml-cbor and lwm2m-cbor can", "encode", "-f", "text", "-p", "/3303/0", "5700=1", "5701=Cel")]
    [InlineData("'3303/0' is no path; write it like /3303/0/5700 or /Temperature/0/SensorValue", "decode", "-f", "tlv", "-p", "3303/0", "00")]
    [InlineData("there is no object Tempature in the tool's own registry; did you mean 3303 (Temperature)?", "decode", "-f", "tlv", "-p", "/Tempature/0", "00")]
    [InlineData("'first' in '/3303/first' is no id; an instance has a number from 0 to 65534", "decode", "-f", "tlv", "-p", "/3303/first", "00")]
    [InlineData("'/1/2/3/4/5' is no path: nothing lies below a Resource Instance", "decode", "-f", "tlv", "-p", "/1/2/3/4/5", "00")]
    [InlineData("'tvl' is no format; did you mean tlv?", "decode", "-f", "tvl", "00")]
    [InlineData("which format? --format takes text, links, opaque, cbor, ", "decode", "00")]
    [InlineData("'0g' is neither a file nor hexadecimal digits; ", "decode", "-f", "tlv", "0g")]
    [InlineData("this is no payload of tlv for /3303/0: record 1: malformed payload near byte 1", "decode", "-f", "tlv", "-p", "/3303/0", "ff")]
    [InlineData("this is no payload of senml-json for /3/0: record 1: the payload names a path outside the request's", "decode", "-f", "senml-json", "-p", "/3/0", """[{"n":"/4/0/1","v":1}]""")]
    [InlineData("this is no CoAP message over UDP (", "decode", "--coap", "ff00")]
    [InlineData("these are no links: ", "decode", "-f", "links", "</3")]
    public async Task What_is_wrong_is_one_line_and_exit_code_2(string part, params string[] arguments) => (await RunAsync(arguments)).FailsWith(2, part);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Whatever_the_registry_has_comes_back_as_it_went(ContentFormat format)
    {
        Random random = new(7);
        ObjectNames names = new(new ObjectLookup(DefinitionFolder.At(Checkout.LargestRegistry)));
        PayloadReport report = new(names);
        int count = 0;
        foreach (DefinedObject item in DefinitionFolder.At(Checkout.LargestRegistry).Current)
        {
            foreach (ResourceView resource in ResourceView.Of(item.Named).Where(one => !one.Definition.IsExecutable))
            {
                string text = ValueOf(resource.Definition, random);
                string id = resource.Definition.IsMultiple ? $"{resource.Definition.Id}/3" : $"{resource.Definition.Id}";
                Lwm2mPath instance = new(item.Definition.Id, 0);
                byte[] payload;
                try
                {
                    payload = EncodeCommand.Encode(names, instance, format, [$"{id}={text}"]);
                }
                catch (Fault fault) when (resource.Definition.Range is not null)
                {
                    // The value was not one of the range: then that is what it says.
                    Assert.Contains(resource.Definition.RangeText, fault.Message, StringComparison.Ordinal);
                    continue;
                }

                RecordText record = Assert.Single(report.Read(instance, format, payload));
                Assert.Equal(($"/{item.Definition.Id}/0/{id}", Shown(resource.Definition, text)), (record.Record.Path.ToString(), record.Value));
                count++;
            }
        }

        Assert.True(count > 300, count.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void No_bytes_at_all_break_a_decoder()
    {
        Random random = new(11);
        PayloadReport report = new(new ObjectNames(new ObjectLookup(DefinitionFolder.OfTool)));
        for (int i = 0; i < 4000; i++)
        {
            byte[] payload = Convert.FromHexString(Pack)[..random.Next(1, 60)];
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
            ContentFormat format = s_formats[random.Next(s_formats.Length)];
            try
            {
                Assert.All(report.Read(new(3303, 0), format, payload), record => Assert.NotNull(record.Value));
                Assert.NotNull(CoapMessageText.Read(payload).Code);
            }
            catch (Fault fault)
            {
                Assert.Equal(ExitCode.Usage, fault.Code);
            }
        }
    }

    private static string ValueOf(ResourceDefinition resource, Random random) => resource.Kind switch
    {
        ResourceKind.Integer or ResourceKind.UnsignedInteger => resource.Enumeration.Count > 0
            ? ValueNames.Of(resource.Enumeration)[0]
            : random.Next(0, 100).ToString(CultureInfo.InvariantCulture),
        ResourceKind.Float => (random.Next(0, 4000) / 64.0).ToString(CultureInfo.InvariantCulture),
        ResourceKind.Boolean => random.Next(2) == 0 ? "false" : "true",
        ResourceKind.Opaque => Convert.ToHexStringLower(RandomBytes(random)),
        ResourceKind.Time => "2026-01-31T12:00:00Z",
        ResourceKind.ObjectLink => "3303:" + random.Next(9).ToString(CultureInfo.InvariantCulture),
        ResourceKind.CoreLink => "</3/0>",
        _ => "text " + random.Next(1000).ToString(CultureInfo.InvariantCulture),
    };

    private static string Shown(ResourceDefinition resource, string text) =>
        resource.Kind == ResourceKind.String ? $"\"{text}\""
        : resource.Enumeration.Count > 0 ? $"{resource.Enumeration[0].Value} ({text})"
        : text;

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(1, 12)];
        random.NextBytes(bytes);
        return bytes;
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, arguments);
}
