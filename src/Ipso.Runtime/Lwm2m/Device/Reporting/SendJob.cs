using Ipso.Coap;

namespace Ipso.Lwm2m.Device;

/// <summary>A Send under way to some servers.</summary>
/// <param name="content">What is sent.</param>
/// <param name="ended">Told of each result.</param>
/// <param name="completed">Told once of all, in ascending order of the Short Server IDs.</param>
internal sealed class SendJob(SendContent content, Action<SendResult>? ended, Action<IReadOnlyList<SendResult>>? completed)
{
    private readonly List<SendResult> _results = [];
    private int _awaited = 1;

    internal SendContent Content => content;

    /// <summary>The values as they were when it was asked for, with their times; <see langword="null"/> where nobody has to wait.</summary>
    internal RecordedValue[]? Snapshot { get; set; }

    /// <summary>The values as they were then, for a device that stores them, also where they are sent as they are.</summary>
    internal RecordedValue[]? Kept { get; set; }

    /// <summary>Its place among all Sends, in the order in which they were asked for.</summary>
    internal long Number { get; set; }

    /// <summary>Whether it is among what is stored.</summary>
    internal bool IsStored { get; set; }

    /// <summary>Whether whoever waited for it was told that the device sends it when it has started again.</summary>
    internal bool IsParked { get; init; }

    /// <summary>One server more will have a result.</summary>
    internal void Await() => _awaited++;

    /// <summary>A server has its result.</summary>
    internal void End(ushort server, SendOutcome outcome, CoapCode code = default)
    {
        SendResult result = new(server, outcome, code);
        int place = _results.FindIndex(other => other.ShortServerId > server);
        _results.Insert(place < 0 ? _results.Count : place, result);
        ended?.Invoke(result);
        Release();
    }

    /// <summary>All servers have been asked to wait for, or one has ended.</summary>
    internal void Release()
    {
        if (--_awaited == 0)
        {
            completed?.Invoke(_results);
        }
    }
}
