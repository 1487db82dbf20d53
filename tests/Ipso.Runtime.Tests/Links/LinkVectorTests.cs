using System.Text;
using System.Text.Json;
using Ipso.Links;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Links;

/// <summary>The links of every vector, whatever they are for, and what is no link.</summary>
[Trait("Category", "Vectors")]
public class LinkVectorTests
{
    private const string File = "corelink.json";

    private static readonly string[] s_valid = ["link", "registration", "discover", "bootstrap-discover"];

    public static TheoryData<string> Valid => VectorFile.Ids(File, s_valid);

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "link-malformed");

    [Fact]
    public void Every_kind_is_covered() =>
        Assert.Empty(VectorFile.Kinds(File).Except([.. s_valid, "link-malformed", "attribute-query"]));

    [Theory]
    [MemberData(nameof(Valid))]
    public void Links_are_taken_apart_and_put_together_again(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] text = Encoding.UTF8.GetBytes(vector.GetProperty("text").GetString()!);
        JsonElement expect = vector.GetProperty("expect");
        string[] expected = [.. expect.GetProperty("links").EnumerateArray().Select(Show)];
        List<string> links = LinkTexts.Read(text, LinkSyntax.Rfc6690, out LinkError error);
        if (IsDisputed(vector) && error.Fault != LinkFault.None)
        {
            return;
        }

        Assert.Equal(expected, links);
        Assert.Equal(default, error);
        Assert.Equal(expected, LinkTexts.Read(text, LinkSyntax.Tolerant, out _));
        if (expect.TryGetProperty("emit_reproduces_text", out JsonElement reproduces) && reproduces.GetBoolean())
        {
            Assert.Equal(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(LinkTexts.Rewrite(text)));
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_link_is_refused_with_its_place(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] text = Encoding.UTF8.GetBytes(vector.GetProperty("text").GetString()!);
        LinkTexts.Read(text, LinkSyntax.AbsolutePaths, out LinkError strict);
        Assert.True(IsDisputed(vector) || strict.Fault != LinkFault.None);
        Assert.InRange(strict.Offset, 0, text.Length);

        LinkTexts.Read(text, LinkSyntax.Rfc6690, out LinkError generic);
        string rule = vector.GetProperty("expect").TryGetProperty("generic_rfc6690", out JsonElement r) ? r.GetString()! : "error";
        if (rule is "accept" or "error" && !IsDisputed(vector))
        {
            Assert.Equal(rule == "accept", generic.Fault == LinkFault.None);
        }
    }

    // Either outcome is right.
    private static bool IsDisputed(JsonElement vector) =>
        vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal);

    private static string Show(JsonElement link) => LinkTexts.Show(
        link.GetProperty("uri").GetString()!,
        link.GetProperty("attributes").EnumerateArray().Select(a =>
            (a.GetProperty("name").GetString()!, a.GetProperty("form").GetString()!, a.GetProperty("value").GetString())));
}
