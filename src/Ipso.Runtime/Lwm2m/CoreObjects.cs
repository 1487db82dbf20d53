namespace Ipso.Lwm2m;

/// <summary>The objects that the LwM2M specification itself defines, 0 to 7 and 21 to 27.</summary>
public static class CoreObjects
{
    /// <summary>
    /// The version that an object has where nobody says: of a core object the one that belongs to the version of LwM2M, of any other 1.0
    /// (LwM2M TS Core, 7.2.3).
    /// </summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="lwm2mVersion">The version of LwM2M.</param>
    public static ObjectVersion ImpliedVersion(ushort objectId, ObjectVersion lwm2mVersion) =>
        (lwm2mVersion.CompareTo(new(1, 1)), objectId) switch
        {
            (0, 0 or 1 or 3) => new(1, 1),
            (0, 4) => new(1, 2),
            (> 0, 0 or 1 or 3) => new(1, 2),
            (> 0, 2 or 5) => new(1, 1),
            (> 0, 4) => new(1, 3),
            (> 0, 21) => new(2, 0),
            _ => ObjectVersion.Default,
        };

    /// <summary>
    /// Whether an object is for bootstrap alone, and no server sees or touches it: Security, OSCORE and COSE (LwM2M TS Core, 6.2.1 and 6.3).
    /// </summary>
    /// <param name="objectId">The Object's id.</param>
    public static bool IsForBootstrapOnly(ushort objectId) => objectId is 0 or 21 or 23;

    /// <summary>Whether a version need not be said.</summary>
    internal static bool IsImplied(ushort objectId, ObjectVersion version, ObjectVersion lwm2mVersion) =>
        version == ImpliedVersion(objectId, lwm2mVersion)
        // The specification of LwM2M 1.2 names two versions of Firmware Update as its own: it is said in any case.
        && !(objectId == 5 && lwm2mVersion > new ObjectVersion(1, 1));
}
