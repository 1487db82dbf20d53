namespace Ipso.SenML;

/// <summary>What the records of a pack are for: it decides which of them need a value.</summary>
public enum SenMLPackKind : byte
{
    /// <summary>
    /// A SenML Pack: each record has a value or a sum (RFC 8428, 4.2). A record of base fields alone sets them, and is not handed out.
    /// </summary>
    Values,

    /// <summary>
    /// A Fetch Pack: each record names what is asked for, by name, base name or both, and perhaps by time and unit. All else in it is
    /// passed over (RFC 8790, 3.1).
    /// </summary>
    Fetch,

    /// <summary>A Patch Pack: as a SenML Pack, but a value may be null, which removes what the record names (RFC 8790, 3.2).</summary>
    Patch,
}
