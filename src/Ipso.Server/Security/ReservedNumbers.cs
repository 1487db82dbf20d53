using Ipso.Coap.Oscore;
using Ipso.Server.Stores;

namespace Ipso.Server.Security;

/// <summary>
/// The numbers that a security context may send under, which a store has given. The next ones are taken while half are left, so that no message has
/// to wait for the store.
/// </summary>
/// <param name="record">The context.</param>
/// <param name="first">The first number that was given.</param>
/// <param name="reserve">Has the store give more, and tells <see cref="Take"/> of it on the server's thread.</param>
internal sealed class ReservedNumbers(OscoreRecord record, ulong first, Action<ReservedNumbers> reserve) : ISequenceStorage
{
    /// <summary>How many are taken at a time: what a restart skips at most.</summary>
    internal const int Count = 1000;

    private readonly Lock _gate = new();
    private ulong _end = first + Count;
    private bool _isReserving;

    internal OscoreRecord Record => record;

    /// <summary>The context that has them.</summary>
    internal SecurityContext? Context { get; set; }

    /// <summary>Whether somebody else was given numbers since: the context is not this server's any more.</summary>
    internal bool IsLost { get; private set; }

    /// <inheritdoc/>
    public bool TryStore(ulong next)
    {
        bool isGiven, wantsMore;
        lock (_gate)
        {
            isGiven = !IsLost && next <= _end;
            wantsMore = !IsLost && !_isReserving && next + (Count / 2) > _end;
            _isReserving |= wantsMore;
        }

        if (wantsMore)
        {
            reserve(this);
        }

        return isGiven;
    }

    /// <summary>Takes what the store has given: the next ones, or others, which are another's; null where it has given none.</summary>
    internal void Take(ulong? given)
    {
        lock (_gate)
        {
            _isReserving = false;
            IsLost |= given is { } begin && begin != _end;
            _end += given == _end ? Count : 0UL;
        }
    }
}
