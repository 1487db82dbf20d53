using System.Diagnostics.CodeAnalysis;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// Decides which observations are notified, and when (LwM2M TS Core, 5.1.2): changes and moments come in, and the CoAP engine is told. What
/// one change costs does not depend on how many observations there are that it does not concern.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "What it keeps for itself all its life are a few records; the pool does without them.")]
internal sealed partial class Reporter(
    DeviceEngines endpoint, ObjectTree objects, AccessControl access, ReportingOptions options, ReportingCounters counters, int observers)
{
    // About 30 years, which is for ever: sums of moments do not overflow.
    private const int LongestPeriod = 1_000_000_000;

    private readonly ObservationTable _observations = new(observers, options.CompositePaths);
    private readonly CapturedRecords _scratch = new(maxRecords: 2);

    /// <summary>The attributes that servers have assigned.</summary>
    internal AttributeTable Attributes { get; } = new(options.AssignedPaths);

    /// <summary>When <see cref="OnDeadline"/> has something to do; <see langword="null"/> for never.</summary>
    internal Instant? NextDeadline => _observations.Timers.Next is var next && next == Instant.Never ? null : next;

    /// <summary>Takes what has changed since the last call.</summary>
    internal void TakeChanges(Instant now)
    {
        if (!objects.TakePendingChange())
        {
            return;
        }

        TakeMoves(now);
        ObjectInstance? next = objects.TakeChanged(), instance = null;
        try
        {
            while ((instance = next) is not null)
            {
                next = instance.Unlist();
                if (!instance.IsIn(objects))
                {
                    // It may have gone to another device meanwhile, which could not put it into its own list.
                    instance.SignalNews();
                }
                else
                {
                    if (instance.HasNews)
                    {
                        TakeChanges(instance, now);
                    }

                    if (instance.TakeAwaited())
                    {
                        GoOn(AccessControl.PathOf(instance));
                    }
                }
            }
        }
        catch
        {
            // An object that cannot be read keeps nobody from hearing of the others: what is left comes again.
            instance?.SignalNews();
            while ((instance = next) is not null)
            {
                next = instance.Unlist();
                instance.SignalNews();
            }

            throw;
        }

        _offline?.KeepWhatIsDue(now);
    }

    private void TakeMoves(Instant now)
    {
        try
        {
            while (objects.TakeMoves().TryTake(out Lwm2mPath path, out bool isRemoval))
            {
                OnMove(path, isRemoval, now);
            }
        }
        catch
        {
            objects.SignalChange();
            throw;
        }
    }

    /// <summary>Notifies whom <c>pmin</c> has held back, and whom <c>pmax</c> promises it.</summary>
    internal void OnDeadline(Instant now)
    {
        while (_observations.Timers.TryTakeDue(now, out int place))
        {
            Observation observation = _observations[place];
            observation.WakeAt = Instant.Never;
            Look(observation, now);
        }

        _offline?.KeepWhatIsDue(now);
    }

    private void TakeChanges(ObjectInstance instance, Instant now)
    {
        ObjectInfo definition = instance.Definition;
        Lwm2mPath path = new(definition.ObjectId, instance.InstanceId);
        for (int index = instance.TakeChange(); index >= 0; index = instance.TakeChange())
        {
            Lwm2mPath resource = path.Append(definition.Resources[index].Id);
            ForgetAttributesOfAbsent(instance, resource, now);
            OnRuleChange(instance, resource, now);
            for (int depth = resource.Depth; depth >= 0; depth--)
            {
                Lwm2mPath observed = PathHash.Truncate(resource, depth);
                for (ObservationTarget? target = null; (target = _observations.NextAt(observed, target)) is not null;)
                {
                    Hear(target, path, now);
                }
            }
        }
    }

    // A change in an instance is news to whoever observes a path on it, and may read it (LwM2M TS Core, 8.2.4).
    private void Hear(ObservationTarget target, Lwm2mPath instance, Instant now)
    {
        if (target.Observation.Account?.MayHear(access, instance) == false)
        {
            Withhold(target, instance);
        }
        else
        {
            OnChange(target, now);
        }
    }

    // An instance has come or gone: news to whoever observes it, anything in it, or its object.
    private void OnMove(Lwm2mPath path, bool isRemoval, Instant now)
    {
        if (isRemoval)
        {
            GoOn(path);
            Attributes.Remove(path);
            RefreshAround(path, now);
        }

        if (CoreObjects.IsForBootstrapOnly(path.ObjectId))
        {
            return;
        }

        ObjectInstance? instance = objects.Find(path.ObjectId, path.InstanceId);
        if (instance is not null)
        {
            Flag(instance);
            AwaitSetters();
        }

        for (ObservationTarget? target = null; (target = _observations.NextAround(path, target)) is not null;)
        {
            if (instance is null && target.Observation.Path.Depth >= 2)
            {
                // The last word waits for nothing.
                Mark(target.Observation, now);
            }
            else
            {
                Hear(target, path, now);
            }
        }

        if (path.ObjectId == AccessControl.ObjectId)
        {
            TellWithheld(now);
        }
    }

    // What is to be sent has the value then current: it needs no further look.
    private void OnChange(ObservationTarget target, Instant now)
    {
        if (!target.Observation.IsMarked)
        {
            target.IsChanged = true;
            Evaluate(target, now);
        }
    }

    private void Look(Observation observation, Instant now)
    {
        if (now >= observation.ForcedAt)
        {
            Mark(observation, now);
            return;
        }

        _observations.WakeAt(observation, observation.ForcedAt);
        for (ObservationTarget? target = observation.FirstTarget; target is not null && !observation.IsMarked; target = target.Next)
        {
            Evaluate(target, now);
        }
    }

    // A condition that was met stays so until it is notified of, whatever the value does meanwhile (LwM2M TS Core, 5.1.2, pmin).
    private void Evaluate(ObservationTarget target, Instant now)
    {
        if (target.IsChanged)
        {
            Instant earliest = target.EvaluatedAt + Period(target.MinimumEvaluationPeriod);
            if (now < earliest)
            {
                _observations.WakeAt(target.Observation, earliest);
            }
            else
            {
                target.IsChanged = false;
                target.EvaluatedAt = now;
                target.IsDue = target.IsDue || IsMet(target);
            }
        }

        if (target.IsDue)
        {
            Instant earliest = target.Observation.NotifiedAt + MinimumPeriodOf(target);
            if (now >= earliest)
            {
                Mark(target.Observation, now);
            }
            else
            {
                _observations.WakeAt(target.Observation, earliest);
            }
        }
    }

    private bool IsMet(ObservationTarget target)
    {
        if (!target.NeedsValue)
        {
            return true;
        }

        ReportedValue current = ValueAt(target.Path);
        bool isMet = target.Conditions.AreMet(target.Sent, current);
        if (current.Boolean is not null)
        {
            // An edge is between one value and the next, whether the first was sent or not.
            target.Sent = current;
        }

        return isMet;
    }

    private ReportedValue ValueAt(Lwm2mPath path) => ReportedValue.Of(objects.Find(path.ObjectId, path.InstanceId), path, _scratch);

    private void Mark(Observation observation, Instant now)
    {
        if (observation.Account?.IsKept(this, observation) == true)
        {
            BeginPeriods(observation, isSent: false, now);
            return;
        }

        observation.IsMarked = true;
        _observations.LetSleep(observation);
        TellOrKeep(observation);
    }

    /// <summary>Whether a server is not to hear what is due: it may not read it, or is away and wants nothing kept meanwhile.</summary>
    internal bool IsKept(ServerAccount account, Observation observation)
    {
        if (!MayRead(observation))
        {
            WithholdWhatIsDue(observation);
            return true;
        }

        return observation.IsOffline && account.Server.NotificationStoringWhenDisabledOrOffline == false;
    }

    // Whether a read of what is observed would not be refused (LwM2M TS Core, 8.2): something may be read, or nothing is there.
    private bool MayRead(Observation observation)
    {
        if (!access.IsInForce)
        {
            return true;
        }

        bool isKeptBack = false;
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            foreach (ObjectInstance instance in objects.On(target.Path))
            {
                Lwm2mPath path = AccessControl.PathOf(instance);
                if (access.Permits(observation.Account, path, AccessRights.Read))
                {
                    return true;
                }

                isKeptBack |= !CoreObjects.IsForBootstrapOnly(path.ObjectId);
            }
        }

        return !isKeptBack;
    }

    private void TellOrKeep(Observation observation)
    {
        if (observation.IsOffline)
        {
            observation.IsToBeKept = _isAnyToBeKept = true;
        }
        else
        {
            Tell(observation);
        }
    }

    private void Tell(Observation observation)
    {
        bool isConfirmable = observation.IsConfirmable ?? observation.Account?.Server.DefaultNotificationMode == 1;
        endpoint.Notify((ulong)observation.Place, isConfirmable || observation.HasStored);
    }

    private void Restart(Observation observation, Instant now)
    {
        observation.IsMarked = observation.IsHeld = observation.IsAwaiting = false;
        BeginPeriods(observation, isSent: true, now);
    }

    // The periods begin anew, also where nothing was sent after all: later values are still compared to what the server knows then.
    private void BeginPeriods(Observation observation, bool isSent, Instant now)
    {
        observation.NotifiedAt = now;
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            target.IsChanged = target.IsDue = false;
            if (isSent)
            {
                target.Sent = target.NeedsValue ? ValueAt(target.Path) : default;
            }
        }

        Schedule(observation);
    }

    // The greatest period is the least that a target asks for. One that is less than its least one is ignored, and so is 0.
    private void Schedule(Observation observation)
    {
        observation.ForcedAt = Instant.Never;
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            TimeSpan greatest = PeriodOf(target.MaximumPeriod, observation.Account?.Server.DefaultMaximumPeriod);
            if (greatest > TimeSpan.Zero && greatest >= MinimumPeriodOf(target))
            {
                observation.ForcedAt = Instant.Earlier(observation.ForcedAt, observation.NotifiedAt + greatest);
            }
        }

        _observations.LetSleep(observation);
        _observations.WakeAt(observation, observation.ForcedAt);
    }

    private static TimeSpan MinimumPeriodOf(ObservationTarget target) =>
        PeriodOf(target.MinimumPeriod, target.Observation.Account?.Server.DefaultMinimumPeriod);

    private static TimeSpan PeriodOf(long assigned, long? byDefault) => Period(assigned >= 0 ? assigned : byDefault ?? 0);

    private static TimeSpan Period(long seconds) => TimeSpan.FromTicks(Clamp(seconds) * TimeSpan.TicksPerSecond);

    private static int Clamp(long seconds) => (int)Math.Clamp(seconds, 0, LongestPeriod);
}
