using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// How the records get to their resources: most payloads bring them in the definition's order. The passes after the first bring what was kept
// in the same way.
internal ref partial struct ResourceReader
{
    // Which record was reached.
    private readonly int Place =>
        (int)(Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_records), ref _current) / Unsafe.SizeOf<PayloadRecord>());

    /// <summary>Takes each record to its resource, until all have been taken or one has a fault.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeRecords()
    {
        BeginRecords();
        while (_reached != Nothing)
        {
            if (_repeatable != 0)
            {
                PassRepeated();
            }

            if (_reached != Nothing)
            {
                TakeRecord();
            }
        }
    }

    /// <summary>Passes what repeats known values in the order of the definition: most of what is reported does.</summary>
    private void PassRepeated()
    {
        ReadOnlySpan<ResourceField> fields = _fields.AsSpan(0, Math.Min(_fields.Length, 64));
        ObjectInstance target = _target;
        ref PayloadRecord record = ref _current;
        ref PayloadRecord end = ref _end;
        ulong repeatable = _repeatable;
        int index = _index;
        while (true)
        {
            uint place = record.Place;
            do
            {
                index++;
            }
            while (index < fields.Length && fields[index].Id < place >> 16);

            if (index >= fields.Length || fields[index].Id != place >> 16 || (repeatable >> index & 1) == 0)
            {
                break;
            }

            ref readonly ResourceField resource = ref fields[index];
            int count = 1;
            if (resource.Has(ResourceTraits.Multiple))
            {
                count = RepeatedInstances(ref record, ref target.PlaceOf(resource.Distance), resource.Type);
                if (count == 0)
                {
                    break;
                }
            }
            else if ((ushort)place != Lwm2mPath.MaxId || !Holds(in record, ref target.PlaceOf(resource.Distance), resource.Type))
            {
                break;
            }

            repeatable ^= 1UL << index;
            record = ref Unsafe.Add(ref record, count);
            if (!Unsafe.IsAddressLessThan(ref record, ref end))
            {
                _repeatable = repeatable;
                _reached = Nothing;
                return;
            }
        }

        _repeatable = repeatable;
        _index = index - 1;
        _current = ref record;
        _reached = record.Place;
    }

    private void TakeRecord()
    {
        int index = IndexOf((ushort)(_reached >> 16));
        if (index >= 0 && HasField(in _fields[index]))
        {
            _index = index;
            ref byte place = ref _target.PlaceOf(Resource.Distance);
            if (Resource.Has(ResourceTraits.Multiple))
            {
                Multiple(ref place, Resource.Type);
            }
            else
            {
                Single(ref place, Resource.Type);
            }
        }
        else
        {
            // It is of no resource, or of one that has no value to set.
            if (_stage == Stage.Check)
            {
                Skip(index);
            }

            Advance();
        }
    }

    // The place of a resource in the definition, or -1: as a rule it is not far behind the last one.
    private readonly int IndexOf(ushort id)
    {
        int index = _index + 1;
        while (index < _fields.Length && _fields[index].Id < id)
        {
            index++;
        }

        return index < _fields.Length && _fields[index].Id == id ? index : _definition.IndexOf(id);
    }

    // Whether the record that was reached says something of the resource's value, and not of an instance where there is none.
    private readonly bool HasField(in ResourceField resource) =>
        resource.Distance != 0 && (resource.Has(ResourceTraits.Multiple) || (ushort)_reached == Lwm2mPath.MaxId);

    private void BeginRecords()
    {
        _index = -1;
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
    private void Skip(int index)
    {
        if (index < 0)
        {
            // Unknown optional resources are no error (LwM2M TS Core, 5.2) - unless the request is for one of them.
            if (IsBound && !IsOfInstance)
            {
                Fail(PayloadFault.UnknownResource);
            }

            _isUnknown = true;
        }
        else if (!_fields[index].Has(_demanded))
        {
            Fail(PayloadFault.NotWritable, index);
        }
        else if (_fields[index].Type != ResourceType.None)
        {
            // A single one, and an instance of it.
            Fail(PayloadFault.WrongMultiplicity, index);
        }
    }
}
