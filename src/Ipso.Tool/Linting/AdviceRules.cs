using Microsoft.CodeAnalysis;

namespace Ipso.Tool.Linting;

/// <summary>
/// Advice on style: the generator takes all of it without a word, and people and other tools are better off without. The ids go on where
/// those of the generator leave room.
/// </summary>
internal static class AdviceRules
{
    private const string HelpPage = "https://github.com/ipso-dotnet/ipso/blob/main/docs/tool.md";

    public static readonly DiagnosticDescriptor FileName = Create(
        "IPSO0101",
        "The file is not called by the object's id",
        "Object {0} is in a file called {1}; whoever names the object by its id looks for {0}.xml");

    public static readonly DiagnosticDescriptor DescriptionMissing = Create(
        "IPSO0102",
        "The description is missing",
        "{0} has no description, so an IDE and the pages about it have its name alone; say what it is for");

    public static readonly DiagnosticDescriptor Spelling = Create(
        "IPSO0103",
        "The word is spelled in another way",
        "{0}: {1} is '{2}', and the registry's schema has '{3}'; other tools may know that alone");

    public static readonly DiagnosticDescriptor ActionWithValue = Create(
        "IPSO0104",
        "An action has no value",
        "{0} is an action, so its {1} '{2}' says nothing; leave the element empty");

    public static readonly DiagnosticDescriptor IdUnassigned = Create(
        "IPSO0105",
        "The id is in no range that is given out",
        "{0} has an id in no range that the registry gives out; for private use there are 26241 to 32768");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } = [FileName, DescriptionMissing, Spelling, ActionWithValue, IdUnassigned];

    // Information: it is never a reason to fail.
    private static DiagnosticDescriptor Create(string id, string title, string message) => new(
        id, title, message, "Ipso.Style", DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: $"{HelpPage}#{id.ToLowerInvariant()}");
}
