using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
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
        words.Validators.Add(RefuseOptions);
        return words;
    }

    /// <summary>Refuses what was meant to be an option and is none, where an argument would take it.</summary>
    public static void RefuseOptions(ArgumentResult result)
    {
        // A number may be negative.
        if (result.Tokens.FirstOrDefault(static token => token.Value is ['-', not (>= '0' and <= '9'), ..]) is { } wrong)
        {
            var options = (result.Parent as CommandResult)?.Command.Options.Select(static one => one.Name) ?? [];
            string meant = Resemblance.Closest(wrong.Value, options) is { } one ? $"; did you mean {one}?" : "";
            result.AddError($"'{wrong.Value}' is no option{meant}");
        }
    }

    /// <summary>Demands that an option be given a number of a kind. Asking the option for its value would throw where that is none.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isRight">Whether a number will do.</param>
    /// <param name="what">What it takes, for the message.</param>
    public static void DemandNumber(Option option, Func<double, bool> isRight, string what) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }, ..]
            && !(double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number) && isRight(number)))
        {
            result.AddError($"{option.Name} takes {what}");
        }
    });

    /// <summary>JSON for machines.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON, for machines." };
}
