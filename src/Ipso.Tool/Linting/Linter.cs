using System.Collections.Immutable;
using Ipso.Generator.Naming;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Linting;

/// <summary>Says of files what the generator would say in a project that has them all, and gives advice.</summary>
internal static class Linter
{
    /// <summary>The files that are named: a folder stands for the definitions in it.</summary>
    /// <exception cref="Fault">There is no such file or folder.</exception>
    public static IReadOnlyList<DefinitionFile> Load(IEnumerable<string> paths)
    {
        List<DefinitionFile> files = [];
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                files.AddRange(Directory.GetFiles(path, "*.xml").Order(StringComparer.Ordinal)
                    .Select(static file => DefinitionFile.Load(file, isDeclared: false)));
            }
            else if (File.Exists(path))
            {
                files.Add(DefinitionFile.Load(path, isDeclared: true));
            }
            else
            {
                throw Fault.Usage($"there is no file or folder '{path}'");
            }
        }

        return [.. files.DistinctBy(static file => Path.GetFullPath(file.Path))];
    }

    /// <summary>All that there is to say, by file and place.</summary>
    public static IReadOnlyList<Finding> Examine(IReadOnlyList<DefinitionFile> files)
    {
        var names = NameConflicts.Find([.. files.SelectMany(static file => file.Parsed.Claims)]);
        Dictionary<string, int> order = files.Select(static (file, i) => (file.Path, i)).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. files.SelectMany(static file => file.Parsed.Faults.Concat(Advisor.Advise(file)).Select(fault => Finding.Of(fault, file.Path)))
                .Concat(names.Select(static fault => Finding.Of(fault, "")))
                .OrderBy(finding => order.GetValueOrDefault(finding.Path))
                .ThenBy(static finding => finding.StartLine).ThenBy(static finding => finding.StartColumn)
                .ThenBy(static finding => finding.Rule.Id, StringComparer.Ordinal),
        ];
    }
}
