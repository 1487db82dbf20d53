using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// How the records get to their resources: most payloads bring them in the definition's order. What was kept knows its place.
internal ref partial struct ResourceReader
{
    // Which record was reached.
    private readonly int Place =>
        (int)(Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_records), ref _current) / Unsafe.SizeOf<PayloadRecord>());

    private readonly bool HasSlots => !Unsafe.IsNullRef(ref _slots);

    private readonly bool IsAtEnd => !Unsafe.IsAddressLessThan(ref _current, ref _end);

    /// <summary>Takes each record to its resource and judges it, until all have been judged or one has a fault.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CheckRecords()
    {
        _index = -1;
        _current = ref MemoryMarshal.GetReference(_records);
        _end = ref Unsafe.Add(ref _current, _records.Length);
        while (!IsAtEnd)
        {
            if (_repeatable != 0)
            {
                PassRepeated();
                if (IsAtEnd)
                {
                    break;
                }
            }

            CheckRecord();
            if (HasFailed)
            {
                break;
            }

            _current = ref Unsafe.Add(ref _current, 1);
        }
    }

    /// <summary>Passes what repeats known values in the order of the definition: most of what is reported does.</summary>
    private void PassRepeated()
    {
        ReadOnlySpan<ResourceField> fields = _fields.AsSpan(0, Math.Min(_fields.Length, 64));
        ref byte slots = ref _slots;
        ref PayloadRecord record = ref _current;
        ref PayloadRecord end = ref _end;
        ulong repeatable = _repeatable;
        int index = _index;
        do
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
                count = RepeatedInstances(ref record, ref ValueSlot.In(ref slots, index), resource.Type);
                if (count == 0)
                {
                    break;
                }
            }
            else if ((ushort)place != Lwm2mPath.MaxId || !Holds(in record, ref ValueSlot.In(ref slots, index), resource.Type))
            {
                break;
            }

            repeatable ^= 1UL << index;
            record = ref Unsafe.Add(ref record, count);
        }
        while (Unsafe.IsAddressLessThan(ref record, ref end));

        _repeatable = repeatable;
        _index = index - 1;
        _current = ref record;
    }

    private void CheckRecord()
    {
        int index = IndexOf((ushort)(Current.Place >> 16));
        if (index < 0)
        {
            PassUnknown();
            return;
        }

        GoTo(index);
        if (_resource.Type == ResourceType.None || !HasSlots || !_resource.Has(ResourceTraits.Multiple) && Current.InstanceId != Lwm2mPath.MaxId)
        {
            PassWithoutField();
        }
        else if (_resource.Has(ResourceTraits.Multiple))
        {
            CheckInstance();
        }
        else
        {
            CheckSingle();
        }
    }

    // To a resource and its field, with the record that was reached.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GoTo(int index)
    {
        _index = index;
        _resource = ref _fields[index];
        _slot = new(ref ValueSlot.In(ref _slots, index), _resource.Type);
        _value = new(_payload, in _current);
    }

    // The place of a resource in the definition, or -1: as a rule it is not far behind the last one.
    private readonly int IndexOf(ushort id)
    {
        int index = Math.Max(_index, 0);
        while (index < _fields.Length && _fields[index].Id < id)
        {
            index++;
        }

        return index < _fields.Length && _fields[index].Id == id ? index : _definition.IndexOf(id);
    }

    // Unknown optional resources are no error (LwM2M TS Core, 5.2) - unless the request is for one of them.
    private void PassUnknown()
    {
        if (IsBound && !IsOfInstance)
        {
            Fail(PayloadFault.UnknownResource);
        }

        _isUnknown = true;
    }

    // The resource has no value to set, or it is a single one, and the record of an instance of it.
    private void PassWithoutField()
    {
        if (!_resource.Has(_demanded))
        {
            FailHere(PayloadFault.NotWritable);
        }
        else if (_resource.Type != ResourceType.None)
        {
            FailHere(PayloadFault.WrongMultiplicity);
        }
    }

    private void ApplyRecords()
    {
        foreach (ref PayloadRecord record in _records)
        {
            if (record.Use == RecordUse.Changes || record.Use == RecordUse.JoinsRun && IsIn(_gathered, record.Index))
            {
                _current = ref record;
                GoTo(record.Index);
                if (_resource.Has(ResourceTraits.Multiple))
                {
                    ApplyInstance();
                }
                else
                {
                    ApplySingle();
                }
            }
        }
    }

    /// <summary>
    /// After the payload's records: each resource that the payload replaces without naming it is removed, and gathered instances become the
    /// resource's.
    /// </summary>
    private void Settle()
    {
        for (int word = 0; word < _seen.Length; word++)
        {
            for (ulong left = MustSettle(word); left != 0; left &= left - 1)
            {
                GoTo(word * 64 + BitOperations.TrailingZeroCount(left));
                if (_resource.Has(ResourceTraits.Multiple))
                {
                    // Where the payload named the resource its instances are gathered now; where it did not there are none.
                    _slot.Instances?.CommitStaged();
                }
                else
                {
                    _target.Remove(in _slot, _index);
                }
            }
        }
    }
}
