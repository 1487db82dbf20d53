using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ipso.Integration.Tests;

/// <summary>node-coap: CoAP in JavaScript, which knows nothing of us. It is installed where the system has its Node.js packages.</summary>
internal static class NodeCoap
{
    /// <summary>The peer's name for <see cref="PeerFactAttribute"/>.</summary>
    internal const string Name = "node-coap";

    /// <summary>The reason to skip; null where it is there.</summary>
    internal static string? WhyNot() =>
        NodePackages.Find("coap") is null ? "node-coap is not installed (with Node.js 18 or newer: npm install --global coap@1.5.0)." : null;

    internal static Process Start(string script, params string[] arguments) =>
        NodePackages.Start(NodePackages.Find("coap"), $"NodeCoap/{script}", arguments);
}

/// <summary>node-coap's client, a process per request.</summary>
internal sealed class NodeCoapClient(IPEndPoint server)
{
    /// <summary>What it got: a response, or in words why there is none.</summary>
    internal sealed record Answer(string Code, byte[] Payload, string? Format, string? Location)
    {
        public string Text => Encoding.UTF8.GetString(Payload);
    }

    /// <summary>What to ask for.</summary>
    internal sealed record Call(string Method, string Path)
    {
        public string Query { get; init; } = "";

        public byte[] Body { get; init; } = [];

        public bool Confirmable { get; init; } = true;

        public bool Observe { get; init; }

        /// <summary>Options by the names that the package gives them, or by number, with the bytes of their values.</summary>
        public IReadOnlyDictionary<string, byte[]> Options { get; init; } = new Dictionary<string, byte[]>();
    }

    internal async Task<Answer> RequestAsync(Call call)
    {
        using Process process = Start(call);
        process.StandardInput.Close();
        string line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Read(line);
    }

    /// <summary>Observes; leaving the loop deregisters, and waits until that is done.</summary>
    internal async IAsyncEnumerable<Answer> ObserveAsync(string path)
    {
        using Process process = Start(new Call("GET", path) { Observe = true });
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                yield return Read(line);
            }
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }
    }

    private static Answer Read(string line)
    {
        JsonNode answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error
            ? new Answer(error.GetValue<string>(), [], null, null)
            : new Answer(
                answer["code"]!.GetValue<string>(), Convert.FromBase64String(answer["payload"]!.GetValue<string>()), answer["format"]?.ToString(),
                answer["location"]?.GetValue<string>());
    }

    private Process Start(Call call)
    {
        Process process = NodeCoap.Start("client.js");
        process.StandardInput.WriteLine(JsonSerializer.Serialize(new
        {
            host = server.Address.ToString(),
            port = server.Port,
            method = call.Method,
            path = call.Path,
            query = call.Query,
            confirmable = call.Confirmable,
            observe = call.Observe,
            options = call.Options.ToDictionary(static option => option.Key, static option => Convert.ToHexString(option.Value)),
            body = Convert.ToBase64String(call.Body),
        }));
        process.StandardInput.Flush();
        return process;
    }
}

/// <summary>node-coap's server on a free port.</summary>
internal sealed class NodeCoapServer : IAsyncDisposable
{
    private readonly Process _process;

    private NodeCoapServer(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    internal IPEndPoint EndPoint { get; }

    internal static async Task<NodeCoapServer> StartAsync()
    {
        Process process = NodeCoap.Start("server.js", IPAddress.Loopback.ToString());
        string port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("node-coap's server does not start.");
        return new NodeCoapServer(process, IPEndPoint.Parse($"{IPAddress.Loopback}:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
