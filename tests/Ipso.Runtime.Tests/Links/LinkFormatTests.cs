using System.Text;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Tests.Lwm2m;

namespace Ipso.Tests.Links;

/// <summary>The reader and the writer of RFC 6690 beyond the vectors.</summary>
public class LinkFormatTests
{
    [Theory]
    [InlineData("</a>;title*=UTF-8'de'n%c3%a4chstes", LinkFault.None, 0)]
    [InlineData("</a>;title*=UTF-8''x;ct=1", LinkFault.None, 0)]
    [InlineData("</a>;a=1;a=\"2\";a", LinkFault.None, 0)]
    [InlineData("</a>;title=\"n\u00e4chstes \\\\ \\\"\tx\"", LinkFault.None, 0)]
    [InlineData("</a>;x=\"\"", LinkFault.None, 0)]
    [InlineData("<>", LinkFault.None, 0)]
    [InlineData("<coap://[2001:db8::1]/a?b#c>;anchor=\"/x\"", LinkFault.None, 0)]
    [InlineData("a", LinkFault.ExpectedLink, 0)]
    [InlineData("</a>,", LinkFault.ExpectedLink, 5)]
    [InlineData("</a>,,</b>", LinkFault.ExpectedLink, 5)]
    [InlineData("</a>, </b>", LinkFault.ExpectedLink, 5)]
    [InlineData("</a>;a,</b", LinkFault.UnterminatedTarget, 10)]
    [InlineData("</a b>", LinkFault.InvalidTarget, 3)]
    [InlineData("</a<b>", LinkFault.InvalidTarget, 3)]
    [InlineData("</a\"b>", LinkFault.InvalidTarget, 3)]
    [InlineData("</a%4>", LinkFault.InvalidTarget, 3)]
    [InlineData("</a#b#c>", LinkFault.InvalidTarget, 5)]
    [InlineData("</a>b", LinkFault.ExpectedSeparator, 4)]
    [InlineData("</a>;b=\"c\"d", LinkFault.ExpectedSeparator, 10)]
    [InlineData("</a>;b*c=d", LinkFault.InvalidExtendedValue, 7)]
    [InlineData("</a>;b=c\"d\"", LinkFault.ExpectedSeparator, 8)]
    [InlineData("</a>;", LinkFault.ExpectedName, 5)]
    [InlineData("</a>;;b", LinkFault.ExpectedName, 5)]
    [InlineData("</a>;=b", LinkFault.ExpectedName, 5)]
    [InlineData("</a>;b=", LinkFault.ExpectedValue, 7)]
    [InlineData("</a>;b=,</c>", LinkFault.ExpectedValue, 7)]
    [InlineData("</a>;b=\"c", LinkFault.UnterminatedString, 7)]
    [InlineData("</a>;b=\"c\\\"", LinkFault.UnterminatedString, 7)]
    [InlineData("</a>;b=\"c\\", LinkFault.UnterminatedString, 7)]
    [InlineData("</a>;b=\"c\0\"", LinkFault.InvalidString, 9)]
    [InlineData("</a>;b=\"c\\\n\"", LinkFault.InvalidString, 9)]
    [InlineData("</a>;b*", LinkFault.InvalidExtendedValue, 7)]
    [InlineData("</a>;b*=c", LinkFault.InvalidExtendedValue, 8)]
    [InlineData("</a>;b*=UTF-8''%4", LinkFault.InvalidExtendedValue, 8)]
    public void The_grammar_holds_and_a_fault_has_its_place(string text, LinkFault fault, int offset)
    {
        LinkTexts.Read(Encoding.UTF8.GetBytes(text), LinkSyntax.Rfc6690, out LinkError error);
        Assert.Equal(new(fault, offset), error);
    }

    [Fact]
    public void Only_strings_hold_more_than_ASCII_and_they_are_UTF_8()
    {
        foreach ((byte[] text, LinkFault fault, int offset) in (ReadOnlySpan<(byte[], LinkFault, int)>)
            [
                ([.. "</a>;b=\""u8, 0xc3, 0xa9, .. "\""u8], LinkFault.None, 0),
                ([.. "</a>;b=\"x"u8, 0xc3, .. "\""u8], LinkFault.InvalidString, 7),
                ([.. "</a>;b=\""u8, 0xed, 0xa0, 0x80, .. "\""u8], LinkFault.InvalidString, 7),
                ([.. "</a"u8, 0xc3, 0xa9, .. ">"u8], LinkFault.InvalidTarget, 3),
                ([.. "</a>;b=c"u8, 0xc3, 0xa9], LinkFault.ExpectedSeparator, 8),
                ([.. "</a>;"u8, 0xc3, 0xa9], LinkFault.ExpectedName, 5),
                ([0xef, 0xbb, 0xbf, .. "</a>"u8], LinkFault.ExpectedLink, 0),
            ])
        {
            LinkTexts.Read(text, LinkSyntax.Rfc6690, out LinkError error);
            Assert.Equal(new(fault, offset), error);
        }
    }

