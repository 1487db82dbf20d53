using Ipso.Buffers;

namespace Ipso.Tests.Buffers;

/// <summary>One pass over a text: its bytes, whether they are all that it takes, and nothing beside them.</summary>
public class UnescapedAsciiTests
{
    private const byte Canary = 0xC5;
    private const int MaxLength = 70;

    [Fact]
    public void Texts_of_any_length_are_written_as_they_are()
    {
        for (int length = 0; length <= MaxLength; length++)
        {
            string text = Text(length);
            byte[] buffer = Write(text, out bool isWritten);
            Assert.True(isWritten);
            Assert.Equal(text, System.Text.Encoding.Latin1.GetString(buffer, 8, length));
        }
    }

    [Fact]
    public void A_character_that_needs_more_is_found_wherever_it_stands()
    {
        foreach (char other in "\0\u0001\u001f\"\\\u007f\u0080é\u00ff\u0100\u0120\u017f\u2020\u7fff\u8000\u8041\ud83d\uff41\uffff")
        {
            for (int length = 1; length <= MaxLength; length++)
            {
                for (int place = 0; place < length; place++)
                {
                    char[] text = Text(length).ToCharArray();
                    text[place] = other;
                    Write(new(text), out bool isWritten);
                    Assert.False(isWritten, $"U+{(int)other:X4} at {place} of {length}");
                }
            }
        }
    }

    [Fact]
    public void Every_character_is_told_from_the_others()
    {
        foreach (int length in (int[])[1, 4, 8, 16])
        {
            for (int unit = 0; unit <= char.MaxValue; unit++)
            {
                Write(Text(length - 1) + (char)unit, out bool isWritten);
                Assert.True(isWritten == (unit is >= ' ' and <= '~' and not '"' and not '\\'), $"U+{unit:X4} behind {length - 1}");
            }
        }
    }

    private static byte[] Write(string text, out bool isWritten)
    {
        byte[] buffer = new byte[8 + text.Length + 24];
        Array.Fill(buffer, Canary);
        isWritten = UnescapedAscii.TryWrite(text, ref buffer[8]);
        Assert.False(buffer.AsSpan(0, 8).ContainsAnyExcept(Canary) || buffer.AsSpan(8 + text.Length).ContainsAnyExcept(Canary));
        return buffer;
    }

    // No two neighbours are the same, so that no piece goes to another one's place unseen.
    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('A' + i % 26)));
}
