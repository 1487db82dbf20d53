namespace Ipso.Coap;

/// <summary>
/// CoAP Content-Format numbers (RFC 7252, 12.3, and the IANA registry that it opened), as far as LwM2M and the engine use them.
/// </summary>
public enum ContentFormat : ushort
{
    /// <summary><c>text/plain;charset=utf-8</c> (RFC 7252).</summary>
    PlainText = 0,

    /// <summary><c>application/link-format</c> (RFC 6690).</summary>
    LinkFormat = 40,

    /// <summary><c>application/octet-stream</c> (RFC 7252).</summary>
    OctetStream = 42,

    /// <summary><c>application/cbor</c> (RFC 8949).</summary>
    Cbor = 60,

    /// <summary><c>application/senml+json</c> (RFC 8428).</summary>
    SenMLJson = 110,

    /// <summary><c>application/senml+cbor</c> (RFC 8428).</summary>
    SenMLCbor = 112,

    /// <summary><c>application/missing-blocks+cbor-seq</c> (RFC 9177): see <see cref="MissingBlocksReader"/>.</summary>
    MissingBlocks = 272,

    /// <summary><c>application/senml-etch+json</c> (RFC 8790).</summary>
    SenMLEtchJson = 320,

    /// <summary><c>application/senml-etch+cbor</c> (RFC 8790).</summary>
    SenMLEtchCbor = 322,

    /// <summary>What <see cref="Tlv"/> was before LwM2M 1.0; read, and never written.</summary>
    TlvBefore10 = 1542,

    /// <summary>What <see cref="Lwm2mJson"/> was before LwM2M 1.0; read, and never written.</summary>
    JsonBefore10 = 1543,

    /// <summary><c>application/vnd.oma.lwm2m+tlv</c> (OMA LwM2M TS).</summary>
    Tlv = 11542,

    /// <summary><c>application/vnd.oma.lwm2m+json</c> (OMA LwM2M TS 1.0).</summary>
    Lwm2mJson = 11543,

    /// <summary><c>application/vnd.oma.lwm2m+cbor</c> (OMA LwM2M TS 1.2).</summary>
    Lwm2mCbor = 11544,
}
