using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Fuzz.Examination;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>
/// Four formats are read in two ways, by a loop for the usual form and by a reader for all forms, and there is no difference to be seen:
/// what the loop takes has the same records there.
/// </summary>
public sealed class UsualFormTests : IDisposable
{
    private const int MaxLength = 1 << 16;
    private const int Packs = 20_000;

    private static readonly Config s_config =
        Config.QuickThrowOnFailure.WithMaxTest(Packs).WithEndSize(24).WithReplay(8428, 8949);

    private static readonly string[] s_ids =
    [
        "0", "7", "9", "00", "10", "99", "07", "100", "999", "1000", "9999", "0001", "10000", "65534", "65535", "65536", "99999", "", "a",
        "1a",
    ];

    // Both the payload and its copy end where the memory does.
    private readonly GuardedMemory? _payload = OperatingSystem.IsLinux() ? new(MaxLength) : null;
    private readonly GuardedMemory? _copy = OperatingSystem.IsLinux() ? new(MaxLength) : null;
    private readonly PayloadRecord[] _records = new PayloadRecord[16];
    private int _taken;

    public static TheoryData<ContentFormat> Formats =>
        [ContentFormat.SenMLJson, ContentFormat.SenMLCbor, ContentFormat.Tlv, ContentFormat.Lwm2mCbor];

    public static TheoryData<ContentFormat> SenMLFormats => [ContentFormat.SenMLJson, ContentFormat.SenMLCbor];

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _payload?.Dispose();
            _copy?.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Generated_packs_read_the_same_in_both_ways(ContentFormat format)
    {
        Prop.ForAll(UsualPacks.Of(format), pack => AssertSame(pack, format)).Check(s_config);

        // The generator is to meet both.
        Assert.InRange(_taken, Packs / 6, Packs - Packs / 6);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Texts_of_every_length_end_where_they_end(ContentFormat format)
    {
        string[] ends = ["", "x", "é", "\U0001F600", "\\n", "\u0001"];
        for (int length = 0; length <= 70; length++)
        {
            foreach (string end in ends)
            {
                string text = new string('a', length) + end;
                AssertSame(Pack(format, text), format);
                AssertSame(Pack(format, text, "b"), format);
                AssertSame(Pack(format, "b", text), format);
                AssertSame(Pack(format, text)[..^1], format);
            }
        }

        Assert.InRange(_taken, 71 * 3, 71 * ends.Length * 4);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(2, 3, 2)]
    [InlineData(15, 16, 4)]
    [InlineData(16, 17, 8)]
    [InlineData(40, 2, 3)]
    public void Payloads_of_more_records_than_there_is_room_for_are_taken_too(int singles, int instances, int length)
    {
        string value = new('\x80', length);
        AssertSame(UsualPacks.TlvOf(singles, instances, value), ContentFormat.Tlv);
        AssertSame(UsualPacks.LwM2MCborOf(singles, instances, value), ContentFormat.Lwm2mCbor);
        Assert.Equal(2, _taken);
    }

    [Theory]
    [InlineData("\"v\":123456.75")]
    [InlineData("\"vb\":false")]
    [InlineData("\"vlo\":\"3:0\"")]
    [InlineData("\"vs\":\"\u00E9\"")]
    public void Values_that_are_not_short_are_taken_among_those_that_are(string value)
    {
        AssertSame(Encoding.UTF8.GetBytes($$"""[{"bn":"/3/0/","n":"1",{{value}}}]"""), ContentFormat.SenMLJson);
        AssertSame(Encoding.UTF8.GetBytes($$"""[{"bn":"/3/0/","n":"0","v":5},{"n":"1",{{value}}},{"n":"2","vs":"a"}]"""), ContentFormat.SenMLJson);
        Assert.Equal(2, _taken);
    }

    [Theory]
    [MemberData(nameof(SenMLFormats))]
    public void Names_of_every_length_are_theirs_alone(ContentFormat format)
    {
        foreach (string resource in s_ids)
        {
            AssertSame(Named(format, "/3/0/", resource), format);
            AssertSame(Named(format, $"/{resource}/0/", "1"), format);
            AssertSame(Named(format, $"/3/{resource}/", "1"), format);
            foreach (string instance in s_ids)
            {
                AssertSame(Named(format, "/3/0/", $"{resource}/{instance}"), format);
            }
        }

        Assert.True(_taken > s_ids.Length);
    }

    private static byte[] Pack(ContentFormat format, params string[] texts)
    {
        IEnumerable<(string, string)> records = texts.Select((text, i) => (i.ToString(CultureInfo.InvariantCulture), text));
        return Write(format, "/3/0/", [.. records]);
    }

    private static byte[] Named(ContentFormat format, string baseName, string name) => Write(format, baseName, [(name, "x"), ("2", "y")]);

    private static byte[] Write(ContentFormat format, string baseName, (string Name, string Text)[] records)
    {
        if (format == ContentFormat.SenMLJson)
        {
            IEnumerable<string> objects = records.Select(record => $"\"n\":\"{record.Name}\",\"vs\":\"{record.Text}\"}}");
            return Encoding.UTF8.GetBytes("[{\"bn\":\"" + baseName + "\"," + string.Join(",{", objects) + "]");
        }

        if (format == ContentFormat.Tlv)
        {
            return [.. records.SelectMany(record => Element(record.Name, Encoding.UTF8.GetBytes(record.Text)))];
        }

        if (format == ContentFormat.Lwm2mCbor)
        {
            return
            [
                0xA1, 3, 0xA1, 0, (byte)(0xA0 + records.Length),
                .. records.SelectMany(record => (byte[])[byte.Parse(record.Name, CultureInfo.InvariantCulture), .. Text(record.Text)]),
            ];
        }

        List<byte> bytes = [(byte)(0x80 + records.Length)];
        for (int i = 0; i < records.Length; i++)
        {
            bytes.AddRange(i == 0 ? [0xA3, 0x21, .. Text(baseName)] : new byte[] { 0xA2 });
            bytes.AddRange([0x00, .. Text(records[i].Name), 0x03, .. Text(records[i].Text)]);
        }

        return [.. bytes];
    }

    private static byte[] Element(string id, byte[] value)
    {
        byte number = byte.Parse(id, CultureInfo.InvariantCulture);
        return value.Length < 8 ? [(byte)(0xC0 + value.Length), number, .. value] : [0xC8, number, (byte)value.Length, .. value];
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length < 24 ? [(byte)(0x60 + bytes.Length), .. bytes] : [0x78, (byte)bytes.Length, .. bytes];
    }

    private void AssertSame(byte[] pack, ContentFormat format)
    {
        int roomLength = pack.Length + PaddedPayload.Padding;
        Span<byte> room = OperatingSystem.IsLinux() ? _copy!.Take(roomLength, atEnd: true) : new byte[roomLength];
        ReadOnlySpan<byte> payload = OperatingSystem.IsLinux() ? _payload!.Place(pack, atEnd: true) : pack;
        RecordList records = new(_records);
        // TLV does not name an Object Instance around its resources.
        Lwm2mPath request = format == ContentFormat.Tlv ? new(3, 0) : Lwm2mPath.Root;
        string? difference = UsualForm.Compare(payload, format, request, room, ref records, out bool isTaken);
        records.Dispose();
        _taken += isTaken ? 1 : 0;
        Assert.True(difference is null, $"{difference}: {Convert.ToHexString(pack)} {Encoding.UTF8.GetString(pack)}");
    }
}
