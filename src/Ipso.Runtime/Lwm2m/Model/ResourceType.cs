namespace Ipso.Lwm2m.Model;

/// <summary>The data types of LwM2M resources (LwM2M TS Core, Appendix C).</summary>
public enum ResourceType : byte
{
    /// <summary>No value: the resource is executed.</summary>
    None,

    /// <summary>UTF-8 text; <see cref="string"/>.</summary>
    String,

    /// <summary>A signed integer of up to 64 bits; <see cref="long"/>.</summary>
    Integer,

    /// <summary>An unsigned integer of up to 64 bits; <see cref="ulong"/>.</summary>
    UnsignedInteger,

    /// <summary>A floating-point number of up to 64 bits; <see cref="double"/>.</summary>
    Float,

    /// <summary>True or false; <see cref="bool"/>.</summary>
    Boolean,

    /// <summary>A sequence of bytes; <see cref="ReadOnlyMemory{T}"/> of <see cref="byte"/>.</summary>
    Opaque,

    /// <summary>Unix time in seconds; <see cref="DateTimeOffset"/>.</summary>
    Time,

    /// <summary>A reference to an Object Instance; <see cref="Lwm2m.ObjectLink"/>.</summary>
    ObjectLink,

    /// <summary>Links in the CoRE link format; <see cref="Lwm2m.CoreLink"/>.</summary>
    CoreLink,
}
