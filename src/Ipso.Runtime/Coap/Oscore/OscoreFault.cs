namespace Ipso.Coap.Oscore;

/// <summary>Why a message could not be unprotected (RFC 8613, 8.2 and 8.4), or protected.</summary>
internal enum OscoreFault : byte
{
    /// <summary>It could.</summary>
    None,

    /// <summary>The OSCORE option or the payload is none: 4.02.</summary>
    Malformed,

    /// <summary>It is a piece of a message, cut by a proxy: 4.02.</summary>
    OuterBlocks,

    /// <summary>There is no security context for the kid: 4.01.</summary>
    UnknownContext,

    /// <summary>The Partial IV has come before, or is too old: 4.01.</summary>
    Replayed,

    /// <summary>The tag is wrong, or what was encrypted is no message: 4.00.</summary>
    Undecryptable,

    /// <summary>The message does not fit into the buffer.</summary>
    TooLong,

    /// <summary>There is no sequence number, or none that the storage knows of.</summary>
    NoSequenceNumber,

    /// <summary>The message has an option that cannot be protected: Proxy-Uri, which is to be split first, or OSCORE itself.</summary>
    Unprotectable,
}

/// <summary>What a server says of a fault, and no more than that (RFC 8613, 8.2).</summary>
internal static class OscoreFaults
{
    /// <summary>The code of the response, which goes out unprotected.</summary>
    public static CoapCode CodeOf(OscoreFault fault) => fault switch
    {
        OscoreFault.None => CoapCode.Empty,
        OscoreFault.Malformed or OscoreFault.OuterBlocks => CoapCode.BadOption,
        OscoreFault.UnknownContext or OscoreFault.Replayed => CoapCode.Unauthorized,
        OscoreFault.NoSequenceNumber => CoapCode.ServiceUnavailable,
        _ => CoapCode.BadRequest,
    };
}
