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

    private readonly List<string> _faults = [];
    private byte[] _buffer = [];
    private ulong _number;
    private int _next;

    /// <summary>
    /// Whether a state was, or may have been, stored and nothing is left of it. A slot that was torn beside one that was never written is the
    /// first state of all, which nobody was told of; one that cannot be read, or is as long as it says and yet wrong, is not.
    /// </summary>
    internal bool HasLost { get; private set; }

    /// <summary>Reads the newest whole state.</summary>
    /// <param name="state">The state; empty where there is none.</param>
    /// <param name="fault">What is wrong with a slot, in words: <see langword="null"/> where nothing is.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryLoad(out ReadOnlyMemory<byte> state, out string? fault) => TryLoad(static _ => null, out state, out fault);

    /// <summary>Reads the newest state that is whole and makes sense.</summary>
    /// <param name="examine">Says what is wrong with a state; <see langword="null"/> if nothing is.</param>
    /// <param name="state">The state; empty where there is none.</param>
    /// <param name="fault">What is wrong with a slot, in words: <see langword="null"/> where nothing is.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryLoad(Func<ReadOnlyMemory<byte>, string?> examine, out ReadOnlyMemory<byte> state, out string? fault)
    {
        _faults.Clear();
        ReadOnlyMemory<byte> first = Read(0, out ulong firstNumber, out Remains firstRemains);
        ReadOnlyMemory<byte> second = Read(1, out ulong secondNumber, out Remains secondRemains);
        int newest = secondNumber > firstNumber ? 1 : 0;
        _number = Math.Max(firstNumber, secondNumber);
        bool isWhole = _number > 0;
        state = newest == 1 ? second : first;
        _next = isWhole ? 1 - newest : 0;
        bool isFound = isWhole && IsSound(newest, state, examine);
        if (isWhole && !isFound && Math.Min(firstNumber, secondNumber) > 0)
        {
            state = newest == 1 ? first : second;
            isFound = IsSound(1 - newest, state, examine);
            _next = isFound ? newest : _next;
        }

        HasLost = !isFound
            && (isWhole || firstRemains == Remains.State || secondRemains == Remains.State
                || (firstRemains != Remains.Nothing && secondRemains != Remains.Nothing));
        state = isFound ? state : default;
        fault = _faults.Count > 0 ? string.Join("; ", _faults) : null;
        return isFound;
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

    private bool IsSound(int slot, ReadOnlyMemory<byte> state, Func<ReadOnlyMemory<byte>, string?> examine)
    {
        string? reason = examine(state);
        if (reason is not null)
        {
            _faults.Add($"slot {slot}: {reason}");
        }

        return reason is null;
    }

    // What a slot without a whole state has been.
    private enum Remains : byte
    {
        Nothing,

        // Begun, and perhaps never finished.
        Torn,

        // Finished once, as far as anybody can tell.
        State,
    }

    // The number is 0 where there is no whole state.
    private ReadOnlyMemory<byte> Read(int slot, out ulong number, out Remains remains)
    {
        number = 0;
        remains = Remains.State;
        ReadOnlyMemory<byte> content;
        try
        {
            content = storage.Read(slot);
        }
        catch (StateStorageException exception)
        {
            _faults.Add($"slot {slot}: {exception.Message}");
            return default;
        }

        ReadOnlySpan<byte> bytes = content.Span;
        bool hasForm = bytes.Length >= HeaderLength && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Magic;
        remains = bytes.IsEmpty ? Remains.Nothing
            : hasForm && (bytes[VersionAt] != Version
                || BinaryPrimitives.ReadInt32BigEndian(bytes[LengthAt..]) == bytes.Length - HeaderLength)
            ? Remains.State
            : Remains.Torn;
        string? reason = bytes.IsEmpty ? null
            : bytes.Length < HeaderLength ? $"{bytes.Length} bytes are not even a header"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic ? "not the state of a device"
            : bytes[VersionAt] != Version ? $"written by another version of this library, in form {bytes[VersionAt]}"
            : BinaryPrimitives.ReadInt32BigEndian(bytes[LengthAt..]) != bytes.Length - HeaderLength ? "not as long as it says"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksumAt..]) != Checksum(bytes[..ChecksumAt], bytes[HeaderLength..])
                ? "the checksum is wrong"
            : BinaryPrimitives.ReadUInt64BigEndian(bytes[NumberAt..]) is 0 or ulong.MaxValue ? "its number is none of a state"
            : null;
        if (reason is not null)
        {
            _faults.Add($"slot {slot}: {reason}");
        }

        if (bytes.IsEmpty || reason is not null)
        {
            return default;
        }

        number = BinaryPrimitives.ReadUInt64BigEndian(bytes[NumberAt..]);
        return content[HeaderLength..];
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
