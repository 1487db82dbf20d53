using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// Two slots on a medium that can lose power while it is written: then of the new content some pieces are there, in any order, between what
/// was there before, and the end is where it was, where it is to be, or in between.
/// </summary>
internal sealed class CrashingStorage(Random random) : IStateStorage
{
    private readonly byte[][] _slots = [[], []];

    /// <summary>After how many writes power is lost, during the next one.</summary>
    internal int WritesLeft { get; set; } = int.MaxValue;

    /// <summary>Whether nothing can be written.</summary>
    internal bool Fails { get; set; }

    /// <summary>The slot that was written last.</summary>
    internal int Newest { get; private set; }

    /// <summary>The content of a slot.</summary>
    internal ref byte[] this[int slot] => ref _slots[slot];

    public ReadOnlyMemory<byte> Read(int slot) => _slots[slot].ToArray();

    public void Write(int slot, ReadOnlySpan<byte> content)
    {
        if (Fails)
        {
            throw new StateStorageException("The medium is full.");
        }

        if (WritesLeft-- > 0)
        {
            _slots[slot] = content.ToArray();
            Newest = slot;
            return;
        }

        if (random.Next(8) == 0)
        {
            // All was written, and nobody was told.
            _slots[slot] = content.ToArray();
            throw new PowerLossException();
        }

        byte[] old = _slots[slot];
        byte[] torn = new byte[random.Next(Math.Min(old.Length, content.Length), Math.Max(old.Length, content.Length) + 1)];
        int piece = random.Next(1, 64);
        for (int at = 0; at < torn.Length; at += piece)
        {
            ReadOnlySpan<byte> source = random.Next(2) == 0 ? content : old;
            if (source.Length > at)
            {
                int length = Math.Min(Math.Min(piece, source.Length - at), torn.Length - at);
                source.Slice(at, length).CopyTo(torn.AsSpan(at));
            }
        }

        _slots[slot] = torn;
        throw new PowerLossException();
    }
}

/// <summary>The program that wrote is no more.</summary>
internal sealed class PowerLossException : Exception;
