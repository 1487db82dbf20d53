using System.Text;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>Records to the writer, resolved ones and raw ones.</summary>
internal static class PackText
{
    internal static void Write(ref SenMLWriter writer, scoped SenMLRecord record)
    {
        writer.BeginRecord();
        writer.Name(record.Name);
        if (!record.Unit.IsEmpty)
        {
            writer.Unit(Encoding.UTF8.GetBytes(record.Unit.ToString()));
        }

        writer.Time(record.Time);
        if (record.UpdateTime is { } updateTime)
        {
            writer.UpdateTime(updateTime);
        }

        if (record.Sum is { } sum)
        {
            writer.Sum(sum);
        }

        WriteValue(ref writer, record);
    }

    private static void WriteValue(ref SenMLWriter writer, scoped SenMLRecord record)
    {
        switch (record.Kind)
        {
            case SenMLValueKind.Number when record.TryGetInteger(out long signed): writer.Value(signed); break;
            case SenMLValueKind.Number when record.TryGetUnsigned(out ulong unsigned): writer.Value(unsigned); break;
            case SenMLValueKind.Number: writer.Value(record.Value); break;
            case SenMLValueKind.Boolean: writer.Value(record.Boolean); break;
            case SenMLValueKind.Text: writer.Text(record.Text.ToString()); break;
            case SenMLValueKind.ObjectLink: writer.ObjectLink(Encoding.UTF8.GetBytes(record.Text.ToString())); break;
            case SenMLValueKind.Removal: writer.Removal(); break;
            case SenMLValueKind.Data:
                var data = new byte[record.MaxDataLength];
                record.TryCopyData(data, out int length);
                writer.Data(data.AsSpan(0, length));
                break;
            default: break;
        }
    }

    /// <summary>Writes raw records, field by field in their order.</summary>
    internal static void Write(ref SenMLWriter writer, IEnumerable<RawRecord> records)
    {
        foreach (RawRecord record in records)
        {
            writer.BeginRecord();
            foreach ((string label, object? value) in record.Fields)
            {
                WriteField(ref writer, label, value);
            }
        }
    }

    private static void WriteField(ref SenMLWriter writer, string label, object? value)
    {
        double number = value is double or decimal ? Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) : 0;
        byte[] text = value is string s ? Encoding.UTF8.GetBytes(s) : [];
        switch (label)
        {
            case "bn": writer.BaseName(text); break;
            case "bt": writer.BaseTime(number); break;
            case "bu": writer.BaseUnit(text); break;
            case "bv": writer.BaseValue(number); break;
            case "bs": writer.BaseSum(number); break;
            case "bver": writer.BaseVersion((int)number); break;
            case "n": writer.Name(text); break;
            case "u": writer.Unit(text); break;
            case "t": writer.Time(number); break;
            case "ut": writer.UpdateTime(number); break;
            case "s": writer.Sum(number); break;
            case "vb": writer.Value((bool)value!); break;
            case "vs" when text.Length % 2 == 0: writer.Text(text); break;
            case "vs": writer.Text((string)value!); break;
            case "vlo": writer.ObjectLink(text); break;
            case "vd": writer.Data((byte[])value!); break;
            case "v" when value is null: writer.Removal(); break;
            case "v" when value is decimal and > long.MaxValue and var whole: writer.Value((ulong)whole); break;
            case "v" when value is decimal whole: writer.Value((long)whole); break;
            default: writer.Value(number); break;
        }
    }
}
