namespace Ipso.Coap.Oscore;

/// <summary>
/// Which of the newest sequence numbers have come (RFC 8613, 3.2.2 and 7.4): the highest one and those at most a window below it.
/// </summary>
internal struct ReplayWindow
{
    /// <summary>The widest window.</summary>
    public const int MaxSize = 64;

    private readonly int _size;
    private bool _isStarted;
    private ulong _highest;

    // Bit i: the number _highest - i has come.
    private ulong _seen;

    public ReplayWindow(int size) => _size = size;

    /// <summary>Whether a number has not come yet and is not too old to know.</summary>
    public readonly bool IsFresh(ulong number) =>
        !_isStarted || number > _highest || (_highest - number < (ulong)_size && (_seen >> (int)(_highest - number) & 1) == 0);

    /// <summary>Marks a number that is fresh.</summary>
    public void Accept(ulong number)
    {
        if (!_isStarted || number > _highest)
        {
            ulong shift = number - _highest;
            _seen = _isStarted && shift < MaxSize ? _seen << (int)shift | 1 : 1;
            _highest = number;
            _isStarted = true;
        }
        else
        {
            _seen |= 1UL << (int)(_highest - number);
        }
    }

    /// <summary>A number has come, and none below it counts as fresh any more (RFC 8613, Appendix B.1.2).</summary>
    public void StartAt(ulong number)
    {
        _highest = number;
        _seen = ulong.MaxValue;
        _isStarted = true;
    }

    /// <summary>The message of a number that was accepted was not taken after all, and may come again.</summary>
    public void TakeBack(ulong number)
    {
        if (number <= _highest && _highest - number < MaxSize)
        {
            _seen &= ~(1UL << (int)(_highest - number));
        }
    }
}
