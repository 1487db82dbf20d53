using System.Text;
using Ipso.Buffers;

namespace Ipso.Links;

/// <summary>How the value of a parameter is spelled.</summary>
public enum LinkParameterForm : byte
{
    /// <summary>There is no value: <c>;obs</c>.</summary>
    Flag,

    /// <summary>As it is: <c>;ct=40</c>.</summary>
    Token,

    /// <summary>Between quotes: <c>;rt="oma.lwm2m"</c>.</summary>
    Quoted,
}

/// <summary>A parameter of a link: a view into a text that has been checked.</summary>
public readonly ref struct LinkParameter
{
    private const byte Backslash = (byte)'\\';

    internal LinkParameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> rawValue, LinkParameterForm form)
    {
        Name = name;
        RawValue = rawValue;
        Form = form;
    }

    /// <summary>The name, ASCII; it ends in <c>*</c> where the value names its character set (RFC 5987).</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The token, or what stands between the quotes, with a backslash before each escaped character.</summary>
    public ReadOnlySpan<byte> RawValue { get; }

    /// <summary>How the value is spelled.</summary>
    public LinkParameterForm Form { get; }

    /// <summary>Whether there is a value, be it an empty one.</summary>
    public bool HasValue => Form != LinkParameterForm.Flag;

    /// <summary>Whether the value is this one.</summary>
    /// <param name="value">A value without quotes and escapes.</param>
    public bool ValueEquals(scoped ReadOnlySpan<byte> value) => HasValue && new LinkPattern(value, isPrefix: false).MatchesWhole(this);

    /// <summary>Whether a word stands in the value, a list that is separated by blanks (RFC 6690, 2: relation-types).</summary>
    /// <param name="word">The word.</param>
    public bool ContainsWord(scoped ReadOnlySpan<byte> word) => HasValue && new LinkPattern(word, isPrefix: false).MatchesWord(this);

    /// <summary>Reads the value as a number: decimal digits and nothing else, in quotes or not.</summary>
    /// <param name="number">The number.</param>
    /// <returns>Whether it is one of at most 32 bits.</returns>
    public bool TryGetNumber(out uint number) => TryParseNumber(RawValue, out number);

    /// <summary>Writes the value without quotes and escapes, which is never longer than <see cref="RawValue"/>.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The bytes written, 0 where there is no room.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryCopyValue(Span<byte> destination, out int written)
    {
        written = 0;
        for (ReadOnlySpan<byte> rest = RawValue; !rest.IsEmpty;)
        {
            int escape = Form == LinkParameterForm.Quoted ? rest.IndexOf(Backslash) : -1;
            ReadOnlySpan<byte> plain = escape < 0 ? rest : rest[..escape];
            int escaped = escape < 0 ? 0 : 1;
            if (plain.Length + escaped > destination.Length - written)
            {
                written = 0;
                return false;
            }

            plain.CopyTo(destination[written..]);
            written += plain.Length;
            if (escaped != 0)
            {
                destination[written++] = rest[escape + 1];
            }

            rest = rest[(plain.Length + 2 * escaped)..];
        }

        return true;
    }

    /// <summary>The value as text, without quotes and escapes; empty where there is none.</summary>
    public string GetValue()
    {
        if (Form != LinkParameterForm.Quoted || !RawValue.Contains(Backslash))
        {
            return Encoding.UTF8.GetString(RawValue);
        }

        byte[] value = new byte[RawValue.Length];
        TryCopyValue(value, out int length);
        return Encoding.UTF8.GetString(value, 0, length);
    }

    internal static bool TryParseNumber(ReadOnlySpan<byte> text, out uint number)
    {
        bool isNumber = DecimalText.TryParse(text, out ulong value) && value <= uint.MaxValue;
        number = isNumber ? (uint)value : 0;
        return isNumber;
    }
}
