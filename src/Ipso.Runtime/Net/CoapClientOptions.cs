using System.Net;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>The bounds of a client, and what it stands on. Immutable; a value out of range throws where it is set.</summary>
public sealed record CoapClientOptions
{
    /// <summary>The least that a streamed body can be buffered in: a few blocks.</summary>
    internal const int MinStreamBuffer = 4096;

    // Over connections: eight blocks of 1024 bytes and what goes around them, and a sign of life before a NAT forgets the connection.
    internal const int ConnectionMessage = 8 * 1024 + 128;
    internal static readonly TimeSpan ConnectionIdle = TimeSpan.FromMinutes(2);

    private static readonly CoapEndpointOptions s_endpoint = new() { Observers = 0 };

    /// <summary>The bounds of the engine, and its transmission parameters. By default 8 requests at a time; others wait.</summary>
    public CoapEndpointOptions Endpoint { get; init; } = s_endpoint;

    /// <summary>Whether nobody has set <see cref="Endpoint"/>.</summary>
    internal bool HasDefaultEndpoint => ReferenceEquals(Endpoint, s_endpoint);

    /// <summary>
    /// Protects requests and their responses one by one, whatever they travel over, such as OSCORE (RFC 8613); in the place of that of
    /// <see cref="Endpoint"/>. Null: what <see cref="Endpoint"/> says.
    /// </summary>
    public MessageProtection? Protection { get; init; }

    /// <summary>The bounds with what protects.</summary>
    internal CoapEndpointOptions ProtectedEndpoint => Protection is null ? Endpoint : Endpoint with { Protection = Protection };

    /// <summary>
    /// The address and port to send from. By default any of IPv6 and IPv4, with a port that the system chooses, or IPv4 alone where there
    /// is no IPv6.
    /// </summary>
    public IPEndPoint? Local { get; init; }

    /// <summary>
    /// Security for <c>coaps</c>; none by default. With security the client asks by URIs of <c>coaps</c> alone, so that nothing goes out in
    /// the clear by mistake, and needs <see cref="Credentials"/>.
    /// </summary>
    public DatagramSecurity Security { get; init; } = DatagramSecurity.NoSec;

    /// <summary>
    /// How to prove who we are to a server, and to know who it is. Where they say no <see cref="SecurityCredentials.ServerName"/>, it is
    /// the host of the URI.
    /// </summary>
    public SecurityCredentials? Credentials { get; init; }

    /// <summary>The bounds of security; null for the defaults.</summary>
    public SecurityOptions? SecurityBounds { get; init; }

    /// <summary>
    /// What <see cref="CoapClient.ExportSession"/> gave, perhaps before a restart: the first session with the server that it was with
    /// is resumed. Empty for a full handshake.
    /// </summary>
    public ReadOnlyMemory<byte> Resume { get; init; }

    /// <summary>How many bytes of a streamed body may wait between the network and the application. 4096 to 64 MiB; 65536.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int StreamBuffer
    {
        get;
        init => field = value is >= MinStreamBuffer and <= 1 << 26
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {MinStreamBuffer} to {1 << 26}.");
    }
    = 64 * 1024;

    /// <summary>
    /// Offers every server a robust transfer of bodies (RFC 9177, Q-Block1 and Q-Block2), which is many times faster where much is lost:
    /// blocks go out ten at a time, Non-confirmable, and those that are lost are asked for together. A server that does not know it has the
    /// request sent again without, which costs a round trip. Not for the body that says what is observed, bodies whose length is not known,
    /// and connections. False.
    /// </summary>
    public bool RobustBlocks { get; init; }

    /// <summary>
    /// How observations go on that were lost, where <see cref="CoapClientRequest.Reregistration"/> says nothing; null, the default: they
    /// end.
    /// </summary>
    public CoapReregistration? Reregistration { get; init; }

    /// <summary>
    /// What a server over TLS has to prove, and what is proved to it (<c>coaps+tcp</c> and <c>coaps+ws</c>); by default the server's name,
    /// by a root that the system trusts.
    /// </summary>
    public TlsClientOptions Tls { get; init; } = new();

    /// <summary>Finds the addresses of a name, in the order in which they are preferred; by default the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public IpsoLogger Logger { get; init; } = IpsoLogger.None;
}
