using System.CommandLine;
using System.CommandLine.Parsing;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.CommandLine;

/// <summary>The options that several commands have; each command gets its own.</summary>
internal static class CommonOptions
{
    /// <summary>The folder of definitions where none is named.</summary>
    public const string DefaultFolder = "registry-xml";

    /// <summary>The folder to look definitions up in.</summary>
    public static Option<string?> Registry(string description) => new("--registry", "-r") { Description = description, HelpName = "FOLDER" };

    /// <summary>An argument that takes what is left of the command line, but for what was meant to be an option.</summary>
    public static Argument<string[]> Words(string name, string description, ArgumentArity arity)
    {
        Argument<string[]> words = new(name) { Description = description, Arity = arity };
        words.Validators.Add(static result =>
        {
            if (result.Tokens.FirstOrDefault(static token => token.Value.Length > 1 && token.Value[0] == '-') is { } wrong)
            {
                var options = (result.Parent as CommandResult)?.Command.Options.Select(static one => one.Name) ?? [];
                string meant = Resemblance.Closest(wrong.Value, options) is { } one ? $"; did you mean {one}?" : "";
                result.AddError($"'{wrong.Value}' is no option{meant}");
            }
        });
        return words;
    }

    /// <summary>JSON for machines.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON, for machines." };
}
