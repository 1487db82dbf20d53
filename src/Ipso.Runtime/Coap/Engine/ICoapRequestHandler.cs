namespace Ipso.Coap.Engine;

/// <summary>The application behind a CoAP server: answers each request at once.</summary>
public interface ICoapRequestHandler
{
    /// <summary>Answers a request, or renders the representation of a notification (<see cref="CoapRequest.IsNotification"/>).</summary>
    /// <remarks>
    /// Called inside <see cref="CoapEndpoint.Receive"/>, and for notifications inside <see cref="CoapEndpoint.TryTransmit"/>. Of the
    /// endpoint it may call <c>Notify</c>, <c>NotifyObserver</c>, <c>RemoveObservers</c> and <c>Request</c>, and nothing else.
    /// An exception is answered with 5.00 and reported as <see cref="CoapEventKind.HandlerFault"/>.
    /// </remarks>
    /// <param name="request">The request; a view that ends with the call.</param>
    /// <param name="response">The response; starts as an empty 4.04.</param>
    void Handle(in CoapRequest request, ref CoapResponse response);
}
