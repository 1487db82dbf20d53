using System.Net;
using System.Net.Sockets;

namespace Ipso.Integration.Tests;

/// <summary>The samples as a user starts them.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task The_thermostat_shows_itself()
    {
        (int exitCode, string output, string error) = await RunThermostatAsync("--demo");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("/5700 Sensor Value = 18\n", output, StringComparison.Ordinal);
        Assert.Contains("PUT /3308/0/5900 '23.5'\n  2.04 Changed\n", output, StringComparison.Ordinal);
        Assert.Contains("PUT /26300/0/26244 '7'\n  4.00 Bad Request\n    resource 26244 (Mode) takes 0..2, not 7\n", output, StringComparison.Ordinal);
        Assert.Equal(5, output.Split("OBSERVE /3303/0/5700 #").Length - 1);
        Assert.EndsWith("GET /3308/0/5900\n  2.05 Content (PlainText, 2 bytes)\n    21\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("thermostat: '--foo' is no option; there are --server URI, --bind ADDRESS:PORT and --demo", "--foo")]
    [InlineData("thermostat: 'http://x' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port.", "--server", "http://x")]
    [InlineData("thermostat: --server takes a URI, for example --server coap://127.0.0.1", "--server")]
    [InlineData("thermostat: --bind takes ADDRESS:PORT, for example --bind 127.0.0.1:5683", "--bind")]
    [InlineData("thermostat: --bind takes ADDRESS:PORT, for example --bind 127.0.0.1:5683", "--bind", "here:5683")]
    public async Task A_bad_option_is_one_clear_line_and_exit_code_2(string line, params string[] arguments)
    {
        Assert.Equal((2, "", line + "\n"), await RunThermostatAsync(arguments));
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line_and_exit_code_2()
    {
        using Socket taken = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal((2, "", $"thermostat: UDP {taken.LocalEndPoint} is already in use.\n"), await RunThermostatAsync("--bind", taken.LocalEndPoint!.ToString()!));
    }

    [Fact]
    public async Task The_greenhouse_lives_for_a_day_and_ends()
    {
        (int exitCode, string output, string error) = await DotNet.RunAsync([DotNet.Greenhouse, "--demo"]);
        Assert.Equal((0, ""), (exitCode, error));
        foreach (string device in (string[])["bench-1", "bench-2", "lamp-1", "lamp-2", "roof", "meter"])
        {
            Assert.Matches($"{device} \\(LwM2M 1.2, /rd/[0-9a-f]{{16}}\\) Registered\n", output);
        }

        Assert.Matches("bench-1  is to have 22 Cel\n", output);
        Assert.Matches("bench-1  is to have 16 Cel\n", output);
        Assert.Matches("bench-2 +[0-9.]+ Cel\n", output);
        Assert.Matches("lamp-1   on, 80 %\n", output);
        Assert.Matches("lamp-2   off\n", output);
        Assert.Matches("[0-9]+ readings, [0-9]+ commands\n$", output);
    }

    [Theory]
    [InlineData("greenhouse: '--foo' is no option; there are --bind ADDRESS:PORT and --demo", "--foo")]
    [InlineData("greenhouse: --bind takes ADDRESS:PORT, for example --bind 127.0.0.1:5683", "--bind")]
    public async Task The_greenhouse_refuses_a_bad_option(string line, params string[] arguments)
    {
        Assert.Equal((2, "", line + "\n"), await DotNet.RunAsync([DotNet.Greenhouse, .. arguments]));
    }

    private static Task<(int ExitCode, string Output, string Error)> RunThermostatAsync(params string[] arguments) =>
        DotNet.RunAsync([DotNet.Thermostat, .. arguments]);
}
