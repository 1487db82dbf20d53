using System.CommandLine;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Keeping.Sources;

namespace Ipso.Tool.Keeping;

/// <summary>The options that say where definitions come from.</summary>
internal sealed class SourceOptions
{
    /// <summary>The environment variable that names the usual source.</summary>
    public const string Variable = "IPSO_SOURCE";

    private const int UsualSeconds = 30;

    private readonly Option<string?> _source;

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "How many seconds an answer from the network may take.",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => UsualSeconds,
    };

    /// <summary>Makes them for a command.</summary>
    /// <param name="usual">What holds where none is named, for the help.</param>
    public SourceOptions(string usual)
    {
        _source = new("--source", "-s")
        {
            Description = $"Where definitions come from: {RegistrySource.Package} (what the tool has with it), {RegistrySource.Omna} (OMNA's "
                + $"registry, over HTTPS), the URL of a copy of OMNA's files, or a folder. Else what {Variable} says, else {usual}.",
            HelpName = "SOURCE",
        };
        CommonOptions.DemandNumber(_timeout, static seconds => seconds is >= 1 and <= int.MaxValue, "a number of seconds from 1 on");
    }

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_source);
        command.Options.Add(_timeout);
    }

    /// <summary>The source that is named, if one is.</summary>
    public string? Named(ParseResult parsed) =>
        parsed.GetValue(_source) ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } usual ? usual : null);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout));
}
