using Ipso.Buffers;
using Ipso.Json;

namespace Ipso.SenML;

// What RFC 8428 asks of names and values. Those who take records raw have rules of their own, and a program that has them alone has nothing
// of this: so it is called by a delegate, which the others bring.
public ref partial struct SenMLReader
{
    /// <summary>Judges what was read of a field: its text, or its number.</summary>
    private delegate bool Judgement(scoped ref SenMLReader reader, SenMLField field, scoped in SenMLText text, Number number);

    private static bool Judge(scoped ref SenMLReader reader, SenMLField field, scoped in SenMLText text, Number number) => field switch
    {
        SenMLField.BaseName => reader.HasUtf8(field, in text) && reader.TrySetBaseName(in text),
        SenMLField.DataValue => reader._format == SenMLFormat.Cbor || Base64Text.IsValid(text.Raw, Base64Alphabet.Url)
            || reader.Fail(SenMLReason.DataExpected),
        _ when (field & SenMLField.AnyText) != 0 => reader.HasUtf8(field, in text),
        _ when !double.IsFinite(number.ToDouble()) => reader.Fail(SenMLReason.NotFinite),
        SenMLField.BaseVersion => number.TryInteger(out _) || reader.Fail(SenMLReason.InvalidVersion),
        _ => true,
    };

    // That of JSON was looked at as a whole, but for its escapes; of CBOR all that is no value.
    private bool HasUtf8(SenMLField field, scoped in SenMLText text)
    {
        bool isUtf8 = _format == SenMLFormat.Json
            ? text.Form != SenMLTextForm.Escaped || JsonText.IsWellFormed(text.Raw)
            : (field & SenMLField.AnyValue) == 0 || IsUtf8(text.Raw, text.Form);
        return isUtf8 || Fail(SenMLReason.InvalidText);
    }
}
