using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>
/// The counters of all running hosts as instruments of the meter <see cref="IpsoTelemetry.Name"/>. They are read when somebody collects,
/// and cost nothing otherwise.
/// </summary>
internal static class NetMetrics
{
    private static readonly Lock s_gate = new();
    private static readonly Meter s_meter = new(IpsoTelemetry.Name);
    private static Source[] s_sources = [];

    static NetMetrics()
    {
        Udp("udp.datagrams.received", "{datagram}", "Datagrams received.", static c => c.Received);
        Udp("udp.datagrams.sent", "{datagram}", "Datagrams handed to the system.", static c => c.Sent);
        Udp("udp.io.received", "By", "Bytes received.", static c => c.BytesReceived);
        Udp("udp.io.sent", "By", "Bytes handed to the system.", static c => c.BytesSent);
        Udp("udp.datagrams.refused", "{datagram}", "Datagrams that nobody listened for.", static c => c.Refused);
        Udp("udp.datagrams.unreachable", "{datagram}", "Datagrams that found no way.", static c => c.Unreachable);
        Udp("udp.datagrams.too_long", "{datagram}", "Datagrams too long for the system or the path.", static c => c.TooLong);
        Udp("udp.datagrams.not_sent", "{datagram}", "Datagrams that the system refused for another reason.", static c => c.NotSent);

        Tcp("tcp.connections.accepted", "{connection}", "Connections that peers have opened.", static c => c.Accepted);
        Tcp("tcp.connections.connected", "{connection}", "Connections opened to peers.", static c => c.Connected);
        Tcp("tcp.connections.refused", "{connection}", "Connections that found no room.", static c => c.Refused);
        Tcp("tcp.connections.refused_by_address", "{connection}", "Connections beyond those of one address.", static c => c.RefusedByAddress);
        Tcp("tcp.tls.handshakes", "{handshake}", "Handshakes of TLS begun.", static c => c.Handshakes);
        Tcp("tcp.tls.handshakes.failed", "{handshake}", "Handshakes of TLS that came to nothing.", static c => c.HandshakesFailed);
        Tcp("tcp.tls.handshakes.refused", "{handshake}", "Handshakes of TLS that found no room.", static c => c.HandshakesRefused);
        Tcp("tcp.connections.yielded", "{connection}", "Idle connections that gave way to others.", static c => c.Yielded);
        Tcp("tcp.connections.broken", "{connection}", "Connections that the peer or the network has broken.", static c => c.Broken);
        Tcp("tcp.connections.stalled", "{connection}", "Connections whose peer took nothing any more.", static c => c.Stalled);
        Tcp("tcp.io.received", "By", "Bytes received.", static c => c.BytesReceived);
        Tcp("tcp.io.sent", "By", "Bytes handed to the system.", static c => c.BytesSent);
        s_meter.CreateObservableUpDownCounter(
            "tcp.connections.open",
            () => Read(static s => s.Tcp is { } c ? c.Accepted + c.Connected - c.Closed : null),
            "{connection}",
            "Connections that are open.");

        Coap("coap.messages.received", "{message}", "Messages taken in, of any content.", static c => c.Received);
        Coap("coap.messages.sent", "{message}", "Messages given out, retransmissions included.", static c => c.Transmitted);
        Coap("coap.messages.malformed", "{message}", "Datagrams that were no CoAP message.", static c => c.Malformed);
        Coap("coap.messages.duplicates", "{message}", "Messages recognised as processed before.", static c => c.Duplicates);
        Coap("coap.messages.retransmissions", "{message}", "Confirmable messages sent again.", static c => c.Retransmissions);
        Coap("coap.messages.dropped", "{message}", "Messages rejected or ignored.", static c => c.Dropped);
        Coap("coap.messages.not_sent", "{message}", "Answers lost because too many waited.", static c => c.TransmitDropped);
        Coap("coap.deduplication.evictions", "{message}", "Messages forgotten before their time.", static c => c.DeduplicationEvictions);
        Coap("coap.requests.handled", "{request}", "Requests handed to the handler.", static c => c.Handled);
        Coap("coap.requests.refused", "{request}", "Requests that the engine refused.", static c => c.Refused);
        Coap("coap.requests.faults", "{request}", "Exceptions out of the handler.", static c => c.HandlerFaults);
        Coap("coap.exchanges.refused", "{request}", "Requests of our own that were not made.", static c => c.ExchangesRefused);
        Coap("coap.exchanges.unprotected", "{request}", "Requests of our own that had no protection.", static c => c.ExchangesUnprotected);
        Coap("coap.observers.refused", "{observer}", "Observers that found no room.", static c => c.ObserversRefused);
        Coap("coap.notifications.sent", "{notification}", "Notifications sent.", static c => c.Notifications);

        Coap("coap.connections.aborted", "{connection}", "Connections aborted by us.", static c => c.ConnectionsAborted);
        Coap("coap.connections.too_slow", "{connection}", "Connections whose messages did not come.", static c => c.ConnectionsTooSlow);
        Coap("coap.connections.silent", "{connection}", "Connections that answered no Ping.", static c => c.ConnectionsSilent);

        Secure("coap.security.handshakes", "{handshake}", "Handshakes begun.", static c => c.Handshakes);
        Secure("coap.security.handshakes.completed", "{handshake}", "Handshakes that came to a session.", static c => c.Opened);
        Secure("coap.security.handshakes.failed", "{handshake}", "Handshakes that came to nothing.", static c => c.HandshakesFailed);
        Secure("coap.security.handshakes.refused", "{handshake}", "Handshakes that found no room.", static c => c.HandshakesRefused);
        Secure("coap.security.datagrams.discarded", "{datagram}", "Datagrams that no session took.", static c => c.Discarded);
        Secure("coap.security.datagrams.unauthentic", "{datagram}", "Of these: forged, replayed or damaged.", static c => c.Unauthentic);
        Secure("coap.security.datagrams.malformed", "{datagram}", "Of these: what no peer sends.", static c => c.Malformed);
        Secure("coap.security.datagrams.surplus", "{datagram}", "Of these: more than a handshake keeps.", static c => c.Surplus);
        Secure("coap.security.datagrams.stray", "{datagram}", "Of these: of strangers that begin nothing.", static c => c.Stray);
        Secure("coap.security.datagrams.to_group", "{datagram}", "Of these: to a group.", static c => c.ToGroup);
        Secure("coap.security.datagrams.unanswered", "{datagram}", "Of these: asked for a cookie in vain.", static c => c.Unanswered);
        Secure("coap.security.sessions.evicted", "{session}", "Sessions closed to make room.", static c => c.Evicted);
        Secure("coap.security.sessions.idle", "{session}", "Sessions closed because nothing used them.", static c => c.Idle);
        Secure("coap.security.sessions.moved", "{session}", "Changes of address that a session survived.", static c => c.Moved);
        s_meter.CreateObservableUpDownCounter(
            "coap.security.sessions.open", () => Read(static s => s.Security?.SessionCount), "{session}", "Sessions that are open.");

        Oscore("coap.oscore.messages.protected", "{message}", "Messages protected.", static c => c.Protected);
        Oscore("coap.oscore.messages.unprotected", "{message}", "Messages verified and decrypted.", static c => c.Unprotected);
        Oscore("coap.oscore.messages.not_sent", "{message}", "Messages that could not be protected.", static c => c.Unsent);
        Oscore("coap.oscore.messages.in_outer_blocks", "{message}", "Messages that a proxy had cut.", static c => c.OuterBlocks);
        Oscore("coap.oscore.messages.malformed", "{message}", "Messages that were no COSE objects.", static c => c.Malformed);
        Oscore("coap.oscore.messages.unknown", "{message}", "Messages of nobody's context.", static c => c.UnknownContexts);
        Oscore("coap.oscore.messages.replayed", "{message}", "Messages whose number had come before.", static c => c.Replays);
        Oscore("coap.oscore.renewals", "{renewal}", "Contexts whose keys were derived anew.", static c => c.Renewals);
        Oscore("coap.oscore.messages.undecryptable", "{message}", "Messages that were forged or damaged.", static c => c.Undecryptable);
    }

