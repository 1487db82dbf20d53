using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Ipso.Lwm2m.Model;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests.Support;

/// <summary>
/// All registered objects and versions as classes that run. Without the copy of OMNA's registry they are those of
/// <c>registry-xml</c>: the same tests over less.
/// </summary>
public sealed partial class LoadedRegistry : IDisposable
{
    // A server's view of the objects with resources that only a server writes: a device never reads those out, a server must.
    private const string ServerNamespace = "Ipso.Objects.Server";

    private readonly AssemblyLoadContext _context = new("Registry", isCollectible: true);

    public LoadedRegistry()
    {
        Files = Repository.WholeRegistry();
        Run = GeneratorRun.Of(Files);
        var servers = GeneratorRun.Of(
            new Options(("IpsoNamespace", ServerNamespace)),
            [
                .. Files.Where(file => WriteOnly().IsMatch(file.Content))
                    .Select(file => new XmlFile(file.Path, WriteOnly().Replace(file.Content, "$1RW$2"))),
            ]);

        using var image = new MemoryStream();
        Compilation all = Run.Output.AddSyntaxTrees(servers.Result.GeneratedSources.Select(source => source.SyntaxTree));
        Diagnostics = Compiler.Diagnose(all, image);
        if (Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            return;
        }

        image.Position = 0;
        Type[] types = [.. _context.LoadFromStream(image).GetExportedTypes().Where(typeof(ObjectInstance).IsAssignableFrom)];
        RoundTrip[] servings = [.. types.Where(type => type.Namespace == ServerNamespace).Select(RoundTrip.Of)];
        Objects =
        [
            .. from type in types
               where type.Namespace != ServerNamespace
               let item = RoundTrip.Of(type)
               let server = servings.FirstOrDefault(one => (one.Info.ObjectId, one.Info.Version) == (item.Info.ObjectId, item.Info.Version))
               orderby item.Info.ObjectId, item.Info.Version
               select (item, server ?? item),
        ];
    }

    internal XmlFile[] Files { get; }

    internal GeneratorRun Run { get; }

    /// <summary>What the compiler says of all classes.</summary>
    internal Diagnostic[] Diagnostics { get; }

    /// <summary>Each class of a device with the one that a server writes from, by object and version.</summary>
    internal (RoundTrip Device, RoundTrip Server)[] Objects { get; } = [];

    public void Dispose() => _context.Unload();

    [GeneratedRegex(@"(<Operations>\s*)W(\s*</Operations>)")]
    private static partial Regex WriteOnly();
}
