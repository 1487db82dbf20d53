namespace Ipso.Fuzz.Running;

/// <summary>What the program's exit code says; every other one is that of a process that died.</summary>
internal static class ExitCode
{
    internal const int Sound = 0;
    internal const int Found = 1;
    internal const int Usage = 2;
}
