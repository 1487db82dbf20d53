using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Resources that say how often, and of what, servers are notified: the periods of a server (1/x/2, 1/x/3) and the rights (object 2).
internal sealed partial class Reporter
{
    private const ushort ServerObject = 1;
    private const ushort DefaultMinimumPeriod = 2;
    private const ushort DefaultMaximumPeriod = 3;

    private static bool IsRule(Lwm2mPath resource) =>
        resource.ObjectId == AccessControl.ObjectId
        || resource is { ObjectId: ServerObject, ResourceId: DefaultMinimumPeriod or DefaultMaximumPeriod };

    // As soon as there is an observation, and when there is none any more: they concern nobody then.
    private void FlagRules(int observations)
    {
        if (_observations.Count == observations)
        {
            FlagOn(new(ServerObject));
            FlagOn(new(AccessControl.ObjectId));
        }
    }

    // What a server writes of its periods counts from then on, and not from the next notification.
    private void OnRuleChange(ObjectInstance instance, Lwm2mPath resource, Instant now)
    {
        if (instance is LwM2MAccessControl)
        {
            TellWithheld(now);
        }
        else if (instance is LwM2MServer server && IsRule(resource))
        {
            foreach (Observation observation in _observations.All)
            {
                if (observation.Account?.Server == server)
                {
                    Refresh(observation, now);
                }
            }
        }
    }

    // Who might not read what has changed is told when it may again (LwM2M TS Core, 8.2.4).
    private static void Withhold(ObservationTarget target, Lwm2mPath instance) =>
        target.Withheld = target.Withheld is { } other && other != instance ? target.Path : instance;

    private static void WithholdWhatIsDue(Observation observation)
    {
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            target.IsWithheld |= target.IsDue || target.IsChanged;
        }
    }

    // Rights have changed.
    private void TellWithheld(Instant now)
    {
        foreach (Observation observation in _observations.All)
        {
            for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
            {
                if (target.IsWithheld || target.Withheld is not null)
                {
                    observation.Account?.TellWithheld(this, target, now);
                }
            }
        }
    }

    /// <summary>A server is told what was withheld from it, if it may read that now.</summary>
    internal void TellWithheld(ServerAccount account, ObservationTarget target, Instant now)
    {
        Lwm2mPath path = target.IsWithheld ? target.Path : target.Withheld.GetValueOrDefault();
        bool isAny = false, isAll = true;
        foreach (ObjectInstance instance in objects.On(path))
        {
            Lwm2mPath at = AccessControl.PathOf(instance);
            bool mayRead = access.Permits(account, at, AccessRights.Read);
            isAny |= mayRead;
            isAll &= mayRead || CoreObjects.IsForBootstrapOnly(at.ObjectId);
        }

        // Of several instances others may still be kept back.
        target.Withheld = isAll ? null : target.Withheld;
        if (isAny || isAll)
        {
            target.IsWithheld = false;
        }

        if (isAny)
        {
            OnChange(target, now);
        }
    }
}
