using System.Diagnostics;
using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Tests;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>
/// The recordings of pages of docs/: each command is run, in the order of the page and in one folder, and prints what stands below it.
/// <c>IPSO_ACCEPT=1</c> writes them anew.
/// </summary>
public sealed class DocsTests : AsyncTests
{
    private const string Begin = "```console\n";
    private const string Prompt = "$ ";

    // The page says no port, and the device of the test has the one that the system gives it.
    private const string Device = "coap://127.0.0.1";

    private readonly TempFolder _folder = new();
    private readonly CoapServer _device = new();

    public DocsTests()
    {
        ResourceWrites values = new();
        values.Add(new Lwm2mPath(3303, 0, 5700), 21.5);
        values.Add(new Lwm2mPath(3303, 0, 5601), 18.0);
        byte[] payload = new byte[256];
        Assert.Equal(RepresentationResult.Written, values.Write(new Lwm2mPath(3303, 0), ContentFormat.SenMLCbor, payload, out int length));
        _device.MapGet("/3303/0", _ => CoapReply.Content(payload.AsMemory(0, length), ContentFormat.SenMLCbor));
        _device.MapGet("/3303/0/5700", static _ => CoapReply.Content("21.5")).Observable();
        _device.MapPut("/3308/0/5900", static request => request.GetText() == "23.5" ? CoapReply.Changed : CoapReply.Error(CoapCode.BadRequest));
        _device.MapGet("/3", static _ => CoapReply.Content("</3>;ver=1.2,</3/0/0>,</3/0/6>;dim=2"u8.ToArray(), ContentFormat.LinkFormat));
        _device.Start(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public override async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("tool.md")]
    [InlineData("getting-started.md")]
    public async Task Each_command_of_the_page_prints_what_stands_there(string name)
    {
        string path = Path.Combine(Checkout.Root, "docs", name);
        string page = await File.ReadAllTextAsync(path);
        string[] parts = page.Split(Begin);
        StringBuilder played = new(parts[0]);
        foreach (string part in parts[1..])
        {
            int end = part.IndexOf("```", StringComparison.Ordinal);
            played.Append(Begin);
            foreach (string command in part[..end].Split('\n').Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)))
            {
                played.Append($"{command}\n{await RunAsync(command[Prompt.Length..])}");
            }

            played.Append(part[end..]);
        }

        Assert.True(parts.Length >= 3);
        if (Environment.GetEnvironmentVariable("IPSO_ACCEPT") == "1")
        {
            await File.WriteAllTextAsync(path, played.ToString());
        }

        Assert.Equal(played.ToString(), await File.ReadAllTextAsync(path));
    }

    // As a reader types it: in a shell that finds the command, and at the width of the page.
    private async Task<string> RunAsync(string command)
    {
        string device = $"coap://{_device.LocalEndPoint}";
        string shell = $"ipso() {{ dotnet '{ToolProcess.Program}' \"$@\"; }}; {command.Replace(Device, device, StringComparison.Ordinal)}";
        using Process process = ToolProcess.Start(_folder.Path, "bash", ["-c", $"exec 2>&1; export COLUMNS=110; {shell}"]);
        process.StandardInput.Close();
        Outcome outcome = await ToolProcess.EndAsync(process);
        Assert.True(outcome.ExitCode == 0 && outcome.Error.Length == 0, $"{command}\n{outcome}");
        return outcome.Output.Replace(device, Device, StringComparison.Ordinal);
    }
}
