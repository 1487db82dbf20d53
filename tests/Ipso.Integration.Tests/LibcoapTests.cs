using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Integration.Tests;

/// <summary>What libcoap's client gets out of a device of generated objects.</summary>
[Trait("Category", "Peers")]
public sealed class LibcoapTests : AsyncTests
{
    // The deck's bytes, from the LwM2M specification's example of a read of /3/0.
    private const string DeviceInSenMLCbor =
        "90a321652f332f302f00613003744f70656e204d6f62696c6520416c6c69616e6365a200613103764c69676874776569676874204d324d20436c69656e74"
        + "a20061320369333435303030313233a20061330363312e30a20063362f300201a20063362f310205a20063372f3002190ed8a20063372f3102191388"
        + "a20063382f3002187da20063382f3102190384a2006139021864a200623130020fa2006431312f300200a200623133021a5182428f"
        + "a20062313403662b30323a3030a200623136036155";

    private const string DeviceInSenMLJson =
        """[{"bn":"/3/0/","n":"0","vs":"Open Mobile Alliance"},{"n":"1","vs":"Lightweight M2M Client"},{"n":"2","vs":"345000123"},"""
        + """{"n":"3","vs":"1.0"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"7/0","v":3800},{"n":"7/1","v":5000},{"n":"8/0","v":125},"""
        + """{"n":"8/1","v":900},{"n":"9","v":100},{"n":"10","v":15},{"n":"11/0","v":0},{"n":"13","v":1367491215},"""
        + """{"n":"14","vs":"+02:00"},{"n":"16","vs":"U"}]""";

    private const string DeviceInTlv =
        "c800144f70656e204d6f62696c6520416c6c69616e6365c801164c69676874776569676874204d324d20436c69656e74c80209333435303030313233"
        + "c303312e30860641000141010588070842000ed842011388870841007d42010384c10964c10a0f830b410000c40d5182428fc60e2b30323a3030c11055";

    private readonly ServedRoom _room = new();

    public override ValueTask DisposeAsync() => _room.DisposeAsync();

