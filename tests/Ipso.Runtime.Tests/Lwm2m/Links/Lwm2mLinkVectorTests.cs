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
            Assert.Equal(instances.EnumerateArray().Select(i => i.GetString()), tree.Paths.Where(p => p.Depth == 2).Select(p => p.ToString()));
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

        Assert.Equal(Normal(expect), WriteRegistration(tree, new(1, 1)));
    }

    [Theory]
    [MemberData(nameof(Discoveries))]
    public void A_discovery_is_understood(string id)
    {
        (byte[] text, JsonElement expect) = Load(id);
        Assert.True(Lwm2mLinks.TryParse(text, "/"u8, out Lwm2mLinks links, out LinkError error), error.ToString());
        List<string> actual = [];
        foreach (Lwm2mLink link in links)
        {
            // What was understood, as the writer says it, and the rest as it came.
            var buffer = new byte[1024];
            LinkFormatWriter writer = new(buffer);
            ObjectLinkText.Link(ref writer, link.Path);
            if (link.Version is { } version)
            {
                ObjectLinkText.Version(ref writer, "ver"u8, version);
            }

            if (link.Dimension is { } dimension)
            {
                writer.Number("dim"u8, dimension);
            }

            NotificationAttributeText.Write(ref writer, link.Attributes);
            actual.Add(Encoding.UTF8.GetString(buffer.AsSpan(0, writer.Finish())));
        }

        Assert.Equal(expect.GetProperty("links").EnumerateArray().Select(Spell), actual);
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
        Assert.Equal(string.Join(',', expect.GetProperty("links").EnumerateArray().Select(Spell)), Encoding.UTF8.GetString(buffer, 0, written));
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

    // The form that is written: the root always first, and a version at the object, not at its only instance.
    private static string Normal(JsonElement expect)
    {
        List<string> links = [];
        foreach (JsonElement link in expect.GetProperty("links").EnumerateArray())
        {
            string text = Spell(link);
            int version = text.IndexOf(";ver=", StringComparison.Ordinal);
            if (version >= 0 && text[..version].Count(c => c == '/') == 2)
            {
                links.Add(text[..text.LastIndexOf('/')] + ">" + text[version..]);
                text = text[..version];
            }

            links.Add(text);
        }

        if (!links.Exists(l => l.Contains("rt=\"oma.lwm2m\"", StringComparison.Ordinal)))
        {
            links.Insert(0, "</>;rt=\"oma.lwm2m\"");
        }

        return string.Join(',', links);
    }

    private static string Spell(JsonElement link) =>
        $"<{link.GetProperty("uri").GetString()}>" + string.Concat(link.GetProperty("attributes").EnumerateArray().Select(a =>
            $";{a.GetProperty("name").GetString()}" + a.GetProperty("form").GetString() switch
            {
                "flag" => "",
                "token" => $"={a.GetProperty("value").GetString()}",
                _ => $"=\"{a.GetProperty("value").GetString()}\"",
            }));
}
