using System.Text;
using System.Text.Json;
using Ipso.Json;

namespace Ipso.Tests.Json;

/// <summary>Escapes: one byte of each kind at each place of texts of each length around a vector's.</summary>
public class JsonTextTests
{
    [Fact]
    public void What_is_escaped_is_found_wherever_it_stands()
    {
        for (int length = 1; length <= 40; length++)
        {
            byte[] text = Encoding.ASCII.GetBytes(new string('x', length));
            Assert.False(JsonText.NeedsEscapes(text));
            for (int place = 0; place < length; place++)
            {
                for (int b = 0; b < 256; b++)
                {
                    text[place] = (byte)b;
                    Assert.True(JsonText.NeedsEscapes(text) == b is < 0x20 or '"' or '\\', $"{b} at {place} of {length}");
                }

                text[place] = (byte)'x';
            }
        }
    }

    [Fact]
    public void An_escaped_text_reads_back_as_itself()
    {
        Random random = new(821);
        for (int i = 0; i < 2_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(8) switch
            {
                0 => ((char)random.Next(0x20)).ToString(),
                1 => "\"",
                2 => "\\",
                3 => "\u00E4",
                _ => ((char)random.Next(0x20, 0x7F)).ToString(),
            }));
            byte[] buffer = new byte[300];
            int length = Encoding.UTF8.GetBytes(text, buffer);
            Assert.True(JsonText.TryEscape(buffer, ref length));
            Assert.Equal(text, JsonSerializer.Deserialize<string>($"\"{Encoding.UTF8.GetString(buffer, 0, length)}\""));
        }
    }
}
