namespace Ipso.Benchmarks.Security;

/// <summary>What security costs: each of its kinds prints lines of its own.</summary>
internal static class SecuritySuite
{
    internal static bool Run(bool isQuick)
    {
        OscoreContest.Run(isQuick);
        return DtlsSuite.Run(isQuick);
    }
}
