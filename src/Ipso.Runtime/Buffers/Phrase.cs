using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ipso.Buffers;

/// <summary>
/// A text with holes, for exceptions and logs, in the culture of nobody: <c>Phrase.Of($"Must be {min} to {max}.")</c>. The platform's own way
/// is for texts in a hurry: it has code of its own for each type that is put into a hole, stands in line in whoever throws, and brings the
/// calendars into a native program.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct Phrase
{
    private readonly StringBuilder _text;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public Phrase(int literalLength, int holes)
    {
        _ = holes;
        _text = new(literalLength);
    }

    /// <summary>The text.</summary>
    /// <param name="phrase">The text with its holes.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static string Of(Phrase phrase) => phrase._text.ToString();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AppendLiteral(string part) => _text.Append(part);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AppendFormatted(string? part) => _text.Append(part);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AppendFormatted(ulong number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AppendFormatted(double number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void AppendFormatted(object? thing) => _text.Append(thing?.ToString());
}
