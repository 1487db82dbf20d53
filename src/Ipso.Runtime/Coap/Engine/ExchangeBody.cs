namespace Ipso.Coap.Engine;

/// <summary>What a response is to the exchange that its token names.</summary>
internal enum Meaning : byte
{
    /// <summary>It says nothing about the request.</summary>
    Nothing,

    /// <summary>The response, or the next step towards it.</summary>
    Response,

    /// <summary>A notification.</summary>
    Notification,

    /// <summary>A notification that came after a fresher one (RFC 7641, 3.4).</summary>
    OldNotification,
}

/// <summary>The bodies of an exchange that go and come in blocks (RFC 7959, RFC 9177).</summary>
internal struct ExchangeBody
{
    // The request body: pulled from a source or kept in pages.
    public ICoapBody? Source;
    public PagedBytes Request;

    /// <summary>Where the block under way begins, and how many bytes it has.</summary>
    public long Sent;
    public int PieceLength;
    public int Exponent;
    public uint? RequestTag;
    public bool IsSending;

    // The response body: handed to a sink or gathered in pages.
    public ICoapBodySink? Sink;
    public PagedBytes Response;
    public CoapETag ETag;
    public long Received;
    public int Restarts;
    public bool IsFetching;

    /// <summary>Whether the request that went out last was the answer to a demand for Echo.</summary>
    public bool HasAnsweredEcho;

    /// <summary>Whether that, or the one before it, was sent again under new keys.</summary>
    public bool HasRenewed;

    /// <summary>Whether source or sink was not ready, and of which size the next block is then.</summary>
    public bool IsPaused;
    public int NextExponent;

    /// <summary>Whether this is a robust transfer (RFC 9177), or may become one.</summary>
    public bool IsRobust;
    public bool IsNonConfirmable;
    public RobustTransfer Robust;
    public SentMessages Messages;
}
