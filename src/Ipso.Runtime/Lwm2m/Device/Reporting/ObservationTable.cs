using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The observations (LwM2M TS Core, 6.4.1 and 6.4.4), each with its targets: the path that is observed, or the paths of a composite.
/// Bounded. An observation's place is the tag that the CoAP engine knows it by; targets are found by their paths.
/// </summary>
/// <param name="observers">How many observations the engine has room for.</param>
/// <param name="compositePaths">How many targets more than one there can be.</param>
internal sealed class ObservationTable(int observers, int compositePaths)
{
    // One more than the engine has: of two registrations with one token the older goes when the newer is in.
    private readonly int _capacity = observers + 1;

    // The first ones of them are there, each from when there were as many: a device that nobody observes has none.
    private Observation[] _observations = [];
    private ObservationTarget[] _targets = [];
    private int _places;
    private int _targetPlaces;
    private Observation? _freeObservation;
    private ObservationTarget? _freeTarget;
    private int _furtherTargets;

    // Each target is in two chains: of its resource or what is above it, and of its Object Instance.
    private HashChains _chains = new(0);

    /// <summary>How many observations there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Observations that are to be looked at.</summary>
    internal TimerHeap Timers { get; private set; } = new(0);

    /// <summary>All places, in use or not.</summary>
    internal ReadOnlySpan<Observation> All => new(_observations, 0, _places);

    internal Observation this[int place] => _observations[place];

    /// <summary>The observation that the engine knows by a tag; <see langword="null"/> where there is none.</summary>
    internal Observation? Find(ulong tag) =>
        tag < (ulong)_places && _observations[(int)tag] is { IsUsed: true } observation ? observation : null;

    /// <summary>Adds an observation.</summary>
    /// <param name="path">The path that the request names.</param>
    /// <param name="targets">The paths that are observed.</param>
    /// <param name="now">The moment, from which its periods count.</param>
    /// <returns>The observation; <see langword="null"/> where there is no room.</returns>
    internal Observation? Add(Lwm2mPath path, ReadOnlySpan<Lwm2mPath> targets, Instant now)
    {
        int further = Math.Max(targets.Length - 1, 0);
        if (Count == _capacity || further > compositePaths - _furtherTargets)
        {
            return null;
        }

        if (_places == 0)
        {
            _observations = new Observation[_capacity];
            _targets = new ObservationTarget[_capacity + compositePaths];
            _chains = new HashChains(2 * _targets.Length);
            Timers = new TimerHeap(_capacity);
        }

        Observation observation = _freeObservation ?? (_observations[_places] = new(_places++));
        _freeObservation = observation.NextFree;
        Count++;
        _furtherTargets += further;
        observation.IsUsed = true;
        observation.Path = path;
        observation.TargetCount = targets.Length;
        foreach (Lwm2mPath target in targets)
        {
            AddTarget(observation, target, now);
        }

        return observation;
    }

    /// <summary>Has no change find an observation any more, which is over. Its targets are known until <see cref="Free"/>.</summary>
    internal void Remove(Observation observation)
    {
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            _chains.Remove(EntryOf(target, inInstance: false));
            if (target.Path.Depth >= 2)
            {
                _chains.Remove(EntryOf(target, inInstance: true));
            }
        }

        Timers.Clear(observation.Place);
        _furtherTargets -= Math.Max(observation.TargetCount - 1, 0);
        Count--;
        observation.IsUsed = observation.IsOffline = observation.IsToBeKept = observation.HasStored = false;
    }

    /// <summary>Has a removed observation used again.</summary>
    internal void Free(Observation observation)
    {
        while (observation.FirstTarget is { } target)
        {
            observation.FirstTarget = target.Next;
            target.Next = _freeTarget;
            _freeTarget = target;
        }

        observation.Account = null;
        observation.NextFree = _freeObservation;
        _freeObservation = observation;
    }

    /// <summary>The first target at a path or, of a resource, on an instance of it; or the one after another; null if there is none.</summary>
    internal ObservationTarget? NextAt(Lwm2mPath path, ObservationTarget? previous = null) => Next(path, previous, inInstance: false);

    /// <summary>
    /// The first target that lies on an Object Instance, or that it lies on, or the one after another: those in it come first, then those of
    /// its object, then those of all; null if there is none.
    /// </summary>
    internal ObservationTarget? NextAround(Lwm2mPath instance, ObservationTarget? previous = null)
    {
        ObservationTarget? next = null;
        for (int depth = previous is null ? 2 : Math.Min(previous.Path.Depth, 2); depth >= 0 && next is null; depth--)
        {
            next = Next(PathHash.Truncate(instance, depth), previous, inInstance: depth == 2);
            previous = null;
        }

        return next;
    }

    /// <summary>Has an observation looked at by a moment at the latest.</summary>
    internal void WakeAt(Observation observation, Instant moment)
    {
        if (moment < observation.WakeAt)
        {
            observation.WakeAt = moment;
            Timers.Set(observation.Place, moment);
        }
    }

    /// <summary>Has an observation looked at no more.</summary>
    internal void LetSleep(Observation observation)
    {
        observation.WakeAt = Instant.Never;
        Timers.Clear(observation.Place);
    }

    private static int EntryOf(ObservationTarget target, bool inInstance) => (2 * target.Index) + (inInstance ? 1 : 0);

    private void AddTarget(Observation observation, Lwm2mPath path, Instant now)
    {
        ObservationTarget target = _freeTarget ?? (_targets[_targetPlaces] = new(_targetPlaces++));
        _freeTarget = target.Next;
        target.Observation = observation;
        target.Path = path;
        target.EvaluatedAt = now;
        target.Withheld = null;
        target.IsWithheld = false;
        target.Next = observation.FirstTarget;
        observation.FirstTarget = target;
        Chain(target, inInstance: false);
        if (path.Depth >= 2)
        {
            Chain(target, inInstance: true);
        }
    }

    private void Chain(ObservationTarget target, bool inInstance) =>
        _chains.Add(HashOf(KeyOf(target, inInstance), inInstance), EntryOf(target, inInstance));

    private ObservationTarget? Next(Lwm2mPath key, ObservationTarget? previous, bool inInstance)
    {
        int entry = previous is null ? _chains.First(HashOf(key, inInstance)) : _chains.Next(EntryOf(previous, inInstance));
        for (; entry >= 0; entry = _chains.Next(entry))
        {
            ObservationTarget target = _targets[entry >> 1];
            if ((entry & 1) == (inInstance ? 1 : 0) && KeyOf(target, inInstance) == key)
            {
                return target;
            }
        }

        return null;
    }

    // A target is found at its resource, the resource's instances too, or in its Object Instance.
    private static Lwm2mPath KeyOf(ObservationTarget target, bool inInstance) => PathHash.Truncate(target.Path, inInstance ? 2 : 3);

    private static int HashOf(Lwm2mPath key, bool inInstance) => PathHash.Of(key) + (inInstance ? 1 : 0);
}
