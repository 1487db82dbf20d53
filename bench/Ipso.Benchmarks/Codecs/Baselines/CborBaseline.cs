using System.Formats.Cbor;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>
/// SenML CBOR on System.Formats.Cbor as the library comes, and with a reader that does what ours does: base names in any record, labels in
/// any order, integers for floats and decimal fractions, types, ranges and UTF-8 checked, all of it before anything is changed.
/// </summary>
internal sealed class CborBaseline : IBaseline
{
    // What new CborWriter() and new CborReader(payload) take.
    private const CborConformanceMode Mode = CborConformanceMode.Strict;

    private readonly CborEncoding _encoding = new(Mode);
    private readonly CborReader _reader = new(default, Mode);
    private readonly PlainReport _report = new();

    public string Writer => "cborwriter";

    public string Reader => "cborreader";

    public int Encode(PlainObject plain, Span<byte> destination) => _encoding.Encode(plain, destination);

    public bool Decode(byte[] payload, PlainObject target)
    {
        try
        {
            _reader.Reset(payload);
            _report.Begin(target);
            _reader.ReadStartArray();
            while (_reader.PeekState() != CborReaderState.EndArray)
            {
                if (!TryReadRecord())
                {
                    return false;
                }
            }

            _reader.ReadEndArray();
            if (_reader.BytesRemaining != 0)
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }

        _report.Apply();
        return true;
    }

    private bool TryReadRecord()
    {
        PlainRecord record = default;
        ReadOnlyMemory<byte> name = default, text = default;
        _reader.ReadStartMap();
        while (_reader.PeekState() != CborReaderState.EndMap)
        {
            if (_reader.PeekState() == CborReaderState.TextString)
            {
                if (_reader.ReadDefiniteLengthTextStringBytes().Span is [.., (byte)'_'])
                {
                    return false;
                }

                _reader.SkipValue();
                continue;
            }

            switch (_reader.ReadInt32())
            {
                case SenMLLabel.BaseName:
                    _report.Base(_reader.ReadDefiniteLengthTextStringBytes());
                    break;
                case SenMLLabel.Name:
                    name = _reader.ReadDefiniteLengthTextStringBytes();
                    break;
                case SenMLLabel.Value:
                    ReadNumber(_reader, ref record);
                    break;
                case SenMLLabel.StringValue:
                    text = _reader.ReadDefiniteLengthTextStringBytes();
                    record.Kind = PlainKind.Text;
                    break;
                default:
                    _reader.SkipValue();
                    break;
            }
        }

        _reader.ReadEndMap();
        return record.Kind == PlainKind.None ? name.IsEmpty : _report.TryAdd(name.Span, ref record, text);
    }

    internal static void ReadNumber(CborReader reader, ref PlainRecord record)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                record.Kind = PlainKind.Float;
                record.Float = reader.ReadDouble();
                break;
            case CborReaderState.Tag:
                record.Kind = PlainKind.Float;
                record.Float = (double)reader.ReadDecimal();
                break;
            default:
                record.Kind = PlainKind.Integer;
                record.Integer = reader.ReadInt64();
                break;
        }
    }
}
