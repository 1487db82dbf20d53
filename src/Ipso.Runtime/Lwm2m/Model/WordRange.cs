using System.Text;

namespace Ipso.Lwm2m.Model;

/// <summary>The words that a String resource takes, and no other.</summary>
/// <param name="words">The words, spelled as they have to stand.</param>
public sealed class WordRange(ReadOnlySpan<string> words) : ValueRange
{
    private readonly string[] _words = words.ToArray();
    private readonly byte[][] _utf8 = Array.ConvertAll(words.ToArray(), Encoding.UTF8.GetBytes);

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _words);

    internal override bool Admits(string text) => Array.IndexOf(_words, text) >= 0;

    internal override bool Admits(ReadOnlySpan<byte> bytes)
    {
        foreach (byte[] word in _utf8)
        {
            if (bytes.SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }
}
