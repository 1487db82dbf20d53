using System.Text;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Device;

/// <summary>A Send that was not delivered, as it is stored.</summary>
/// <param name="Servers">The Short Server IDs of those that have yet to have it.</param>
/// <param name="Format">The Content-Format that was asked for.</param>
/// <param name="Values">
/// The values with their times: UTC where the device knew it, and else how long ago that was, in ticks, when they were stored.
/// </param>
internal readonly record struct StoredSend(ushort[] Servers, ContentFormat? Format, RecordedValue[] Values)
{
    private const ushort AnyFormat = ushort.MaxValue;

    // 1978-07-04, before which SenML takes a time for a relative one, and the last that there is.
    private static readonly long s_firstTime = DateTime.UnixEpoch.AddSeconds(RecordWriter.FirstAbsoluteTime).Ticks;
    private static readonly long s_lastTime = DateTime.MaxValue.Ticks;

    // A hundred years.
    private const long MaxAge = 36_525 * TimeSpan.TicksPerDay;

    /// <summary>Gives a value the time that it is stored with.</summary>
    /// <param name="value">The value.</param>
    /// <param name="now">The moment.</param>
    /// <param name="utcNow">The time of day, where the device knows it.</param>
    internal static RecordedValue Timed(in RecordedValue value, Instant now, DateTimeOffset? utcNow)
    {
        if (value.IsUtc)
        {
            return value;
        }

        // A clock that nobody has set knows no time.
        long age = Math.Clamp(now.Ticks - value.Ticks, 0, MaxAge);
        return utcNow is { } time && time.UtcTicks - age >= s_firstTime
            ? value with { Ticks = time.UtcTicks - age, IsUtc = true }
            : value with { Ticks = age };
    }

    /// <summary>Writes the content of a section: servers, format, values.</summary>
    internal void WriteTo(SectionWriter section)
    {
        section.UInt16((ushort)Servers.Length);
        foreach (ushort server in Servers)
        {
            section.UInt16(server);
        }

        section.UInt16(Format is { } format ? (ushort)format : AnyFormat);
        foreach (ref readonly RecordedValue value in Values.AsSpan())
        {
            section.Path(value.Path);
            section.Byte(value.IsUtc ? (byte)1 : (byte)0);
            section.Int64(value.Ticks);
            section.Byte((byte)value.Value.Kind);
            switch (value.Value.Kind)
            {
                case CapturedKind.String:
                    section.Bytes(Encoding.UTF8.GetBytes(value.Value.Text));
                    break;
                case CapturedKind.Opaque:
                    section.Bytes(value.Value.Bytes.Span);
                    break;
                default:
                    section.Int64((long)value.Value.Bits);
                    break;
            }
        }
    }

    /// <summary>Reads the content of a section.</summary>
    /// <param name="content">Anything.</param>
    /// <param name="stored">The Send.</param>
    /// <returns>What is wrong, in words; <see langword="null"/> where nothing is.</returns>
    internal static string? Read(ReadOnlySpan<byte> content, out StoredSend stored)
    {
        SectionReader reader = new(content);
        int count = reader.UInt16();
        List<ushort> servers = [];
        for (; count > 0 && !reader.IsCutShort; count--)
        {
            servers.Add(reader.UInt16());
        }

        ushort format = reader.UInt16();
        bool isSound = servers.Count > 0 && servers.All(static server => server is > 0 and < Lwm2mPath.MaxId)
            && servers.Distinct().Count() == servers.Count
            && (ContentFormat)format is (ContentFormat)AnyFormat or ContentFormat.SenMLJson or ContentFormat.SenMLCbor or ContentFormat.Lwm2mCbor;
        List<RecordedValue> values = [];
        while (isSound && !reader.IsAtEnd)
        {
            isSound = TryReadValue(ref reader, out RecordedValue value);
            values.Add(value);
        }

        stored = new([.. servers], format == AnyFormat ? null : (ContentFormat)format, [.. values]);
        return isSound && !reader.IsCutShort ? null : "a Send that is none";
    }

    private static bool TryReadValue(ref SectionReader reader, out RecordedValue value)
    {
        bool isPath = reader.TryReadPath(out Lwm2mPath path, minDepth: 3);
        byte isUtc = reader.Byte();
        long ticks = reader.Int64();
        CapturedRecord record = new() { Kind = (CapturedKind)reader.Byte(), Instance = -1 };
        bool isValue = true;
        switch (record.Kind)
        {
            case CapturedKind.String:
                ReadOnlySpan<byte> text = reader.Bytes();
                isValue = Utf8Text.IsValid(text);
                record.Reference = Encoding.UTF8.GetString(text);
                break;
            case CapturedKind.Opaque:
                record.Bytes = reader.Bytes().ToArray();
                break;
            default:
                record.Bits = (ulong)reader.Int64();
                isValue = record.Kind switch
                {
                    CapturedKind.Integer or CapturedKind.Unsigned => true,
                    CapturedKind.Float => double.IsFinite(BitConverter.UInt64BitsToDouble(record.Bits)),
                    CapturedKind.Boolean => record.Bits <= 1,
                    CapturedKind.ObjectLink => record.Bits <= uint.MaxValue,
                    _ => false,
                };
                break;
        }

        value = new(path, record, ticks, IsUtc: isUtc == 1);
        return isPath && isValue && !reader.IsCutShort
            && (isUtc == 1 ? ticks >= s_firstTime && ticks <= s_lastTime : isUtc == 0 && ticks is >= 0 and <= MaxAge);
    }
}
