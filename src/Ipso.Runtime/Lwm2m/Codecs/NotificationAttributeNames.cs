using System.Globalization;
using System.Text;
using Ipso.Buffers;
using Ipso.Links;

namespace Ipso.Lwm2m.Codecs;

/// <summary>The notification attributes as bits (LwM2M TS Core, 5.1.2).</summary>
[Flags]
public enum NotificationAttributeNames : ushort
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><c>pmin</c>.</summary>
    MinimumPeriod = 1 << 0,

    /// <summary><c>pmax</c>.</summary>
    MaximumPeriod = 1 << 1,

    /// <summary><c>gt</c>.</summary>
    GreaterThan = 1 << 2,

    /// <summary><c>lt</c>.</summary>
    LessThan = 1 << 3,

    /// <summary><c>st</c>.</summary>
    Step = 1 << 4,

    /// <summary><c>epmin</c>.</summary>
    MinimumEvaluationPeriod = 1 << 5,

    /// <summary><c>epmax</c>.</summary>
    MaximumEvaluationPeriod = 1 << 6,

    /// <summary><c>edge</c>.</summary>
    Edge = 1 << 7,

    /// <summary><c>con</c>.</summary>
    Confirmable = 1 << 8,

    /// <summary><c>hqmax</c>.</summary>
    MaximumHistoricalQueue = 1 << 9,
}

/// <summary>The notification attributes as text: one at a time, in a query as in a link.</summary>
internal static class NotificationAttributeText
{
    private const int NameLength = 5;

    private const NotificationAttributeNames Decimals =
        NotificationAttributeNames.GreaterThan | NotificationAttributeNames.LessThan | NotificationAttributeNames.Step;

    private const NotificationAttributeNames Flags = NotificationAttributeNames.Edge | NotificationAttributeNames.Confirmable;

    // In the order of their bits, each with blanks up to the length of the longest.
    private static ReadOnlySpan<byte> Names => "pmin pmax gt   lt   st   epminepmaxedge con  hqmax"u8;

    internal static NotificationAttributeNames NameOf(scoped ReadOnlySpan<byte> name)
    {
        for (int place = 0; place < NotificationAttributes.Count; place++)
        {
            if (name.SequenceEqual(NameAt(place)))
            {
                return BitAt(place);
            }
        }

        return NotificationAttributeNames.None;
    }

    /// <summary>Reads one value into its place.</summary>
    internal static bool TryRead(
        NotificationAttributeNames name, scoped ReadOnlySpan<byte> value, ref NotificationAttributes attributes)
    {
        ulong word;
        if ((name & Decimals) != 0)
        {
            if (!TryReadDecimal(value, out double number) || (name == NotificationAttributeNames.Step && number <= 0))
            {
                return false;
            }

            word = NotificationAttributes.WordOf(number);
        }
        else if ((name & Flags) != 0)
        {
            if (value is not [(byte)'0' or (byte)'1'])
            {
                return false;
            }

            word = (ulong)(value[0] - '0');
        }
        else
        {
            // Digits only: no sign, no fraction.
            if (!IsDigitAt(value, 0) || !DecimalText.TryParse(value, out long number))
            {
                return false;
            }

            word = (ulong)number;
        }

        attributes = attributes.With((uint)name, word);
        return true;
    }

    /// <summary>Writes what is assigned, each as a parameter of the link at hand.</summary>
    internal static void Write(ref LinkFormatWriter writer, in NotificationAttributes attributes)
    {
        Span<byte> text = stackalloc byte[PlainDecimal.MaxLength];
        for (int place = 0; place < NotificationAttributes.Count; place++)
        {
            if (!attributes.TryGetWord(place, out ulong word))
            {
                continue;
            }

            if ((BitAt(place) & Decimals) != 0)
            {
                writer.Token(NameAt(place), text[..PlainDecimal.Format(BitConverter.UInt64BitsToDouble(word), text)]);
            }
            else
            {
                writer.Number(NameAt(place), (long)word);
            }
        }
    }

    /// <summary>Writes what is assigned, and the names of what is removed, as a query.</summary>
    internal static string Format(in NotificationAttributes values, NotificationAttributeNames removed)
    {
        StringBuilder query = new();
        Span<byte> text = stackalloc byte[PlainDecimal.MaxLength];
        for (int place = 0; place < NotificationAttributes.Count; place++)
        {
            bool isAssigned = values.TryGetWord(place, out ulong word);
            if (!isAssigned && (removed & BitAt(place)) == 0)
            {
                continue;
            }

            query.Append(query.Length > 0 ? "&" : "").Append(Encoding.UTF8.GetString(NameAt(place)));
            if (isAssigned && (BitAt(place) & Decimals) != 0)
            {
                int length = PlainDecimal.Format(BitConverter.UInt64BitsToDouble(word), text);
                query.Append('=').Append(Encoding.UTF8.GetString(text[..length]));
            }
            else if (isAssigned)
            {
                query.Append('=').Append(((long)word).ToString(CultureInfo.InvariantCulture));
            }
        }

        return query.ToString();
    }

    private static NotificationAttributeNames BitAt(int place) => (NotificationAttributeNames)(1 << place);

    private static ReadOnlySpan<byte> NameAt(int place)
    {
        ReadOnlySpan<byte> name = Names.Slice(place * NameLength, NameLength);
        int end = name.IndexOf((byte)' ');
        return end < 0 ? name : name[..end];
    }

    // [ "-" ] 1*DIGIT [ "." 1*DIGIT ], with an exponent, too: the specification's grammar has neither sign nor exponent, peers have.
    private static bool TryReadDecimal(scoped ReadOnlySpan<byte> text, out double value)
    {
        ReadOnlySpan<byte> unsigned = text is [(byte)'-', ..] ? text[1..] : text;
        int dot = unsigned.IndexOf((byte)'.');
        bool isNumber = IsDigitAt(unsigned, 0) && (dot < 0 || IsDigitAt(unsigned, dot + 1));
        value = 0;
        return isNumber && DecimalText.TryParse(text, out value);
    }

    private static bool IsDigitAt(scoped ReadOnlySpan<byte> text, int index) => index < text.Length && char.IsAsciiDigit((char)text[index]);
}
