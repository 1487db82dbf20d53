using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// OMA TLV in the form that nearly all payloads for an Object Instance have: its resources, and multiple resources with their instances in
/// them, none longer than 255 bytes. Whatever else there may be is for <see cref="RecordReader"/>, which knows all forms.
/// </summary>
internal static class UsualTlv
{
    // c0 00
    private const int MinRecord = 2;

    private const uint TypeOf = 0b1100_0000;
    private const uint LengthOf = 0b1_1111;

    /// <summary>Reads all records of a payload, if all are in this form.</summary>
    /// <inheritdoc cref="UsualSenMLCbor.TryReadAll"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryReadAll(ReadOnlySpan<byte> payload, Lwm2mPath request, Span<byte> room, ref RecordList records)
    {
        // Where an Object is asked for, elements for its instances are around everything.
        if (payload.IsEmpty || request.InstanceId == Lwm2mPath.MaxId)
        {
            return false;
        }

        PaddedPayload padded = new(payload, room);
        int count = Read(padded, request.Packed & ~(ulong)uint.MaxValue, records.Room);
        if (count > records.Room.Length)
        {
            // One more than there can be: the payload may end in one, which is seen behind it.
            count = Read(padded, request.Packed & ~(ulong)uint.MaxValue, records.Reserve(payload.Length / MinRecord + 1));
        }

        records.Take(count);
        return count != 0;
    }

    // How many records there are: 0 where the form is another, and more than there is room for where that does not suffice. Nothing is
    // called from here: all of it stays in the processor's registers. And a length is a constant behind a branch where it can be, as there.
    private static int Read(PaddedPayload padded, ulong packed, Span<PayloadRecord> room)
    {
        // What is expected, where that ends, and of Resource Instances whose they are.
        uint type = RecordWriter.TlvResource;
        int limit = padded.Length;
        uint resource = 0;
        int at = 0;
        int count = 0;
        while (true)
        {
            ulong window = padded.Read(at);
            uint head = (byte)window;
            uint id;
            int start;
            if ((head & RecordWriter.TlvIdIn16Bits) == 0)
            {
                id = (byte)(window >> 8);
                start = at + 2;
                window >>= 16;
            }
            else
            {
                id = BinaryPrimitives.ReverseEndianness((ushort)(window >> 8));
                start = at + 3;
                window >>= 24;
                if (id == Lwm2mPath.MaxId)
                {
                    return 0;
                }
            }

            if ((head & TypeOf) != type)
            {
                int content = (int)(head & 0b111);
                switch (head & (TypeOf | 0b1_1000))
                {
                    case RecordWriter.TlvMultipleResource when type == RecordWriter.TlvResource:
                        break;
                    case RecordWriter.TlvMultipleResource | 0b1000 when type == RecordWriter.TlvResource:
                        content = (byte)window;
                        start += 1;
                        break;
                    default:
                        return 0;
                }

                // Without instances it is a record itself.
                if (content == 0 || content > limit - start)
                {
                    return 0;
                }

                type = RecordWriter.TlvResourceInstance;
                resource = id << 16;
                limit = start + content;
                at = start;
                continue;
            }

            if (count >= room.Length)
            {
                return room.Length + 1;
            }

            ref PayloadRecord record = ref room[count];
            ValueKind kind = ValueKind.TlvNumber;
            int length;
            switch (head & LengthOf)
            {
                case 1:
                    record.Bits = (ulong)(sbyte)window;
                    length = 1;
                    at = start + 1;
                    break;
                case 2:
                    record.Bits = (ulong)(short)BinaryPrimitives.ReverseEndianness((ushort)window);
                    length = 2;
                    at = start + 2;
                    break;
                case 4:
                    record.Bits = (ulong)(int)BinaryPrimitives.ReverseEndianness((uint)window);
                    length = 4;
                    at = start + 4;
                    break;
                case < 8:
                    kind = ValueKind.Tlv;
                    length = (int)(head & 0b111);
                    at = start + length;
                    break;
                // Bits 2-0 mean nothing where a length field follows. What is shorter than eight bytes needs none.
                case < 16 when (byte)window == 8:
                    start += 1;
                    record.Bits = BinaryPrimitives.ReverseEndianness(padded.Read(start));
                    length = 8;
                    at = start + 8;
                    break;
                case < 16 when (byte)window > 8:
                    start += 1;
                    kind = ValueKind.Tlv;
                    length = (byte)window;
                    at = start + length;
                    break;
                default:
                    return 0;
            }

            record.Path = new(packed | (type == RecordWriter.TlvResource ? id << 16 | Lwm2mPath.MaxId : resource | id));
            record.Start = start;
            record.Length = length;
            record.End = at;
            record.Kind = kind;
            record.Use = RecordUse.None;
            count++;
            if (at >= limit)
            {
                if (at != limit)
                {
                    return 0;
                }

                if (at == padded.Length)
                {
                    return count;
                }

                type = RecordWriter.TlvResource;
                limit = padded.Length;
            }
        }
    }
}
