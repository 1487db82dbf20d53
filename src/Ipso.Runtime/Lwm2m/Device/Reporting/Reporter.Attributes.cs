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
        for (int place = 0; place < _observations.Places; place++)
        {
            if (_observations[place].IsUsed && ServerOf(_observations[place].Account) == server)
            {
                Refresh(place, now);
            }
        }

        objects.HasObservers = IsAnybodyListening;
    }

    /// <summary>Forgets the attributes at a path and below it, whoever has assigned them: what is there now is another thing.</summary>
    internal void ForgetAttributes(Lwm2mPath path, Instant now)
    {
        Attributes.Remove(path);
        for (int place = 0; place < _observations.Places; place++)
        {
            if (_observations[place].IsUsed)
            {
                Refresh(place, now);
            }
        }

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
            for (int place = 0; place < _observations.Places; place++)
            {
                if (_observations[place].IsUsed && ServerOf(_observations[place].Account) == server)
                {
                    Refresh(place, now);
                }
            }

            return;
        }

        RefreshAround(path, now, server);
    }

    // What the request of one path says stands for all that is assigned; that of a composite for what it names (6.4.1 and 6.4.4).
    private bool ReplacesAll(int place) =>
        _observations[place].Path.Depth > 0 && _observations.QueryOf(place).Names != NotificationAttributeNames.None;

    // Puts the attributes in effect at each target.
    private void Assign(int place)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        ushort server = ServerOf(observation.Account);
        bool replacesAll = ReplacesAll(place);
        AttributeQuery query = _observations.QueryOf(place);
        observation.IsConfirmable = null;
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);

            NotificationAttributes attributes = replacesAll
                ? query.Values
                : query.ApplyTo(Attributes.GetEffective(server, target.Path));
            bool neededValue = target.NeedsValue;
            target.Conditions = new(attributes, options.ThresholdsInOneDirection);
            target.MinimumPeriod = attributes.MinimumPeriod is { } least ? Clamp(least) : -1;
            target.MaximumPeriod = attributes.MaximumPeriod is { } greatest ? Clamp(greatest) : -1;

            // Levels that are consistent each for itself may not be together: neither is valid then.
            bool isConsistent = !(attributes.MinimumEvaluationPeriod >= attributes.MaximumEvaluationPeriod);
            target.MinimumEvaluationPeriod = Clamp(isConsistent ? attributes.MinimumEvaluationPeriod ?? 0 : 0);
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

    private void Refresh(int place, Instant now)
    {
        Assign(place);
        if (!_observations[place].IsMarked)
        {
            Schedule(place);
            Look(place, now);
        }
    }

    // Whom the attributes at a path of two ids or more concern, or those of one server among them.
    private void RefreshAround(Lwm2mPath path, Instant now, ushort? server = null)
    {
        Lwm2mPath within = PathHash.Truncate(path, 2);
        for (int i = _observations.FirstIn(within); i >= 0; i = _observations.NextIn(within, i))
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);
            if ((path.Contains(target.Path) || target.Path.Contains(path))
                && (server is null || ServerOf(_observations[target.Observation].Account) == server))
            {
                Refresh(target.Observation, now);
            }
        }

        // Of what lies above only the kind of message depends on what lies below.
        RefreshAt(Lwm2mPath.Root, now);
        RefreshAt(new(path.ObjectId), now);
    }

    private void RefreshAt(Lwm2mPath path, Instant now)
    {
        for (int i = _observations.FirstAt(path); i >= 0; i = _observations.NextAt(path, i))
        {
            Refresh(_observations.TargetAt(i).Observation, now);
        }
    }

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
