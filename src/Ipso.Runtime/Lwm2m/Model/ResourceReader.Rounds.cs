using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// How the records get to the lines of the emitted code: most payloads bring them in the lines' order, and one round takes them all. The passes
// after the first bring what was kept in the same way.
public ref partial struct ResourceReader
{
    // Which record was reached, and behind the last one which of those that are settled.
    private readonly int Place =>
        (int)(Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_records), ref _current) / Unsafe.SizeOf<PayloadRecord>()) + _settled;

    /// <summary>Begins a round: whether there is a record, which a line is to take.</summary>
    /// <returns>False when all records have been taken, and after a fault.</returns>
    public bool Next()
    {
        while (_reached != Nothing)
        {
            // The first is as a rule of a resource that has a line; looking costs more than a round that is for nothing.
            int place = Place;
            if (_offered != place && (_offered < 0 || _definition.IndexOf((ushort)(_reached >> 16)) >= 0))
            {
                _offered = place;
                return true;
            }

            // No line is of its resource, or this one has no value to set.
            if (_stage == Stage.Check)
            {
                Skip();
            }

            Advance();
        }

        return false;
    }

    private void BeginRecords()
    {
        _offered = -1;
        _settled = 0;
        _current = ref MemoryMarshal.GetReference(_records);
        _end = ref Unsafe.Add(ref _current, _records.Length);
        if (_records.IsEmpty)
        {
            End();
        }
        else
        {
            Reach();
        }
    }

    // To the next record that there is something to do with.
    private void Advance()
    {
        ref PayloadRecord next = ref Unsafe.Add(ref _current, 1);
        if (Unsafe.IsAddressLessThan(ref next, ref _end))
        {
            _current = ref next;
            Reach();
        }
        else
        {
            End();
        }
    }

    private void Reach()
    {
        if (_stage == Stage.Check)
        {
            _reached = _current.Place;
        }
        else
        {
            ReachKept();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReachKept()
    {
        while (!IsKept(in _current))
        {
            ref PayloadRecord next = ref Unsafe.Add(ref _current, 1);
            if (!Unsafe.IsAddressLessThan(ref next, ref _end))
            {
                End();
                return;
            }

            _current = ref next;
        }

        _reached = _current.Place;
    }

    private readonly bool IsKept(in PayloadRecord record) =>
        record.Use == RecordUse.Changes || record.Use == RecordUse.JoinsRun && IsIn(_gathered, record.Index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void End()
    {
        _reached = Nothing;
        if (_stage != Stage.Check)
        {
            _stage = Stage.Settle;
            StayHere();
            SettleNext();
        }
    }

    // What comes next is the end.
    private void StayHere() => _end = ref _current;

    private void SettleNext()
    {
        _settled++;
        while (_unsettled == 0)
        {
            if (_settledWords == _seen.Length)
            {
                _reached = Nothing;
                return;
            }

            _unsettled = MustSettle(_settledWords++);
        }

        int index = (_settledWords - 1) * 64 + BitOperations.TrailingZeroCount(_unsettled);
        _unsettled &= _unsettled - 1;
        _reached = (uint)_definition.Resources[index].Id << 16 | Lwm2mPath.MaxId;
    }

    // Passes a record whose resource has no value to set, or is not known.
    private void Skip()
    {
        int index = _definition.IndexOf((ushort)(_reached >> 16));
        if (index < 0)
        {
            // Unknown optional resources are no error (LwM2M TS Core, 5.2) - unless the request is for one of them.
            if (IsBound && !IsOfInstance)
            {
                Fail(PayloadFault.UnknownResource);
            }

            _isUnknown = true;
        }
        else if (!_definition.Has(index, _demanded))
        {
            Fail(PayloadFault.NotWritable, index);
        }
        else if (_definition.Resources[index].Type != ResourceType.None)
        {
            // A single one, and an instance of it.
            Fail(PayloadFault.WrongMultiplicity, index);
        }
    }
}
