using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Tests.Coap;

public partial class CoapOptionInfoTests
{
    [Fact]
    public void Every_named_option_has_its_facts_and_the_table_ascends()
    {
        Assert.Equal(Enum.GetValues<CoapOptionNumber>(), Numbers());
        foreach (CoapOptionInfo info in CoapOptionInfo.All)
        {
            Assert.True(CoapOptionInfo.TryGet(info.Number, out CoapOptionInfo same));
            Assert.Equal(info, same);
            Assert.True(CoapOptionInfo.TryGet(CoapCode.Get, info.Number, out same));
            Assert.Equal(info, same);
            Assert.True(info.Allows(info.MinLength) && info.Allows(info.MaxLength) && !info.Allows(info.MaxLength + 1));
            Assert.Equal(info.MinLength == 0, info.Allows(0));
            Assert.False(info.Allows(-1));
            Assert.Equal(info.Format == CoapOptionFormat.Empty, info.MaxLength == 0);
        }

        static List<CoapOptionNumber> Numbers()
        {
            List<CoapOptionNumber> numbers = [];
            foreach (CoapOptionInfo info in CoapOptionInfo.All)
            {
                numbers.Add(info.Number);
            }

            return numbers;
        }
    }

    [Fact]
    public void The_engine_goes_by_the_same_facts()
    {
        foreach (CoapOptionInfo info in CoapOptionInfo.All)
        {
            // What it does not understand it allows at no length.
            bool isUnderstood = OptionRules.Allows(info.Number, info.MinLength);
            for (int length = 0; length <= 1100; length++)
            {
                Assert.Equal(isUnderstood && info.Allows(length), OptionRules.Allows(info.Number, length));
            }

            Assert.True(info.IsRepeatable || !OptionRules.IsRepeatable(info.Number), info.Name);
        }
    }

    [Fact]
    public void A_number_without_facts_is_told()
    {
        for (int number = 0; number <= ushort.MaxValue; number++)
        {
            Assert.Equal(
                Enum.IsDefined((CoapOptionNumber)number), CoapOptionInfo.TryGet((CoapOptionNumber)number, out CoapOptionInfo info));
            Assert.Equal(info == default, !Enum.IsDefined((CoapOptionNumber)number));
        }
    }

    // The table for people is in the documentation of the numbers: it says the same.
    [Fact]
    public void The_documented_table_says_the_same()
    {
        string path = Path.ChangeExtension(typeof(CoapMessage).Assembly.Location, ".xml");
        XElement documentation = XDocument.Load(path).Descendants("member")
            .Single(member => member.Attribute("name")!.Value == $"T:{typeof(CoapOptionNumber).FullName}");
        string table = documentation.Descendants("code").Single().Value;
        List<string> rows = [];
        foreach (CoapOptionInfo info in CoapOptionInfo.All)
        {
            CoapOptionNumber n = info.Number;
            string flags = string.Concat(
                n.IsCritical ? "C" : "-", n.IsUnsafe ? "U" : "-", n.IsNoCacheKey ? "N" : "-", info.IsRepeatable ? "R" : "-");
            string length = info.MinLength == info.MaxLength ? $"{info.MinLength}" : $"{info.MinLength}-{info.MaxLength}";
            rows.Add($"{(int)n} {flags} {info.Name} {length}");
        }

        Assert.Equal(
            rows,
            Row().Matches(table).Select(m => string.Join(' ', m.Groups.Values.Skip(1).Select(g => g.Value))));
        Assert.Equal("Uri-Path", CoapOptionInfo.All[8].ToString());
    }

