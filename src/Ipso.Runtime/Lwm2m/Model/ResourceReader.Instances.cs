using System.Runtime.CompilerServices;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Multiple resources: a record for each instance, and as a rule one after the other.
internal ref partial struct ResourceReader
{
    private void ApplyInstance()
    {
        ResourceInstances? field = _slot.Instances;
        if (Current.IsRemoval)
        {
            RemoveInstances(field);
            return;
        }

        field ??= _target.MadeInstancesOf(_index);
        _slot = field.Stage(Current.InstanceId);
        Put();
        if (Merges)
        {
            field.MergeStaged();
        }
    }

    private void CheckInstance()
    {
        ResourceInstances? field = _slot.Instances;
        if (Current.IsRemoval)
        {
            CheckRemoval(field);
        }
        else if (Admit(field))
        {
            // One that the record may be about to repeat.
            bool isKnown = _run.IsKnown && field is not null && field.TryGetSlot(_run.Count - 1, Current.InstanceId, out _slot);
            if (TryJudge(isKnown, out bool repeats))
            {
                _run.IsKnown &= repeats;
                Keep(Merges ? RecordUse.Changes : RecordUse.JoinsRun);
            }
        }
    }

    /// <summary>How many records from one on are the instances that are there, with their values; none where not all are.</summary>
    private readonly int RepeatedInstances(ref PayloadRecord first, ref byte place, ResourceType type)
    {
        ResourceInstances? field = ValueSlot.At<ResourceInstances?>(ref place);
        if (field is null)
        {
            return 0;
        }

        ref byte value = ref field.View(out ReadOnlySpan<ushort> ids, out int length);
        ref PayloadRecord record = ref first;
        uint resource = first.Place & ~(uint)Lwm2mPath.MaxId;
        foreach (ushort id in ids)
        {
            if (!Unsafe.IsAddressLessThan(ref record, ref _end) || record.Place != (resource | id) || !Holds(in record, ref value, type))
            {
                return 0;
            }

            record = ref Unsafe.Add(ref record, 1);
            value = ref Unsafe.Add(ref value, length);
        }

        // Nor is there one behind them.
        return Unsafe.IsAddressLessThan(ref record, ref _end) && record.Place >> 16 == resource >> 16 ? 0 : ids.Length;
    }
}
