using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Ipso.Integration.Tests;

/// <summary>coap-node, an LwM2M 1.0 device in JavaScript.</summary>
internal sealed class CoapNode : IAsyncDisposable
{
    /// <summary>The peer's name for <see cref="PeerFactAttribute"/>.</summary>
    internal const string Name = "coap-node";

    private readonly NodeScript _script;

    private CoapNode(NodeScript script) => _script = script;

    /// <summary>The reason to skip; null where it is there.</summary>
    internal static string? WhyNot() =>
        Find() is null ? "coap-node is not installed (test.sh does so, and needs Node.js and npm)." : null;

    /// <summary>Starts a device, which registers with a server.</summary>
    internal static CoapNode Start(IPEndPoint server) =>
        new(new(Find(), "CoapNode/device.js", server.Address.ToString(), server.Port.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Waits for its next word: <c>registered</c> with a code, <c>executed</c> with a resource.</summary>
    internal Task<JsonNode> ReadAsync() => _script.ReadAsync();

    /// <summary>Sets its temperature.</summary>
    internal Task SetAsync(double value) => _script.WriteAsync(new { value });

    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private static string? Find() => NodePackages.Find(Name, NodeScript.PeersFolder);
}
