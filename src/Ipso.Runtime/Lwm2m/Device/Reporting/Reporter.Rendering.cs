using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// What a notification says, and what later values are compared to.
internal sealed partial class Reporter
{
    // How often a notification is rendered whose values change meanwhile.
    private const int MaxRenderings = 4;

    /// <summary>What a notification is of.</summary>
    /// <param name="tag">The tag that the engine knows the observation by.</param>
    internal Observation ObservationOf(ulong tag) => _observations[(int)tag];

    /// <summary>
    /// A notification is rendered next: the periods begin anew, and later values are compared to what is sent now.
    /// </summary>
    /// <param name="observation">The observation.</param>
    /// <param name="now">The moment.</param>
    internal void BeginNotification(Observation observation, Instant now) => Restart(observation, now);

    /// <summary>
    /// A notification, or the first response, has been rendered: whether it has the values that later ones are compared to. Where they have
    /// changed meanwhile it is rendered again; when that does not help, what was sent is not known, and a further notification is due.
    /// </summary>
    /// <param name="observation">The observation.</param>
    /// <param name="renderings">How often it has been rendered.</param>
    internal bool HasRendered(Observation observation, int renderings)
    {
        bool isSame = true;
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            if (target.NeedsValue && ValueAt(target.Path) is var current && current != target.Sent)
            {
                isSame = false;
                target.Sent = current;
                if (renderings == MaxRenderings)
                {
                    target.IsDue = true;
                    _observations.WakeAt(observation, observation.NotifiedAt + MinimumPeriodOf(target));
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
        Observation? observation = _observations.Find(tag);
        path = observation?.Path ?? default;
        server = observation?.Account?.ShortServerId;
        return observation is not null;
    }
}
