namespace Ipso.SenML;

/// <summary>How a SenML Pack is written down.</summary>
public enum SenMLFormat : byte
{
    /// <summary>An array of JSON objects (RFC 8428, 5).</summary>
    Json,

    /// <summary>An array of CBOR maps (RFC 8428, 6).</summary>
    Cbor,
}
