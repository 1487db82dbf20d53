namespace Ipso.Lwm2m.Model;

/// <summary>What a payload that is read into an object means.</summary>
public enum ReadMode : byte
{
    /// <summary>
    /// A peer's report of its own object: any readable resource may be in it, resources unknown here are skipped, and what a report on the
    /// whole Object Instance leaves out is absent.
    /// </summary>
    Mirror,

    /// <summary>A server writes and leaves what the payload does not name as it is (LwM2M TS Core, 6.3.3: partial update).</summary>
    WriteUpdate,

    /// <summary>
    /// A server writes and replaces: writable resources and resource instances that the payload does not name are removed
    /// (LwM2M TS Core, 6.3.3: replace).
    /// </summary>
    WriteReplace,

    /// <summary>
    /// A Bootstrap-Server writes, whatever a server may do (LwM2M TS Core, 6.1.7.5): resources unknown here are skipped, and optional ones that
    /// a payload for the whole Object Instance leaves out are removed, but for what a server could only read.
    /// </summary>
    Bootstrap,
}
