using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ipso.Integration.Tests;

/// <summary>A script of this project in Node.js that is told and tells in lines of JSON; it ends when its input does.</summary>
internal sealed class NodeScript(string? folder, string script, params string[] arguments) : IAsyncDisposable
{
    /// <summary>Where test.sh puts packages that want others in versions of their choice.</summary>
    internal const string PeersFolder = "/usr/local/lib/ipso-peers/node_modules";

    private readonly Process _process = NodePackages.Start(folder, script, arguments);

    internal async Task<JsonNode> ReadAsync()
    {
        JsonNode line = JsonNode.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{script} has ended."))!;
        return line["error"] is { } error ? throw new InvalidOperationException($"{script}: {error}") : line;
    }

    internal async Task WriteAsync<T>(T line)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(line));
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
