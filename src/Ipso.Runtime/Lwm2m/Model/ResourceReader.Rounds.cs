using System.Numerics;
using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// How the records get to the lines of the emitted code: those that are expected by their names, the others one by one. The passes after the
// first bring what was kept in the same way.
public ref partial struct ResourceReader
{
    /// <summary>Begins a round: whether there is a record, which a line is to take.</summary>
    /// <returns>False when all records have been taken, and after a fault.</returns>
    public bool Next()
    {
        if (_isFresh)
        {
            _isFresh = false;
            if (_pass == Pass.Check && !_isSorted)
            {
                _records.Expect();
            }

            if (_records.IsExpecting)
            {
                return true;
            }

            ReadNext();
        }
        else if (_records.IsExpecting)
        {
            // No line to come has taken it: it came too late, or is of no resource.
            ReadNext();
        }

        while (IsReached)
        {
            if (!_wasOffered && _definition.IndexOf(_reached) >= 0)
            {
                _wasOffered = true;
                return true;
            }

            Skip();
            _records.ExpectNext();
            Advance();
            if (_records.IsExpecting)
            {
                return true;
            }
        }

        return false;
    }

    // The record that comes next is of this resource: its name was seen, or it was read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsNext(ulong key) => _records.IsNext(key) || _reached == ResourceKey.Id(key);

    private readonly bool IsReached => _reached != Nothing;

    /// <summary>Reads the record that is the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Take(ulong key) => _records.IsExpecting && _records.TryTake(key) || TakeInGeneral();

    // One that was read already, or whose value is not in the usual form.
    private bool TakeInGeneral()
    {
        if (!IsReached && !ReadNext())
        {
            return false;
        }

        _records.ExpectNext();
        return true;
    }

    // Behind a record: what is not expected is read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance()
    {
        _reached = Nothing;
        if (!_records.IsExpecting)
        {
            ReadNext();
        }
    }

    private bool ReadNext()
    {
        if (_isOver)
        {
            return false;
        }

        _wasOffered = false;
        _isOver = !(_pass == Pass.Check ? ReadRecord() : NextOfOtherPass());
        if (_isOver)
        {
            _reached = Nothing;
        }

        return !_isOver;
    }

    private bool ReadRecord()
    {
        if (!(_isSorted ? NextSorted() : _records.Next()))
        {
            return false;
        }

        _reached = _records.Path.ResourceId;
        return !IsReached ? _records.Fail(PayloadFault.OutsidePath) : !_isPatch || NoteRemoval();
    }

    private bool NextOfOtherPass()
    {
        switch (_pass)
        {
            case Pass.CheckRemoval:
                _pass = Pass.Check;
                return ReadRecord();
            case Pass.Apply or Pass.Remove when NextSlot():
                _reached = _records.Path.ResourceId;
                return true;
            case Pass.Settle:
                return NextToSettle();
            default:
                _pass = Pass.Settle;
                return NextToSettle();
        }
    }

    private bool NextSlot()
    {
        while (_replayed < _count)
        {
            ref readonly RecordSlot slot = ref _slots[_replayed++];
            if (!slot.IsOfRun || IsIn(_gathered, slot.Index))
            {
                _records.Restore(in slot);
                _pass = _records.IsRemoval ? Pass.Remove : Pass.Apply;
                return true;
            }
        }

        return false;
    }

    private bool NextToSettle()
    {
        while (_unsettled == 0)
        {
            if (_settledWords == _seen.Length)
            {
                return false;
            }

            _unsettled = MustSettle(_settledWords++);
        }

        int index = (_settledWords - 1) * 64 + BitOperations.TrailingZeroCount(_unsettled);
        _unsettled &= _unsettled - 1;
        _reached = _definition.Resources[index].Id;
        return true;
    }

    // Passes a record whose resource has no value to set, or is not known.
    private void Skip()
    {
        if (_pass is not (Pass.Check or Pass.CheckRemoval))
        {
            return;
        }

        int index = _definition.IndexOf(_reached);
        if (index < 0)
        {
            // Unknown optional resources are no error (LwM2M TS Core, 5.2) - unless the request is for one of them.
            if (IsBound && _path.Depth >= 3)
            {
                _records.Fail(PayloadFault.UnknownResource);
            }

            _isUnknown = true;
        }
        else if (IsBound)
        {
            Fail(PayloadFault.NotWritable, index);
        }
    }
}