    [Theory]
    [InlineData("<a>", 0)]
    [InlineData("<>", 0)]
    [InlineData("<//a>", 0)]
    [InlineData("<coap://a/b>", 0)]
    [InlineData("</a?b>", 2)]
    [InlineData("</a#b>", 2)]
    [InlineData("</[a]>", 1)]
    public void An_absolute_path_is_asked_for(string text, int offset)
    {
        LinkTexts.Read(Encoding.UTF8.GetBytes(text), LinkSyntax.AbsolutePaths, out LinkError strict);
        LinkTexts.Read(Encoding.UTF8.GetBytes(text), LinkSyntax.Rfc6690, out LinkError generic);
        Assert.Equal((new(LinkFault.InvalidTarget, 1 + offset), default), (strict, generic));
    }

    [Fact]
    public void Blanks_are_tolerated_where_that_is_asked_for()
    {
        byte[] text = " </a> ; b = c ;\td= \"e\" ,\r\n</f> ;title*=x "u8.ToArray();
        Assert.Equal(
            ["</a>; token b: c; quoted d: e", "</f>; token title*: x"], LinkTexts.Read(text, LinkSyntax.Tolerant, out LinkError error));
        Assert.Equal(default, error);
        Assert.Empty(LinkTexts.Read("  "u8, LinkSyntax.Tolerant, out error));
        Assert.Equal(default, error);
        LinkTexts.Read("</a>, "u8, LinkSyntax.Tolerant, out error);
        Assert.Equal(new(LinkFault.ExpectedLink, 6), error);
    }

    [Theory]
    [InlineData("a", true, true)]
    [InlineData("b\"c", true, false)]
    [InlineData("b", false, false)]
    [InlineData("", false, false)]
    [InlineData("a b\"c", false, true)]
    public void A_value_is_compared_without_its_escapes(string value, bool isWord, bool isPartOfFirst)
    {
        LinkFormatReader reader = new("</x>;v=\"a b\\\"c\";w=\"\\a\""u8);
        Assert.True(reader.Next());
        Assert.True(reader.Current.TryGet("v"u8, out LinkParameter v));
        Assert.True(reader.Current.TryGet("w"u8, out LinkParameter w));
        Assert.False(reader.Current.TryGet("x"u8, out _));
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        Assert.Equal(isWord, v.ContainsWord(utf8));
        Assert.Equal(value == "a b\"c", v.ValueEquals(utf8));
        Assert.Equal(value == "a", w.ValueEquals(utf8));
        Assert.Equal(isPartOfFirst, isWord ? w.ContainsWord(utf8) : v.ValueEquals(utf8));
    }

    [Theory]
    [InlineData("</a>;ct=40", 40)]
    [InlineData("</a>;ct=\"4294967295\"", 4294967295)]
    [InlineData("</a>;ct=4294967296", -1)]
    [InlineData("</a>;ct=+1", -1)]
    [InlineData("</a>;ct=1x", -1)]
    [InlineData("</a>;ct=\"\"", -1)]
    [InlineData("</a>;ct", -1)]
    public void A_number_is_read(string text, long expected)
    {
        LinkFormatReader reader = new(Encoding.UTF8.GetBytes(text));
        Assert.True(reader.Next() && reader.Current.TryGet("ct"u8, out LinkParameter _));
        reader.Current.TryGet("ct"u8, out LinkParameter ct);
        Assert.Equal(expected, ct.TryGetNumber(out uint number) ? number : -1);
    }

    [Theory]
    [InlineData("rt=light", "/b /c")]
    [InlineData("rt=light-lux", "")]
    [InlineData("rt=li*", "/b /c")]
    [InlineData("rt=*", "/a /b /c")]
    [InlineData("rt=temp light", "")]
    [InlineData("rt=", "")]
    [InlineData("rt=t*", "/a /c")]
    [InlineData("href=/a", "/a")]
    [InlineData("href=/*", "/a /b /c /d")]
    [InlineData("href=/c*", "/c")]
    [InlineData("ct=40", "/a")]
    [InlineData("ct=60", "/a /d")]
    [InlineData("title=a \"b", "/d")]
    [InlineData("title=b", "")]
    [InlineData("title=a*", "/d")]
    [InlineData("obs=*", "/b")]
    [InlineData("if=*", "")]
    public void A_filter_lets_through_what_matches(string query, string expected)
    {
        Assert.True(LinkFilter.TryParse(Encoding.UTF8.GetBytes(query), out LinkFilter filter));
        LinkFormatReader reader = new(
            "</a>;rt=temp;ct=\"40 60\",</b>;rt=\"light\";obs,</c>;rt=\"x temp light\",</d>;title=\"a \\\"b\";ct=60"u8);
        List<string> targets = [];
        LinkFilter none = default;
        while (reader.Next())
        {
            Assert.True(none.Matches(reader.Current));
            if (filter.Matches(reader.Current))
            {
                targets.Add(Encoding.UTF8.GetString(reader.Current.Target));
            }
        }

        Assert.Equal(expected, string.Join(' ', targets));
    }

