using System.Runtime.CompilerServices;

namespace Ipso.Tool.Tests.Support;

/// <summary>Where things lie in the checkout.</summary>
internal static class Checkout
{
    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    /// <summary>Our own definitions.</summary>
    internal static string Registry { get; } = Path.Combine(Root, "registry-xml");

    /// <summary>OMNA's registry where <c>IPSO_REGISTRY</c> names a copy, else our own definitions.</summary>
    internal static string LargestRegistry =>
        Environment.GetEnvironmentVariable("IPSO_REGISTRY") is { Length: > 0 } named && Directory.Exists(named) ? named : Registry;

    private static string Here([CallerFilePath] string path = "") => path;
}
