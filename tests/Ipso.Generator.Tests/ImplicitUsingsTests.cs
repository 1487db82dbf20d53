using System.Collections.Immutable;
using System.Globalization;
using Ipso.Generator.Naming;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>Types that bear the name of one that implicit usings import.</summary>
public class ImplicitUsingsTests
{
    // What the SDK imports into a console program, a library or a worker.
    private static readonly string[] s_namespaces =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    [Fact]
    public void The_list_is_the_frameworks()
    {
        // System.Private.CoreLib has public types that no reference assembly shows; what it shares, the others forward.
        IEnumerable<INamedTypeSymbol> types = Compiler.Empty.References
            .Select(Compiler.Empty.GetAssemblyOrModuleSymbol).OfType<IAssemblySymbol>()
            .Where(assembly => !assembly.Name.StartsWith("System.Private.", StringComparison.Ordinal))
            .SelectMany(assembly => assembly.GetForwardedTypes().Concat(s_namespaces.SelectMany(name => TypesOf(assembly, name))));

        IEnumerable<string> actual =
            from type in types
            where type is { DeclaredAccessibility: Accessibility.Public, Arity: 0 } && !ImplicitUsings.IsLeftOut(type.Name)
            where s_namespaces.Contains(type.ContainingNamespace.ToDisplayString())
            select $"{type.ContainingNamespace}.{type.Name}";

        Assert.Equal(actual.Distinct().Order(StringComparer.Ordinal), ImplicitUsings.All.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void IPSO0024_a_name_that_the_framework_has_too()
    {
        var run = GeneratorRun.Of(XmlFile.Define(3340, "Timer", "1.0", ""));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("IPSO0024", diagnostic.Id);
        Assert.Equal(
            "Object 3340 is called Timer like System.Threading.Timer, which implicit usings import; a file that means the object by that "
            + "name says 'using Timer = Ipso.Objects.Timer;', or set ClassName on its IpsoObject",
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(["3340_1.0.Timer.g.cs"], run.Sources.Keys);
    }

    [Theory]
    [InlineData("Location")]
    [InlineData("Buzzer")]
    [InlineData("Task Timer")]
    public void Any_other_name_is_left_in_peace(string name) => Assert.Empty(GeneratorRun.Of(XmlFile.Define(1, name, "1.0", "")).Diagnostics);

    [Fact]
    public void IPSO0024_is_settled_by_a_name_of_the_projects_own() => Assert.Empty(
        GeneratorRun.Of(new Options().ForFile("1.xml", ("IpsoClassName", "Countdown")), XmlFile.Define(1, "Timer", "1.0", "", "1.xml")).Diagnostics);

    [Fact]
    public void The_alias_that_the_message_gives_compiles()
    {
        const string Usings = "global using System.Threading;\n";
        var run = GeneratorRun.Of(XmlFile.Define(1, "Timer", "1.0", ""));

        run.CompilesCleanly(Usings + "using Ipso.Objects; using Timer = Ipso.Objects.Timer; class C { internal Timer T = new(); }");
        Assert.Contains("CS0104", run.CompilerErrors(Usings + "using Ipso.Objects; class C { internal Timer T = new(); }"));
    }

    private static ImmutableArray<INamedTypeSymbol> TypesOf(IAssemblySymbol assembly, string name)
    {
        INamespaceSymbol? space = assembly.GlobalNamespace;
        foreach (string part in name.Split('.'))
        {
            space = space?.GetNamespaceMembers().SingleOrDefault(inner => inner.Name == part);
        }

        return space?.GetTypeMembers() ?? [];
    }
}
