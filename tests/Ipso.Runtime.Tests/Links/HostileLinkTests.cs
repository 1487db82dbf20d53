using System.Diagnostics;
using System.Text;
using Ipso.Links;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Links;

/// <summary>Links of an enemy: nothing throws, and time is linear.</summary>
public class HostileLinkTests
{
    private const int Mutations = 60_000;

    private static readonly LinkSyntax[] s_syntaxes = Enum.GetValues<LinkSyntax>();

    [Fact]
    public void Mutated_vectors_are_read_or_refused()
    {
        Random random = new(40);
        List<byte[]> seeds = [.. Seeds()];
        int taken = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] text = Mutated(seeds[random.Next(seeds.Count)], random);
            bool isTaken = Walk(text, LinkSyntax.Rfc6690, out List<string> links);
            taken += isTaken ? 1 : 0;
            bool isPath = Walk(text, LinkSyntax.AbsolutePaths, out _);
            // What one syntax takes, the more tolerant one takes alike, and the writer can say it.
            Assert.True(!isPath || isTaken);
            Assert.True(!isTaken || Walk(text, LinkSyntax.Tolerant, out List<string> same) && links.SequenceEqual(same));
            if (isTaken)
            {
                Assert.Equal(links, LinkTexts.Read(LinkTexts.Rewrite(text), LinkSyntax.Rfc6690, out _));
            }
        }

        Assert.InRange(taken, Mutations / 100, Mutations - 1);
    }

    [Fact]
    public void Every_cut_is_read_or_refused()
    {
        foreach (byte[] text in Seeds())
        {
            for (int length = 0; length < text.Length; length++)
            {
                foreach (LinkSyntax syntax in s_syntaxes)
                {
                    Walk(text.AsSpan(0, length), syntax, out _);
                }
            }
        }
    }

    [Theory]
    [InlineData("</a>;b=\"", "x", "\"")]
    [InlineData("</a>;b=\"", "\\\"", "\"")]
    [InlineData("</a>;b=\"", "\\\"", "")]
    [InlineData("</a>;b=\"", "é", "\"")]
    [InlineData("</a>;b=\"", "a ", "\"")]
    [InlineData("</a>;b=", "x", "")]
    [InlineData("<", "/", ">")]
    [InlineData("<", "<", "")]
    [InlineData("</", "%20", ">")]
    [InlineData("</a>", ";b", "")]
    [InlineData("</a>", ";b=\"c\"", ";")]
    [InlineData("", "</a>,", "</b>")]
    [InlineData("", "<>,", "")]
    [InlineData("</a>", " ", "")]
    [InlineData("", ",", "")]
    [InlineData("</a>;b*=UTF-8''", "%41", "")]
    public void A_megabyte_takes_linear_time(string start, string repeated, string end)
    {
        byte[] text = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, 1_000_000 / repeated.Length)) + end);
        Assert.True(LinkFilter.TryParse("b=xa*"u8, out LinkFilter filter));
        Stopwatch watch = Stopwatch.StartNew();
        int matches = 0;
        foreach (LinkSyntax syntax in s_syntaxes)
        {
            LinkFormatReader reader = new(text, syntax);
            while (reader.Next())
            {
                matches += filter.Matches(reader.Current) ? 1 : 0;
                matches += reader.Current.TryGet("zz"u8, out _) ? 1 : 0;
            }
        }

        // Milliseconds if the time is linear, seconds under an emulator; minutes if it is not.
        Assert.Equal(0, matches);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    internal static IEnumerable<byte[]> Seeds(params string[] kinds)
    {
        string[] wanted = kinds.Length > 0 ? kinds : ["link", "registration", "discover", "bootstrap-discover", "link-malformed"];
        foreach (object[] row in (IEnumerable<object[]>)VectorFile.Ids("corelink.json", wanted))
        {
            yield return Encoding.UTF8.GetBytes(VectorFile.Get("corelink.json", (string)row[0]).GetProperty("text").GetString()!);
        }
    }

    internal static byte[] Mutated(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int i = random.Next(4); i > 0; i--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                case 1 when at < bytes.Count: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, "<>,;=\"\\*' \0"u8[random.Next(11)]); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, random.Next(Math.Min(40, bytes.Count - at) + 1))); break;
            }
        }

        return [.. bytes];
    }

    private static bool Walk(ReadOnlySpan<byte> text, LinkSyntax syntax, out List<string> links)
    {
        links = LinkTexts.Read(text, syntax, out LinkError error);
        Assert.InRange(error.Offset, 0, text.Length);
        return error.Fault == LinkFault.None;
    }
}
