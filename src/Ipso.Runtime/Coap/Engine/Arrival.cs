namespace Ipso.Coap.Engine;

/// <summary>
/// A message that has come in, or a request that has and is answered later or anew: all that is done with it wants to know these, and passes
/// them on where they lie.
/// </summary>
internal ref struct Arrival
{
    public CoapMessage Message;
    public PeerId From;
    public Instant Now;

    /// <summary>What the options of a request say, once they have been judged and are good.</summary>
    public RequestOptions Known;

    // Of a request that is asked anew: see CoapRequest.
    public ulong ObserveTag;
    public ResponseId Deferred;
    public bool IsNotification;
    public bool IsMulticast;
}
