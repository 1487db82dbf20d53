using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The observations (LwM2M TS Core, 6.4.1 and 6.4.4), each with its targets: the path that is observed, or the paths of a composite.
/// Bounded. An observation's place is the tag that the CoAP engine knows it by; targets are found by their paths.
/// </summary>
/// <param name="observers">How many observations the engine has room for.</param>
/// <param name="compositePaths">How many targets more than one there can be.</param>
internal sealed class ObservationTable(int observers, int compositePaths)
{
    internal struct Observation
    {
        public ServerAccount? Account;
        public Lwm2mPath Path;
        public Instant NotifiedAt;

        /// <summary>When it is notified whatever happens, as <c>pmax</c> asks.</summary>
        public Instant ForcedAt;

        /// <summary>When it is looked at next.</summary>
        public Instant WakeAt;
        public int FirstTarget;
        public int TargetCount;
        public bool IsUsed;

        /// <summary>Whether the engine is to notify it, and has not yet.</summary>
        public bool IsMarked;

        /// <summary>Whether it waits, marked, for the end of an update of what it is of.</summary>
        public bool IsAwaiting;

        /// <summary>Whether its server is away, and whether it has something to hear when it is back.</summary>
        public bool IsOffline;
        public bool IsHeld;

        /// <summary>Whether its values are to be kept as soon as all changes are taken.</summary>
        public bool IsToBeKept;

        /// <summary>The format of values that were kept meanwhile; null where they cannot be told.</summary>
        public ContentFormat? StoredFormat;

        /// <summary>Whether values are kept for it.</summary>
        public bool HasStored;

        /// <summary>Whether a part of it asks for confirmable notifications; null where none says anything.</summary>
        public bool? IsConfirmable;
    }

    internal struct Target
    {
        public Lwm2mPath Path;
        public ChangeConditions Conditions;

        /// <summary>The value that was sent last, where it is needed to judge a change.</summary>
        public ReportedValue Sent;
        public Instant EvaluatedAt;

        /// <summary><c>pmin</c> and <c>pmax</c> in seconds; -1 where nobody has assigned them.</summary>
        public int MinimumPeriod;
        public int MaximumPeriod;

        /// <summary><c>epmin</c> in seconds.</summary>
        public int MinimumEvaluationPeriod;
        public int Observation;

        /// <summary>The next target of the observation; -1 at the end.</summary>
        public int Next;

        // A path and its presence side by side would take a word more.
        private Lwm2mPath _withheld;
        private bool _hasWithheld;

        /// <summary>Whether it was due when the server might read nothing of it any more.</summary>
        public bool IsWithheld;

        /// <summary>Whether it has changed since it was evaluated.</summary>
        public bool IsChanged;

        /// <summary>Whether its conditions were met since the last notification.</summary>
        public bool IsDue;

        /// <summary>
        /// The Object Instance that has changed while the server might not read it, or the target's path where there were several.
        /// </summary>
        public Lwm2mPath? Withheld
        {
            readonly get => _hasWithheld ? _withheld : null;
            set
            {
                _hasWithheld = value is not null;
                _withheld = value.GetValueOrDefault();
            }
        }

        /// <summary>Whether a change is judged by the value: it has conditions, or is but one instance of what has changed.</summary>
        public readonly bool NeedsValue => Path.Depth == 4 || Path.Depth == 3 && Conditions.Any;
    }

    // An object, since what an array is of a native compiler takes for boxed, and keeps all that compares and prints it.
    private sealed class Query
    {
        internal AttributeQuery Value;
    }

    // One more than the engine has: of two registrations with one token the older goes when the newer is in.
    private readonly int _capacity = observers + 1;
    private Observation[] _observations = [];
    private Target[] _targets = [];

    // By observation, from the first one on whose request has attributes: few have, and they take twice as much as all the rest of it.
    private Query[] _queries = [];
    private HashChains _byResource = new(0);
    private HashChains _byInstance = new(0);
    private int[] _freeObservations = [];
    private int _freeTarget = -1;
    private int _furtherTargets;

    /// <summary>How many observations there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Observations that are to be looked at.</summary>
    internal TimerHeap Timers { get; private set; } = new(0);

    /// <summary>How many places there are, used or not.</summary>
    internal int Places => _observations.Length;

    internal ref Observation this[int observation] => ref _observations[observation];

    internal ref Target TargetAt(int target) => ref _targets[target];

    /// <summary>The attributes in the request of an observation.</summary>
    internal AttributeQuery QueryOf(int observation) => _queries.Length == 0 ? default : _queries[observation].Value;

    /// <summary>Keeps the attributes in the request of a new observation.</summary>
    internal void SetQuery(int observation, in AttributeQuery query)
    {
        if (query.Names != NotificationAttributeNames.None)
        {
            if (_queries.Length == 0)
            {
                _queries = new Query[_capacity];
                for (int i = 0; i < _capacity; i++)
                {
                    _queries[i] = new();
                }
            }

            _queries[observation].Value = query;
        }
    }

