namespace Ipso.SenML;

/// <summary>The labels of the fields, in JSON and in CBOR (RFC 8428, 5 and 6), and what holds for labels that are not known.</summary>
internal static class SenMLLabels
{
    private const int CborFirstLabel = -6;

    /// <summary>
    /// The longest label, in bytes, that is looked at where it is spelt with escapes or in chunks. A longer one is none that is known, and
    /// refused: it may end in "_".
    /// </summary>
    internal const int MaxSpeltLength = 256;

    /// <summary>The SenML version that is understood; a pack that needs a higher one is refused (RFC 8428, 4.4).</summary>
    internal const int Version = 10;

    // What the JSON labels are as numbers, a one before their characters, in the order of the fields.
    private static ReadOnlySpan<ulong> Texts =>
    [
        0x16273, // bs
        0x16276, // bv
        0x16275, // bu
        0x16274, // bt
        0x1626E, // bn
        0x162766572, // bver
        0x16E, // n
        0x175, // u
        0x176, // v
        0x17673, // vs
        0x17662, // vb
        0x173, // s
        0x174, // t
        0x17574, // ut
        0x17664, // vd
        0x1766C6F, // vlo
    ];

    private const int MaxTextLength = 4;

    /// <summary>The field of a JSON label, which is also the CBOR label of an extension; none where it is unknown.</summary>
    internal static SenMLField OfText(scoped ReadOnlySpan<byte> label)
    {
        if (label.Length > MaxTextLength)
        {
            return SenMLField.None;
        }

        ulong text = 1;
        foreach (byte character in label)
        {
            text = text << 8 | character;
        }

        int bit = Texts.Length - 1;
        while (bit >= 0 && Texts[bit] != text)
        {
            bit--;
        }

        return bit < 0 ? SenMLField.None : (SenMLField)(1 << bit);
    }

    /// <summary>The field of a CBOR label, by its sign and its argument; none where it is unknown.</summary>
    internal static SenMLField OfNumber(bool isNegative, ulong argument)
    {
        int magnitude = (int)Math.Min(argument, 99);
        int bit = isNegative ? -CborFirstLabel - 1 - magnitude : -CborFirstLabel + magnitude;
        return bit is >= 0 and <= 14 ? (SenMLField)(1 << bit) : SenMLField.None;
    }

    /// <summary>The label of a field in CBOR; an object link's is a text.</summary>
    internal static int NumberOf(SenMLField field) => System.Numerics.BitOperations.Log2((uint)field) + CborFirstLabel;

    /// <summary>The label of a field in JSON.</summary>
    internal static ReadOnlySpan<byte> TextOf(SenMLField field) => field switch
    {
        SenMLField.BaseSum => "bs"u8,
        SenMLField.BaseValue => "bv"u8,
        SenMLField.BaseUnit => "bu"u8,
        SenMLField.BaseTime => "bt"u8,
        SenMLField.BaseName => "bn"u8,
        SenMLField.BaseVersion => "bver"u8,
        SenMLField.Name => "n"u8,
        SenMLField.Unit => "u"u8,
        SenMLField.Value => "v"u8,
        SenMLField.StringValue => "vs"u8,
        SenMLField.BooleanValue => "vb"u8,
        SenMLField.Sum => "s"u8,
        SenMLField.Time => "t"u8,
        SenMLField.UpdateTime => "ut"u8,
        SenMLField.DataValue => "vd"u8,
        _ => "vlo"u8,
    };

    /// <summary>RFC 8428, 4.4: a label that ends in "_" must be understood; all other unknown ones are passed over.</summary>
    internal static bool MustBeUnderstood(scoped ReadOnlySpan<byte> label) => label is [.., (byte)'_'];

    /// <summary>The words of the specification for a field (RFC 8428, table 1).</summary>
    internal static string Describe(SenMLField field) => field switch
    {
        SenMLField.BaseSum => "Base Sum",
        SenMLField.BaseValue => "Base Value",
        SenMLField.BaseUnit => "Base Unit",
        SenMLField.BaseTime => "Base Time",
        SenMLField.BaseName => "Base Name",
        SenMLField.BaseVersion => "Base Version",
        SenMLField.StringValue => "String Value",
        SenMLField.BooleanValue => "Boolean Value",
        SenMLField.UpdateTime => "Update Time",
        SenMLField.DataValue => "Data Value",
        SenMLField.ObjectLinkValue => "Object Link Value",
        _ => field.ToString(),
    };
}
