using System.Globalization;

namespace Ipso.Fuzz.Corpus;

/// <summary>Which case of a decoder: with the corpus, all that its input follows from.</summary>
internal readonly record struct CaseId(ulong Seed, long Number)
{
    internal static bool TryParse(string text, out CaseId id)
    {
        id = default;
        string[] parts = text.Split(':');
        if (parts.Length != 2
            || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        id = new(seed, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seed}:{Number}");
}
