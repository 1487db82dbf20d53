using System.Globalization;
using System.Text;
using Ipso.Buffers;

namespace Ipso.SenML;

/// <summary>Why a pack was refused.</summary>
public enum SenMLReason : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The bytes are no well-formed JSON or CBOR, end early, or nest too deep.</summary>
    Malformed,

    /// <summary>A text is no UTF-8, or has half of a surrogate pair.</summary>
    InvalidText,

    /// <summary>The pack is no array.</summary>
    ArrayExpected,

    /// <summary>A record is no JSON object or CBOR map.</summary>
    RecordExpected,

    /// <summary>A label is no text, and in CBOR no integer either.</summary>
    LabelExpected,

    /// <summary>A number was expected.</summary>
    NumberExpected,

    /// <summary>A text was expected.</summary>
    TextExpected,

    /// <summary>A Boolean was expected.</summary>
    BooleanExpected,

    /// <summary>Bytes were expected: in JSON, text in base64url.</summary>
    DataExpected,

    /// <summary>Something follows the pack.</summary>
    TrailingBytes,

    /// <summary>The same field stands in a record twice.</summary>
    DuplicateField,

    /// <summary>A record has more than one value.</summary>
    SeveralValues,

    /// <summary>A record has neither value nor sum.</summary>
    NoValue,

    /// <summary>A Fetch Pack asks for nothing.</summary>
    NoRecords,

    /// <summary>Base name and name are both empty or absent.</summary>
    EmptyName,

    /// <summary>A name has a character that none may have (RFC 8428, 4.5.1).</summary>
    InvalidName,

    /// <summary>A name is longer than the buffer for names.</summary>
    NameTooLong,

    /// <summary>A number is not finite, or is not after its base was added.</summary>
    NotFinite,

    /// <summary>The version is no positive integer.</summary>
    InvalidVersion,

    /// <summary>The version is higher than 10, the one of RFC 8428.</summary>
    UnknownVersion,

    /// <summary>A label ends in <c>_</c>, so that it must be understood, and is not known.</summary>
    UnknownMandatoryLabel,
}

/// <summary>Why, and where, reading a pack ended early.</summary>
/// <param name="Reason">The reason; <see cref="SenMLReason.None"/> while there is none.</param>
/// <param name="Offset">Where in the pack, in bytes.</param>
/// <param name="Record">Which record, the first being 1; 0 where the fault lies outside of them.</param>
public readonly record struct SenMLFault(SenMLReason Reason, int Offset, int Record)
{
    /// <summary>The field that the fault lies with.</summary>
    internal SenMLField Field { get; init; }

    internal SenMLFormat Format { get; init; }

    /// <summary>
    /// A sentence for a log or a diagnostic payload: <c>record 3, label 2 (Value): a number was expected, at byte 18</c>.
    /// </summary>
    public override string ToString()
    {
        if (Reason == SenMLReason.None)
        {
            return "no fault";
        }

        StringBuilder text = new();
        if (Record > 0)
        {
            text.Append(Phrase.Of($"record {Record}"));
            if (Field != SenMLField.None)
            {
                text.Append(", label ").Append(Label).Append(" (").Append(SenMLLabels.Describe(Field)).Append(')');
            }

            text.Append(": ");
        }

        return text.Append(Text).Append(Phrase.Of($", at byte {Offset}")).ToString();
    }

    private string Label => Format == SenMLFormat.Json || Field == SenMLField.ObjectLinkValue
        ? Encoding.UTF8.GetString(SenMLLabels.TextOf(Field))
        : SenMLLabels.NumberOf(Field).ToString(CultureInfo.InvariantCulture);

    private string Text => Reason switch
    {
        SenMLReason.Malformed => $"no well-formed {(Format == SenMLFormat.Json ? "JSON" : "CBOR")}, or an early end",
        SenMLReason.InvalidText => "text that is no UTF-8",
        SenMLReason.ArrayExpected => "an array of records was expected",
        SenMLReason.RecordExpected => $"a {(Format == SenMLFormat.Json ? "JSON object" : "CBOR map")} was expected",
        SenMLReason.LabelExpected => Format == SenMLFormat.Json ? "a label was expected" : "a label, integer or text, was expected",
        SenMLReason.NumberExpected => "a number was expected",
        SenMLReason.TextExpected => "a text was expected",
        SenMLReason.BooleanExpected => "true or false was expected",
        SenMLReason.DataExpected => Format == SenMLFormat.Json ? "text in base64url was expected" : "a byte string was expected",
        SenMLReason.TrailingBytes => "something follows the pack",
        SenMLReason.DuplicateField => "the label stands in the record twice",
        SenMLReason.SeveralValues => "the record has more than one value",
        SenMLReason.NoValue => "the record has neither value nor sum",
        SenMLReason.NoRecords => "the pack asks for nothing",
        SenMLReason.EmptyName => "the record has no name",
        SenMLReason.InvalidName => "a name consists of letters, digits and - : . / _, and begins with a letter, a digit or /",
        SenMLReason.NameTooLong => "the name is longer than the buffer for names",
        SenMLReason.NotFinite => "the number is not finite",
        SenMLReason.InvalidVersion => "a version is a positive integer",
        SenMLReason.UnknownVersion => $"the version is higher than {SenMLLabels.Version}",
        SenMLReason.UnknownMandatoryLabel => "a label that ends in _ must be understood, and is not known",
        _ => Reason.ToString(),
    };
}
