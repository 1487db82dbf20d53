using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// The instances of an Integer resource in TLV, byte for byte: few of them go a way of their own, which ends at ids and values that are
/// large, at many instances, and takes a turn where all of them take eight bytes.
/// </summary>
public class TlvIntegersTests
{
    private static readonly long[] s_values =
        [0, -1, 127, 128, -128, -129, 32767, 32768, -32768, -32769, int.MaxValue, int.MaxValue + 1L, int.MinValue, int.MinValue - 1L];

    [Fact]
    public void They_are_what_the_specification_makes_of_them()
    {
        Random random = new(1);
        for (int round = 0; round < 20_000; round++)
        {
            int count = 1 + random.Next(round % 8 == 0 ? 16 : 3);
            int narrow = random.Next(2) == 0 ? s_values.Length : 6;
            ResourceInstances<long> instances = [];
            SortedDictionary<ushort, long> expected = [];
            while (expected.Count < count)
            {
                ushort id = (ushort)random.Next(random.Next(20) == 0 ? 600 : 40);
                instances[id] = expected[id] = s_values[random.Next(narrow)];
            }

            Device device = new() { PowerSourceVoltage = instances, ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null };
            byte[] rest = [0x83, 0x0B, 0x41, 0x00, 0x00, 0xC1, 0x10, 0x55];

            Assert.Equal(Convert.ToHexString([.. Resource(7, expected), .. rest]), Convert.ToHexString(Payloads.Write(device, ContentFormat.Tlv)));
        }
    }

    private static byte[] Resource(ushort id, SortedDictionary<ushort, long> instances) =>
        Record(0b10, id, [.. instances.SelectMany(static instance => Record(0b01, instance.Key, Value(instance.Value)))]);

    private static byte[] Record(int kind, ushort id, byte[] content)
    {
        bool isWide = id > byte.MaxValue;
        int length = content.Length;
        int type = kind << 6 | (isWide ? 1 << 5 : 0) | (length < 8 ? length : length <= byte.MaxValue ? 1 << 3 : 2 << 3);
        List<byte> record = [(byte)type];
        record.AddRange(isWide ? [(byte)(id >> 8), (byte)id] : [(byte)id]);
        record.AddRange(length < 8 ? [] : length <= byte.MaxValue ? [(byte)length] : [(byte)(length >> 8), (byte)length]);
        record.AddRange(content);
        return [.. record];
    }

    private static byte[] Value(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        int length = value is >= sbyte.MinValue and <= sbyte.MaxValue ? 1
            : value is >= short.MinValue and <= short.MaxValue ? 2
            : value is >= int.MinValue and <= int.MaxValue ? 4
            : 8;
        return bytes[^length..];
    }
}
