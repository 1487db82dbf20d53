using System.Runtime.CompilerServices;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Which attributes are in effect at what is observed (LwM2M TS Core, 5.1.1).
internal sealed partial class Reporter
{
    /// <summary>There are attributes from before a restart: whatever comes is looked at with them.</summary>
    internal void OnRestored() => objects.HasObservers = IsAnybodyListening;

    /// <summary>Forgets the attributes that a server has assigned: it is a server of this device no more, or a new one (6.1.7).</summary>
    internal void ForgetAttributes(ushort server, Instant now)
    {
        Attributes.RemoveServer(server);
        RefreshAll(now, server);
        objects.HasObservers = IsAnybodyListening;
    }

    /// <summary>Forgets the attributes at a path and below it, whoever has assigned them: what is there now is another thing.</summary>
    internal void ForgetAttributes(Lwm2mPath path, Instant now)
    {
        Attributes.Remove(path);
        RefreshAll(now);
        objects.HasObservers = IsAnybodyListening;
    }

    /// <summary>The attributes at a path have changed: whom they concern is notified by the new ones from now on.</summary>
    internal void OnAttributes(ushort server, Lwm2mPath path, Instant now)
    {
        objects.HasObservers = IsAnybodyListening;
        if (path.Depth == 4 && objects.Find(path.ObjectId, path.InstanceId) is { } instance)
        {
            Flag(instance);
            AwaitSetters();

            // It may have gone before there was a flag to tell.
            ForgetAttributesOfAbsent(instance, PathHash.Truncate(path, 3), now);
        }

        if (path.Depth == 1)
        {
            RefreshAll(now, server);
        }
        else
        {
            RefreshAround(path, now, server);
        }
    }

    // What the request of one path says stands for all that is assigned; that of a composite for what it names (6.4.1 and 6.4.4).
    private static bool ReplacesAll(Observation observation) =>
        observation.Path.Depth > 0 && observation.Query.Names != NotificationAttributeNames.None;

    // Puts the attributes in effect at each target.
    private void Assign(Observation observation)
    {
        ushort server = ServerOf(observation.Account);
        bool replacesAll = ReplacesAll(observation);
        ref readonly AttributeQuery query = ref observation.Query;
        observation.IsConfirmable = null;
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            NotificationAttributes attributes = query.ApplyTo(replacesAll ? default : Attributes.GetEffective(server, target.Path));
            bool neededValue = target.NeedsValue;
            AssignTo(target, attributes);
            target.Sent = neededValue || !target.NeedsValue ? target.Sent : ValueAt(target.Path);

            bool? confirmable = attributes.Confirmable;
            if (confirmable != true && (query.Names & NotificationAttributeNames.Confirmable) == 0 && !replacesAll
                && Attributes.HasConfirmableBelow(server, target.Path))
            {
                confirmable = true;
            }

            observation.IsConfirmable = observation.IsConfirmable == true ? true : confirmable ?? observation.IsConfirmable;
        }
    }

    private void AssignTo(ObservationTarget target, in NotificationAttributes attributes)
    {
        target.Conditions = new(attributes, options.ThresholdsInOneDirection);
        target.MinimumPeriod = Seconds(attributes.MinimumPeriod, -1);
        target.MaximumPeriod = Seconds(attributes.MaximumPeriod, -1);

        // Levels that are consistent each for itself may not be together: neither is valid then.
        target.MinimumEvaluationPeriod = attributes.HasConsistentPeriods ? Seconds(attributes.MinimumEvaluationPeriod, 0) : 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Seconds(long? assigned, int otherwise) => assigned is { } seconds ? Clamp(seconds) : otherwise;

    private void Refresh(Observation observation, Instant now)
    {
        Assign(observation);
        if (!observation.IsMarked)
        {
            Schedule(observation);
            Look(observation, now);
        }
    }

    // All observations, or those of one server.
    private void RefreshAll(Instant now, ushort? server = null)
    {
        foreach (Observation observation in _observations.All)
        {
            if (observation.IsUsed && IsOf(observation, server))
            {
                Refresh(observation, now);
            }
        }
    }

    // Whom the attributes at a path of two ids or more concern, or those of one server among them. Of what lies above only the kind of
    // message depends on what lies below.
    private void RefreshAround(Lwm2mPath path, Instant now, ushort? server = null)
    {
        Lwm2mPath instance = PathHash.Truncate(path, 2);
        for (ObservationTarget? target = null; (target = _observations.NextAround(instance, target)) is not null;)
        {
            if ((path.Contains(target.Path) || target.Path.Contains(path)) && IsOf(target.Observation, server))
            {
                Refresh(target.Observation, now);
            }
        }
    }

    private static bool IsOf(Observation observation, ushort? server) => server is not { } id || ServerOf(observation.Account) == id;

    // What is assigned to a resource instance goes with it.
    private void ForgetAttributesOfAbsent(ObjectInstance instance, Lwm2mPath resource, Instant now)
    {
        for (int place = 0; Attributes.TryGetInstance(resource, ref place, out Lwm2mPath path);)
        {
            if (!ReportedValue.Of(instance, path, _scratch).IsThere)
            {
                Attributes.Remove(path);
                RefreshAround(path, now);
                place = 0;
            }
        }
    }
}
