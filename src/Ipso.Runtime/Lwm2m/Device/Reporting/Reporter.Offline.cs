using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// Servers that are away for a while: disabled, or out of reach.
internal sealed partial class Reporter
{
    /// <summary>
    /// Notifies a server of no change until <see cref="ComeOnline"/>. What it is to be notified of is kept for then, or dropped where its
    /// instance of the Server object says so (1/x/6): of each observation that it is due, and with the value of then. Values in between are
    /// not kept.
    /// </summary>
    /// <param name="account">The server; <see langword="null"/> for anybody.</param>
    internal void GoOffline(ServerAccount? account)
    {
        for (int place = 0; place < _observations.Places; place++)
        {
            ref ObservationTable.Observation observation = ref _observations[place];
            observation.IsOffline |= observation.IsUsed && observation.Account == account;
        }
    }

    /// <summary>Goes on with the notifications of a server, beginning with those that were kept.</summary>
    /// <param name="account">The server; <see langword="null"/> for anybody.</param>
    internal void ComeOnline(ServerAccount? account)
    {
        for (int place = 0; place < _observations.Places; place++)
        {
            ref ObservationTable.Observation observation = ref _observations[place];
            if (!observation.IsOffline || observation.Account != account)
            {
                continue;
            }

            observation.IsOffline = false;
            if (observation.IsHeld)
            {
                observation.IsHeld = false;
                Tell(place);
            }
        }
    }

    // The periods begin anew as if it had been sent. What later values are compared to is still what the server knows.
    private void Drop(int place, Instant now)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        observation.NotifiedAt = now;
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);
            target.IsChanged = target.IsDue = false;
        }

        Schedule(place);
    }
}
