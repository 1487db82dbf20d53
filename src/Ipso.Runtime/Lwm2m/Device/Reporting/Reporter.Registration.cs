using System.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Who observes what, and by which attributes.
internal sealed partial class Reporter
{
    // The observation whose first response is being written; -1 if none is.
    private int _pending = -1;

    /// <summary>
    /// A request for an observation is answered next. What has changed before is old news to it; what changes from here on is not, it may
    /// or may not be in the answer.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="path">The path that it names; the root for a composite.</param>
    /// <param name="account">Whose request it is.</param>
    /// <param name="now">The moment.</param>
    internal void BeginObservation(in CoapRequest request, Lwm2mPath path, ServerAccount? account, Instant now)
    {
        if (DeviceManagement.IsDiscover(request) || !AttributeArguments.TryRead(request, out AttributeQuery query))
        {
            return;
        }

        foreach (ObjectInstance instance in InstancesOn(path))
        {
            instance.ForgetUnobservedChanges();
        }

        if (request.Method == CoapMethod.Get)
        {
            _pending = _observations.Add(path, new(in path), now);
        }
        else if (request.ContentFormat is { } format && PathPack.Supports(format))
        {
            AddComposite(request.Payload, format, now);
        }

        if (_pending >= 0)
        {
            ref ObservationTable.Observation observation = ref _observations[_pending];
            observation.Account = account;
            observation.Query = query;
            Assign(_pending);
            Restart(_pending, now);
        }
    }

    /// <summary>Has the engine accept the observation of <see cref="BeginObservation"/>, if it was answered well.</summary>
    internal void EndObservation(ref CoapResponse response)
    {
        if (_pending >= 0 && response.Code.IsSuccess)
        {
            response.Observe((ulong)_pending);
        }
    }

    /// <summary>What became of the last request is seen: the engine may have refused an observation, or let others go.</summary>
    internal void Settle()
    {
        if (_pending >= 0)
        {
            int place = _pending;
            _pending = -1;
            objects.HasObservers = true;
            OnRemoved((ulong)place);
            if (_observations[place].IsUsed)
            {
                FlagTargetsOf(place);
            }
        }

        // The engine tells of each that goes, unless it was told to let it go.
        for (ulong place = 0; _observations.Count > endpoint.ObserverCount && place < (ulong)_observations.Places; place++)
        {
            OnRemoved(place);
        }
    }

    /// <summary>The engine has let an observation go.</summary>
    /// <param name="tag">Its tag.</param>
    internal void OnRemoved(ulong tag)
    {
        int place = (int)tag;
        if (place < _observations.Places && _observations[place].IsUsed && !endpoint.HasObserver(tag))
        {
            Remove(place);
        }
    }

    /// <summary>
    /// Ends the observations of a server, without a word to it: with its registration (LwM2M TS Core, 6.4.1), or with its account.
    /// </summary>
    /// <param name="server">The Short Server ID; <see cref="ServerAccounts.Anybody"/> for those of anybody.</param>
    internal void EndObservations(ushort server)
    {
        for (int place = 0; place < _observations.Places; place++)
        {
            if (_observations[place].IsUsed && ServerOf(_observations[place].Account) == server)
            {
                endpoint.RemoveObservers((ulong)place);
                Remove(place);
            }
        }
    }

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

