using System.CommandLine;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Linting;

/// <summary><c>ipso lint</c>.</summary>
internal static class LintCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> files = CommonOptions.Words("FILES", "Definitions, or folders of them.", ArgumentArity.OneOrMore);
        Option<bool> quiet = new("--quiet", "-q") { Description = "Leave information and advice out." };
        Option<bool> strict = new("--strict") { Description = "End with 1 for warnings as well." };
        Option<bool> sarif = new("--sarif") { Description = "Write SARIF 2.1.0, for code hosts and editors." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("lint", "Says of definitions what the generator says in a build, at the same places, and gives advice on style.")
        {
            files, quiet, strict, sarif, json,
        };
        command.SetAction(parsed =>
        {
            IReadOnlyList<DefinitionFile> read = Linter.Load(parsed.GetValue(files)!);
            Finding[] findings = [.. Linter.Examine(read).Where(finding => !parsed.GetValue(quiet) || finding.Severity != "info")];
            if (parsed.GetValue(sarif))
            {
                terminal.Json(writer => SarifLog.Write(writer, findings, typeof(LintCommand).Assembly.GetName().Version!.ToString(3)));
            }
            else if (parsed.GetValue(json))
            {
                WriteJson(terminal, findings);
            }
            else
            {
                WriteText(terminal, findings, read.Count);
            }

            bool isFaulty = findings.Any(finding => finding.Severity == "error" || (parsed.GetValue(strict) && finding.Severity == "warning"));
            return (int)(isFaulty ? ExitCode.FaultsFound : ExitCode.Done);
        });
        return command;
    }

    private static void WriteText(Terminal terminal, Finding[] findings, int files)
    {
        foreach (Finding finding in findings)
        {
            terminal.Line(finding.ToString());
        }

        terminal.Line($"{Count(files, "file")}: {Count(Of("error"), "error")}, {Count(Of("warning"), "warning")}, {Of("info")} for information");

        int Of(string severity) => findings.Count(finding => finding.Severity == severity);
        static string Count(int count, string one) => count == 1 ? $"1 {one}" : $"{count} {one}s";
    }

    private static void WriteJson(Terminal terminal, Finding[] findings) => terminal.Json(writer =>
    {
        writer.WriteStartArray();
        foreach (Finding finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("id", finding.Rule.Id);
            writer.WriteString("severity", finding.Severity);
            writer.WriteString("file", finding.Path);
            writer.WriteNumber("line", finding.StartLine);
            writer.WriteNumber("column", finding.StartColumn);
            writer.WriteNumber("endLine", finding.EndLine);
            writer.WriteNumber("endColumn", finding.EndColumn);
            writer.WriteString("message", finding.Message);
            writer.WriteString("help", finding.Rule.HelpLinkUri);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
