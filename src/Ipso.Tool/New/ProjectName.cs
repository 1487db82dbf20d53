using Ipso.Tool.CommandLine;

namespace Ipso.Tool.New;

/// <summary>What a project may be called.</summary>
internal static class ProjectName
{
    // A project cannot reference a package of its own name.
    private static readonly string[] s_taken = ["Ipso", "Ipso.Runtime", "Ipso.Generator"];

    /// <summary>The name of the project in a folder: that of the folder.</summary>
    /// <exception cref="Fault">It will not do.</exception>
    public static string Of(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (!IsName(name))
        {
            throw Fault.Usage($"'{name}' is no name of a project; write one of letters, digits, '.', '-' and '_' that begins with a letter");
        }

        return s_taken.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? throw Fault.Usage($"'{name}' is the name of the package that the project needs; write another one")
            : name;
    }

    // File names, assemblies and MSBuild all have to take it.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && char.IsAsciiLetter(name[0]) && name[^1] != '.'
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