    /// <summary>Adds an observation.</summary>
    /// <param name="path">The path that the request names.</param>
    /// <param name="targets">The paths that are observed.</param>
    /// <param name="now">The moment, from which its periods count.</param>
    /// <returns>Its place; -1 where there is no room.</returns>
    internal int Add(Lwm2mPath path, ReadOnlySpan<Lwm2mPath> targets, Instant now)
    {
        int further = Math.Max(targets.Length - 1, 0);
        if (Count == _capacity || further > compositePaths - _furtherTargets)
        {
            return -1;
        }

        TakeMemory();
        int place = _freeObservations[_capacity - ++Count];
        ref Observation observation = ref _observations[place];
        observation = new() { IsUsed = true, Path = path, FirstTarget = -1, TargetCount = targets.Length, WakeAt = Instant.Never };
        _furtherTargets += further;
        foreach (Lwm2mPath target in targets)
        {
            AddTarget(place, target, now);
        }

        return place;
    }

    /// <summary>Removes an observation.</summary>
    internal void Remove(int place)
    {
        ref Observation observation = ref _observations[place];
        for (int i = observation.FirstTarget; i >= 0;)
        {
            ref Target target = ref _targets[i];
            int next = target.Next;
            _byResource.Remove(i);
            if (target.Path.Depth >= 2)
            {
                _byInstance.Remove(i);
            }

            target = new() { Next = _freeTarget };
            _freeTarget = i;
            i = next;
        }

        Timers.Clear(place);
        _furtherTargets -= Math.Max(observation.TargetCount - 1, 0);
        observation = default;
        if (_queries.Length > 0)
        {
            _queries[place].Value = default;
        }

        _freeObservations[_capacity - Count--] = place;
    }

    /// <summary>The first target at a path or, of a resource, on an instance of it; -1 if there is none.</summary>
    internal int FirstAt(Lwm2mPath path) =>
        Count == 0 ? -1 : AtOrNext(path, _byResource.First(PathHash.OfResource(path)));

    /// <summary>The target after one of <see cref="FirstAt"/>; -1 if that was the last.</summary>
    internal int NextAt(Lwm2mPath path, int target) => AtOrNext(path, _byResource.Next(target));

    /// <summary>The first target on an Object Instance, that is its path or below it; -1 if there is none.</summary>
    internal int FirstIn(Lwm2mPath instance) =>
        Count == 0 ? -1 : InOrNext(instance, _byInstance.First(PathHash.OfInstance(instance)));

    /// <summary>The target after one of <see cref="FirstIn"/>; -1 if that was the last.</summary>
    internal int NextIn(Lwm2mPath instance, int target) => InOrNext(instance, _byInstance.Next(target));

    /// <summary>Has an observation looked at by a moment at the latest.</summary>
    internal void WakeAt(int place, Instant moment)
    {
        ref Observation observation = ref _observations[place];
        if (moment < observation.WakeAt)
        {
            observation.WakeAt = moment;
            Timers.Set(place, moment);
        }
    }

    private void AddTarget(int observation, Lwm2mPath path, Instant now)
    {
        int index = _freeTarget;
        ref Target target = ref _targets[index];
        _freeTarget = target.Next;
        target.Path = path;
        target.Observation = observation;
        target.EvaluatedAt = now;
        target.Next = _observations[observation].FirstTarget;
        _observations[observation].FirstTarget = index;
        _byResource.Add(PathHash.OfResource(path), index);
        if (path.Depth >= 2)
        {
            _byInstance.Add(PathHash.OfInstance(path), index);
        }
    }

    private int AtOrNext(Lwm2mPath path, int target)
    {
        bool isResource = path.Depth == 3;
        while (target >= 0 && !(isResource ? path.Contains(_targets[target].Path) : path == _targets[target].Path))
        {
            target = _byResource.Next(target);
        }

        return target;
    }

    private int InOrNext(Lwm2mPath instance, int target)
    {
        while (target >= 0 && !instance.Contains(_targets[target].Path))
        {
            target = _byInstance.Next(target);
        }

        return target;
    }

    // A device that nobody observes has none of it.
    private void TakeMemory()
    {
        if (_observations.Length > 0)
        {
            return;
        }

        _observations = new Observation[_capacity];
        _freeObservations = new int[_capacity];
        for (int i = 0; i < _capacity; i++)
        {
            _freeObservations[i] = _capacity - 1 - i;
        }

        _targets = new Target[_capacity + compositePaths];
        for (int i = _targets.Length - 1; i >= 0; i--)
        {
            _targets[i].Next = _freeTarget;
            _freeTarget = i;
        }

        _byResource = new HashChains(_targets.Length);
        _byInstance = new HashChains(_targets.Length);
        Timers = new TimerHeap(_capacity);
    }
}
