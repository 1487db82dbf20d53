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
    internal static NotificationAttributeNames NameOf(scoped ReadOnlySpan<byte> name) =>
        name.SequenceEqual("pmin"u8) ? NotificationAttributeNames.MinimumPeriod
        : name.SequenceEqual("pmax"u8) ? NotificationAttributeNames.MaximumPeriod
        : name.SequenceEqual("gt"u8) ? NotificationAttributeNames.GreaterThan
        : name.SequenceEqual("lt"u8) ? NotificationAttributeNames.LessThan
        : name.SequenceEqual("st"u8) ? NotificationAttributeNames.Step
        : name.SequenceEqual("epmin"u8) ? NotificationAttributeNames.MinimumEvaluationPeriod
        : name.SequenceEqual("epmax"u8) ? NotificationAttributeNames.MaximumEvaluationPeriod
        : name.SequenceEqual("edge"u8) ? NotificationAttributeNames.Edge
        : name.SequenceEqual("con"u8) ? NotificationAttributeNames.Confirmable
        : name.SequenceEqual("hqmax"u8) ? NotificationAttributeNames.MaximumHistoricalQueue
        : NotificationAttributeNames.None;

    /// <summary>Reads one value into its place.</summary>
    internal static bool TryRead(
        NotificationAttributeNames name, scoped ReadOnlySpan<byte> value, ref NotificationAttributes attributes)
    {
        switch (name)
        {
            case NotificationAttributeNames.GreaterThan when TryReadDecimal(value, out double gt):
                attributes = attributes with { GreaterThan = gt };
                return true;
            case NotificationAttributeNames.LessThan when TryReadDecimal(value, out double lt):
                attributes = attributes with { LessThan = lt };
                return true;
            case NotificationAttributeNames.Step when TryReadDecimal(value, out double st) && st > 0:
                attributes = attributes with { Step = st };
                return true;
            case NotificationAttributeNames.Edge when value is [(byte)'0' or (byte)'1']:
                attributes = attributes with { Edge = value[0] == '1' };
                return true;
            case NotificationAttributeNames.Confirmable when value is [(byte)'0' or (byte)'1']:
                attributes = attributes with { Confirmable = value[0] == '1' };
                return true;
            default:
                return TryReadWhole(name, value, ref attributes);
        }
    }

    private static bool TryReadWhole(
        NotificationAttributeNames name, scoped ReadOnlySpan<byte> value, ref NotificationAttributes attributes)
    {
        // Digits only: no sign, no fraction.
        if (!IsDigitAt(value, 0) || !DecimalText.TryParse(value, out long number))
        {
            return false;
        }

        switch (name)
        {
            case NotificationAttributeNames.MinimumPeriod: attributes = attributes with { MinimumPeriod = number }; return true;
            case NotificationAttributeNames.MaximumPeriod: attributes = attributes with { MaximumPeriod = number }; return true;
            case NotificationAttributeNames.MinimumEvaluationPeriod:
                attributes = attributes with { MinimumEvaluationPeriod = number };
                return true;
            case NotificationAttributeNames.MaximumEvaluationPeriod:
                attributes = attributes with { MaximumEvaluationPeriod = number };
                return true;
            case NotificationAttributeNames.MaximumHistoricalQueue:
                attributes = attributes with { MaximumHistoricalQueue = number };
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes what is assigned, each as a parameter of the link at hand.</summary>
    internal static void Write(ref LinkFormatWriter writer, in NotificationAttributes attributes)
    {
        Number(ref writer, "pmin"u8, attributes.MinimumPeriod);
        Number(ref writer, "pmax"u8, attributes.MaximumPeriod);
        Decimal(ref writer, "gt"u8, attributes.GreaterThan);
        Decimal(ref writer, "lt"u8, attributes.LessThan);
        Decimal(ref writer, "st"u8, attributes.Step);
        Number(ref writer, "epmin"u8, attributes.MinimumEvaluationPeriod);
        Number(ref writer, "epmax"u8, attributes.MaximumEvaluationPeriod);
        Number(ref writer, "edge"u8, attributes.Edge is { } edge ? edge ? 1 : 0 : null);
        Number(ref writer, "con"u8, attributes.Confirmable is { } confirmable ? confirmable ? 1 : 0 : null);
        Number(ref writer, "hqmax"u8, attributes.MaximumHistoricalQueue);
    }

    /// <summary>Writes what is assigned, and the names of what is removed, as a query.</summary>
    internal static string Format(in NotificationAttributes values, NotificationAttributeNames removed)
    {
        (string Name, NotificationAttributeNames Bit, string? Value)[] all =
        [
            ("pmin", NotificationAttributeNames.MinimumPeriod, Text(values.MinimumPeriod)),
            ("pmax", NotificationAttributeNames.MaximumPeriod, Text(values.MaximumPeriod)),
            ("gt", NotificationAttributeNames.GreaterThan, Text(values.GreaterThan)),
            ("lt", NotificationAttributeNames.LessThan, Text(values.LessThan)),
            ("st", NotificationAttributeNames.Step, Text(values.Step)),
            ("epmin", NotificationAttributeNames.MinimumEvaluationPeriod, Text(values.MinimumEvaluationPeriod)),
            ("epmax", NotificationAttributeNames.MaximumEvaluationPeriod, Text(values.MaximumEvaluationPeriod)),
            ("edge", NotificationAttributeNames.Edge, Text(values.Edge)),
            ("con", NotificationAttributeNames.Confirmable, Text(values.Confirmable)),
            ("hqmax", NotificationAttributeNames.MaximumHistoricalQueue, Text(values.MaximumHistoricalQueue)),
        ];
        return string.Join('&', all.Where(one => one.Value is not null || (removed & one.Bit) != 0)
            .Select(static one => one.Value is { } value ? one.Name + "=" + value : one.Name));
    }

    private static string? Text(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(bool? value) => value is { } flag ? flag ? "1" : "0" : null;

    private static string? Text(double? value)
    {
        if (value is not { } number)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[PlainDecimal.MaxLength];
        return Encoding.UTF8.GetString(text[..PlainDecimal.Format(number, text)]);
    }

    private static void Number(ref LinkFormatWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            writer.Number(name, number);
        }
    }

    private static void Decimal(ref LinkFormatWriter writer, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            Span<byte> text = stackalloc byte[PlainDecimal.MaxLength];
            writer.Token(name, text[..PlainDecimal.Format(number, text)]);
        }
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
