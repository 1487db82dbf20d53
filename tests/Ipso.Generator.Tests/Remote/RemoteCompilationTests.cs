using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests.Remote;

/// <summary>What a server's program can be compiled of, and what not: the registry's rights are the compiler's.</summary>
public class RemoteCompilationTests
{
    private static readonly Options s_server = new(("IpsoRemote", "true"));

    private static readonly GeneratorRun s_every =
        GeneratorRun.Of(s_server, XmlFile.Define(30100, "Every right", "1.0", RemoteSourceTests.EveryRight));

    [Theory]
    [InlineData("remote.Reading.WriteAsync(1)", "CS1061", "'ReadableResource<double>' does not contain a definition for 'WriteAsync'")]
    [InlineData("remote.Secret.ReadAsync()", "CS1061", "'WritableResource<string>' does not contain a definition for 'ReadAsync'")]
    [InlineData("remote.Secret.ObserveAsync()", "CS1061", "'WritableResource<string>' does not contain a definition for 'ObserveAsync'")]
    [InlineData("remote.Switch.ExecuteAsync()", "CS1061", "'ReadWriteResource<bool>' does not contain a definition for 'ExecuteAsync'")]
    [InlineData("remote.Act.ReadAsync()", "CS1061", "'ExecutableResource' does not contain a definition for 'ReadAsync'")]
    [InlineData("remote.Act.WriteAsync(1)", "CS1061", "'ExecutableResource' does not contain a definition for 'WriteAsync'")]
    [InlineData("remote.Names.WriteAsync([])", "CS1061", "'ReadableResources<string>' does not contain a definition for 'WriteAsync'")]
    [InlineData("remote.Names[0].WriteAsync(\"\")", "CS1061", "'ReadableResource<string>' does not contain a definition for 'WriteAsync'")]
    [InlineData("remote.Tokens.ReadAsync()", "CS1061", "'WritableResources<ReadOnlyMemory<byte>>' does not contain a definition for 'ReadAsync'")]
    [InlineData("remote.Tokens[0].ReadAsync()", "CS1061", "'WritableResource<ReadOnlyMemory<byte>>' does not contain a definition for 'ReadAsync'")]
    [InlineData("remote.BootstrapOnly", "CS1061", "'RemoteObject<EveryRight>' does not contain a definition for 'BootstrapOnly'")]
    [InlineData("remote.Switch.WriteAsync(1)", "CS1503", "Argument 1: cannot convert from 'int' to 'bool'")]
    [InlineData("remote.Mode.WriteAsync(1)", "CS1503", "Argument 1: cannot convert from 'int' to 'Ipso.Objects.EveryRight.Values.Mode'")]
    [InlineData("remote.Levels.WriteAsync(1)", "CS1503", "Argument 1: cannot convert from 'int' to 'Ipso.Lwm2m.Model.ResourceInstances<long>'")]
    [InlineData("remote.Reading.FollowAsync()", "CS1929", "'ReadableResource<double>' does not contain a definition for 'FollowAsync'")]
    [InlineData("new CompositeWrite().Set(remote.Reading, 1.0)", "CS1503", "Argument 1: cannot convert from 'Ipso.Server.Remote.ReadableResource<double>' to")]
    [InlineData("device.ReadAsync([remote.Secret])", "CS0029", "Cannot implicitly convert type 'Ipso.Server.Remote.WritableResource<string>' to 'Ipso.Server.Remote.IRemoteReadable'")]
    [InlineData("device.Object<string>()", "CS0311", "The type 'string' cannot be used as type parameter 'T' in the generic type or method 'DeviceClient.Object<T>(ushort)'")]
    public void What_the_registry_does_not_allow_does_not_compile(string expression, string id, string message)
    {
        Diagnostic error = Errors(s_every, expression).DistinctBy(static one => one.Location).Single();

        Assert.Equal(id, error.Id);
        Assert.StartsWith(message, error.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_allows_compiles_without_a_word() => s_every.CompilesCleanly("""
        using System;
        using System.Threading.Tasks;
        using Ipso.Lwm2m;
        using Ipso.Lwm2m.Model;
        using Ipso.Objects;
        using Ipso.Server;
        using Ipso.Server.Remote;

        internal static class Program
        {
            internal static async Task Manage(DeviceClient device)
            {
                RemoteObject<EveryRight> remote = device.Object<EveryRight>(0);
                double reading = await remote.Reading.ReadAsync();
                await foreach (RemoteValue<double> value in remote.Reading.ObserveAsync(new() { MinimumPeriod = 10 }))
                {
                    reading += value.Value;
                }

                await remote.Switch.WriteAsync(!await remote.Switch.ReadAsync());
                await remote.Secret.WriteAsync("s");
                await remote.Act.ExecuteAsync("0='a'");
                await remote.ActInMany.ExecuteAsync();
                await remote.Levels.WriteAsync([1, 2]);
                await remote.Levels[1].WriteAsync(await remote.Levels[0].ReadAsync());
                await remote.Tokens.WriteAsync([new byte[] { 1 }]);
                ResourceInstances<string> names = await remote.Names.ReadAsync();
                await remote.Mode.WriteAsync(EveryRight.Values.Mode.Heat);
                EveryRight.Values.Modes mode = await remote.Modes[0].ReadAsync();
                await remote.Target.WriteAsync(remote.ToLink());
                RemoteObject<EveryRight>? target = await remote.Target.FollowAsync<EveryRight>();
                RemoteNode? node = await remote.Target.FollowAsync();
                DateTimeOffset at = await remote.At.ReadAsync();
                CoreLink links = await remote.Links.ReadAsync();
                EveryRight whole = await remote.ReadAsync();
                await remote.WriteAsync(whole);
                CompositeReading both = await device.ReadAsync([remote.Reading, remote.Levels, remote]);
                await device.WriteAsync(new CompositeWrite().Set(remote.Switch, true).Set(remote.Secret, "s").Set(remote.Levels, [1]));
                _ = (names, mode, target, node, at, links, both, reading);
            }
        }
        """);

    [Fact]
    public void Names_that_do_not_come_easy_compile() => GeneratorRun.Of(
        s_server,
        XmlFile.Define(1, "Odd", "1.0", string.Concat(
            ((string[])["Path", "Path 1", "Client", "Read Async", "Odd Remote", "Definition", "Remote", "remote", "System", "Ipso", "Equals", "温度"])
                .Select((name, i) => XmlFile.Item(i + 1, name, "RW")))),
        XmlFile.Define(2, "Odd Remote", "1.0", XmlFile.Item(1, "Odd Remote")),
        XmlFile.Define(3, "remote", "1.0", XmlFile.Item(1, "remote"))).CompilesCleanly();

    [Fact]
    public void An_internal_object_is_internal_on_devices_too() => GeneratorRun.Of(
        new Options(("IpsoRemote", "true"), ("IpsoVisibility", "internal"), ("IpsoNamespace", "Company.Things")),
        XmlFile.Define(30100, "Every right", "1.0", RemoteSourceTests.EveryRight)).CompilesCleanly();

    [Fact]
    [Trait("Category", "Registry")]
    public void The_whole_registry_compiles_without_a_word()
    {
        GeneratorRun run = GeneratorRun.Untracked(s_server, Repository.WholeRegistry()).CompilesCleanly();

        Assert.True(run.Sources.Keys.Count(static name => name.EndsWith(".Remote.g.cs", StringComparison.Ordinal)) > 10);
    }

    private static IEnumerable<Diagnostic> Errors(GeneratorRun run, string expression) => Compiler.Diagnose(run.Output.AddSyntaxTrees(Compiler.Parse($$"""
        using Ipso.Objects;
        using Ipso.Server;
        using Ipso.Server.Remote;

        internal static class Program
        {
            internal static object Use(DeviceClient device, RemoteObject<EveryRight> remote) => {{expression}};
        }
        """))).Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}
