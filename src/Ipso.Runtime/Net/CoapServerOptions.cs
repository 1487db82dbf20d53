using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>The bounds of a server, and what it stands on. Immutable; a value out of range throws where it is set.</summary>
public sealed record CoapServerOptions
{
    /// <summary>
    /// The bounds of the engine. <see cref="CoapEndpointOptions.SeparateAfter"/> says after which time a response is a separate one,
    /// <see cref="CoapEndpointOptions.DeferredTimeout"/> how long a handler may take, <see cref="CoapEndpointOptions.MaxBodySize"/> how
    /// long a body is that is not streamed. By default 64 responses may be under way, separate after 100 ms.
    /// </summary>
    public CoapEndpointOptions Endpoint { get; init; } =
        new() { DeferredResponses = 64, SeparateAfter = TimeSpan.FromMilliseconds(100) };

    /// <summary>
    /// The bounds of the engine for connections (TCP, TLS, WebSockets), which has tables of its own; null, the default, for those of
    /// <see cref="Endpoint"/> with messages that hold 8 blocks (RFC 8323, 6) and a Ping to a client that has been quiet for 2 minutes
    /// (RFC 8323, 5.4).
    /// </summary>
    public CoapEndpointOptions? ConnectionEndpoint { get; init; }

    /// <summary>How many connections there may be. 1 to 65535; 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Connections
    {
        get;
        init => field = value is >= 1 and <= 65535
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 to 65535.");
    }
    = 256;

    /// <summary>
    /// Protects messages one by one, whatever they travel over, such as OSCORE (RFC 8613); in the place of that of <see cref="Endpoint"/>.
    /// Null: what <see cref="Endpoint"/> says. <see cref="CoapServerRequest.Identity"/> is who asks.
    /// </summary>
    public MessageProtection? Protection { get; init; }

    /// <summary>Bounds with what protects.</summary>
    internal CoapEndpointOptions Protect(CoapEndpointOptions bounds) => Protection is null ? bounds : bounds with { Protection = Protection };

    /// <summary>
    /// How many asynchronous handlers may be at work; further requests are answered with 5.03. 1 to 65535; 64. No more than
    /// <see cref="CoapEndpointOptions.DeferredResponses"/> can wait for their answer anyway.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int ConcurrentHandlers
    {
        get;
        init => field = value is >= 1 and <= 65535
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be 1 to 65535.");
    }
    = 64;

    /// <summary>How many bytes of a streamed body may wait between the network and the application. 4096 to 64 MiB; 65536.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int StreamBuffer
    {
        get;
        init => field = value is >= CoapClientOptions.MinStreamBuffer and <= 1 << 26
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Must be {CoapClientOptions.MinStreamBuffer} to {1 << 26}.");
    }
    = 64 * 1024;

    internal CoapEndpointOptions ForConnections => ConnectionEndpoint ?? Endpoint with
    {
        MaxMessageSize = Math.Max(Endpoint.MaxMessageSize, CoapClientOptions.ConnectionMessage),
        IdleTimeout = Endpoint.IdleTimeout == TimeSpan.Zero ? CoapClientOptions.ConnectionIdle : Endpoint.IdleTimeout,
    };

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log; nowhere by default.</summary>
    public IpsoLogger Logger { get; init; } = IpsoLogger.None;
}
