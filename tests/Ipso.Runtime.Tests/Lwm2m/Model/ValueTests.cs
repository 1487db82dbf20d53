using System.Text;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Paths, links, arguments: the small values.</summary>
public class ValueTests
{
    [Theory]
    [InlineData("/", 0)]
    [InlineData("/0", 1)]
    [InlineData("/3", 1)]
    [InlineData("/3/0", 2)]
    [InlineData("/3303/0/5700", 3)]
    [InlineData("/65534/65534/65534/65534", 4)]
    [InlineData("/0/0/0/0", 4)]
    public void A_path_reads_and_writes(string text, int depth)
    {
        Lwm2mPath path = Payloads.Path(text);
        Assert.Equal(depth, path.Depth);
        Assert.Equal(text, path.ToString());
        Assert.True(path.Contains(path));
        Assert.True(Lwm2mPath.Root.Contains(path));
        Assert.Equal(depth == 0, path.Contains(Lwm2mPath.Root));
        if (depth < 4)
        {
            Assert.True(path.Contains(path.Append(7)));
            Assert.False(path.Append(7).Contains(path));
            Assert.False(path.Append(7).Contains(path.Append(8)));
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => path.Append(1));
        }

        for (int length = 0; length < text.Length; length++)
        {
            Assert.False(path.TryFormat(new byte[length], out _));
        }

        Assert.True(path.TryFormat(new byte[text.Length], out int written));
        Assert.Equal(text.Length, written);
        Assert.True(text.Length <= Lwm2mPath.MaxTextLength);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("//")]
    [InlineData("/3/")]
    [InlineData("/3//0")]
    [InlineData("/03")]
    [InlineData("/3\0")]
    [InlineData("/3\0/0")]
    [InlineData("/\0")]
    [InlineData("/+3")]
    [InlineData("/-3")]
    [InlineData("/ 3")]
    [InlineData("/65535")]
    [InlineData("/65536")]
    [InlineData("/4294967296")]
    [InlineData("/3/a")]
    [InlineData("/1/2/3/4/5")]
    public void What_is_no_path_is_refused(string text)
    {
        Assert.False(Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(text), out Lwm2mPath path));
        Assert.Equal(Lwm2mPath.Root, path);
    }

    [Fact]
    public void A_link_reads_and_writes()
    {
        Assert.True(ObjectLink.TryParse("3303:1"u8, out ObjectLink link));
        Assert.Equal(new(3303, 1), link);
        Assert.Equal("3303:1", link.ToString());
        Assert.True(ObjectLink.TryParse("65535:65535"u8, out link));
        Assert.True(link.IsNull);
        Assert.False(new ObjectLink(1, 65535).IsNull);
        foreach (string wrong in new[] { "", ":", "1:", ":1", "1:2:3", "65536:0", "-1:0", "1 :2", "1.2", "1\0:2", "1:2\0", "1:\0" })
        {
            Assert.False(ObjectLink.TryParse(Encoding.UTF8.GetBytes(wrong), out _), wrong);
        }

        Assert.False(ObjectLink.Null.TryFormat(new byte[10], out _));
        Assert.True(ObjectLink.Null.TryFormat(new byte[ObjectLink.MaxTextLength], out int written));
        Assert.Equal(11, written);
    }

    [Fact]
    public void Core_links_compare_by_text()
    {
        Assert.Equal(new CoreLink(""), default);
        Assert.Equal("", default(CoreLink).ToString());
        Assert.True(new CoreLink("</1>") == new CoreLink("</1>"));
        Assert.True(new CoreLink("</1>") != new CoreLink("</2>"));
        Assert.Equal(new CoreLink("</1>").GetHashCode(), new CoreLink("</1>").GetHashCode());
    }

    [Theory]
    [InlineData("0='a',1,5='b'", "a", null, "b")]
    [InlineData("5=''", null, null, "")]
    [InlineData("1='a,b'", null, "a,b", null)]
    [InlineData("", null, null, null)]
    public void Arguments_are_found_by_their_digit(string text, string? zero, string? one, string? five)
    {
        Assert.True(ExecuteArguments.TryParse(Encoding.UTF8.GetBytes(text), out ExecuteArguments arguments));
        Assert.Equal((zero, one, five), (arguments[0], arguments[1], arguments[5]));
        Assert.Null(arguments[9]);
        Assert.Equal(text.Length == 0, arguments.IsEmpty);
        Assert.Equal(text, arguments.ToString());
    }

    [Theory]
    [InlineData(",")]
    [InlineData("0,")]
    [InlineData(",0")]
    [InlineData("0,,1")]
    [InlineData("0 ,1")]
    [InlineData("10")]
    [InlineData("0=")]
    [InlineData("0='")]
    [InlineData("0='a")]
    [InlineData("0='a'x")]
    [InlineData("0='a'1")]
    [InlineData("0='é'")]
    [InlineData("0='\n'")]
    [InlineData("0,0")]
    [InlineData("a")]
    public void Arguments_of_another_syntax_are_refused(string text) =>
        Assert.False(ExecuteArguments.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void A_definition_finds_its_resources_and_wants_them_sorted()
    {
        ObjectInfo info = Rules.Info;
        for (int i = 0; i < info.Resources.Length; i++)
        {
            Assert.Equal(i, info.IndexOf(info.Resources[i].Id));
        }

        Assert.Equal(-1, info.IndexOf(12));
        Assert.Equal(-1, info.IndexOf(65535));
        ResourceInfo a = new(1, "A", ResourceType.Float, Operations.Read), b = new(2, "B", ResourceType.Float, Operations.Read);
        Assert.Throws<ArgumentException>(() => new ObjectInfo(1, "X", "1.0", "urn:x", true, false, [b, a]));
        Assert.Throws<ArgumentException>(() => new ObjectInfo(1, "X", "1.0", "urn:x", true, false, [a, a]));
        Assert.Equal("26242 (Rules)", info.ToString());
    }
}
