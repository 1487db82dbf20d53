using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

/// <summary>What an implementation of datagram security can do.</summary>
[Flags]
public enum SecurityFeatures
{
    /// <summary>Nothing: plain datagrams.</summary>
    None = 0,

    /// <summary>Pre-shared keys.</summary>
    PreSharedKey = 1,

    /// <summary>X.509 certificates.</summary>
    Certificate = 2,

    /// <summary>Raw public keys.</summary>
    RawPublicKey = 4,

    /// <summary>Connection IDs (RFC 9146): a session survives a change of the peer's address.</summary>
    ConnectionId = 8,

    /// <summary>DTLS 1.3 (RFC 9147).</summary>
    Dtls13 = 16,

    /// <summary>Deadlines follow the moments given; without it the implementation reads a clock of its own.</summary>
    VirtualTime = 32,
}

/// <summary>What is to be done with a datagram of no known session.</summary>
public enum Inspection : byte
{
    /// <summary>Nothing: it begins no session.</summary>
    Drop,

    /// <summary>Send the reply, and remember nothing: a cookie is asked back (RFC 6347, 4.2.1).</summary>
    Reply,

    /// <summary>Add the new session and hand it the datagram.</summary>
    Accept,

    /// <summary>Hand the datagram to a session that exists, which the datagram names by a Connection ID.</summary>
    Route,

    /// <summary>Nothing: it would begin a session, and there is no room for one.</summary>
    Refuse,
}

/// <summary>
/// Datagram security, between the sockets and a protocol that knows nothing of it: inspects what comes from strangers and makes sessions.
/// Without I/O: datagrams and moments go in, datagrams and deadlines come out.
/// </summary>
/// <remarks>
/// One thread at a time. Bounds are kept by the <see cref="SecuredProtocol"/> that drives it: an implementation has no table of its own
/// but what leads from Connection IDs to sessions, each of which it forgets when the session is disposed.
/// </remarks>
public abstract class DatagramSecurity
{
    /// <summary>No security: datagrams are the protocol's own, and a peer is its address.</summary>
    public static DatagramSecurity NoSec { get; } = new NoSecurity();

    /// <summary>What it can do.</summary>
    public abstract SecurityFeatures Features { get; }

    /// <summary>Whether datagrams pass as they are, without sessions.</summary>
    public bool IsTransparent => this is NoSecurity;

    /// <summary>Looks at a datagram that no session of its sender's address has taken.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <param name="from">The sender's address, which nothing proves.</param>
    /// <param name="mayAccept">False if there is no room for one more session: <see cref="Inspection.Refuse"/> is to be returned then
    /// instead of <see cref="Inspection.Accept"/>.</param>
    /// <param name="now">The moment.</param>
    /// <param name="reply">Room for a reply, 512 bytes. It should be no longer than the datagram, so that nothing is amplified.</param>
    /// <param name="replyLength">The length of the reply.</param>
    /// <param name="session">The session of <see cref="Inspection.Accept"/> and <see cref="Inspection.Route"/>.</param>
    /// <returns>What is to be done.</returns>
    public abstract Inspection Inspect(
        ReadOnlySpan<byte> datagram,
        in PeerId from,
        bool mayAccept,
        Instant now,
        Span<byte> reply,
        out int replyLength,
        out SecuritySession? session);

    /// <summary>Starts a session as the client. Its first flight is taken from <see cref="SecuritySession.TryTransmit"/>.</summary>
    /// <param name="to">The server's address.</param>
    /// <param name="credentials">How to prove who we are, and to know who the server is.</param>
    /// <param name="resume">What <see cref="SecuritySession.Export"/> gave of an earlier session; empty for a full handshake.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The session.</returns>
    /// <exception cref="NotSupportedException">The credentials are of a kind that the implementation does not have.</exception>
    public abstract SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now);

    // Of an instance, so that a native program without security has no sessions in it.
    /// <summary>What goes between a host's sockets and its protocol; <see langword="null"/> where datagrams pass as they are.</summary>
    internal virtual SecuredProtocol? Secure(IDatagramProtocol protocol, SecuritySelector select, SecurityOptions? options) =>
        new(protocol, select, options);

    private sealed class NoSecurity : DatagramSecurity
    {
        internal override SecuredProtocol? Secure(IDatagramProtocol protocol, SecuritySelector select, SecurityOptions? options) => null;

        public override SecurityFeatures Features => SecurityFeatures.None;

        public override Inspection Inspect(
            ReadOnlySpan<byte> datagram,
            in PeerId from,
            bool mayAccept,
            Instant now,
            Span<byte> reply,
            out int replyLength,
            out SecuritySession? session)
        {
            replyLength = 0;
            session = null;
            return Inspection.Drop;
        }

        public override SecuritySession Connect(
            in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now) =>
            throw new NotSupportedException("There are no sessions without security: a peer is its address.");
    }
}
