using System.Globalization;
using System.Text;
using System.Xml;
using Ipso.Generator.Registry;
using Ipso.Generator.Tests.Support;
using XmlNode = Ipso.Generator.Registry.XmlNode;

namespace Ipso.Generator.Tests;

/// <summary>The scanner takes what is plain, as the parser takes it, and leaves the rest to the parser.</summary>
public class XmlScannerTests
{
    private const string Root = "LWM2M";
    private const string Schema = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";

    // The text of an element is that of all in it; of those that lie deeper it is compared with their parents'.
    private const int MaxTextDepth = 6;

    private static readonly XmlFile[] s_files = Repository.WholeRegistry();

    [Theory]
    [InlineData("<LWM2M/>")]
    [InlineData("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- é\n- -->\t<LWM2M />\n<!---->\n")]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?><LWM2M></LWM2M >")]
    [InlineData("<LWM2M a='1' b=\"'\"\n c = '\"\u00A0>]]>'><_x.y-9/></LWM2M>")]
    [InlineData("<LWM2M " + Schema + " xsi:schema='x'><a xsi:nil='true'/></LWM2M>")]
    [InlineData("<LWM2M>\r\n  <a> x  y\u2028\r\n </a>\t<b>\u00A0</b><c>\uFFFD\u0085~\u007F</c> </LWM2M>")]
    [InlineData("<LWM2M><a>x<!-- y -->z</a><b><!----></b><c> <!-- --> </c></LWM2M>")]
    [InlineData("<LWM2M><a><![CDATA[<&>]]]]><![CDATA[]]></a><b> <![CDATA[ ]]> </b><c><![CDATA[x\r\ny]]>z</c></LWM2M>")]
    [InlineData("<LWM2M><a>v<b>w</b> x <c>y</c><d/><e>z</e></a></LWM2M>")]
    [InlineData("<LWM2M><a>v<b><c>w</c></b>x<b><c>y</c>-</b><![CDATA[]]><b>z</b></a></LWM2M>")]
    [InlineData("<LWM2M><a>[0..1] ] > ]></a><b>x</b ></LWM2M>")]
    [InlineData("<LWM2M><LWM2M><LWM2M>x</LWM2M></LWM2M></LWM2M>")]
    public void It_takes_what_is_plain(string xml) => Assert.True(IsTaken(xml));

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("LWM2M/>")]
    [InlineData("<")]
    [InlineData("<LWM2M")]
    [InlineData("<LWM2M/")]
    [InlineData("<LWM2M>")]
    [InlineData("<LWM2M>x")]
    [InlineData("<LWM2M><")]
    [InlineData("<LWM2M></")]
    [InlineData("<LWM2M></LWM2M")]
    [InlineData("<LWM2M></LWM2>")]
    [InlineData("<LWM2M></LWM2MM>")]
    [InlineData("<LWM2M></ LWM2M>")]
    [InlineData("<LWM2M><a></b></LWM2M>")]
    [InlineData("<LWM2M><a></LWM2M></a>")]
    [InlineData("<LWM2M/>x")]
    [InlineData("<LWM2M/><LWM2M/>")]
    [InlineData("<LWM2M/><![CDATA[]]>")]
    [InlineData("<units/>")]
    [InlineData("<LWM2Ms/>")]
    [InlineData("<x:LWM2M xmlns:x='x'/>")]
    [InlineData("<LWM2M xmlns='x'/>")]
    [InlineData("<LWM2M xmlns:x='x'/>")]
    [InlineData("<LWM2M xmlns:xsi='x'/>")]
    [InlineData("<LWM2M xsi:nil='true'/>")]
    [InlineData("<LWM2M><a " + Schema + "/><b xsi:nil='true'/></LWM2M>")]
    [InlineData("<LWM2M xml:space='preserve'> <a/> </LWM2M>")]
    [InlineData("<LWM2M a='1' a='2'/>")]
    [InlineData("<LWM2M a='1'b='2'/>")]
    [InlineData("<LWM2M a=1/>")]
    [InlineData("<LWM2M a/>")]
    [InlineData("<LWM2M a='<'/>")]
    [InlineData("<LWM2M a='&lt;'/>")]
    [InlineData("<LWM2M a='\t'/>")]
    [InlineData("<LWM2M a='1/>")]
    [InlineData("<LWM2M 1='1'/>")]
    [InlineData("<LWM2M :a='1'/>")]
    [InlineData("<LWM2M><é/></LWM2M>")]
    [InlineData("<LWM2M>&amp;</LWM2M>")]
    [InlineData("<LWM2M>]]></LWM2M>")]
    [InlineData("<LWM2M>]]]></LWM2M>")]
    [InlineData("<LWM2M>\u0001</LWM2M>")]
    [InlineData("<LWM2M>\uFFFE</LWM2M>")]
    [InlineData("<LWM2M>\uD835\uDCB3</LWM2M>")]
    [InlineData("<LWM2M><!-- \u0001 --></LWM2M>")]
    [InlineData("<LWM2M><!-- -- --></LWM2M>")]
    [InlineData("<LWM2M><!-- ---></LWM2M>")]
    [InlineData("<LWM2M><!--></LWM2M>")]
    [InlineData("<LWM2M><![CDATA[\u0001]]></LWM2M>")]
    [InlineData("<LWM2M><![CDATA[]]</LWM2M>")]
    [InlineData("<LWM2M><![cdata[]]></LWM2M>")]
    [InlineData("<LWM2M><?x?></LWM2M>")]
    [InlineData("<!DOCTYPE LWM2M><LWM2M/>")]
    [InlineData(" <?xml version=\"1.0\" encoding=\"UTF-8\"?><LWM2M/>")]
    [InlineData("<?XML version=\"1.0\" encoding=\"UTF-8\"?><LWM2M/>")]
    [InlineData("<?xml version=\"1.1\" encoding=\"UTF-8\"?><LWM2M/>")]
    public void It_leaves_the_rest_to_the_parser(string xml) => Assert.False(IsTaken(xml));

    /// <summary>Most definitions are plain. All of a registry in the long way would be as right, and slow.</summary>
    [Fact]
    public void It_takes_definitions()
    {
        int taken = s_files.Count(file => IsTaken(file.Content));

        Assert.True(taken >= 0.9 * s_files.Length, $"{taken} of {s_files.Length}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_it_takes_of_damaged_definitions_the_parser_takes_as_well(int seed)
    {
        const int Cases = 2000;
        int taken = Enumerable.Range(0, Cases).Count(number =>
            Mutant.Make(seed, number, s_files).GetText() is { } text && IsTaken(text.ToString()));

        Assert.InRange(taken, Cases / 4, Cases);
    }

    // And what is taken is the same both ways.
    private static bool IsTaken(string xml)
    {
        int start = xml.StartsWith('\uFEFF') ? 1 : 0;
        using var scanned = new XmlTree(xml);
        if (!XmlScanner.TryRead(scanned, start, Root, default))
        {
            return false;
        }

        using var parsed = new XmlTree(xml);
        try
        {
            Assert.True(XmlParser.Read(parsed, start, Root, LineMap.OfXml(xml, start), default), xml);
        }
        catch (XmlException e)
        {
            Assert.Fail($"{e.Message}\n{xml}");
        }

        Assert.Equal(Describe(parsed.Root), Describe(scanned.Root));
        return true;
    }

    private static string Describe(XmlNode root)
    {
        var all = new StringBuilder();
        var open = new Stack<(XmlNode Node, int Depth)>([(root, 0)]);
        while (open.TryPop(out var next))
        {
            (XmlNode node, int depth) = next;
            all.Append(CultureInfo.InvariantCulture, $"{depth} {node.Name} {node.NameSpan} {node.ValueSpan}");
            all.Append(depth <= MaxTextDepth ? $" '{node.Text}'\n" : "\n");
            foreach (string name in new[] { "ID", "ObjectType", "a", "b", "c", "xsi", "schema", "nil" })
            {
                if (node.Attribute(name) is { } attribute)
                {
                    all.Append(CultureInfo.InvariantCulture, $"{name} {attribute.NameSpan} {attribute.ValueSpan} '{attribute.Text}'\n");
                }
            }

            foreach (XmlNode child in node.Children)
            {
                open.Push((child, depth + 1));
            }
        }

        return all.ToString();
    }
}
