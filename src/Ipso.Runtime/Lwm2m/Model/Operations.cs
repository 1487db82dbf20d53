namespace Ipso.Lwm2m.Model;

/// <summary>The operations that a resource allows to a server (LwM2M TS Core, Appendix D.1).</summary>
[Flags]
public enum Operations : byte
{
    /// <summary>None over the device management interface.</summary>
    None = 0,

    /// <summary>Read, Discover, Observe: R.</summary>
    Read = 1,

    /// <summary>Write: W.</summary>
    Write = 2,

    /// <summary>Execute: E.</summary>
    Execute = 4,
}
