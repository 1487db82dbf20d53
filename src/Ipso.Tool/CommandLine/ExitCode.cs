namespace Ipso.Tool.CommandLine;

/// <summary>What the process says when it ends. The page docs/tool.md has the same list.</summary>
internal enum ExitCode
{
    /// <summary>All that was asked for was done.</summary>
    Done = 0,

    /// <summary>What was examined has faults: <c>lint</c> found an error.</summary>
    FaultsFound = 1,

    /// <summary>The command line or what it names is wrong: an option, an object, a file.</summary>
    Usage = 2,

    /// <summary><c>registry update --check</c>: something is outdated.</summary>
    Outdated = 3,

    /// <summary>An update breaks programs, and nobody has said that it may.</summary>
    Breaking = 4,

    /// <summary>The source or the peer cannot be reached, or what it gives is of no use.</summary>
    Unreachable = 5,

    /// <summary>A folder or file cannot be read or written.</summary>
    Disk = 6,

    /// <summary>A peer has answered with an error.</summary>
    Refused = 7,

    /// <summary>A defect of the tool.</summary>
    Defect = 70,

    /// <summary>Stopped by Ctrl+C.</summary>
    Stopped = 130,
}