    [Theory]
    [InlineData("/3303/0/5700", "21.5")]
    [InlineData("/3303/0/5701", "Cel")]
    [InlineData("/3/0/9", "100")]
    [InlineData("/3/0/7/1", "5000")]
    [InlineData("/3/0/13", "1367491215")]
    [InlineData("/26300/0/26241", "3303:0")]
    public async Task A_resource_is_read_as_text(string path, string expected)
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", path, accept: ContentFormat.PlainText);
        Assert.Equal(("", expected), (answer.Error, answer.Text));
    }

    [Fact]
    public async Task A_resource_without_accept_is_text()
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", "/3303/0/5700");
        Assert.Equal("21.5", answer.Text);
    }

    [Fact]
    public async Task An_instance_is_read_as_senml_json()
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", "/3/0", accept: ContentFormat.SenMLJson);
        Assert.Equal(("", DeviceInSenMLJson), (answer.Error, answer.Text));
    }

    [Theory]
    [InlineData(ContentFormat.SenMLCbor, DeviceInSenMLCbor)]
    [InlineData(ContentFormat.Tlv, DeviceInTlv)]
    public async Task An_instance_is_read_in_binary(ContentFormat format, string expected)
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", "/3/0", accept: format);
        Assert.Equal(("", expected), (answer.Error, Convert.ToHexStringLower(answer.Payload)));
    }

    [Theory]
    [InlineData(ContentFormat.SenMLJson)]
    [InlineData(ContentFormat.SenMLCbor)]
    [InlineData(ContentFormat.Tlv)]
    public async Task What_was_read_is_typed_again(ContentFormat format)
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", "/3/0", accept: format);
        Assert.True(Representation.TryRead(0, format, answer.Payload, out Device device, out PayloadError error), error.ToString());
        Assert.Equal("Lightweight M2M Client", device.ModelNumber);
        Assert.Equal([3800, 5000], device.PowerSourceVoltage);
        Assert.Equal(_room.Device.CurrentTime, device.CurrentTime);
        Assert.Null(device.Timezone);
    }

    [Fact]
    public async Task A_set_point_is_written_as_text()
    {
        LibcoapClient.Answer answer = await WriteSetPointAsync(ContentFormat.PlainText, "18"u8.ToArray());
        Assert.Equal(("", 18), (answer.Error, _room.SetPoint.SetPointValue));
    }

    [Fact]
    public async Task A_set_point_is_written_in_tlv()
    {
        LibcoapClient.Answer answer = await WriteSetPointAsync(ContentFormat.Tlv, Convert.FromHexString("e4170c41940000"));
        Assert.Equal(("", 18.5), (answer.Error, _room.SetPoint.SetPointValue));
    }

    [Fact]
    public async Task A_set_point_is_written_in_senml_json()
    {
        LibcoapClient.Answer answer = await WriteSetPointAsync(ContentFormat.SenMLJson, """[{"n":"/3308/0/5900","v":19.25}]"""u8.ToArray());
        Assert.Equal(("", 19.25), (answer.Error, _room.SetPoint.SetPointValue));
    }

    [Theory]
    [InlineData("/3308/0/5900", "warm", "4.00 resource 5900 (Set Point Value) takes Float")]
    [InlineData("/26300/0/26244", "7", "4.00 resource 26244 (Mode) takes 0..2, not 7")]
    [InlineData("/3303/0/5700", "1", "4.05 resource 5700 (Sensor Value) is not writable")]
    [InlineData("/3308/7/5900", "1", "4.04 no such object instance")]
    public async Task A_bad_write_is_refused_with_the_reason_and_changes_nothing(string path, string text, string expected)
    {
        string before = await SnapshotAsync();
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("put", path, format: ContentFormat.PlainText, payload: Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, answer.Error);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task An_unknown_format_is_refused()
    {
        const ContentFormat ApplicationJson = (ContentFormat)50;
        LibcoapClient.Answer read = await _room.Client.RequestAsync("get", "/3303/0", accept: ApplicationJson);
        LibcoapClient.Answer write = await _room.Client.RequestAsync("put", "/3308/0/5900", format: ApplicationJson, payload: "18"u8.ToArray());
        Assert.StartsWith("4.06", read.Error, StringComparison.Ordinal);
        Assert.StartsWith("4.15", write.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_point_is_written_in_cbor_and_read_in_lwm2m_cbor()
    {
        LibcoapClient.Answer write = await _room.Client.RequestAsync("put", "/3308/0/5900", format: ContentFormat.Cbor, payload: [0x12]);
        LibcoapClient.Answer read = await _room.Client.RequestAsync("get", "/3308/0/5900", accept: ContentFormat.Lwm2mCbor);
        Assert.Equal(("", ""), (write.Error, read.Error));
        Assert.Equal("A1190CECA100A119170CF94C80", Convert.ToHexString(read.Payload));
    }

    [Fact]
    public async Task A_reset_is_executed_once_and_with_its_arguments()
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("post", "/3303/0/5605", format: ContentFormat.PlainText, payload: "0='now'"u8.ToArray());
        Assert.Equal(("", "0='now'"), (answer.Error, Assert.Single(_room.Resets)));
    }

    [Fact]
    public async Task A_change_is_observed()
    {
        List<string> values = [];
        await foreach (string value in _room.Client.ObserveAsync("/3303/0/5700", ContentFormat.PlainText))
        {
            values.Add(value);
            if (values.Count == 3)
            {
                break;
            }

            _room.Temperature.SensorValue += 0.5;
        }

        Assert.Equal(["21.5", "22", "22.5"], values);
    }

    [Fact]
    public async Task What_there_is_is_discovered()
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", "/.well-known/core");
        Assert.Equal(
            """
            </>;rt="oma.lwm2m",</3>;rt="urn:oma:lwm2m:oma:3:1.2";ver=1.2,</3/0>,
            </3303>;rt="urn:oma:lwm2m:ext:3303:1.1";ver=1.1,</3303/0>,
            </3308>;rt="urn:oma:lwm2m:ext:3308:1.1";ver=1.1,</3308/0>,
            </26300>;rt="urn:oma:lwm2m:x:26300",</26300/0>
            """.ReplaceLineEndings(""),
            answer.Text);
    }

    [Theory]
    [InlineData(
        "?rt=urn:oma:lwm2m:ext:33*",
        """</3303>;rt="urn:oma:lwm2m:ext:3303:1.1";ver=1.1,</3308>;rt="urn:oma:lwm2m:ext:3308:1.1";ver=1.1""")]
    [InlineData("?href=/3303/*", "</3303/0>")]
    [InlineData("?rt=nothing", "")]
    public async Task What_is_asked_for_is_discovered(string query, string expected)
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", "/.well-known/core" + query);
        Assert.Equal(("", expected), (answer.Error, answer.Text));
    }

    [Theory]
    [InlineData("/3303", "</3303>;ver=1.1,</3303/0>,</3303/0/5601>,</3303/0/5602>,</3303/0/5605>,</3303/0/5700>,</3303/0/5701>")]
    [InlineData("/3308/0", "</3308/0>,</3308/0/5701>,</3308/0/5900>")]
    [InlineData("/3/0/7", "</3/0/7>;dim=2,</3/0/7/0>,</3/0/7/1>")]
    [InlineData("/3/0/7?depth=0", "</3/0/7>;dim=2")]
    [InlineData("/3?depth=1", "</3>,</3/0>")]
    public async Task A_path_is_discovered(string path, string expected)
    {
        LibcoapClient.Answer answer = await _room.Client.RequestAsync("get", path, accept: ContentFormat.LinkFormat);
        Assert.Equal(("", expected), (answer.Error, answer.Text));
    }

    private Task<LibcoapClient.Answer> WriteSetPointAsync(ContentFormat format, byte[] payload) =>
        _room.Client.RequestAsync("put", "/3308/0/5900", format: format, payload: payload);

    private async Task<string> SnapshotAsync()
    {
        StringBuilder all = new();
        foreach (string path in (string[])["/3/0", "/3303/0", "/3308/0", "/26300/0"])
        {
            all.Append((await _room.Client.RequestAsync("get", path, accept: ContentFormat.SenMLJson)).Text);
        }

        return all.ToString();
    }
}
