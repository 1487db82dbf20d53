namespace Ipso.Coap;

/// <summary>
/// The Option Numbers of signals. Each Signaling Code has numbers of its own, so that one number has several meanings (RFC 8323, 5.2).
/// </summary>
public static class CoapSignalOption
{
    /// <summary>Of a CSM: uint of 0 to 4 bytes, the longest message that the sender takes; 1152 unless said (RFC 8323, 5.3.1).</summary>
    public const CoapOptionNumber MaxMessageSize = (CoapOptionNumber)2;

    /// <summary>Of a CSM: empty; the sender takes part in block-wise transfers (RFC 8323, 5.3.2).</summary>
    public const CoapOptionNumber BlockWiseTransfer = (CoapOptionNumber)4;

    /// <summary>Of a CSM: uint of 0 to 3 bytes, the longest token that the sender takes; 8 unless said (RFC 8974, 2.2.1).</summary>
    public const CoapOptionNumber ExtendedTokenLength = (CoapOptionNumber)6;

    /// <summary>Of a Ping: empty; the Pong is to wait until what came before is dealt with. Of a Pong: it has (RFC 8323, 5.4.1).</summary>
    public const CoapOptionNumber Custody = (CoapOptionNumber)2;

    /// <summary>Of a Release: text of 1 to 255 bytes, repeatable; where to connect instead (RFC 8323, 5.5).</summary>
    public const CoapOptionNumber AlternativeAddress = (CoapOptionNumber)2;

    /// <summary>Of a Release: uint of 0 to 3 bytes, seconds to wait before connecting again (RFC 8323, 5.5).</summary>
    public const CoapOptionNumber HoldOff = (CoapOptionNumber)4;

    /// <summary>Of an Abort: uint of 0 to 2 bytes, the critical option of a CSM that was not understood (RFC 8323, 5.6).</summary>
    public const CoapOptionNumber BadCsmOption = (CoapOptionNumber)2;
}
