namespace Ipso.SenML;

/// <summary>The kind of a record's value.</summary>
public enum SenMLValueKind : byte
{
    /// <summary>No value: the record has a sum alone, or is one of a Fetch Pack.</summary>
    None,

    /// <summary>A number, <c>v</c>.</summary>
    Number,

    /// <summary>A text, <c>vs</c>.</summary>
    Text,

    /// <summary>A Boolean, <c>vb</c>.</summary>
    Boolean,

    /// <summary>Bytes, <c>vd</c>.</summary>
    Data,

    /// <summary>An object link of LwM2M, <c>vlo</c>, as its text (LwM2M TS Core, 7.4.6).</summary>
    ObjectLink,

    /// <summary>Null instead of a number, in a Patch Pack: what the record names is to be removed.</summary>
    Removal,
}
