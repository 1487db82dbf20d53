using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Buffers;
using Ipso.Json;
using JsonReader = Ipso.Json.JsonReader;

namespace Ipso.Tests.Json;

/// <summary>Our reader against the platform's: what one takes for JSON the other does, and both see the same numbers and texts.</summary>
public class JsonReaderTests
{
    private static readonly string[] s_documents =
    [
        """[{"bn":"/3/0/","n":"0","vs":"Open"},{"n":"9","v":95.5},{"n":"1","vb":true,"x":null}]""",
        """{"a":[1,-2.5e-3,{"b":[]},{}],"c":"\u00e9\ud83d\ude00\\\"","d":false}""",
        """ [ 0 , -0 , 1E400 , 12345678901234567890 , "" , [ [ ] ] ] """,
        "\"a\"", "1", "true", "null", "[]", "{}", "-", "01", "1.", ".5", "1e", "1e+", "+1", "-1", "[1,]", "{\"a\"}", "{\"a\":1,}",
        "tru", "nulll",
        "\"\\x\"", "\"\\u12g4\"", "\"\t\"", "[1 2]", "{1:2}", "\"a", "'a'", "[1]]", "NaN", "",
    ];

    [Fact]
    public void It_takes_what_the_platform_takes_for_JSON()
    {
        Random random = new(99);
        int valid = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes(s_documents[i % s_documents.Length]);
            if (i >= s_documents.Length)
            {
                Mutate(ref text, random);
            }

            bool expected = IsJson(text);
            valid += expected ? 1 : 0;
            JsonReader reader = new(text);
            reader.Skip();
            bool actual = reader.IsAtEnd && !reader.Failed;
            // Ours leaves UTF-8 to where the text is used, and refuses a number that no double holds.
            if (expected != actual && System.Text.Unicode.Utf8.IsValid(text) && !HasHugeNumber(text))
            {
                Assert.Fail($"{Encoding.UTF8.GetString(text)}: expected {expected}");
            }
        }

        Assert.InRange(valid, 1000, 99_000);
    }

    [Fact]
    public void Numbers_are_the_same()
    {
        Random random = new(7);
        for (int i = 0; i < 50_000; i++)
        {
            string text = (i % 4) switch
            {
                0 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
                1 => ((ulong)random.NextInt64() * 2 + (ulong)random.Next(2)).ToString(CultureInfo.InvariantCulture),
                2 => BitConverter.Int64BitsToDouble(random.NextInt64() & ~(1L << 62)).ToString("R", CultureInfo.InvariantCulture),
                _ => $"{random.Next(-1000, 1000)}.{random.Next(1000):D3}e{random.Next(-300, 300)}",
            };
            using JsonDocument document = JsonDocument.Parse(text);
            Number number = new JsonReader(Encoding.ASCII.GetBytes(text)).ReadNumber();
            if (document.RootElement.TryGetInt64(out long integer))
            {
                Assert.Equal((NumberKind.Integer, integer), (number.Kind, (long)number.Bits));
            }
            else if (document.RootElement.TryGetUInt64(out ulong unsigned))
            {
                Assert.Equal((NumberKind.Unsigned, unsigned), (number.Kind, number.Bits));
            }
            else
            {
                Assert.Equal((NumberKind.Float, document.RootElement.GetDouble()), (number.Kind, number.ToDouble()));
            }
        }
    }

    [Fact]
    public void Escaped_texts_are_the_same()
    {
        Random random = new(3);
        string[] pieces =
            ["a", "é", "漢", "\\n", "\\\\", "\\/", "\\\"", "\\u0041", "\\u00e9", "\\ud83d",
             "\\ude00", "\\ud83d\\ude00", "\\u0000", "\\uD83D\\uDE80"];
        for (int i = 0; i < 50_000; i++)
        {
            string content = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] text = Encoding.UTF8.GetBytes($"\"{content}\"");
            JsonReader reader = new(text);
            ReadOnlySpan<byte> raw = reader.ReadString(out _);
            Assert.False(reader.Failed);
            var plain = new byte[raw.Length];
            bool isText = JsonText.TryUnescape(raw, plain, out int written);
            string? expected = Text(text);
            Assert.Equal(expected is not null, isText);
            if (isText)
            {
                Assert.Equal(expected, Encoding.UTF8.GetString(plain.AsSpan(0, written)));
            }
        }
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        JsonReader reader = new(Encoding.ASCII.GetBytes(new string('[', 1_000_000)));
        reader.Skip();
        Assert.True(reader.Failed);
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void Once_failed_it_stays_so()
    {
        JsonReader reader = new("[1]"u8);
        reader.Fail();
        Assert.False(reader.TryTake((byte)'['));
        Assert.True(reader.ReadString(out _).IsEmpty);
        Assert.Equal(default, reader.ReadNumber());
        Assert.False(reader.TryTakeLiteral("true"u8));
        Assert.True(reader.Failed);
    }

    private static void Mutate(ref byte[] text, Random random)
    {
        List<byte> bytes = [.. text];
        for (int i = random.Next(3); i >= 0; i--)
        {
            int at = random.Next(bytes.Count + 1);
            byte b = random.Next(3) == 0 ? (byte)random.Next(256) : "[]{}\",:\\0123456789.eE+-truefalsn \n\t/u"u8[random.Next(37)];
            switch (random.Next(3))
            {
                case 0 when at < bytes.Count: bytes[at] = b; break;
                case 1 when at < bytes.Count: bytes.RemoveAt(at); break;
                default: bytes.Insert(at, b); break;
            }
        }

        text = [.. bytes];
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 9 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasHugeNumber(byte[] text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return HasHugeNumber(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasHugeNumber(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => !double.IsFinite(element.GetDouble()),
        JsonValueKind.Array => element.EnumerateArray().Any(HasHugeNumber),
        JsonValueKind.Object => element.EnumerateObject().Any(p => HasHugeNumber(p.Value)),
        _ => false,
    };

    private static string? Text(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
