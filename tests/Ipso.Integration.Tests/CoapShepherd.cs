using System.Text.Json.Nodes;

namespace Ipso.Integration.Tests;

/// <summary>coap-shepherd, an LwM2M 1.0 server in JavaScript, on a free port.</summary>
internal sealed class CoapShepherd : IAsyncDisposable
{
    /// <summary>The peer's name for <see cref="PeerFactAttribute"/>.</summary>
    internal const string Name = "coap-shepherd";

    private readonly NodeScript _script;
    private readonly List<JsonNode> _events = [];

    private CoapShepherd(NodeScript script, int port) => (_script, Port) = (script, port);

    internal int Port { get; }

    /// <summary>The reason to skip; null where it is there.</summary>
    internal static string? WhyNot() =>
        Find() is null ? "coap-shepherd is not installed (test.sh does so, and needs Node.js and npm)." : null;

    internal static async Task<CoapShepherd> StartAsync()
    {
        NodeScript script = new(Find(), "CoapShepherd/server.js");
        return new(script, (int)(await script.ReadAsync())["port"]!);
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
        await _script.WriteAsync(new { call, client, arguments });
        while (true)
        {
            if (await TakeAsync() is { } answer)
            {
                return answer;
            }
        }
    }

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private static string? Find() => NodePackages.Find(Name, NodeScript.PeersFolder);

    // An answer is returned, anything else is kept.
    private async Task<JsonNode?> TakeAsync()
    {
        JsonNode line = await _script.ReadAsync();
        if (line["answer"] is { } answer)
        {
            return answer;
        }

        _events.Add(line);
        return null;
    }
}
