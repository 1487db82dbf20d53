using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ipso.Tests;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary><c>ipso coap</c>, as a process, with servers that know nothing of LwM2M, do not answer, or are not there.</summary>
public sealed class CoapAnyServerTests : AsyncTests
{
    private readonly TempFolder _folder = new();
    private readonly TestServer _server = new();

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/hello", "2.05 Content, text, 5 bytes\nhello\n")]
    [InlineData("/lines", "2.05 Content, text, 8 bytes\none\ntwo\n")]
    [InlineData("/orders", "2.05 Content, text, 8 bytes\n1b5b324a676f6e65\n")]
    [InlineData("/bytes", "2.05 Content, opaque, 4 bytes\n0001feff\n")]
    [InlineData("/unnamed", "2.05 Content\nfffe\n")]
    [InlineData("/what?a=1&b=%26", "2.05 Content, text, 7 bytes\na=1&b=&\n")]
    public async Task A_payload_is_shown_as_its_format_asks_for(string path, string shown) =>
        Assert.Equal(shown, (await RunAsync("get", _server.Uri + path)).Succeeds().Output);

    [Fact]
    public async Task Raw_bytes_come_as_they_came() =>
        Assert.Equal("\u001b[2Jgone", (await RunAsync("get", _server.Uri + "/orders", "--raw")).Succeeds().Output);

    [Theory]
    [InlineData("/time", "noon")]
    [InlineData("/location", "here")]
    public async Task A_path_that_is_called_as_an_object_is_may_be_anything(string path, string said) =>
        Assert.Equal(said, (await RunAsync("get", _server.Uri + path, "--raw")).Succeeds().Output);

    [Fact]
    public async Task A_path_that_looks_like_a_class_goes_out_as_it_is_when_asked_to()
    {
        Assert.Equal("my own", (await RunAsync("get", _server.Uri + "/Temperature", "--plain", "--raw")).Succeeds().Output);
        (await RunAsync("get", _server.Uri + "/Temperature")).Fails(7, "the server answers 4.04 Not Found");
    }