    /// <summary>What one host counts.</summary>
    internal sealed class Source(KeyValuePair<string, object?>[] tags)
    {
        public KeyValuePair<string, object?>[] Tags { get; } = tags;

        public UdpCounters? Udp { get; init; }

        public TcpCounters? Tcp { get; init; }

        public CoapCounters? Coap { get; init; }

        public SecuredProtocol? Security { get; init; }

        public OscoreCounters? Oscore { get; init; }

        /// <summary>It is counted no more. Of an instance: a program without metrics has none.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Remove() => NetMetrics.Remove(this);
    }

    public static Source Add(UdpCounters udp, CoapEngine? coap, SecuredProtocol? security, IPEndPoint local) =>
        Add(new Source(Tags("udp", local)) { Udp = udp, Coap = coap?.Counters, Security = security, Oscore = CountersOf(coap) });

    public static Source Add(TcpCounters tcp, CoapEngine coap, IPEndPoint? local) =>
        Add(new Source(Tags("tcp", local)) { Tcp = tcp, Coap = coap.Counters, Oscore = CountersOf(coap) });

    private static OscoreCounters? CountersOf(CoapEngine? engine) => (engine?.Protection as OscoreProtection)?.Counters;

    private static KeyValuePair<string, object?>[] Tags(string transport, IPEndPoint? local) => local is null
        ? [new("network.transport", transport)]
        :
        [
            new("network.transport", transport),
            new("network.local.address", local.Address.ToString()),
            new("network.local.port", local.Port),
        ];