    [Theory]
    [InlineData("href=/a b", "/a%20b")]
    [InlineData("href=/a%20b", "/a%20b")]
    [InlineData("href=/a*", "/a%20b /aé")]
    [InlineData("href=/aé", "/aé")]
    [InlineData("href=/a%2520b", "")]
    public void A_filter_on_the_target_knows_its_percent_encoding(string query, string expected)
    {
        Assert.True(LinkFilter.TryParse(Encoding.UTF8.GetBytes(query), out LinkFilter filter));
        LinkFormatReader reader = new("</a%20b>,</a%C3%A9>,</b>"u8);
        List<string> targets = [];
        while (reader.Next())
        {
            if (filter.Matches(reader.Current))
            {
                targets.Add(Encoding.UTF8.GetString(reader.Current.Target));
            }
        }

        Assert.Equal(expected.Replace("é", "%C3%A9", StringComparison.Ordinal), string.Join(' ', targets));
    }

    [Fact]
    public void Filters_are_applied_one_after_the_other_where_the_links_stand()
    {
        byte[] links =
            "</a>;rt=\"x y\";if=s;ct=40,</b>;rt=y;if=s;title=\"a,b\",</c>;rt=y,</sensors/d>;rt=\"y z\";if=\"s t\";ct=\"40 60\""u8.ToArray();
        Assert.Equal("</a>;rt=\"x y\";if=s;ct=40,</sensors/d>;rt=\"y z\";if=\"s t\";ct=\"40 60\"", Filter(links, "rt=y", "ct=40", "if=s"));
        Assert.Equal("</b>;rt=y;if=s;title=\"a,b\"", Filter(links, "title=*"));
        Assert.Equal("</sensors/d>;rt=\"y z\";if=\"s t\";ct=\"40 60\"", Filter(links, "href=/sensors/*", "ct=6*"));
        Assert.Equal(Encoding.UTF8.GetString(links), Filter(links));
        Assert.Equal("", Filter(links, "rt=w"));
        Assert.Equal(Encoding.UTF8.GetString(links), Filter(links, "rt=*"));

        LinkFilter any = default;
        Assert.False(any.TryApply(links, new byte[links.Length - 1], out int written));
        Assert.Equal(0, written);
        Assert.False(any.TryApply("</a>,<"u8, new byte[9], out written));
        Assert.Equal(0, written);
        var buffer = new byte[links.Length];
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            Assert.True(LinkFilter.TryParse("ct=40"u8, out LinkFilter filter));
            Assert.True(filter.TryApply(links, buffer, out _));
        }));

        static string Filter(byte[] links, params string[] queries)
        {
            byte[] copy = [.. links];
            int length = copy.Length;
            foreach (string query in queries)
            {
                Assert.True(LinkFilter.TryParse(Encoding.UTF8.GetBytes(query), out LinkFilter filter));
                Assert.True(filter.TryApply(copy.AsSpan(0, length), copy, out length));
            }

            return Encoding.UTF8.GetString(copy, 0, length);
        }
    }

    [Theory]
    [InlineData("rt")]
    [InlineData("=x")]
    [InlineData("")]
    [InlineData("r t=x")]
    public void What_is_no_filter_is_told_apart(string query) => Assert.False(LinkFilter.TryParse(Encoding.UTF8.GetBytes(query), out _));

    [Fact]
    public void The_writer_says_what_it_cannot_say()
    {
        Assert.Equal((-1, false, true), Write(static (ref w) => w.Link("/a b"u8)));
        Assert.Equal((-1, false, true), Write(static (ref w) => w.Flag("x"u8)));
        Assert.Equal((-1, false, true), Write(static (ref w) => { w.Link("/a"u8); w.Flag(""u8); }));
        Assert.Equal((-1, false, true), Write(static (ref w) => { w.Link("/a"u8); w.Token("x"u8, "a b"u8); }));
        Assert.Equal((-1, false, true), Write(static (ref w) => { w.Link("/a"u8); w.Quoted("x"u8, "\n"u8); }));
        Assert.Equal((-1, false, true), Write(static (ref w) => { w.Link("/a"u8); w.Quoted("x"u8, "\n"); }));
        Assert.Equal((-1, false, true), Write(static (ref w) => { w.Link("/a"u8); w.Quoted("x"u8, [0xff]); }));
        Assert.Equal((-1, true, false), Write(static (ref w) => w.Link(new byte[100].AsSpan())));
        Assert.Equal((32, false, false), Write(static (ref w) =>
        {
            w.Link("/"u8, "a"u8);
            w.Quoted("x"u8, "\"\\é");
            w.Numbers("ct"u8, [40, 110]);
            w.Numbers("ct"u8, [0]);
        }));
    }

    [Fact]
    public void Links_fit_exactly_or_not_at_all()
    {
        byte[] text = "</a>;b;c=d;e=\"f\\\"g\\\\\",</h>,</i>;j=\"\""u8.ToArray();
        for (int length = 0; length <= text.Length; length++)
        {
            var buffer = new byte[text.Length + 8];
            Assert.Equal(length == text.Length ? length : -1, LinkTexts.Rewrite(text, buffer.AsSpan(0, length)));
            Assert.True(buffer.AsSpan(length).IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void Random_links_come_back()
    {
        Random random = new(6690);
        for (int i = 0; i < 5000; i++)
        {
            byte[] text = RandomLinks(random, out List<string> expected);
            Assert.Equal(expected, LinkTexts.Read(text, LinkSyntax.Rfc6690, out LinkError error));
            Assert.Equal(default, error);
            Assert.Equal(text, LinkTexts.Rewrite(text));
        }
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        byte[] text = "</>;rt=\"oma.lwm2m\";ct=\"60 110\",</3303/0>;x=\"a\\\"b\",</3/0>;obs;title*=UTF-8''a"u8.ToArray();
        var buffer = new byte[text.Length];
        Assert.Equal(0, AllocationTests.Allocated(() => Assert.True(LinkTexts.Rewrite(text, buffer) == buffer.Length)));
        Assert.Equal(text, buffer);
        CoreLink link = new("</3303/0>;pmin=10,</é>");
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            Assert.True(link.TryReadLinks(buffer, out LinkFormatReader links));
            Assert.True(links.Next() && !links.Next() && links.Error.Fault == LinkFault.InvalidTarget);
        }));
    }

    [Fact]
    public void The_links_of_a_value_are_enumerated()
    {
        LinkFormatReader links = new CoreLink("</3303/0>;pmin=10, </3/0>").ReadLinks();
        Assert.True(links.Next());
        Assert.Equal("/3303/0"u8, links.Current.Target);
        Assert.True(links.Next());
        Assert.Equal("/3/0"u8, links.Current.Target);
        Assert.False(links.Next());
        Assert.False(default(CoreLink).ReadLinks().Next());
        Assert.False(new CoreLink("</3303/0>").TryReadLinks(new byte[8], out links));
        Assert.False(links.Next());
    }

    private delegate void Writing(ref LinkFormatWriter writer);

    private static (int Length, bool Overflowed, bool NotRepresentable) Write(Writing write)
    {
        LinkFormatWriter writer = new(new byte[64]);
        write(ref writer);
        return (writer.Finish(), writer.Overflowed, writer.NotRepresentable);
    }

    private static byte[] RandomLinks(Random random, out List<string> shown)
    {
        var buffer = new byte[8192];
        LinkFormatWriter writer = new(buffer);
        shown = [];
        for (int i = random.Next(5); i > 0; i--)
        {
            string target = Text(random, "/abc019-._~?=&", 0) + "%2F";
            writer.Link(Encoding.UTF8.GetBytes(target));
            List<(string, string, string?)> parameters = [];
            for (int j = random.Next(5); j > 0; j--)
            {
                string name = Text(random, "abcXYZ019!#$&+-.^_`|~", 1);
                byte[] utf8 = Encoding.UTF8.GetBytes(name);
                switch (random.Next(4))
                {
                    case 0:
                        writer.Flag(utf8);
                        parameters.Add((name, "flag", null));
                        break;
                    case 1:
                        string token = Text(random, "ab01!#$%&'()*+-./:<=>?@[]^_`{|}~", 1);
                        writer.Token(utf8, Encoding.UTF8.GetBytes(token));
                        parameters.Add((name, "token", token));
                        break;
                    case 2:
                        string text = Text(random, "ab ,;<>\"\\\t=é漢", 0);
                        writer.Quoted(utf8, text);
                        parameters.Add((name, "quoted", text));
                        break;
                    default:
                        long number = random.NextInt64();
                        writer.Number(utf8, number);
                        parameters.Add((name, "token", $"{number}"));
                        break;
                }
            }

            shown.Add(LinkTexts.Show(target, parameters));
        }

        return buffer[..writer.Finish()];
    }

    private static string Text(Random random, string alphabet, int least) =>
        new(Enumerable.Range(0, random.Next(least, 20)).Select(_ => alphabet[random.Next(alphabet.Length)]).ToArray());
}