    [Fact]
    public async Task What_is_discovered_may_be_filtered()
    {
        string[] lines = (await RunAsync("discover", _server.Uri + "/?rt=greeting")).Succeeds().Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("/hello rt=greeting title=Says hello", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_serves_as_well_as_datagrams()
    {
        Assert.Equal("hello", (await RunAsync("get", _server.TcpUri + "/hello", "--raw")).Succeeds().Output);
        Assert.Equal("2.02 Deleted\n", (await RunAsync("delete", _server.TcpUri + "/store")).Succeeds().Output);
        (await RunAsync("put", _server.TcpUri + "/hello", "x")).Fails(7, "the server answers 4.05 Method Not Allowed");
    }

    [Fact]
    public async Task Non_confirmable_requests_are_answered_too() =>
        Assert.Equal("hello", (await RunAsync("get", _server.Uri + "/hello", "--non", "--raw")).Succeeds().Output);

    [Theory]
    [InlineData("/secret", "4.01 Unauthorized: who are you?")]
    [InlineData("/broken", "5.00 Internal Server Error")]
    public async Task An_error_is_its_code_and_diagnostic_on_one_line(string path, string error) =>
        (await RunAsync("get", _server.Uri + path)).Fails(7, "the server answers " + error);

    [Fact]
    public async Task A_payload_that_is_not_of_its_format_is_the_servers_fault_and_can_be_had_raw()
    {
        (await RunAsync("get", _server.Uri + "/torn")).FailsWith(5, "this is no payload of senml-json");
        Assert.Equal("[{\"n\":\"a\",\"v\":", (await RunAsync("get", _server.Uri + "/torn", "--raw")).Succeeds().Output);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_ends_it_with_5()
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string line = $"'coap://{silent.LocalEndPoint}/x' did not answer within 0.3 s; --timeout gives it longer";

        (await RunAsync("get", $"coap://{silent.LocalEndPoint}/x", "--timeout", "0.3")).Fails(5, line);
        (await RunAsync("observe", $"coap://{silent.LocalEndPoint}/x", "-t", "0.3")).Fails(5, line);
    }

    [Fact]
    public async Task A_server_that_takes_a_connection_and_says_nothing_ends_it_with_5()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        (await RunAsync("get", $"coap+tcp://{silent.LocalEndpoint}/x", "--timeout", "1"))
            .Fails(5, $"'coap+tcp://{silent.LocalEndpoint}/x' did not answer within 1 s; --timeout gives it longer");
    }

    [Fact]
    public async Task A_server_that_acknowledges_and_does_not_answer_ends_it_with_5_too() =>
        (await RunAsync("get", _server.Uri + "/never", "--timeout", "1")).Fails(5, $"'{_server.Uri}/never' did not answer within 1 s; --timeout gives it longer");

    [Theory]
    [InlineData("coap://127.0.0.1:1/x", "Nobody listens at 127.0.0.1:1")]
    [InlineData("coap+tcp://127.0.0.1:1/x", "TCP 127.0.0.1:1 refused the connection")]
    [InlineData("coap+ws://127.0.0.1:1/x", "TCP 127.0.0.1:1 refused the connection")]
    [InlineData("coap://no-such-host.invalid/x", "The name no-such-host.invalid has no address")]
    [InlineData("coap+tcp://no-such-host.invalid/x", "The name no-such-host.invalid has no address")]
    public async Task A_server_that_is_not_there_ends_it_with_5(string uri, string part) =>
        (await RunAsync("get", uri, "--timeout", "60")).FailsWith(5, part);

    [Theory]
    [InlineData("'coap://h:99999/x' is no URI of CoAP: its port is no number from 1 to 65535", "get", "coap://h:99999/x")]
    [InlineData("coaps:// takes a pre-shared key: --identity says which, and --key names the file that it is in, in hexadecimal digits", "get", "coaps://h/x")]
    [InlineData("there is no file 'my.key'", "get", "coaps://h/x", "--identity", "node-7", "--key", "my.key")]
    [InlineData("there is no file 'ca.pem'", "get", "coaps+tcp://h/x", "--trust", "ca.pem")]
    [InlineData("--json and --raw ask for different things; 'ipso coap get --help' has the list", "get", "coap://h/x", "--json", "--raw")]
    [InlineData("--timeout takes a number of seconds, above 0 and up to a day; 'ipso coap get --help' has the list", "get", "coap://h/x", "--timeout", "0")]
    [InlineData("--timeout takes a number of seconds, above 0 and up to a day; 'ipso coap get --help' has the list", "get", "coap://h/x", "--timeout", "soon")]
    [InlineData("--count takes a number from 1 on; 'ipso coap observe --help' has the list", "observe", "coap://h/x", "-n", "0")]
    [InlineData("--count takes a number from 1 on; 'ipso coap observe --help' has the list", "observe", "coap://h/x", "-n", "few")]
    public async Task What_is_wrong_on_the_command_line_is_exit_code_2(string line, params string[] arguments) =>
        (await RunAsync(arguments)).Fails(2, line);

    [LinuxFact]
    public async Task Ctrl_C_within_a_request_is_told_with_what_is_not_known()
    {
        using Process process = ToolProcess.Start(
            _folder.Path, "env", ["--default-signal=INT", "dotnet", ToolProcess.Program, "coap", "get", _server.Uri + "/never"]);
        await _server.NeverAsked;

        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);

        (await ToolProcess.EndAsync(process)).Fails(130, "stopped; whether the server has done what was asked for is not known");
    }

    [Theory]
    [InlineData("coap")]
    [InlineData("coap+tcp")]
    public async Task A_server_is_told_that_nobody_observes_any_longer(string scheme)
    {
        using Process process = ToolProcess.Start(
            _folder.Path, "coap", "observe", (scheme == "coap" ? _server.Uri : _server.TcpUri) + "/state", "--count", "2", "--json");
        await process.StandardOutput.ReadLineAsync();
        Assert.Equal(1, _server.Observers);

        _server.Become("1");
        (await ToolProcess.EndAsync(process)).Succeeds();

        while (_server.Observers > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task An_observation_that_the_server_ends_is_told()
    {
        using Process process = ToolProcess.Start(_folder.Path, "coap", "observe", _server.Uri + "/state", "--json");
        await process.StandardOutput.ReadLineAsync();

        _server.Become("gone");

        (await ToolProcess.EndAsync(process)).Fails(7, "the server answers 4.04 Not Found");
    }

    [Fact]
    public async Task Observing_what_is_not_observable_shows_it_once_and_says_so()
    {
        Outcome outcome = await RunAsync("observe", _server.Uri + "/hello");
        Assert.EndsWith("\nhello\n", outcome.Output, StringComparison.Ordinal);
        outcome.FailsWith(5, $"'{_server.Uri}/hello' cannot be observed; that is how it is now");
    }

    private Task<Outcome> RunAsync(params string[] arguments) => ToolProcess.RunAsync(_folder.Path, ["coap", .. arguments]);
}
