using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Tests;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso coap</c>, as a process, against a server of this one.</summary>
public sealed class CoapClientTests : AsyncTests
{
    private readonly TempFolder _folder = new();
    private readonly CoapServer _server = new();
    private readonly TaskCompletionSource _observed = new();
    private double _temperature = 21.5;
    private string _said = "";

    public CoapClientTests()
    {
        _server.MapGet("/3303/0/5700", _ =>
        {
            _observed.TrySetResult();
            return CoapReply.Content(_temperature.ToString(CultureInfo.InvariantCulture));
        }).Observable();
        _server.MapGet("/3303/0", _ => CoapReply.Content(Pack(), ContentFormat.SenMLCbor));
        _server.Map(CoapCode.Put, "/3308/0/5900", Note);
        _server.Map(CoapCode.Post, "/3303/0/5605", Note);
        _server.Map(CoapCode.Fetch, "/", Note);
        _server.Map(CoapCode.IPatch, "/", Note);
        _server.Map(CoapCode.Delete, "/3308/1", _ => CoapReply.Deleted);
        _server.MapGet("/3", _ => CoapReply.Content(Encoding.UTF8.GetBytes("</3>;ver=1.2,</3/0/0>,</3/0/6>;dim=2"), ContentFormat.LinkFormat));
        _server.MapGet("/lamps/kitchen", _ => CoapReply.Content("on")).WithType("lamp");
        _server.MapPut("/lamps/kitchen", Note);
        _server.MapGet("/3304/0/5700", _ => CoapReply.Error(CoapCode.Forbidden, "not for you"));
        _server.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    private string Uri => $"coap://{_server.LocalEndPoint}";

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/Temperature/0/SensorValue")]
    [InlineData("/3303/0/5700")]
    [InlineData("/temperature/0/sensor%20value")]
    public async Task A_value_is_read_by_names_or_ids(string path) => Assert.Equal("""
        2.05 Content, text, 4 bytes
        Path          Name                     Value  Unit
        ────────────  ───────────────────────  ─────  ────
        /3303/0/5700  Temperature.SensorValue  21.5

        """, (await RunAsync("get", Uri + path)).Succeeds().Output);

    [Fact]
    public async Task An_instance_is_shown_by_its_format()
    {
        string output = (await RunAsync("get", Uri + "/Temperature/0", "--accept", "senml-cbor")).Succeeds().Output;

        Assert.StartsWith("2.05 Content, senml-cbor, ", output, StringComparison.Ordinal);
        Assert.Contains("/3303/0/5701  Temperature.SensorUnits  \"Cel\"\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_a_line_for_each_answer() => Assert.Equal(
        """{"code":"2.05 Content","format":"text","payload":[{"path":"/3303/0/5700","name":"Temperature.SensorValue","value":21.5,"unit":""}]}""" + "\n",
        (await RunAsync("get", Uri + "/3303/0/5700", "--json")).Succeeds().Output);

    [Fact]
    public async Task Values_are_written_as_their_resource_wants_them()
    {
        Assert.Equal("2.04 Changed\n", (await RunAsync("put", Uri + "/SetPoint/0/SetPointValue", "23.5")).Succeeds().Output);
        Assert.Equal("PUT /3308/0/5900 PlainText 23.5", _said);

        (await RunAsync("put", Uri + "/SetPoint/0/SetPointValue", "warm")).FailsWith(2, "/3308/0/5900 (Set Point Value) takes a number, not 'warm'");
        (await RunAsync("put", Uri + "/3308/0/5900", "-5")).Succeeds();
        Assert.Equal("PUT /3308/0/5900 PlainText -5", _said);
        (await RunAsync("put", Uri + "/3308/0/5900", "23.5", "--format", "tlv")).Succeeds();
        Assert.StartsWith("PUT /3308/0/5900 Tlv ", _said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_is_executed_and_an_instance_deleted()
    {
        (await RunAsync("post", Uri + "/Temperature/0/ResetMinAndMaxMeasuredValues")).Succeeds();
        Assert.Equal("POST /3303/0/5605  ", _said);
        Assert.Equal("2.02 Deleted\n", (await RunAsync("delete", Uri + "/3308/1")).Succeeds().Output);
    }

    [Fact]
    public async Task Composites_name_their_paths()
    {
        (await RunAsync("fetch", Uri + "/", "/Temperature/0/SensorValue", "/3")).Succeeds();
        Assert.Equal("""FETCH / SenMLJson [{"n":"/3303/0/5700"},{"n":"/3"}]""", _said);

        (await RunAsync("ipatch", Uri, "/LightControl/0/OnOff=true", "/3308/0/5900=18")).Succeeds();
        Assert.Equal("""iPATCH / SenMLJson [{"bn":"/3308/0/","n":"5900","v":18},{"bn":"/3311/0/","n":"5850","vb":true}]""", _said);
    }

    [Fact]
    public async Task A_payload_may_be_given_as_it_is()
    {
        _folder.Write("payload.json", "[]");
        (await RunAsync("put", Uri + "/3308/0/5900", "--payload", "payload.json", "--format", "senml-json")).Succeeds();
        Assert.Equal("PUT /3308/0/5900 SenMLJson []", _said);

        (await RunAsync("put", Uri + "/3308/0/5900", "1", "--payload", "x")).Fails(2, "--payload and values ask for different things");
    }

    [Fact]
    public async Task What_is_there_is_discovered()
    {
        Assert.EndsWith("/3 (Device) ver=1.2\n/3/0/0 (Device.Manufacturer)\n/3/0/6 (Device.AvailablePowerSources) dim=2\n", (await RunAsync("discover", Uri + "/Device")).Succeeds().Output, StringComparison.Ordinal);
        Assert.Contains("/lamps/kitchen rt=lamp\n", (await RunAsync("discover", Uri)).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_object_of_LwM2M_is_asked_as_it_stands()
    {
        Assert.Equal("2.05 Content, text, 2 bytes\non\n", (await RunAsync("get", Uri + "/lamps/kitchen")).Succeeds().Output);
        (await RunAsync("put", Uri + "/lamps/kitchen", "off")).Succeeds();
        Assert.Equal("PUT /lamps/kitchen PlainText off", _said);
    }

    [Fact]
    public async Task Changes_are_shown_until_so_many_have_come()
    {
        using Process process = ToolProcess.Start(_folder.Path, "coap", "observe", Uri + "/3303/0/5700", "--json", "--count", "3");
        process.StandardInput.Close();

        // Each is asked for when the one before has been shown.
        for (int i = 0; i < 3; i++)
        {
            using JsonDocument line = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!);
            Assert.Equal(21.5 + i, line.RootElement.GetProperty("payload")[0].GetProperty("value").GetDouble());
            _temperature++;
            _server.Changed("/3303/0/5700");
        }

        Assert.Equal(new Outcome(0, "", ""), await ToolProcess.EndAsync(process));
    }

    [LinuxFact]
    public async Task An_observation_ends_well_with_Ctrl_C()
    {
        using Process process = ToolProcess.Start(_folder.Path, "env", ["--default-signal=INT", "dotnet", ToolProcess.Program, "coap", "observe", Uri + "/3303/0/5700"]);
        await process.StandardOutput.ReadLineAsync();

        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        Outcome outcome = await ToolProcess.EndAsync(process);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task An_error_of_the_server_is_one_line_and_exit_code_7()
    {
        (await RunAsync("get", Uri + "/Humidity/0/SensorValue")).Fails(7, "the server answers 4.03 Forbidden: not for you");
        (await RunAsync("get", Uri + "/nowhere")).FailsWith(7, "the server answers 4.04 Not Found");
    }

    [Fact]
    public async Task Nobody_at_the_port_is_one_line_and_exit_code_5()
    {
        string uri = Uri;
        await _server.DisposeAsync();

        (await RunAsync("get", uri + "/3303/0")).FailsWith(5, "Nobody listens at 127.0.0.1:");
    }

    [Fact]
    public async Task No_answer_ends_with_the_patience_that_was_given()
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        (await RunAsync("get", $"coap://{silent.LocalEndPoint}/3", "--timeout", "1")).Fails(5, $"'coap://{silent.LocalEndPoint}/3' did not answer within 1 s; --timeout gives it longer");
    }

    [Theory]
    [InlineData("'127.0.0.1/3' is no URI of CoAP: it begins with coap://, coaps://, coap+tcp://, coaps+tcp://, coap+ws:// or coaps+ws://, like coap://192.0.2.1/Temperature/0", "get", "127.0.0.1/3")]
    [InlineData("'http://127.0.0.1/3' is no URI of CoAP: it begins with coap://", "get", "http://127.0.0.1/3")]
    [InlineData("object 3303 (Temperature) has no resource 'SensorVale'; did you mean SensorValue?", "get", "coap://127.0.0.1/Temperature/0/SensorVale")]
    [InlineData("'tvl' is no format; did you mean tlv?", "get", "coap://127.0.0.1/3", "--accept", "tvl")]
    public async Task What_is_wrong_on_the_command_line_is_one_line_and_exit_code_2(string part, params string[] arguments) =>
        (await RunAsync(arguments)).FailsWith(2, part);

    private static byte[] Pack()
    {
        ResourceWrites values = new();
        values.Add(new Lwm2mPath(3303, 0, 5700), 21.5);
        values.Add(new Lwm2mPath(3303, 0, 5701), "Cel");
        byte[] buffer = new byte[256];
        values.Write(new Lwm2mPath(3303, 0), ContentFormat.SenMLCbor, buffer, out int written);
        return buffer[..written];
    }

    private CoapReply Note(CoapServerRequest request)
    {
        _said = $"{request.Method} {request.Path} {request.ContentFormat} {request.GetText()}";
        return CoapReply.Changed;
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["coap", .. arguments]);
}
