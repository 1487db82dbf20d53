using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What is changed as one (ObjectInstance.BeginUpdate) is told as one, also where pmax asks for it meanwhile.
internal sealed partial class Reporter
{
    private uint _begun;

    /// <summary>
    /// Whether a notification is not to be rendered now, as something observed is being changed as one: it is due again at the end of that.
    /// </summary>
    /// <param name="tag">The observation's tag.</param>
    internal bool MustWait(ulong tag)
    {
        bool mustWait = IsBeingUpdated(_observations[(int)tag], out _begun);
        if (mustWait)
        {
            Await((int)tag);
        }

        return mustWait;
    }

    /// <summary>
    /// Whether something observed was changed as one, from beginning to end, while it was rendered: the notification may have half of it, and
    /// is to be rendered again.
    /// </summary>
    /// <param name="tag">The observation's tag.</param>
    /// <param name="renderings">How often it has been rendered.</param>
    internal bool HasMixed(ulong tag, int renderings)
    {
        uint before = _begun;
        return renderings < MaxRenderings
            && !IsBeingUpdated(_observations[(int)tag], out _begun) && _begun != before && HasNews(_observations[(int)tag]);
    }

    private bool HasNews(in ObservationTable.Observation observation)
    {
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            foreach (ObjectInstance instance in objects.On(_observations.TargetAt(i).Path))
            {
                if (instance.HasNews)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsBeingUpdated(in ObservationTable.Observation observation, out uint begun)
    {
        bool isAny = false;
        begun = 0;
        for (int i = observation.IsUsed ? observation.FirstTarget : -1; i >= 0; i = _observations.TargetAt(i).Next)
        {
            foreach (ObjectInstance instance in objects.On(_observations.TargetAt(i).Path))
            {
                isAny |= instance.IsBeingUpdated(out uint count);
                begun += count;
            }
        }

        return isAny;
    }

    private void Await(int place)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        observation.IsMarked = observation.IsAwaiting = true;
        observation.WakeAt = Instant.Never;
        _observations.Timers.Clear(place);
    }

    // An update is over, or its Object Instance is gone.
    private void GoOn(Lwm2mPath instance)
    {
        for (int i = _observations.FirstIn(instance); i >= 0; i = _observations.NextIn(instance, i))
        {
            GoOn(_observations.TargetAt(i).Observation);
        }

        Lwm2mPath above = new(instance.ObjectId);
        for (int i = _observations.FirstAt(above); i >= 0; i = _observations.NextAt(above, i))
        {
            GoOn(_observations.TargetAt(i).Observation);
        }

        for (int i = _observations.FirstAt(Lwm2mPath.Root); i >= 0; i = _observations.NextAt(Lwm2mPath.Root, i))
        {
            GoOn(_observations.TargetAt(i).Observation);
        }
    }

    private void GoOn(int place)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        if (!observation.IsAwaiting)
        {
            return;
        }

        observation.IsAwaiting = false;
        if (observation.IsOffline)
        {
            observation.IsToBeKept = _isAnyToBeKept = true;
        }
        else
        {
            Tell(place);
        }
    }
}
