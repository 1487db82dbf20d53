using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ipso.Integration.Tests;

/// <summary>coap-shepherd, an LwM2M 1.0 server in JavaScript, on a free port.</summary>
internal sealed class CoapShepherd : IAsyncDisposable
{
    /// <summary>The peer's name for <see cref="PeerFactAttribute"/>.</summary>
    internal const string Name = "coap-shepherd";

    // Where test.sh puts it.
    private const string Folder = "/usr/local/lib/ipso-peers/node_modules";

    private readonly Process _process;
    private readonly List<JsonNode> _events = [];

    private CoapShepherd(Process process, int port) => (_process, Port) = (process, port);

    internal int Port { get; }

    /// <summary>The reason to skip; null where it is there.</summary>
    internal static string? WhyNot() =>
        Find() is null ? "coap-shepherd is not installed (test.sh does so, and needs Node.js and npm)." : null;

    internal static async Task<CoapShepherd> StartAsync()
    {
        Process process = NodePackages.Start(Find(), "CoapShepherd/server.js");
        JsonNode first = await ReadAsync(process);
        return new(process, (int)(first["port"] ?? throw new InvalidOperationException($"coap-shepherd does not start: {first}")));
    }

    /// <summary>Waits for something that has happened to a client: <c>devIncoming</c>, <c>devUpdate</c>, <c>devNotify</c>, <c>devLeaving</c>.
    /// </summary>
    internal async Task<JsonNode> WaitForAsync(string kind, Func<JsonNode, bool>? condition = null)
    {
        bool IsIt(JsonNode e) => (string?)e["event"] == kind && condition?.Invoke(e) != false;
        while (!_events.Any(IsIt))
        {
            await TakeAsync();
        }

        JsonNode found = _events.First(IsIt);
        _events.Remove(found);
        return found;
    }

    /// <summary>Asks a client for something.</summary>
    internal async Task<JsonNode> CallAsync(string client, string call, params object[] arguments)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { call, client, arguments }));
        await _process.StandardInput.FlushAsync();
        while (true)
        {
            if (await TakeAsync() is { } answer)
            {
                return answer;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? Find() => NodePackages.Find("coap-shepherd", Folder);

    private static async Task<JsonNode> ReadAsync(Process process) =>
        JsonNode.Parse(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("coap-shepherd has ended."))!;

    // An answer is returned, anything else is kept.
    private async Task<JsonNode?> TakeAsync()
    {
        JsonNode line = await ReadAsync(_process);
        if (line["error"] is { } error)
        {
            throw new InvalidOperationException($"coap-shepherd: {error}");
        }

        if (line["answer"] is { } answer)
        {
            return answer;
        }

        _events.Add(line);
        return null;
    }
}
