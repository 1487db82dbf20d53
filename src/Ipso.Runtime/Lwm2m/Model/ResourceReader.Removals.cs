using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Removals, which SenML-ETCH alone has: an optional resource that a server may write, or instances of a multiple one. What is not there
// is no error to remove (RFC 8790, 3.2).
internal ref partial struct ResourceReader
{
    private bool IsRemovable() =>
        // What reports or replaces leaves out what is not there.
        _mode != ReadMode.WriteUpdate ? Fail(PayloadFault.Malformed)
        : Current.InstanceId != Lwm2mPath.MaxId || !_definition.Resources[_index].IsMandatory || FailHere(PayloadFault.MissingMandatory);

    private void CheckRemoval(ResourceInstances? field)
    {
        if (AdmitToRun(present: 0) && IsRemovable() && LeavesOne(field))
        {
            Keep(RecordUse.Changes);
        }
    }

    // A mandatory resource keeps an instance.
    private bool LeavesOne(ResourceInstances? field)
    {
        if (field is null || !_definition.Resources[_index].IsMandatory || !field.Contains(Current.InstanceId))
        {
            return true;
        }

        if (_index != _removedIndex)
        {
            (_removedIndex, _removed) = (_index, 0);
        }

        return ++_removed < field.Count || FailHere(PayloadFault.MissingMandatory);
    }

    private readonly void RemoveInstances(ResourceInstances? field)
    {
        if (Current.InstanceId != Lwm2mPath.MaxId)
        {
            field?.Remove(Current.InstanceId);
        }
        else
        {
            field?.Clear();
        }
    }
}
