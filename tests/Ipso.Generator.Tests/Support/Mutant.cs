using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Tests.Support;

/// <summary>A damaged copy of a real definition. Seed and number make it, so that a case can be had again by itself.</summary>
internal sealed class Mutant : AdditionalText
{
    private readonly SourceText? _text;

    private Mutant(string path, string description, SourceText? text)
    {
        Path = path;
        Description = description;
        _text = text;
    }

    public override string Path { get; }

    /// <summary>Which file, and what was done to it.</summary>
    public string Description { get; }

    public override SourceText? GetText(CancellationToken cancellationToken = default) => _text;

    public static Mutant Make(int seed, int number, XmlFile[] files)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        XmlFile file = files[random.Next(files.Length)];
        // Mostly with few of its items: damage is denser then, and to compile what comes of it costs a fraction.
        string text = random.Next(50) == 0 ? file.Content : XmlDamage.KeepFewItems(file.Content, random);
        var steps = new List<string>();
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            (string name, Func<string, Random, XmlFile[], string> change) = XmlDamage.Pick(random);
            text = change(text, random, files);
            steps.Add(name);
        }

        SourceText? source;
        if (random.Next(5) == 0)
        {
            (string name, Func<string, Random, byte[]> encode) = XmlDamage.PickEncoding(random);
            source = Decode(encode(text, random));
            steps.Add(name);
        }
        else
        {
            source = SourceText.From(text);
        }

        // A path of its own: the sound file stays what it is, whatever lies beside it.
        string path = "/mutants/" + System.IO.Path.GetFileName(file.Path);
        return new(path, $"seed {seed}, case {number}: {file.Path}: {string.Join(", ", steps)}", source);
    }

    // As the compiler reads a file: UTF-8 unless a mark says otherwise; bytes that are none are Latin-1; binary is no text at all.
    private static SourceText? Decode(byte[] bytes)
    {
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return SourceText.From(new MemoryStream(bytes), strict, throwIfBinaryDetected: true);
        }
        catch (DecoderFallbackException)
        {
            return SourceText.From(new MemoryStream(bytes), Encoding.Latin1);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
