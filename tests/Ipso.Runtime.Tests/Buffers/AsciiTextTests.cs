using Ipso.Buffers;

namespace Ipso.Tests.Buffers;

/// <summary>One pass over a text: its bytes, whether they are all that it takes, and nothing beside them.</summary>
public class AsciiTextTests
{
    private const byte Canary = 0xC5;
    private const int Margin = 8;
    private const int MaxLength = 70;

    [Fact]
    public void Texts_of_any_length_are_written_as_they_are()
    {
        for (int length = 0; length <= MaxLength; length++)
        {
            string text = Text(length);
            Assert.Equal((true, text), Write(text));
            Assert.Equal((true, text), WriteUnescaped(text));
        }
    }

    [Fact]
    public void A_character_that_is_not_one_of_them_is_found_wherever_it_stands()
    {
        foreach (char other in "\0\u0001\u001f\"\\\u007f\u0080é\u00ff\u0100\u0120\u017f\u2020\u7fff\u8000\u8041\ud83d\uff41\uffff")
        {
            for (int length = 1; length <= MaxLength; length++)
            {
                for (int place = 0; place < length; place++)
                {
                    char[] text = Text(length).ToCharArray();
                    text[place] = other;
                    Assert.True(Write(new(text)).IsWritten == (other < 0x80), $"U+{(int)other:X4} at {place} of {length}");
                    Assert.False(WriteUnescaped(new(text)).IsWritten, $"U+{(int)other:X4} at {place} of {length}");
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
                string text = Text(length - 1) + (char)unit;
                bool isUnescaped = unit is >= ' ' and <= '~' and not '"' and not '\\';
                Assert.True(Write(text).IsWritten == (unit < 0x80), $"U+{unit:X4} behind {length - 1}");
                Assert.True(WriteUnescaped(text).IsWritten == isUnescaped, $"U+{unit:X4} behind {length - 1}");
            }
        }
    }

    private static (bool IsWritten, string Bytes) Write(string text)
    {
        byte[] buffer = Canaries(text);
        return (AsciiText.TryWrite(text, ref buffer[Margin]), TakeText(buffer, text.Length));
    }

    private static (bool IsWritten, string Bytes) WriteUnescaped(string text)
    {
        byte[] buffer = Canaries(text);
        return (AsciiText.TryWriteUnescaped(text, ref buffer[Margin]), TakeText(buffer, text.Length));
    }

    private static byte[] Canaries(string text)
    {
        byte[] buffer = new byte[Margin + text.Length + 24];
        Array.Fill(buffer, Canary);
        return buffer;
    }

    private static string TakeText(byte[] buffer, int length)
    {
        Assert.False(buffer.AsSpan(0, Margin).ContainsAnyExcept(Canary) || buffer.AsSpan(Margin + length).ContainsAnyExcept(Canary));
        return System.Text.Encoding.Latin1.GetString(buffer, Margin, length);
    }

    // No two neighbours are the same, so that no piece goes to another one's place unseen.
    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('A' + i % 26)));
}
