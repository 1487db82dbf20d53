namespace Ipso.Lwm2m.Model;

/// <summary>
/// Object Instances that have come or gone, each once, in the order of their paths; and whether one was removed, whatever came after that.
/// </summary>
internal sealed class InstanceMoves
{
    // Object id, Object Instance id and, in the lowest bit, whether it was removed. Those before the first are taken.
    private ulong[] _moves = [];
    private int _first;
    private int _end;

    internal bool IsEmpty => _first == _end;

    internal void Add(ushort objectId, ushort instanceId, bool isRemoval)
    {
        ulong move = ((ulong)objectId << 16 | instanceId) << 1;
        int place = _first, high = _end;
        while (place < high)
        {
            int middle = (place + high) >>> 1;
            (place, high) = _moves[middle] < move ? (middle + 1, high) : (place, middle);
        }

        if (place == _end || _moves[place] >> 1 != move >> 1)
        {
            if (_end == _moves.Length)
            {
                ulong[] longer = new ulong[Math.Max(8, _end * 2)];
                _moves.CopyTo(longer, 0);
                _moves = longer;
            }

            _moves.AsSpan(place, _end++ - place).CopyTo(_moves.AsSpan(place + 1));
            _moves[place] = move;
        }

        _moves[place] |= isRemoval ? 1UL : 0;
    }

    internal bool TryTake(out Lwm2mPath path, out bool isRemoval)
    {
        bool takes = !IsEmpty;
        ulong move = takes ? _moves[_first++] : 0;
        path = new((ushort)(move >> 17), (ushort)(move >> 1));
        isRemoval = (move & 1) != 0;
        if (IsEmpty)
        {
            _first = _end = 0;
        }

        return takes;
    }
}
