using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Ipso.Buffers;

namespace Ipso.Tests.Buffers;

/// <summary>Base64, taken and refused as the platform does it, but for what its decoders pass over: spaces, "%", half a padding.</summary>
public class Base64TextTests
{
    private const string Characters = "AQgwxyz09+/-_==% \t\r\n\0é*,.@[`{";

    [Fact]
    public void Bytes_are_read_in_each_alphabet()
    {
        Random random = new(831);
        for (int length = 0; length < 300; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            string standard = Convert.ToBase64String(bytes);
            string url = Base64Url.EncodeToString(bytes);
            Assert.Equal(bytes, Decode(standard, Base64Alphabet.Standard));
            Assert.Equal(bytes, Decode(standard, Base64Alphabet.Either));
            Assert.Equal(bytes, Decode(standard.Replace('+', '-').Replace('/', '_'), Base64Alphabet.Either));
            Assert.Equal(bytes, Decode(standard.Replace('+', '-').Replace('/', '_'), Base64Alphabet.Url));
            Assert.Equal(bytes, Decode(url, Base64Alphabet.Url));
        }
    }

    [Fact]
    public void Any_text_is_taken_or_refused_as_the_platform_does_it()
    {
        Random random = new(832);
        for (int i = 0; i < 100_000; i++)
        {
            char[] characters = new char[random.Next(13)];
            for (int at = 0; at < characters.Length; at++)
            {
                // Mostly what may stand there.
                characters[at] = Characters[random.Next(random.Next(4) == 0 ? Characters.Length : 10)];
            }

            if (characters.Length > 1 && random.Next(2) == 0)
            {
                characters[^1] = '=';
                characters[^2] = random.Next(2) == 0 ? '=' : characters[^2];
            }

            string text = new(characters);
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            bool isStrict = utf8.AsSpan().IndexOfAny(" \t\r\n%"u8) < 0;
            byte[] room = new byte[64];
            int written = 0;
            bool isExpected = isStrict && Base64.DecodeFromUtf8(utf8, room, out _, out written) == OperationStatus.Done;
            Assert.True(Equal(isExpected ? room[..written] : null, Decode(text, Base64Alphabet.Standard)), $"'{text}'");
            bool isHalfPadded = text.EndsWith('=') && utf8.Length % 4 != 0;
            isExpected = isStrict && !isHalfPadded && Base64Url.DecodeFromUtf8(utf8, room, out _, out written) == OperationStatus.Done;
            Assert.True(Equal(isExpected ? room[..written] : null, Decode(text, Base64Alphabet.Url)), $"'{text}' for URLs");
        }
    }

    private static bool Equal(byte[]? expected, byte[]? bytes) => expected is null ? bytes is null : bytes is not null && expected.SequenceEqual(bytes);

    private static byte[]? Decode(string text, Base64Alphabet alphabet)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] room = new byte[utf8.Length];
        byte[]? apart = Base64Text.TryDecode(utf8, room, alphabet, out int written) ? room[..written] : null;
        byte[]? inPlace = Base64Text.TryDecode(utf8, utf8, alphabet, out written) ? utf8[..written] : null;
        Assert.Equal(apart, inPlace);
        return apart;
    }
}
