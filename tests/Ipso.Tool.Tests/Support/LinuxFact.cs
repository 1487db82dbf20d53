using System.Diagnostics;

namespace Ipso.Tool.Tests.Support;

/// <summary>A test that makes a system behave badly by what Linux has for it.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <inheritdoc cref="LinuxFactAttribute"/>
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <summary>A test that looks at a terminal, which the program <c>script</c> makes.</summary>
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute() => Skip = OperatingSystem.IsLinux() && File.Exists("/usr/bin/script") ? null : "Needs Linux and /usr/bin/script.";
}

/// <summary>A test that mounts a disk of its own, in a namespace that nobody else sees.</summary>
internal sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_isPossible = new(static () =>
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using Process process = ToolProcess.Start(Path.GetTempPath(), "bash", ["-c", "unshare -rm mount -t tmpfs tmpfs /mnt"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    public NamespaceFactAttribute() => Skip = s_isPossible.Value ? null : "Needs Linux and leave to make namespaces.";
}
