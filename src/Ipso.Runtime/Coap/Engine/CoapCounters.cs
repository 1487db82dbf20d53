namespace Ipso.Coap.Engine;

/// <summary>What an endpoint has counted since it exists. Read between two calls, or take the values as approximate.</summary>
public sealed class CoapCounters
{
    /// <summary>Datagrams taken in, of any content.</summary>
    public long Received { get; internal set; }

    /// <summary>Datagrams given out, retransmissions included.</summary>
    public long Transmitted { get; internal set; }

    /// <summary>Datagrams that were no CoAP message.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Messages recognised by peer and Message ID as ones already processed (RFC 7252, 4.5).</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Confirmable messages sent again (RFC 7252, 4.2).</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Requests handed to the handler, and representations rendered for notifications.</summary>
    public long Handled { get; internal set; }

    /// <summary>
    /// Requests that the engine itself answered with an error: unknown critical option, proxying, unknown method, too large.
    /// </summary>
    public long Refused { get; internal set; }

    /// <summary>Well-formed messages that were rejected or ignored: out of place, of a reserved class, or matching nothing.</summary>
    public long Dropped { get; internal set; }

    /// <summary>
    /// Answers that were lost because too many waited for <see cref="CoapEndpoint.TryTransmit"/>. To the peer it looks like packet loss.
    /// </summary>
    public long TransmitDropped { get; internal set; }

    /// <summary>
    /// Entries of the deduplication ring that gave way before their lifetime was over. A duplicate of such a message would be executed
    /// again.
    /// </summary>
    public long DeduplicationEvictions { get; internal set; }

    /// <summary>Exceptions out of the handler.</summary>
    public long HandlerFaults { get; internal set; }

    /// <summary>Requests of our own that were not made: no room, or nobody whom they could go to.</summary>
    public long ExchangesRefused { get; internal set; }

    /// <summary>Of those refused, the ones that would have gone out in the clear where everything has to be protected.</summary>
    public long ExchangesUnprotected { get; internal set; }

    /// <summary>Non-confirmable requests of our own that were held back since their peer does not answer (PROBING_RATE).</summary>
    public long RequestsHeld { get; internal set; }

    /// <summary>Non-confirmable notifications held back since their client was told enough for the moment (RFC 7641, 4.5.1).</summary>
    public long NotificationsHeld { get; internal set; }

    /// <summary>Registrations of observers for which there was no room.</summary>
    public long ObserversRefused { get; internal set; }

    /// <summary>Notifications sent.</summary>
    public long Notifications { get; internal set; }

    /// <summary>Events of the server role that were lost because nobody took them.</summary>
    public long EventsDropped { get; internal set; }

    /// <summary>Block-wise transfers for which there was no room.</summary>
    public long TransfersRefused { get; internal set; }

    /// <summary>Block-wise transfers that ended before their last block: given up, timed out, or pushed out by others.</summary>
    public long TransfersDropped { get; internal set; }

    /// <summary>Of those dropped, the robust ones that a RST of the client ended, or ICMP's word that nobody listens there.</summary>
    public long TransfersReset { get; internal set; }

    /// <summary>Transfers of the client role that began anew since the representation had changed or was kept no longer.</summary>
    public long TransfersRestarted { get; internal set; }

    /// <summary>Blocks, and requests for one, left unanswered since the application was not ready for them.</summary>
    public long TransfersHeld { get; internal set; }

    /// <summary>Requests whose response was put off.</summary>
    public long Deferred { get; internal set; }

    /// <summary>Responses that were put off and did not come in time.</summary>
    public long DeferredTimeouts { get; internal set; }

    /// <summary>Requests that were to prove the address of their sender first (RFC 9175, 2.3).</summary>
    public long EchoDemanded { get; internal set; }

    /// <summary>Responses kept to oneself: the client does not want them (RFC 7967), or a group was asked (RFC 7252, 8.2).</summary>
    public long Suppressed { get; internal set; }

    /// <summary>Observations of our own that were registered anew because nothing was heard in time (RFC 7641, 3.3.1).</summary>
    public long Refreshes { get; internal set; }

    /// <summary>Connections for which there was no room.</summary>
    public long ConnectionsRefused { get; internal set; }

    /// <summary>Connections that were aborted because of what the peer sent, or did not send in time.</summary>
    public long ConnectionsAborted { get; internal set; }

    /// <summary>Of those aborted, the ones whose CSM, or the rest of whose message, did not come in time.</summary>
    public long ConnectionsTooSlow { get; internal set; }

    /// <summary>Of those aborted, the ones that were quiet and did not answer a Ping (RFC 8323, 5.4).</summary>
    public long ConnectionsSilent { get; internal set; }
}
