using System.Numerics;

namespace Ipso.Coap.Engine;

/// <summary>
/// Which blocks of a body have come: all before the first that is missing, and any of those behind it. What a peer can have come out of
/// order is a word, however long the body.
/// </summary>
internal struct BlockWindow
{
    /// <summary>The most blocks in a set (MAX_PAYLOADS): from anywhere in one set to the end of the next is within the window.</summary>
    public const int MaxSet = 32;

    // Bit i: block First + i has come. Bit 0 is never set.
    private ulong _ahead;

    /// <summary>The first block that is missing.</summary>
    public int First { get; private set; }

    /// <summary>The block behind the last that has come: <see cref="First"/> if none is missing before it.</summary>
    public readonly int End => First + 64 - BitOperations.LeadingZeroCount(_ahead);

    public readonly bool Has(int number) => number < First || (number - First < 64 && (_ahead >> (number - First) & 1) != 0);

    /// <summary>A block has come that is less than 64 behind <see cref="First"/>.</summary>
    public void Take(int number)
    {
        if (number < First)
        {
            return;
        }

        _ahead |= 1UL << (number - First);
        int count = BitOperations.TrailingZeroCount(~_ahead);
        _ahead = count == 64 ? 0 : _ahead >> count;
        First += count;
    }

    /// <summary>The last block has not come after all.</summary>
    public void Lose()
    {
        First--;
    }
}

/// <summary>Blocks that are to be sent, within a window of 64 that begins with the lowest; further ones are not taken.</summary>
internal struct BlockSet
{
    private ulong _bits;

    /// <summary>The lowest; of meaning unless the set is empty.</summary>
    public int First { get; private set; }

    public readonly bool IsEmpty => _bits == 0;

    public void Add(int number)
    {
        if (_bits == 0)
        {
            First = number;
        }
        else if (number < First)
        {
            int shift = First - number;
            _bits = shift < 64 ? _bits << shift : 0;
            First = number;
        }

        if (number - First < 64)
        {
            _bits |= 1UL << (number - First);
        }
    }

    public void Add(BlockSet others)
    {
        while (!others.IsEmpty)
        {
            Add(others.TakeFirst());
        }
    }

    /// <summary>Takes the lowest out.</summary>
    public int TakeFirst()
    {
        int number = First;
        _bits &= _bits - 1;
        int shift = _bits == 0 ? 0 : BitOperations.TrailingZeroCount(_bits);
        _bits >>= shift;
        First += shift;
        return number;
    }

    public void Clear() => _bits = 0;
}

/// <summary>
/// What a robust transfer (RFC 9177) knows beyond what every transfer does, whichever way the body goes and in both roles: blocks go out in
/// sets of MAX_PAYLOADS, come in any order, and those that are missing are asked for together.
/// </summary>
internal struct RobustTransfer
{
    /// <summary>Where in the body the bytes begin that are kept in pages.</summary>
    public long KeptFrom;

    /// <summary>The length of the body in bytes, which Size1 or Size2 says; -1 if not known.</summary>
    public long Total;

    public int Exponent;

    /// <summary>Receiving: what has come.</summary>
    public BlockWindow Came;

    /// <summary>Sending: what is to be sent before the body goes on, and which block is the next then.</summary>
    public BlockSet Wanted;
    public int Next;

    /// <summary>The blocks before this one are known to the sender to have come.</summary>
    public int Continued;

    /// <summary>Receiving: the last set that made us ask for what is missing before it. Sending: the first block last asked for.</summary>
    public int Asked;

    /// <summary>Sending: how often <see cref="Asked"/> has been asked for.</summary>
    public int Asks;

    /// <summary>How often we have asked, without anything coming of it.</summary>
    public int Repeats;

    /// <summary>Receiving a request body: a Non-confirmable block has come, so that lost ones have to be asked for.</summary>
    public bool HasNonConfirmable;

    public readonly int Size => BlockOption.GetSize(Exponent);

    /// <summary>The number of blocks; the greatest there can be if the length is not known.</summary>
    public readonly int Count => (int)Math.Min(Total < 0 ? long.MaxValue : (Total + Size - 1) / Size, BlockOption.MaxNumber + 1);

    /// <summary>Where the bytes end that have come without a gap.</summary>
    public readonly long InOrder => Total < 0 ? (long)Came.First * Size : Math.Min((long)Came.First * Size, Total);

    /// <summary>The length of a block in bytes.</summary>
    public readonly int LengthOf(int number) => Total < 0 ? Size : (int)Math.Min(Size, Total - ((long)number * Size));
}
