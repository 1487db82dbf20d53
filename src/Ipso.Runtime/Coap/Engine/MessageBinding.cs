namespace Ipso.Coap.Engine;

/// <summary>
/// What binds a response to the request that it answers, where messages are protected: the context, and the number of the request
/// (RFC 8613, 5.4: request_kid and request_piv). The default is that of a message without protection.
/// </summary>
internal struct MessageBinding
{
    /// <summary>The context, by its number; 0 for none.</summary>
    public ulong Context;

    /// <summary>The length of the request's number in bytes, 1 to 5; 0 where the request has none yet.</summary>
    public byte NumberLength;

    /// <summary>Which keys of the context the request is under, of those that it has had.</summary>
    public uint Epoch;

    /// <summary>The number of the request.</summary>
    public ulong Number;

    /// <summary>
    /// Of a request of ours: two more than the number of its newest notification, 1 where a response has come without, 0 where none has
    /// (RFC 8613, 7.4.1).
    /// </summary>
    public ulong Newest;

    /// <summary>Of a request of ours: whether its response has brought new keys, under which it may be asked again.</summary>
    public bool IsRenewed;

    /// <summary>Whether a response goes under a number of its own instead of the request's, which serves but once.</summary>
    public bool HasOwnNumber;

    /// <summary>Whether messages are protected.</summary>
    public readonly bool IsProtected => Context != 0;
}
