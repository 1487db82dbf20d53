namespace Ipso.Coap.Engine;

/// <summary>A request to be made, without its payload. The texts are copied when the request is made.</summary>
public readonly ref struct CoapRequestHead
{
    /// <summary>The method.</summary>
    public required CoapCode Method { get; init; }

    /// <summary>Sends the request as NON: once, without acknowledgement. By default requests are Confirmable.</summary>
    public bool NonConfirmable { get; init; }

    /// <summary>
    /// Offers a robust transfer (RFC 9177, Q-Block1 and Q-Block2): blocks go out ten at a time without waiting for each other, and those
    /// that are lost are asked for together. For networks that lose much, and with <see cref="NonConfirmable"/>: Confirmable blocks go one
    /// by one.
    /// The first message is Confirmable in any case, and where the server does not know the options the transfer is one by Block1 and
    /// Block2, and Confirmable. Of an observation the notifications may come so; its own body goes by Block1. Not over reliable transports.
    /// </summary>
    public bool RobustBlocks { get; init; }

    /// <summary>The host for Uri-Host; empty for none, as if the target is an IP address (RFC 7252, 6.4).</summary>
    public ReadOnlySpan<char> Host { get; init; }

    /// <summary>The port for Uri-Port; null for none, as if it is the one that the request goes to (RFC 7252, 6.4).</summary>
    public ushort? Port { get; init; }

    /// <summary>
    /// The scheme of the URI that a forward-proxy is asked for, <c>coap</c>, at most 255 bytes: the request goes to the proxy, and host, port,
    /// path and query are those of the URI (Proxy-Scheme; RFC 7252, 5.10.2). Empty for none. Proxy-Uri, which says the same in one option, is
    /// never sent: under OSCORE it would be cut into these (RFC 8613, 4.1.3.3), of which path and query are for the server's eyes alone.
    /// </summary>
    public ReadOnlySpan<char> ProxyScheme { get; init; }

    /// <summary>
    /// The path in URI form, <c>/3303/0/5700</c>: segments between slashes, <c>%2F</c> for a byte that cannot stand for itself (RFC 7252,
    /// 6.4).
    /// </summary>
    public ReadOnlySpan<char> Path { get; init; }

    /// <summary>
    /// The query in URI form without question mark, <c>ep=node&amp;lt=300</c>: arguments between ampersands, <c>%26</c> for a byte that
    /// cannot stand for itself.
    /// </summary>
    public ReadOnlySpan<char> Query { get; init; }

    /// <summary>The format of the payload; null for none.</summary>
    public ContentFormat? ContentFormat { get; init; }

    /// <summary>The format wanted in the response; null to leave the choice to the server.</summary>
    public ContentFormat? Accept { get; init; }

    /// <summary>Registers an observation: the exchange lives on after the response (RFC 7641, 3.1). For GET and FETCH.</summary>
    public bool Observe { get; init; }

    /// <summary>
    /// Ends the observation that was handed over with this token (<see cref="CoapEngine.Detach"/>): the request goes out under it, and is to be
    /// the one that has begun the observation in all else (RFC 7641, 3.6). The exchange ends with the response. Not together with
    /// <see cref="Observe"/> or <see cref="RobustBlocks"/>. <see langword="null"/> for none.
    /// </summary>
    public CoapToken? Deregister { get; init; }

    /// <summary>
    /// The entity-tag of the representation that one has: the server may then say 2.03 (RFC 7252, 5.10.6.2). Empty for none.
    /// </summary>
    public ReadOnlySpan<byte> ETag { get; init; }

    /// <summary>The request is to be done only if this is the target's entity-tag (RFC 7252, 5.10.8.1). Empty for no condition.</summary>
    public ReadOnlySpan<byte> IfMatch { get; init; }

    /// <summary>The request is to be done only if the target does not exist (RFC 7252, 5.10.8.2).</summary>
    public bool IfNoneMatch { get; init; }

    /// <summary>The classes of response that are not wanted: 2 for 2.xx, 8 for 4.xx, 16 for 5.xx, or a sum (RFC 7967, 2); null to say
    /// nothing. The exchange of a request without response ends with a timeout.</summary>
    public byte? NoResponse { get; init; }

    /// <summary>Takes the body of a response of class 2 piece by piece, however long it is; null to have it whole in the event.</summary>
    public ICoapBodySink? Sink { get; init; }
}
