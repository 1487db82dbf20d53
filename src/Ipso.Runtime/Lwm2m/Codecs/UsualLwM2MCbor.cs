using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// LwM2M CBOR in the form that nearly all payloads have, {object: {object instance: {resource: value or {resource instance: value}}}}: the
/// maps of known length, a key an id alone. Whatever else there may be is for <see cref="RecordReader"/>, which knows all forms.
/// </summary>
internal static class UsualLwM2MCbor
{
    // 00 f4
    private const int MinRecord = 2;

    private const byte EpochTime = 0xC0 + (byte)CborTags.EpochTime;

    /// <inheritdoc cref="UsualSenMLCbor.TryReadAll"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryReadAll(ReadOnlySpan<byte> payload, Lwm2mPath request, Span<byte> room, ref RecordList records)
    {
        PaddedPayload padded = new(payload, room);
        int count = ReadObjects(padded, request, records.Room);
        if (count > records.Room.Length)
        {
            // One more than there can be: the payload may end in one, which is seen behind it.
            count = ReadObjects(padded, request, records.Reserve(payload.Length / MinRecord + 1));
        }

        records.Take(count);
        return count != 0;
    }

    // How many records there are: 0 where the form is another, and more than there is room for where that does not suffice.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadObjects(PaddedPayload padded, Lwm2mPath request, Span<PayloadRecord> room)
    {
        int count = 0;
        int at = 0;
        int objects = ReadHead(padded, CborMajor.Map, ref at);
        do
        {
            int objectId = ReadHead(padded, CborMajor.Unsigned, ref at);
            int instances = ReadHead(padded, CborMajor.Map, ref at);
            do
            {
                int instanceId = ReadHead(padded, CborMajor.Unsigned, ref at);
                int resources = ReadHead(padded, CborMajor.Map, ref at);
                ulong packed = (ulong)(uint)objectId << 48 | (ulong)(uint)instanceId << 32;
                // Nothing in a map says nothing.
                if (objects < 1 || instances < 1 || resources < 1 || (objectId | instanceId) < 0 || !request.HasInstance(packed))
                {
                    return 0;
                }

                int read = ReadResources(padded, packed, resources, room[count..], ref at);
                count += read;
                if (read == 0 || count > room.Length)
                {
                    return read == 0 ? 0 : count;
                }
            }
            while (--instances > 0);
        }
        while (--objects > 0);
        return at == padded.Length ? count : 0;
    }

    // The id, or how many entries a map has; negative where it is neither below 65535.
    private static int ReadHead(PaddedPayload padded, CborMajor major, scoped ref int position)
    {
        uint window = (uint)padded.Read(position);
        int argument = (byte)window - ((int)major << 5);
        int length = 1;
        switch (argument)
        {
            case 24:
                argument = (byte)(window >> 8);
                length = 2;
                break;
            case 25:
                argument = BinaryPrimitives.ReverseEndianness((ushort)(window >> 8));
                length = 3;
                break;
            case > 25:
                return -1;
        }

        position += length;
        return argument == Lwm2mPath.MaxId ? -1 : argument;
    }

    // The records of a map of resources. Nothing is called from here: all of it stays in the processor's registers. And a length is a
    // constant behind a branch where it can be, as for SenML.
    private static int ReadResources(
        PaddedPayload padded, ulong packed, int entries, Span<PayloadRecord> room, scoped ref int position)
    {
        // Among the entries of a Resource Instance's map: whose they are, and how many there are behind it.
        bool areInstances = false;
        uint resource = 0;
        int entriesBehind = 0;
        int at = position;
        int count = 0;
        while (true)
        {
            ulong window = padded.Read(at);
            uint id;
            switch ((byte)window)
            {
                case < 0x18:
                    id = (byte)window;
                    at += 2;
                    window >>= 8;
                    break;
                case 0x18:
                    id = (byte)(window >> 8);
                    at += 3;
                    window >>= 16;
                    break;
                case 0x19 when (window >> 8 & Lwm2mPath.MaxId) != Lwm2mPath.MaxId:
                    id = BinaryPrimitives.ReverseEndianness((ushort)(window >> 8));
                    at += 4;
                    window >>= 24;
                    break;
                default:
                    return 0;
            }

            byte initial = (byte)window;
            if (initial - 0xA1u < 0x17 && !areInstances)
            {
                areInstances = true;
                resource = id << 16;
                entriesBehind = entries - 1;
                entries = initial - 0xA0;
                continue;
            }

            if (count >= room.Length)
            {
                return room.Length + 1;
            }

            ref PayloadRecord record = ref room[count];
            window >>= 8;
            if (initial == EpochTime)
            {
                window = padded.Read(at);
                initial = (byte)window;
                window >>= 8;
                at++;
                if (initial >= 0x40)
                {
                    return 0;
                }
            }

            if (initial < 0x40)
            {
                ulong argument;
                switch (initial & 0x1F)
                {
                    case < 24:
                        argument = initial & 0x1FU;
                        break;
                    case 24:
                        argument = (byte)window;
                        at += 1;
                        break;
                    case 25:
                        argument = BinaryPrimitives.ReverseEndianness((ushort)window);
                        at += 2;
                        break;
                    case 26:
                        argument = BinaryPrimitives.ReverseEndianness((uint)window);
                        at += 4;
                        break;
                    case 27 when (sbyte)padded.Read(at) >= 0:
                        argument = BinaryPrimitives.ReverseEndianness(padded.Read(at));
                        at += 8;
                        break;
                    default:
                        return 0;
                }

                // A negative one is -1 less the argument.
                record.SetInteger((long)argument ^ (sbyte)(initial << 2) >> 7);
            }
            else if (initial < 0x80)
            {
                int length = initial & 0x1F;
                if (length == 24)
                {
                    length = (byte)window;
                    at++;
                }
                else if (length > 24)
                {
                    return 0;
                }

                record.SetBytes(initial < 0x60 ? ValueKind.Bytes : ValueKind.CborText, at, length);
                at += length;
            }
            else
            {
                switch (initial)
                {
                    case 0xF4 or 0xF5:
                        record.SetBoolean(initial == 0xF5);
                        break;
                    case 0xF9 when CborHead.IsFiniteHalf(BinaryPrimitives.ReverseEndianness((ushort)window)):
                        record.SetFloat(CborHead.FiniteHalfToDouble(BinaryPrimitives.ReverseEndianness((ushort)window)));
                        at += 2;
                        break;
                    case 0xFA:
                        record.SetFloat(BitConverter.UInt32BitsToSingle(BinaryPrimitives.ReverseEndianness((uint)window)));
                        at += 4;
                        break;
                    case 0xFB:
                        record.SetFloat(BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReverseEndianness(padded.Read(at))));
                        at += 8;
                        break;
                    default:
                        return 0;
                }
            }

            record.Path = new(packed | (areInstances ? resource | id : id << 16 | Lwm2mPath.MaxId));
            record.End = at;
            record.Use = RecordUse.None;
            count++;
            if (at > padded.Length)
            {
                return 0;
            }

            if (--entries == 0)
            {
                if (entriesBehind == 0)
                {
                    position = at;
                    return count;
                }

                areInstances = false;
                entries = entriesBehind;
                entriesBehind = 0;
            }
        }
    }
}
