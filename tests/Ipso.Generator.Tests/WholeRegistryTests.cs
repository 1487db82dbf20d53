using Ipso.Coap;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>
/// All that is registered, as far as it lies beside the checkout: current objects and their older versions in one program. It is
/// generated, compiled, loaded, and each object goes over the wire in every format.
/// </summary>
[Trait("Category", "Registry")]
public class WholeRegistryTests(LoadedRegistry registry) : IClassFixture<LoadedRegistry>
{
    public static TheoryData<ContentFormat> Formats => [.. RoundTrip.Formats];

    public static TheoryData<ContentFormat> WholeFormats => [.. RoundTrip.WholeFormats];

    [Fact]
    public void Every_object_and_version_is_generated_without_an_error()
    {
        string[] allowed = ["IPSO0003", "IPSO0011", "IPSO0013", "IPSO0017", "IPSO0018", "IPSO0020", "IPSO0021", "IPSO0022", "IPSO0023", "IPSO0024", "IPSO0025"];

        Assert.NotEmpty(registry.Files);
        Assert.Empty(registry.Run.Diagnostics.Where(d => !allowed.Contains(d.Id)).Select(d => d.ToString()));
    }

    [Fact]
    public void The_whole_compiles_without_a_word() => Assert.Empty(registry.Diagnostics.Select(d => d.ToString()));

    [Fact]
    public void Every_source_is_a_class_that_loads() =>
        Assert.Equal(
            registry.Run.Sources.Keys.Select(hint => hint[..hint.IndexOf('.', hint.IndexOf('.') + 1)]).Order(StringComparer.Ordinal),
            registry.Objects.Select(one => $"{one.Device.Info.ObjectId}_{one.Device.Info.Version}").Order(StringComparer.Ordinal));

    [Fact]
    public void Each_field_is_where_the_runtime_looks_for_it() => ForEach((device, _, _) => device.AssertSlots());

    [Theory]
    [MemberData(nameof(WholeFormats))]
    public void A_whole_instance_comes_back(ContentFormat format) => ForEach((device, _, random) =>
    {
        device.Whole(format, random, isFull: true);
        for (int i = 0; i < 4; i++)
        {
            device.Whole(format, random, isFull: false);
        }
    });

    [Theory]
    [MemberData(nameof(Formats))]
    public void Each_resource_comes_back_alone(ContentFormat format) => ForEach((device, _, random) => device.Singly(format, random));

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_a_server_writes_is_taken(ContentFormat format) =>
        ForEach((device, server, random) => device.Written(server, format, random));

    [Fact]
    public void No_build_breaks_that_treats_warnings_as_errors_and_lists_the_current_objects()
    {
        string folder = Repository.Omna ?? Repository.RegistryXml;
        var run = GeneratorRun.Of(Repository.Files(folder));

        Assert.All(run.Diagnostics, d => Assert.Equal(DiagnosticSeverity.Info, d.Severity));
        Assert.Equal(
            Directory.GetFiles(folder, "*.xml").Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(name => name.All(char.IsDigit)).Order(StringComparer.Ordinal),
            run.Sources.Keys.Select(hint => hint.Split('_')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_wildcard_over_history_finds_each_current_version_twice() => Assert.All(
        registry.Run.Diagnostics.Where(d => d.Id == "IPSO0023").GroupBy(d => d.GetMessage(null)),
        group => Assert.Equal(2, group.Count()));

    // Each object has its own random numbers, so that one that fails does so alone as well.
    private void ForEach(Action<RoundTrip, RoundTrip, Random> check)
    {
        Assert.NotEmpty(registry.Objects);
        var faults = new List<string>();
        foreach (var (device, server) in registry.Objects)
        {
            try
            {
                check(device, server, new Random(device.Info.ObjectId));
            }
            catch (Exception e)
            {
                faults.Add($"{device}: {e.Message}");
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} objects:\n{string.Join('\n', faults.Take(20))}");
    }
}