    [Fact]
    public void Signals_have_options_of_their_own()
    {
        Assert.Equal("Max-Message-Size", Name(CoapCode.Csm, 2));
        Assert.Equal("Block-Wise-Transfer", Name(CoapCode.Csm, 4));
        Assert.Equal("Extended-Token-Length", Name(CoapCode.Csm, 6));
        Assert.Equal("Custody", Name(CoapCode.Ping, 2));
        Assert.Equal("Custody", Name(CoapCode.Pong, 2));
        Assert.Equal("Alternative-Address", Name(CoapCode.Release, 2));
        Assert.Equal("Hold-Off", Name(CoapCode.Release, 4));
        Assert.Equal("Bad-CSM-Option", Name(CoapCode.Abort, 2));
        Assert.Null(Name(CoapCode.Csm, 11));
        Assert.Null(Name(new CoapCode(7, 6), 2));
        Assert.Equal("Uri-Path", Name(CoapCode.Get, 11));

        static string? Name(CoapCode code, int number) =>
            CoapOptionInfo.TryGet(code, (CoapOptionNumber)number, out CoapOptionInfo info) ? info.Name : null;
    }

    [Fact]
    public void No_Response_tells_classes_apart()
    {
        Assert.True(NoResponse.TryRead([], out NoResponse none));
        Assert.False(none.Suppresses(CoapCode.Content));
        Assert.True(NoResponse.TryRead([26], out NoResponse all));
        Assert.Equal(NoResponse.All, all);
        Assert.All([CoapCode.Content, CoapCode.NotFound, CoapCode.BadGateway], code => Assert.True(all.Suppresses(code)));
        Assert.False(all.Suppresses(CoapCode.Get));
        Assert.False(all.Suppresses(CoapCode.Abort));
        Assert.True(NoResponse.TryRead([2], out NoResponse success));
        Assert.True(success.Suppresses(CoapCode.Changed) && !success.Suppresses(CoapCode.NotFound));
        Assert.False(NoResponse.TryRead([0, 26], out none));
        Assert.False(none.Suppresses(CoapCode.Content));
    }

    [Fact]
    public void An_entity_tag_has_one_to_eight_bytes()
    {
        Assert.True(CoapETag.TryRead([0, 1], out CoapETag tag));
        Assert.True(tag == new CoapETag([0, 1]) && tag != new CoapETag([0, 1, 0]) && !tag.IsEmpty);
        Assert.Equal(("0001", 2), (tag.ToString(), tag.Bytes.Length));
        Assert.False(CoapETag.TryRead([], out tag));
        Assert.True(tag.IsEmpty && tag == default);
        Assert.False(CoapETag.TryRead(new byte[9], out tag));
        Assert.True(CoapETag.TryRead(new byte[8], out tag) && tag.GetHashCode() == new CoapETag(new byte[8]).GetHashCode());
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapETag([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoapETag(new byte[9]));
    }

    [Fact]
    public void Blocks_have_bounds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockOption(BlockOption.MaxNumber + 1, false, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockOption(-1, false, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockOption(0, false, 8));
        var last = new BlockOption(BlockOption.MaxNumber, false, 6);
        Assert.False(last.TryGetNext(1024, out _));
        Assert.False(last.TryShrink(5, out _));
        Assert.True(last.TryShrink(6, out BlockOption same) && same == last);
        Assert.True(new BlockOption(3, true, 2).TryShrink(4, out same) && same == new BlockOption(3, true, 2));
        Assert.True(new BlockOption(3, true, 7).TryShrink(6, out same) && same == new BlockOption(3, true, 6));
        Assert.Equal([0, 0, 0, 1, 5, 6, 6], new[] { 0, 16, 31, 32, 1023, 1024, 65536 }.Select(BlockOption.GetSizeExponent));
        var more = new BlockOption(1, true, 0);
        Assert.True(more.AllowsPayload(16) && !more.AllowsPayload(15) && !more.AllowsPayload(32));
        var end = new BlockOption(1, false, 0);
        Assert.True(end.AllowsPayload(0) && end.AllowsPayload(16) && !end.AllowsPayload(17));
        var bert = new BlockOption(1, true, 7);
        Assert.True(bert.AllowsPayload(2048) && !bert.AllowsPayload(0) && !bert.AllowsPayload(1025));
        Assert.True(new BlockOption(1, false, 7).AllowsPayload(1025));
        Assert.Equal(("1/1/16", "1/1/BERT"), (more.ToString(), bert.ToString()));
    }

    [GeneratedRegex(@"^\s*(\d+) +([CUNR-]{4}) +(\S+) +([\d-]+) ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
