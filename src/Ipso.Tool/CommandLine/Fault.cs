using System.Diagnostics.CodeAnalysis;

namespace Ipso.Tool.CommandLine;

/// <summary>The end of a command for a reason that its user can do something about: one line, and an exit code.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It is never without its exit code.")]
internal sealed class Fault(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>The command line, or what it names, is wrong.</summary>
    public static Fault Usage(string message) => new(ExitCode.Usage, message);

    /// <summary>A folder or file cannot be read or written.</summary>
    public static Fault Disk(string what, Exception reason) => new(ExitCode.Disk, $"{what}: {ReasonOf(reason)}", reason);

    /// <summary>What a system's exception says, on one line.</summary>
    public static string ReasonOf(Exception e) => string.Join(' ', e.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
