using System.Diagnostics;
using System.Text.Json;

namespace Ipso.Integration.Tests.Security;

/// <summary>node-coap-client: CoAP and DTLS in JavaScript, another one than node-coap.</summary>
internal static class SecureNodeCoapClient
{
    /// <summary>The peer's name for <see cref="PeerFactAttribute"/>.</summary>
    internal const string Name = "node-coap-client";

    /// <summary>The reason to skip; null where it is there.</summary>
    internal static string? WhyNot() =>
        Find() is null ? "node-coap-client is not installed (test.sh does so, and needs Node.js and npm)." : null;

    /// <summary>Reads a resource.</summary>
    /// <returns>The payload, or why there is none.</returns>
    internal static async Task<(string? Payload, string? Error)> GetAsync(string uri, string identity, string key)
    {
        using Process process = NodePackages.Start(Find(), "NodeCoap/secure-client.js", uri, identity, key);
        process.StandardInput.Close();
        string line = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        using JsonDocument answer = JsonDocument.Parse(line);
        return (Text("payload"), Text("error"));

        string? Text(string name) => answer.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
    }

    private static string? Find() => NodePackages.Find("node-coap-client", NodeScript.PeersFolder);
}
