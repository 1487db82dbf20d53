using Ipso.Buffers;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>SenML JSON in blocks (RFC 8428, 5): an array of objects.</summary>
internal sealed class SenMLJsonFramer(FramerSettings settings) : JsonFramer(settings, Base64Alphabet.Url)
{
    private enum Phase : byte
    {
        Pack,
        FirstRecord,
        NextRecord,
        AfterRecord,
        End,
    }

    private RecordName _baseName = RecordName.Empty;
    private Phase _phase;
    private JsonNames _names;

    protected override bool Between(byte b)
    {
        switch (_phase, b)
        {
            case (Phase.Pack, (byte)'['):
                _phase = Phase.FirstRecord;
                return true;
            case (Phase.FirstRecord or Phase.NextRecord, (byte)'{'):
                _names = default;
                BeginRecord("["u8);
                BeginValue(b);
                return true;
            case (Phase.AfterRecord, (byte)','):
                _phase = Phase.NextRecord;
                return true;
            case (Phase.FirstRecord or Phase.AfterRecord, (byte)']'):
                _phase = Phase.End;
                return true;
            default:
                return false;
        }
    }

    protected override void NoteKey(scoped ReadOnlySpan<byte> key, bool hasEscapes) =>
        _names.NoteKey(hasEscapes ? default : key, "vd"u8);

    protected override void NoteText(int start, int length, bool hasEscapes) => _names.NoteText(start, length, hasEscapes);

    protected override bool Streams() =>
        _names.IsDataNext
        && StreamedPaths.TryResolve(_baseName, Plain(_names.BaseName(Carry)), Plain(_names.Name(Carry)), out Lwm2mPath path)
        && TryStream(path, -1);

    private static SenMLText Plain(ReadOnlySpan<byte> text) => new(text, SenMLTextForm.Plain);

    protected override void EndValue()
    {
        Append("]"u8);
        RecordReader reader = new(Carry, Settings.Format, Request) { BaseName = _baseName };
        TakeRecord(ref reader);
        _baseName = reader.BaseName;
        _phase = Phase.AfterRecord;
    }

    protected override void Finish()
    {
        if (_phase != Phase.End || !IsBetweenValues)
        {
            Fail(PayloadFault.Malformed);
        }
    }
}
