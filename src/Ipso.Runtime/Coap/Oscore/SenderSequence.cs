namespace Ipso.Coap.Oscore;

/// <summary>The sequence numbers of a sender: each is given once, and none before the storage knows of it.</summary>
internal struct SenderSequence
{
    /// <summary>The highest number (RFC 8613, 7.2.1).</summary>
    public const ulong Max = (1UL << 40) - 1;

    private readonly ISequenceStorage? _storage;
    private readonly ulong _block;
    private ulong _next;
    private ulong _reserved;

    public SenderSequence(ISequenceStorage? storage, ulong next, int block)
    {
        _storage = storage;
        _block = (ulong)block;
        _next = next;
        _reserved = storage is null ? Max + 1 : next;
    }

    /// <summary>The number that is given next.</summary>
    public readonly ulong Next => _next;

    /// <summary>Gives the next number; false if there is none any more, or the storage has failed.</summary>
    public bool TryTake(out ulong number)
    {
        number = _next;
        if (_next > Max || (_next >= _reserved && !TryReserve()))
        {
            return false;
        }

        _next++;
        return true;
    }

    /// <summary>Makes sure that there is a number that the storage knows of, without taking it.</summary>
    public bool TryHold() => _next > Max || _next < _reserved || TryReserve();

    private bool TryReserve()
    {
        ulong reserved = Math.Min(_next + _block, Max + 1);
#pragma warning disable CA1031 // Whatever the application throws, nothing is sent under a number that is not stored.
        try
        {
            if (!_storage!.TryStore(reserved))
            {
                return false;
            }
        }
        catch (Exception)
        {
            return false;
        }
#pragma warning restore CA1031

        _reserved = reserved;
        return true;
    }
}
