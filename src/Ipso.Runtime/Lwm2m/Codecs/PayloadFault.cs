namespace Ipso.Lwm2m.Codecs;

/// <summary>Why a payload was refused.</summary>
public enum PayloadFault : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The bytes are not of the format that they claim.</summary>
    Malformed,

    /// <summary>The format is known and uses a feature that is not: a SenML version above 10, or a label that must be understood.</summary>
    NotUnderstood,

    /// <summary>A record names a path outside the one that the request is for.</summary>
    OutsidePath,

    /// <summary>The same resource or resource instance stands in the payload twice.</summary>
    Duplicate,

    /// <summary>A value is not of the resource's type.</summary>
    WrongType,

    /// <summary>A value is outside the range that the registry gives.</summary>
    OutOfRange,

    /// <summary>An object link points at nothing that is there.</summary>
    NoSuchTarget,

    /// <summary>A server may not write the resource.</summary>
    NotWritable,

    /// <summary>A single resource was given several values, or a multiple one a value without a Resource Instance id.</summary>
    WrongMultiplicity,

    /// <summary>A mandatory resource is missing from a payload that replaces the whole Object Instance.</summary>
    MissingMandatory,

    /// <summary>A peer may not create as many resource instances.</summary>
    TooManyInstances,

    /// <summary>There is no such resource, or no such instance of it.</summary>
    UnknownResource,

    /// <summary>There is no such Object, or no such Object Instance.</summary>
    UnknownInstance,

    /// <summary>The Object is for bootstrap alone (LwM2M TS Core, 6.3).</summary>
    BootstrapOnly,

    /// <summary>The server has no right to do it (LwM2M TS Core, 8.2).</summary>
    Unauthorized,

    /// <summary>Not in the state that the Object Instance is in.</summary>
    NotNow,

    /// <summary>An Object Instance that is to be created is there already.</summary>
    InstanceExists,

    /// <summary>There may be no more instances of the Object.</summary>
    ObjectFull,

    /// <summary>The program does not take an Object Instance that is to be created.</summary>
    Refused,

    /// <summary>
    /// A value of a payload in blocks is longer than may be held and goes nowhere as it comes, its sink does not take more, or all records
    /// together are more than may be held.
    /// </summary>
    TooLarge,

    /// <summary>The records of an Object Instance do not stand together in a payload in blocks.</summary>
    Scattered,
}
