using System.Buffers.Binary;
using System.Numerics;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The newest whole state in two slots. Each begins with a number, a length and a checksum of all: what was written last and whole is the one
/// with the highest number of those whose checksum is right, and the other slot is the next to be written.
/// </summary>
internal sealed class StateSlots(IStateStorage storage)
{
    /// <summary>What stands before a state, in bytes.</summary>
    internal const int HeaderLength = 24;

    private const int Slots = 2;
    private const uint Magic = 0x4970_736F;
    private const byte Version = 1;

    // Offsets in the header. The checksum is of all before it and of the state.
    private const int VersionAt = 4;
    private const int NumberAt = 8;
    private const int LengthAt = 16;
    private const int ChecksumAt = 20;

    private byte[] _buffer = [];
    private ulong _number;
    private int _next;

    /// <summary>Reads the newest whole state.</summary>
    /// <param name="state">The state; empty where there is none.</param>
    /// <param name="fault">What is wrong with a slot, in words: <see langword="null"/> where nothing is.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryLoad(out ReadOnlyMemory<byte> state, out string? fault)
    {
        state = default;
        fault = null;
        _number = 0;
        _next = 0;
        for (int slot = 0; slot < Slots; slot++)
        {
            if (!TryRead(slot, out ReadOnlyMemory<byte> content, out ulong number, out string? reason))
            {
                fault = reason is null ? fault : $"{fault}{(fault is null ? "" : "; ")}slot {slot}: {reason}";
            }
            else if (number > _number)
            {
                (state, _number, _next) = (content, number, 1 - slot);
            }
        }

        return _number > 0;
    }

    /// <summary>Writes a state. When this returns it is the one that a load finds; until then it is this one or the one before.</summary>
    /// <exception cref="StateStorageException">It was not written; the one before is still there.</exception>
    internal void Save(ReadOnlySpan<byte> state)
    {
        int length = HeaderLength + state.Length;
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, 2 * _buffer.Length)];
        }

        Span<byte> slot = _buffer.AsSpan(0, length);
        slot[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(slot, Magic);
        slot[VersionAt] = Version;
        BinaryPrimitives.WriteUInt64BigEndian(slot[NumberAt..], _number + 1);
        BinaryPrimitives.WriteInt32BigEndian(slot[LengthAt..], state.Length);
        state.CopyTo(slot[HeaderLength..]);
        BinaryPrimitives.WriteUInt32BigEndian(slot[ChecksumAt..], Checksum(slot[..ChecksumAt], state));
        try
        {
            // A slot that was written in part is the next one to be written again.
            storage.Write(_next, slot);
        }
        finally
        {
            slot.Clear();
        }

        _number++;
        _next = 1 - _next;
    }

    // No reason where the slot was never written.
    private bool TryRead(int slot, out ReadOnlyMemory<byte> state, out ulong number, out string? reason)
    {
        state = default;
        number = 0;
        ReadOnlyMemory<byte> content;
        try
        {
            content = storage.Read(slot);
        }
        catch (StateStorageException exception)
        {
            reason = exception.Message;
            return false;
        }

        ReadOnlySpan<byte> bytes = content.Span;
        reason = bytes.IsEmpty ? null
            : bytes.Length < HeaderLength ? $"{bytes.Length} bytes are not even a header"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic ? "not the state of a device"
            : bytes[VersionAt] != Version ? $"written by another version of this library, in form {bytes[VersionAt]}"
            : BinaryPrimitives.ReadInt32BigEndian(bytes[LengthAt..]) != bytes.Length - HeaderLength ? "not as long as it says"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksumAt..]) != Checksum(bytes[..ChecksumAt], bytes[HeaderLength..])
                ? "the checksum is wrong"
            : "";
        if (reason is not "")
        {
            return false;
        }

        reason = null;
        number = BinaryPrimitives.ReadUInt64BigEndian(bytes[NumberAt..]);
        state = content[HeaderLength..];
        return true;
    }

    // CRC-32C (RFC 3720, B.4).
    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> state) => ~Checksum(Checksum(uint.MaxValue, header), state);

    private static uint Checksum(uint checksum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, one);
        }

        return checksum;
    }
}
