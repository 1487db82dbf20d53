namespace Ipso.Integration.Tests;

/// <summary>A test with a program of others; where that is not installed, the test is skipped and says what brings it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(string program) => Skip = Peer.WhyNot(program);
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(string program) => Skip = Peer.WhyNot(program);
}

internal static class Peer
{
    /// <summary>The reason to skip; null where the program is there.</summary>
    internal static string? WhyNot(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)))
            ? null
            : $"{program} is not installed (Debian and Ubuntu: apt-get install libcoap3-bin).";
}