    private static Source Add(Source source)
    {
        lock (s_gate)
        {
            s_sources = [.. s_sources, source];
        }

        return source;
    }

    private static void Remove(Source source)
    {
        lock (s_gate)
        {
            s_sources = Array.FindAll(s_sources, other => !ReferenceEquals(other, source));
        }
    }

    private static void Udp(string name, string unit, string description, Func<UdpCounters, long> read) =>
        s_meter.CreateObservableCounter(name, () => Read(source => source.Udp is { } c ? read(c) : null), unit, description);

    private static void Tcp(string name, string unit, string description, Func<TcpCounters, long> read) =>
        s_meter.CreateObservableCounter(name, () => Read(source => source.Tcp is { } c ? read(c) : null), unit, description);

    private static void Coap(string name, string unit, string description, Func<CoapCounters, long> read) =>
        s_meter.CreateObservableCounter(name, () => Read(source => source.Coap is { } c ? read(c) : null), unit, description);

    private static void Secure(string name, string unit, string description, Func<SecurityCounters, long> read) =>
        s_meter.CreateObservableCounter(name, () => Read(source => source.Security is { } s ? read(s.Counters) : null), unit, description);

    // A table of contexts that several hosts have is counted once: at the first of them.
    private static void Oscore(string name, string unit, string description, Func<OscoreCounters, long> read) =>
        s_meter.CreateObservableCounter(
            name,
            () => Read(source => source.Oscore is { } c && Array.Find(s_sources, other => other.Oscore == c) == source ? read(c) : null),
            unit,
            description);

    private static List<Measurement<long>> Read(Func<Source, long?> read)
    {
        List<Measurement<long>> measurements = [];
        foreach (Source source in s_sources)
        {
            if (read(source) is { } value)
            {
                measurements.Add(new Measurement<long>(value, source.Tags));
            }
        }

        return measurements;
    }
}
