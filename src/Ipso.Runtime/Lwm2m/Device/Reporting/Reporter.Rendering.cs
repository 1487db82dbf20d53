using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// What a notification says, and what later values are compared to.
internal sealed partial class Reporter
{
    // How often a notification is rendered whose values change meanwhile.
    private const int MaxRenderings = 4;

    /// <summary>
    /// A notification is rendered next: the periods begin anew, and later values are compared to what is sent now.
    /// </summary>
    /// <param name="tag">The observation's tag.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The path of the observation.</returns>
    internal Lwm2mPath BeginNotification(ulong tag, Instant now)
    {
        int place = (int)tag;
        Restart(place, now);
        return _observations[place].Path;
    }

    /// <summary>
    /// A notification, or the first response, has been rendered: whether it has the values that later ones are compared to. Where they have
    /// changed meanwhile it is rendered again; when that does not help, what was sent is not known, and a further notification is due.
    /// </summary>
    /// <param name="tag">The observation's tag.</param>
    /// <param name="renderings">How often it has been rendered.</param>
    internal bool HasRendered(ulong tag, int renderings)
    {
        ref ObservationTable.Observation observation = ref _observations[(int)tag];
        bool isSame = true;
        for (int i = observation.IsUsed ? observation.FirstTarget : -1; i >= 0; i = _observations.TargetAt(i).Next)
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);
            if (target.NeedsValue && ValueAt(target.Path) is var current && current != target.Sent)
            {
                isSame = false;
                target.Sent = current;
                if (renderings == MaxRenderings)
                {
                    target.IsDue = true;
                    _observations.WakeAt(target.Observation, observation.NotifiedAt + MinimumPeriodOf(target, observation));
                }
            }
        }

        return isSame || renderings == MaxRenderings;
    }

    /// <summary>What an observation is of, and whose it is.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="path">What is observed; the root for a composite.</param>
    /// <param name="server">The server; <see langword="null"/> where the device has no accounts.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryDescribe(ulong tag, out Lwm2mPath path, out ushort? server)
    {
        bool isThere = tag < (ulong)_observations.Places && _observations[(int)tag].IsUsed;
        path = isThere ? _observations[(int)tag].Path : default;
        server = isThere ? _observations[(int)tag].Account?.ShortServerId : null;
        return isThere;
    }
}
