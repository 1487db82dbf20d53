namespace Ipso.Coap.Engine;

/// <summary>A handler that keeps something for the responses that it has put off.</summary>
internal interface IDeferredOwner
{
    /// <summary>A response will not be asked for: the context that it was to be protected by is gone (RFC 8613).</summary>
    /// <param name="response">What <see cref="CoapResponse.Defer"/> returned.</param>
    void Forget(ResponseId response);
}
