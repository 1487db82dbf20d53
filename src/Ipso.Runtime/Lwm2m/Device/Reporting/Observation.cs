using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// An observation, used again for another one when it is over. It is an object, as its targets are: to a native compiler the entries of an
/// array of structs are boxed, and it keeps all that compares and prints them.
/// </summary>
/// <param name="place">Its place in the table, the tag that the CoAP engine knows it by.</param>
internal sealed class Observation(int place)
{
    private static readonly Request s_plain = new();

    // Few requests have attributes, and they take as much as all the rest.
    private Request? _request;

    public readonly int Place = place;
    public ServerAccount? Account;
    public Lwm2mPath Path;
    public Instant NotifiedAt;

    /// <summary>When it is notified whatever happens, as <c>pmax</c> asks.</summary>
    public Instant ForcedAt;

    /// <summary>When it is looked at next.</summary>
    public Instant WakeAt;
    public ObservationTarget? FirstTarget;
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

    /// <summary>Whether values are kept for it.</summary>
    public bool HasStored;

    /// <summary>Whether its server understands SenML without having asked for it.</summary>
    public bool KnowsSenML;

    /// <summary>The format that its server has asked in, or for; <see langword="null"/> where it has left that to the device.</summary>
    public ContentFormat? Format;

    /// <summary>Whether a part of it asks for confirmable notifications; null where none says anything.</summary>
    public bool? IsConfirmable;

    /// <summary>The next one that is not in use.</summary>
    public Observation? NextFree;

    /// <summary>The attributes in its request.</summary>
    internal ref readonly AttributeQuery Query => ref (_request ?? s_plain).Query;

    /// <summary>Keeps the attributes in its request.</summary>
    internal void SetQuery(in AttributeQuery query)
    {
        if (_request is not null || query.Names != NotificationAttributeNames.None)
        {
            _request ??= new();
            _request.Query = query;
        }
    }

    private sealed class Request
    {
        public AttributeQuery Query;
    }
}

/// <summary>What an observation is of: the path of its request, or one of those of a composite.</summary>
/// <param name="index">Its place in the table.</param>
internal sealed class ObservationTarget(int index)
{
    public readonly int Index = index;
    public Observation Observation = null!;
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

    /// <summary>The next target of the observation, or the next one that is not in use.</summary>
    public ObservationTarget? Next;

    /// <summary>
    /// The Object Instance that has changed while the server might not read it, or the target's path where there were several.
    /// </summary>
    public Lwm2mPath? Withheld;

    /// <summary>Whether it was due when the server might read nothing of it any more.</summary>
    public bool IsWithheld;

    /// <summary>Whether it has changed since it was evaluated.</summary>
    public bool IsChanged;

    /// <summary>Whether its conditions were met since the last notification.</summary>
    public bool IsDue;

    /// <summary>Whether a change is judged by the value: it has conditions, or is but one instance of what has changed.</summary>
    public bool NeedsValue => Path.Depth == 4 || (Path.Depth == 3 && Conditions.Any);
}
