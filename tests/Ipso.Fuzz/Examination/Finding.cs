using System.Globalization;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Examination;

/// <summary>A failure with all that is needed to see it again; it is written as text, and read from it.</summary>
internal sealed record Finding(string Decoder, CaseId Id, ulong Variant, string Meaning, string Failure, byte[] Shortened, byte[] Input)
{
    private const int MaxAttempts = 200_000;

    /// <summary>Shortens the input of a failure.</summary>
    internal static Finding Of(
        Decoder decoder, CaseId id, ulong variant, byte[] input, Failure failure, Predicate<byte[]> fails, int attempts) =>
        new(decoder.Name, id, variant, decoder.Describe(variant), failure.Message, Shortener.Shorten(input, fails, attempts), input);

    /// <summary>Shortens the input of a failure that leaves the process alive.</summary>
    internal static Finding Of(Decoder decoder, Examiner examiner, CaseId id, ulong variant, byte[] input, Failure failure) =>
        Of(decoder, id, variant, input, failure, bytes => examiner.Examine(bytes, variant)?.Kind == failure.Kind, MaxAttempts);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It did not write that.</exception>
    internal static Finding Parse(string text)
    {
        Dictionary<string, string> fields = [];
        foreach (string line in text.Split('\n'))
        {
            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and int colon)
            {
                fields.TryAdd(line[..colon], line[(colon + 2)..].Trim());
            }
        }

        string Field(string name) =>
            fields.TryGetValue(name, out string? value) ? value : throw new FormatException($"There is no line \"{name}: ...\".");
        byte[] Bytes(string name) => Field(name) is "-" ? [] : Convert.FromHexString(Field(name));
        return CaseId.TryParse(Field("case"), out CaseId id)
            ? new(Field("decoder"), id, ulong.Parse(Field("variant"), NumberStyles.HexNumber, CultureInfo.InvariantCulture), "", "",
                Bytes("shortened"), Bytes("input"))
            : throw new FormatException("The line \"case: SEED:NUMBER\" has another form.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        decoder: {Decoder}
        case: {Id}
        variant: {Variant:x16}
        meaning: {Meaning}
        shortened: {Hex(Shortened)}
        input: {Hex(Input)}
        failure: {Failure}

        """);

    private static string Hex(byte[] bytes) => bytes.Length == 0 ? "-" : Convert.ToHexStringLower(bytes);
}
