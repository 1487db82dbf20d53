namespace Ipso.Coap;

/// <summary>How a message begins and where it ends: the header is all that differs between the transports of CoAP.</summary>
public enum CoapFraming : byte
{
    /// <summary>A datagram: version, type, token length, code and Message ID in 4 bytes; it ends with the datagram (RFC 7252, 3).</summary>
    Datagram,

    /// <summary>
    /// A part of a byte stream: length, token length and code in 2 to 6 bytes; no type, no Message ID (RFC 8323, 3.2).
    /// </summary>
    Stream,

    /// <summary>A binary frame of a WebSocket, which has the length: that of the header is 0 (RFC 8323, 4.2).</summary>
    WebSocket,
}
