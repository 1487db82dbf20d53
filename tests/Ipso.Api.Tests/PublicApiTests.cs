using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ipso.Tests.Support;
using PublicApiGenerator;

namespace Ipso.Api.Tests;

/// <summary>
/// The public API of each library is the one that was accepted: what changes of it is seen in review, in <c>_snapshots</c>.
/// </summary>
public sealed partial class PublicApiTests
{
    // Its code travels within a package and calls Roslyn: a program does not.
    private const string Generator = "Ipso.Generator";

    // Nobody programs against a command.
    private const string Tool = "Ipso.Tool";

    public static TheoryData<string> Libraries =>
    [
        .. Directory.GetDirectories(Path.Combine(Folder(), "../../src")).Select(static path => Path.GetFileName(path))
            .Except([Generator, Tool]).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_API_is_the_one_that_was_accepted(string library)
    {
        ApiGeneratorOptions options = new()
        {
            // They say what tools need to know, and change with the compiler and the release.
            IncludeAssemblyAttributes = false,
            ExcludeAttributes =
            [
                "System.CodeDom.Compiler.GeneratedCodeAttribute",
                "System.Diagnostics.CodeAnalysis.SuppressMessageAttribute",
                "System.Diagnostics.DebuggerBrowsableAttribute",
                "System.Runtime.CompilerServices.CompilerGeneratedAttribute",
            ],
        };
        string api = LineEnd().Replace(Assembly.Load(library).GeneratePublicApi(options), "\n") + "\n";
        string? different = AcceptedFile.Compare(Path.Combine(Folder(), "_snapshots", library), api);
        Assert.True(different is null, AcceptedFile.Advice + different);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    [GeneratedRegex(@"[ \t]*\r?\n")]
    private static partial Regex LineEnd();
}