        Lwm2mPath within = PathHash.Truncate(path, 2);
        for (int i = _observations.FirstIn(within); i >= 0; i = _observations.NextIn(within, i))
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);
            if (ServerOf(_observations[target.Observation].Account) == server
                && (path.Contains(target.Path) || target.Path.Contains(path)))
            {
                Refresh(target.Observation, now);
            }
        }

        RefreshAbove(path, now);
    }

    private static ushort ServerOf(ServerAccount? account) => account?.ShortServerId ?? ServerAccounts.Anybody;

    private bool IsAnybodyListening => _observations.Count > 0 || Attributes.Count > 0;

    private void AddComposite(ReadOnlySpan<byte> payload, ContentFormat format, Instant now)
    {
        // A path takes a byte at least.
        Lwm2mPath[] rented = ArrayPool<Lwm2mPath>.Shared.Rent(payload.Length);
        PathPack pack = new(payload, format, stackalloc byte[PathPack.NameBufferLength]);
        int count = 0;
        while (pack.Next(out Lwm2mPath path))
        {
            rented[count++] = path;
        }

        if (pack.Fault == PayloadFault.None)
        {
            Span<Lwm2mPath> paths = PathSet.Merge(rented.AsSpan(0, count));
            foreach (Lwm2mPath path in paths)
            {
                foreach (ObjectInstance instance in InstancesOn(path))
                {
                    instance.ForgetUnobservedChanges();
                }
            }

            _pending = _observations.Add(Lwm2mPath.Root, paths, now);
        }

        ArrayPool<Lwm2mPath>.Shared.Return(rented);
    }

    private void Remove(int place)
    {
        // Flags are looked up by what is left: the paths have to outlive the targets.
        ref ObservationTable.Observation observation = ref _observations[place];
        Lwm2mPath[]? rented = null;
        int count = observation.TargetCount;
        Span<Lwm2mPath> paths = count <= 8 ? stackalloc Lwm2mPath[8] : rented = ArrayPool<Lwm2mPath>.Shared.Rent(count);
        count = 0;
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            paths[count++] = _observations.TargetAt(i).Path;
        }

        _observations.Remove(place);
        objects.HasObservers = IsAnybodyListening;
        foreach (Lwm2mPath path in paths[..count])
        {
            FlagOn(path);
        }

        if (rented is not null)
        {
            ArrayPool<Lwm2mPath>.Shared.Return(rented);
        }
    }

    // Puts the attributes in effect at each target.
    private void Assign(int place)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        ushort server = ServerOf(observation.Account);
        bool isComposite = observation.Path.Depth == 0;
        bool replacesAll = !isComposite && observation.Query.Names != NotificationAttributeNames.None;
        observation.IsConfirmable = null;
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);

            // What the request of one path says stands for all that is assigned; that of a composite for what it names (6.4.1 and 6.4.4).
            NotificationAttributes attributes = replacesAll
                ? observation.Query.Values
                : observation.Query.ApplyTo(Attributes.GetEffective(server, target.Path));
            bool neededValue = target.NeedsValue;
            target.Conditions = new(attributes, options.ThresholdsInOneDirection);
            target.MinimumPeriod = attributes.MinimumPeriod ?? -1;
            target.MaximumPeriod = attributes.MaximumPeriod ?? -1;
            target.MinimumEvaluationPeriod = Period(attributes.MinimumEvaluationPeriod ?? 0);
            target.Sent = neededValue || !target.NeedsValue ? target.Sent : ValueAt(target.Path);

            bool? confirmable = attributes.Confirmable;
            if (confirmable != true && (observation.Query.Names & NotificationAttributeNames.Confirmable) == 0 && !replacesAll
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

    // Of what lies above only the kind of message depends on what lies below.
    private void RefreshAbove(Lwm2mPath path, Instant now)
    {
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
    private void ForgetAttributesOfAbsent(ObjectInstance instance, Lwm2mPath resource)
    {
        for (int place = 0; Attributes.TryGetInstance(resource, ref place, out Lwm2mPath path);)
        {
            if (!ReportedValue.Of(instance, path, _scratch).IsThere)
            {
                Attributes.Remove(path);
                place = 0;
            }
        }
    }

    private ReadOnlySpan<ObjectInstance> InstancesOn(Lwm2mPath path)
    {
        if (path.Depth <= 1)
        {
            return path.Depth == 0 ? objects.Instances : objects.OfObject(path.ObjectId);
        }

        ReadOnlySpan<ObjectInstance> all = objects.Instances;
        int at = ObjectTree.PlaceOf(all, path.ObjectId, path.InstanceId);
        bool isThere = at < all.Length && all[at].Definition.ObjectId == path.ObjectId && all[at].InstanceId == path.InstanceId;
        return isThere ? all.Slice(at, 1) : default;
    }

    private void FlagTargetsOf(int place)
    {
        for (int i = _observations[place].FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            FlagOn(_observations.TargetAt(i).Path);
        }
    }

    private void FlagOn(Lwm2mPath path)
    {
        foreach (ObjectInstance instance in InstancesOn(path))
        {
            Flag(instance);
        }
    }

    // Only resources with this flag wake the device when they change.
    private void Flag(ObjectInstance instance)
    {
        ObjectInfo definition = instance.Definition;
        Lwm2mPath path = new(definition.ObjectId, instance.InstanceId);
        if (CoreObjects.IsForBootstrapOnly(path.ObjectId))
        {
            return;
        }

        bool isWhole = _observations.FirstAt(path) >= 0 || _observations.FirstAt(new(path.ObjectId)) >= 0
            || _observations.FirstAt(Lwm2mPath.Root) >= 0;
        bool isNew = false;
        for (int i = 0; i < definition.Resources.Length; i++)
        {
            Lwm2mPath resource = path.Append(definition.Resources[i].Id);
            int any = 0;
            bool isObserved = isWhole || _observations.FirstAt(resource) >= 0 || Attributes.TryGetInstance(resource, ref any, out _);
            isNew |= instance.Observe(i, isObserved) && isObserved;
        }

        // A setter marks the change and then looks at the flag; here it is the other way round, so that one of the two sees the other.
        if (isNew && instance.HasNews)
        {
            objects.SignalChange(instance);
        }
    }
}
