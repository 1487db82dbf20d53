using Ipso.Generator.Tests.Support;

namespace Ipso.Generator.Tests;

/// <summary>Whatever a file holds, the generator has something to say of it and nothing to throw.</summary>
public class RobustnessTests
{
    private static readonly string[] s_scraps =
    [
        "<", ">", "</", "/>", "&", "&#x0;", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE a>", "<?", "\0", "\uD800", "\u2028", "\uFFFF", "\"", "..", "-", "9999999999",
        "<Object>", "</Object>", "<Item ID=\"1\">", "</Item>", "<Resources>", "<Name>", "", "\r", "é", "<ObjectID>1</ObjectID>",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_files_do_no_harm(int seed)
    {
        var random = new Random(seed);
        XmlFile[] files = Repository.Files(Repository.RegistryXml);
        var run = GeneratorRun.Untracked(files);
        XmlFile current = files[0];

        for (int i = 0; i < 200; i++)
        {
            XmlFile damaged = new(current.Path, Damage(files[i % files.Length].Content, random));
            XmlFile previous = current;
            run = run.Again(driver => driver.ReplaceAdditionalText(previous, damaged));
            current = damaged;

            Assert.DoesNotContain(run.Diagnostics, d => d.Id == "IPSO0000");
            Assert.True(run.Sources.Count >= files.Length - 1, "The other files are generated all the same.");
            if (i % 20 == 0)
            {
                Assert.Equal(GeneratorRun.Untracked([current, .. files[1..]]).Sources, run.Sources);
            }
        }

        run.CompilesCleanly();
    }

    private static string Damage(string text, Random random)
    {
        for (int n = random.Next(1, 6); n > 0; n--)
        {
            int at = random.Next(text.Length + 1);
            int length = random.Next(4) == 0 ? random.Next(Math.Min(200, text.Length - at) + 1) : random.Next(Math.Min(4, text.Length - at) + 1);
            text = text.Remove(at, length).Insert(at, s_scraps[random.Next(s_scraps.Length)]);
        }

        return text;
    }
}
