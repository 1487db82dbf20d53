namespace Ipso.Lwm2m.Device;

/// <summary>What a server may do to an Object Instance (LwM2M TS Core, 8.1.2); the values add up as in the resource ACL.</summary>
[Flags]
public enum AccessRights : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read, observe, and write attributes.</summary>
    Read = 1,

    /// <summary>Write.</summary>
    Write = 2,

    /// <summary>Execute.</summary>
    Execute = 4,

    /// <summary>Delete.</summary>
    Delete = 8,

    /// <summary>Create instances: a right on an Object, not on an instance of it.</summary>
    Create = 16,
}
