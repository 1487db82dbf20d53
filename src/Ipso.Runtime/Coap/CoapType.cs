namespace Ipso.Coap;

/// <summary>The four message types (RFC 7252, 3). The values are the two bits on the wire.</summary>
public enum CoapType : byte
{
    /// <summary>CON: asks for an acknowledgement and is retransmitted until one comes (RFC 7252, 4.2).</summary>
    Confirmable = 0,

    /// <summary>NON: sent once, never acknowledged (RFC 7252, 4.3).</summary>
    NonConfirmable = 1,

    /// <summary>ACK: acknowledges the Confirmable message of the same Message ID; may carry the response (RFC 7252, 5.2.1).</summary>
    Acknowledgement = 2,

    /// <summary>RST: the message of the same Message ID could not be processed (RFC 7252, 4.2).</summary>
    Reset = 3,
}
