using System.Text.Json;
using Ipso.Fuzz.Decoders;
using Ipso.Tests.Vectors;

namespace Ipso.Fuzz.Corpus;

/// <summary>What a decoder's cases begin with: valid inputs of its own, the vectors of its dialect, and a few of the others.</summary>
internal sealed class Examples
{
    private static readonly Lazy<(Dialect Dialect, byte[] Bytes)[]> s_vectors = new(() => [.. ReadVectors()]);

    private readonly Example[] _own;
    private readonly Example[] _vectors;
    private readonly Example[] _foreign;

    internal Examples(Decoder decoder)
    {
        _own = [.. decoder.Examples()];
        _vectors = [.. VectorsOf(decoder.Dialect).Select(static bytes => new Example(bytes))];
        _foreign =
        [
            .. s_vectors.Value.Where(vector => vector.Dialect != decoder.Dialect).Select(static vector => new Example(vector.Bytes)),
        ];
    }

    /// <summary>The bytes of the vectors of a dialect.</summary>
    internal static IEnumerable<byte[]> VectorsOf(Dialect dialect) =>
        s_vectors.Value.Where(vector => vector.Dialect == dialect).Select(static vector => vector.Bytes);

    internal Example Pick(ref SplitMix random)
    {
        int choice = random.Next(16);
        Example[] group = choice == 0 ? _foreign : choice < 4 || _own.Length == 0 ? _vectors : _own;
        return group.Length == 0 ? new([]) : random.Pick<Example>(group);
    }

    private static IEnumerable<(Dialect Dialect, byte[] Bytes)> ReadVectors()
    {
        foreach (string path in Directory.EnumerateFiles(VectorFile.Folder(), "*.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement @case in document.RootElement.GetProperty("cases").EnumerateArray())
            {
                foreach (JsonProperty field in @case.EnumerateObject())
                {
                    if (Bytes(Path.GetFileName(path), field) is { } vector)
                    {
                        yield return vector;
                    }
                }
            }
        }
    }

    // The input fields are named after what they hold; the others say what it means.
    private static (Dialect Dialect, byte[] Bytes)? Bytes(string file, JsonProperty field)
    {
        if (field.Value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        string text = field.Value.GetString()!;
        return field.Name switch
        {
            "cbor_hex" => (Dialect.Cbor, Convert.FromHexString(text)),
            "hex" or "value_hex" or "header_hex" => (file == "coap.json" ? Dialect.Coap : Dialect.Tlv, Convert.FromHexString(text)),
            "json" => (Dialect.Json, System.Text.Encoding.UTF8.GetBytes(text)),
            "text" or "input" or "uri" or "request_path" => (Dialect.Text, System.Text.Encoding.UTF8.GetBytes(text)),
            _ => null,
        };
    }
}
