using Ipso.Integration.Tests.Security;

namespace Ipso.Integration.Tests;

/// <summary>A test with a program of others; where that is not installed, the test is skipped and says what brings it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(params string[] peers) => Skip = Peer.WhyNot(peers);
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(params string[] peers) => Skip = Peer.WhyNot(peers);
}

internal static class Peer
{
    /// <summary>The reason to skip; null where all of them are there.</summary>
    internal static string? WhyNot(params string[] peers) => peers.Select(WhyNot).FirstOrDefault(static reason => reason is not null);

    /// <summary>Where a program is; null if it is not installed.</summary>
    internal static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string? WhyNot(string peer) => peer switch
    {
        NodeCoap.Name => NodeCoap.WhyNot(),
        SecureNodeCoapClient.Name => SecureNodeCoapClient.WhyNot(),
        CoapShepherd.Name => CoapShepherd.WhyNot(),
        CoapNode.Name => CoapNode.WhyNot(),
        LossyNetwork.Name => LossyNetwork.WhyNot(),
        "openssl" => Find(peer) is null ? "openssl is not installed (Debian and Ubuntu: apt-get install openssl)." : null,
        _ => Find(peer) is null ? $"{peer} is not installed (Debian and Ubuntu: apt-get install libcoap3-bin)." : null,
    };
}
