using System.Formats.Cbor;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>
/// SenML CBOR on System.Formats.Cbor as fast as it gets by hand: the library checks nothing that it need not (Lax), and the reader takes
/// only one base name, knows neither types nor ranges, and has changed the object already when it finds a fault.
/// </summary>
internal sealed class LaxCborBaseline : IBaseline
{
    private readonly CborEncoding _encoding = new(CborConformanceMode.Lax);
    private readonly CborReader _reader = new(default, CborConformanceMode.Lax);

    public string Writer => IBaseline.Lax + "cborwriter";

    public string Reader => IBaseline.Lax + "cborreader";

    public int Encode(PlainObject plain, Span<byte> destination) => _encoding.Encode(plain, destination);

    public bool Decode(byte[] payload, PlainObject target)
    {
        _reader.Reset(payload);
        target.BeginDecoding();
        _reader.ReadStartArray();
        while (_reader.PeekState() != CborReaderState.EndArray)
        {
            PlainRecord record = default;
            record.Resource = -1;
            _reader.ReadStartMap();
            while (_reader.PeekState() != CborReaderState.EndMap)
            {
                switch (_reader.ReadInt32())
                {
                    case SenMLLabel.BaseName:
                        if (!_reader.ReadDefiniteLengthTextStringBytes().Span.SequenceEqual(target.BaseName))
                        {
                            return false;
                        }

                        break;
                    case SenMLLabel.Name:
                        if (!PlainName.TryParse(_reader.ReadDefiniteLengthTextStringBytes().Span, out record.Resource, out record.Instance))
                        {
                            return false;
                        }

                        break;
                    case SenMLLabel.Value:
                        ReadNumber(_reader, ref record);
                        break;
                    case SenMLLabel.StringValue:
                        record.Text = _reader.ReadDefiniteLengthTextStringBytes().Span;
                        break;
                    default:
                        _reader.SkipValue();
                        break;
                }
            }

            _reader.ReadEndMap();
            if (!target.Apply(in record))
            {
                return false;
            }
        }

        _reader.ReadEndArray();
        return _reader.BytesRemaining == 0;
    }

    internal static void ReadNumber(CborReader reader, ref PlainRecord record)
    {
        bool isFloat = reader.PeekState()
            is CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat;
        if (isFloat)
        {
            record.Kind = PlainKind.Float;
            record.Float = reader.ReadDouble();
        }
        else
        {
            record.Kind = PlainKind.Integer;
            record.Integer = reader.ReadInt64();
        }
    }
}
