using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

// Removals, which SenML-ETCH alone has: an optional resource that a server may write, or instances of a multiple one. What is not there
// is no error to remove (RFC 8790, 3.2).
public ref partial struct ResourceReader
{
    // A removal that the payload says, or one because a payload that replaces does not name the resource.
    private void Remove<T>(ref T field, T absent, int index)
    {
        if (_stage == Stage.Check)
        {
            if (Admit(index) && IsRemovable(index))
            {
                Keep(index);
            }
        }
        else
        {
            _target.Remove(ref field, absent, index);
        }
    }

    private bool IsRemovable(int index) =>
        // What reports or replaces leaves out what is not there.
        _mode != ReadMode.WriteUpdate ? Fail(PayloadFault.Malformed)
        : Current.InstanceId != Lwm2mPath.MaxId || !_definition.Resources[index].IsMandatory || Fail(PayloadFault.MissingMandatory, index);

    private void CheckRemoval(ResourceInstances? field, int index)
    {
        if (AdmitToRun(index, present: 0) && IsRemovable(index) && LeavesOne(field, index))
        {
            Keep(index);
        }
    }

    // A mandatory resource keeps an instance.
    private bool LeavesOne(ResourceInstances? field, int index)
    {
        if (field is null || !_definition.Resources[index].IsMandatory || !field.Contains(Current.InstanceId))
        {
            return true;
        }

        if (index != _removedIndex)
        {
            (_removedIndex, _removed) = (index, 0);
        }

        return ++_removed < field.Count || Fail(PayloadFault.MissingMandatory, index);
    }

    private void SettleOrRemove(ResourceInstances? field, int index)
    {
        switch (_stage)
        {
            case Stage.Check:
                CheckRemoval(field, index);
                break;
            case Stage.Apply:
                RemoveInstances(field);
                break;
            default:
                // Where the payload named the resource its instances are gathered now; where it did not there are none.
                field?.CommitStaged();
                break;
        }
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
