namespace Ipso.Net;

/// <summary>
/// Whether a protocol is called under a lock: a call that comes of that, out of a handler or a callback, leaves sending to the one that is
/// under way. Of one lock, so that hosts that share the lock share this too. Used under the lock.
/// </summary>
internal sealed class HostCycle
{
    /// <summary>Whether a protocol is called at the moment, be it by another host.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>A call begins, perhaps out of another one; it ends with what is returned.</summary>
    public Call Begin()
    {
        Call call = new(this, IsUnderWay);
        IsUnderWay = true;
        return call;
    }

    /// <summary>A call; at its end things are as they were before.</summary>
    public readonly ref struct Call(HostCycle cycle, bool wasUnderWay)
    {
        public void Dispose() => cycle.IsUnderWay = wasUnderWay;
    }
}
