using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Tests;

/// <summary>Two ways to count lines: the compiler's, and that of XML.</summary>
public class LineMapTests
{
    private const string Text = "\ra\r\nb\n\nc\u0085d\u2028\u2029e\r\r\n\nf\n";

    [Fact]
    public void Positions_are_those_of_the_compiler_in_whatever_order_they_are_asked_for()
    {
        SourceText source = SourceText.From(Text);
        int[] offsets = [.. Enumerable.Range(0, Text.Length + 1)];
        LineMap lines = LineMap.OfSource(Text);

        Assert.All(
            offsets.Concat(offsets.Reverse()),
            offset => Assert.Equal(source.Lines.GetLinePosition(offset), lines.Position(offset)));
    }

    [Theory]
    [InlineData(2, 1, 'a')]
    [InlineData(3, 1, 'b')]
    [InlineData(5, 1, 'c')]
    [InlineData(5, 6, 'e')]
    [InlineData(8, 1, 'f')]
    public void Lines_of_XML_end_at_CR_and_LF_alone(int line, int column, char expected) =>
        Assert.Equal(expected, Text[LineMap.OfXml(Text, 0).Offset(line, column)]);
}
