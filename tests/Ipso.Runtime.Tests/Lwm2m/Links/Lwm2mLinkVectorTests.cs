using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>What devices say of their object trees: understood as the vectors mean it, and said again by the writers.</summary>
[Trait("Category", "Vectors")]
public class Lwm2mLinkVectorTests
{
    private const string File = "corelink.json";

    public static TheoryData<string> Registrations => VectorFile.Ids(File, "registration");

    public static TheoryData<string> Discoveries => VectorFile.Ids(File, "discover");

    public static TheoryData<string> BootstrapDiscoveries => VectorFile.Ids(File, "bootstrap-discover");

    [Theory]
    [MemberData(nameof(Registrations))]
    public void A_registration_is_understood_and_written_again(string id)
    {
        (byte[] text, JsonElement expect) = Load(id);
        Assert.True(Lwm2mLinks.TryParse(text, out Lwm2mLinks links, out LinkError error), error.ToString());
        DescribedTree tree = DescribedTree.Of(links, new(1, 1));
        if (expect.TryGetProperty("root_path", out JsonElement root))
        {
            Assert.Equal(root.GetString(), tree.Root);
        }

        if (expect.TryGetProperty("instances", out JsonElement instances))
        {
            Assert.Equal(
                instances.EnumerateArray().Select(i => i.GetString()), tree.Paths.Where(p => p.Depth == 2).Select(p => p.ToString()));
        }

        if (expect.TryGetProperty("content_formats", out JsonElement formats))
        {
            Assert.Equal(formats.EnumerateArray().Select(f => (ContentFormat)f.GetInt32()), tree.ContentFormats);
        }

        if (expect.TryGetProperty("objects_without_instance", out JsonElement objects))
        {
            Assert.Equal(objects.EnumerateArray().Select(o => o.GetString()), tree.ObjectsWithoutInstances.Select(o => $"/{o.ObjectId}"));
        }

        if (expect.TryGetProperty("object_versions", out JsonElement versions))
        {
            Assert.Equal(
                versions.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString()!),
                tree.Versions.ToDictionary(v => $"{v.Key}", v => $"{v.Value}"));
        }

        Assert.True(Lwm2mLinks.TryParse(Encoding.UTF8.GetBytes(WriteRegistration(tree, new(1, 1))), out Lwm2mLinks again, out _));
        Assert.Equal(tree.ToString(), DescribedTree.Of(again, new(1, 1)).ToString());
    }

    [Theory]
    [MemberData(nameof(Discoveries))]
    public void A_discovery_is_understood(string id)
    {
        (byte[] text, JsonElement expect) = Load(id);
        Assert.True(Lwm2mLinks.TryParse(text, "/"u8, out Lwm2mLinks links, out LinkError error), error.ToString());
        Dictionary<string, string> expected = expect.GetProperty("links").EnumerateArray()
            .ToDictionary(l => l.GetProperty("uri").GetString()!, l => Show(l.GetProperty("attributes").EnumerateArray()
                .Select(a => (a.GetProperty("name").GetString()!, a.GetProperty("value").GetString()))));
        foreach (Lwm2mLink link in links)
        {
            Assert.True(expected.Remove(link.Path.ToString(), out string? parameters));
            Assert.Equal(parameters, Show(Understood(link)));
        }

        Assert.Empty(expected);
    }

    [Theory]
    [MemberData(nameof(BootstrapDiscoveries))]
    public void A_bootstrap_discovery_is_understood_and_written_again(string id)
    {
        (byte[] text, JsonElement expect) = Load(id);
        Assert.True(Lwm2mLinks.TryParse(text, "/"u8, out Lwm2mLinks links, out LinkError error), error.ToString());
        DescribedTree tree = DescribedTree.Of(links, lwm2mVersion: null);
        RegistrationOptions options = new() { Lwm2mVersion = tree.Lwm2mVersion, Objects = [.. tree.ObjectsWithoutInstances] };
        var buffer = new byte[4096];
        Assert.Equal(
            RepresentationResult.Written,
            BootstrapLinks.Write(tree.ToObjects(), Lwm2mPath.Root, options, tree, buffer, out int written));
        Assert.True(Lwm2mLinks.TryParse(buffer.AsSpan(0, written), "/"u8, out Lwm2mLinks again, out _));
        Assert.Equal(tree.ToString(), DescribedTree.Of(again, lwm2mVersion: null).ToString());
        Assert.Equal(
            expect.GetProperty("links").EnumerateArray().SelectMany(l => l.GetProperty("attributes").EnumerateArray())
                .Where(a => a.GetProperty("name").GetString() is "ssid" or "uri").Select(a => a.GetProperty("value").GetString()).Order(),
            tree.Accounts.Order());
    }

    internal static string WriteRegistration(DescribedTree tree, ObjectVersion version)
    {
        RegistrationOptions options = new()
        {
            Lwm2mVersion = version,
            AlternatePath = tree.Root,
            ContentFormats = [.. tree.ContentFormats],
            Objects = [.. tree.ObjectsWithoutInstances],
        };
        var buffer = new byte[64 * 1024];
        Assert.Equal(RepresentationResult.Written, RegistrationLinks.Write(tree.ToObjects(), options, buffer, out int written));
        return Encoding.UTF8.GetString(buffer, 0, written);
    }

    private static (byte[] Text, JsonElement Expect) Load(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        return (Encoding.UTF8.GetBytes(vector.GetProperty("text").GetString()!), vector.GetProperty("expect"));
    }

    private static readonly string[] s_known =
        ["ver", "dim", "pmin", "pmax", "gt", "lt", "st", "epmin", "epmax", "edge", "con", "hqmax"];

    private static List<(string Name, string? Value)> Understood(scoped in Lwm2mLink link)
    {
        NotificationAttributes a = link.Attributes;
        (string Name, IFormattable? Value)[] numbers =
        [
            ("dim", link.Dimension), ("pmin", a.MinimumPeriod), ("pmax", a.MaximumPeriod), ("gt", a.GreaterThan), ("lt", a.LessThan),
            ("st", a.Step), ("epmin", a.MinimumEvaluationPeriod), ("epmax", a.MaximumEvaluationPeriod),
            ("edge", a.Edge is { } edge ? edge ? 1 : 0 : null), ("con", a.Confirmable is { } con ? con ? 1 : 0 : null),
            ("hqmax", a.MaximumHistoricalQueue),
        ];
        return [("ver", link.Version?.ToString()), .. numbers.Select(n => (n.Name, n.Value?.ToString(null, CultureInfo.InvariantCulture)))];
    }

    // What is known and has a value, in one order and with numbers in one spelling.
    private static string Show(IEnumerable<(string Name, string? Value)> parameters) =>
        string.Join(' ', parameters
            .Where(p => s_known.Contains(p.Name) && p.Value is not null)
            .OrderBy(p => Array.IndexOf(s_known, p.Name))
            .Select(p => p.Name == "ver"
                ? $"ver={p.Value}"
                : string.Create(CultureInfo.InvariantCulture, $"{p.Name}={double.Parse(p.Value!, CultureInfo.InvariantCulture)}")));
}
