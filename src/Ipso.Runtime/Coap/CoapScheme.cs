namespace Ipso.Coap;

/// <summary>The schemes of CoAP URIs: which transport, and whether it is secured.</summary>
public enum CoapScheme : byte
{
    /// <summary><c>coap</c>: UDP (RFC 7252, 6.1).</summary>
    Coap,

    /// <summary><c>coaps</c>: DTLS over UDP (RFC 7252, 6.2).</summary>
    Coaps,

    /// <summary><c>coap+tcp</c>: TCP (RFC 8323, 8.1).</summary>
    CoapTcp,

    /// <summary><c>coaps+tcp</c>: TLS over TCP (RFC 8323, 8.2).</summary>
    CoapsTcp,

    /// <summary><c>coap+ws</c>: WebSockets (RFC 8323, 8.3).</summary>
    CoapWs,

    /// <summary><c>coaps+ws</c>: WebSockets over TLS (RFC 8323, 8.4).</summary>
    CoapsWs,
}

/// <summary>What a scheme says.</summary>
public static class CoapSchemeExtensions
{
    extension(CoapScheme scheme)
    {
        /// <summary>The port that a URI without one means (RFC 7252, 6; RFC 8323, 8).</summary>
        public ushort DefaultPort => scheme switch
        {
            CoapScheme.Coap or CoapScheme.CoapTcp => 5683,
            CoapScheme.Coaps or CoapScheme.CoapsTcp => 5684,
            CoapScheme.CoapWs => 80,
            _ => 443,
        };

        /// <summary>Whether the transport is secured.</summary>
        public bool IsSecure => scheme is CoapScheme.Coaps or CoapScheme.CoapsTcp or CoapScheme.CoapsWs;

        /// <summary>What messages of the scheme go in.</summary>
        public CoapFraming Framing => scheme switch
        {
            CoapScheme.Coap or CoapScheme.Coaps => CoapFraming.Datagram,
            CoapScheme.CoapTcp or CoapScheme.CoapsTcp => CoapFraming.Stream,
            _ => CoapFraming.WebSocket,
        };

        /// <summary>The name, as it stands in a URI.</summary>
        public ReadOnlySpan<byte> Name => scheme switch
        {
            CoapScheme.Coap => "coap"u8,
            CoapScheme.Coaps => "coaps"u8,
            CoapScheme.CoapTcp => "coap+tcp"u8,
            CoapScheme.CoapsTcp => "coaps+tcp"u8,
            CoapScheme.CoapWs => "coap+ws"u8,
            _ => "coaps+ws"u8,
        };
    }
}
