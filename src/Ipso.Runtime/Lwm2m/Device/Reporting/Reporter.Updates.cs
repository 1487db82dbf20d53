using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What is changed as one (ObjectInstance.BeginUpdate) is told as one, also where pmax asks for it meanwhile.
internal sealed partial class Reporter
{
    private uint _begun;

    /// <summary>
    /// Whether a notification is not to be rendered now, as something observed is being changed as one: it is due again at the end of that.
    /// </summary>
    internal bool MustWait(Observation observation)
    {
        bool mustWait = IsBeingUpdated(observation, out _begun);
        if (mustWait)
        {
            observation.IsMarked = observation.IsAwaiting = true;
            _observations.LetSleep(observation);
        }

        return mustWait;
    }

    /// <summary>
    /// Whether something observed was changed as one, from beginning to end, while it was rendered: the notification may have half of it, and
    /// is to be rendered again.
    /// </summary>
    /// <param name="observation">The observation.</param>
    /// <param name="renderings">How often it has been rendered.</param>
    internal bool HasMixed(Observation observation, int renderings)
    {
        uint before = _begun;
        return renderings < MaxRenderings && !IsBeingUpdated(observation, out _begun) && _begun != before && HasNews(observation);
    }

    private bool HasNews(Observation observation)
    {
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            foreach (ObjectInstance instance in objects.On(target.Path))
            {
                if (instance.HasNews)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsBeingUpdated(Observation observation, out uint begun)
    {
        bool isAny = false;
        begun = 0;
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            foreach (ObjectInstance instance in objects.On(target.Path))
            {
                isAny |= instance.IsBeingUpdated(out uint count);
                begun += count;
            }
        }

        return isAny;
    }

    // An update is over, or its Object Instance is gone.
    private void GoOn(Lwm2mPath instance)
    {
        for (ObservationTarget? target = null; (target = _observations.NextAround(instance, target)) is not null;)
        {
            if (target.Observation.IsAwaiting)
            {
                target.Observation.IsAwaiting = false;
                TellOrKeep(target.Observation);
            }
        }
    }
}
