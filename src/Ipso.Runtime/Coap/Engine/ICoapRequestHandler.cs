namespace Ipso.Coap.Engine;

/// <summary>The application behind a CoAP server: answers each request, at once or later.</summary>
public interface ICoapRequestHandler
{
    /// <summary>
    /// Answers a request, or renders the representation of a notification (<see cref="CoapRequest.IsNotification"/>), or answers a request
    /// that it has put off before (<see cref="CoapRequest.Deferred"/>).
    /// </summary>
    /// <remarks>
    /// Called inside the calls that take messages in, and for notifications and deferred responses inside the one that gives them out. Of
    /// the engine it may call <c>Notify</c>, <c>NotifyObserver</c>, <c>RemoveObservers</c>, <c>Resume</c> and <c>Request</c>, and nothing
    /// else. An exception is answered with 5.00 and reported as <see cref="CoapEventKind.HandlerFault"/>.
    /// </remarks>
    /// <param name="request">The request; a view that ends with the call. A body that came in blocks is whole.</param>
    /// <param name="response">The response; starts as an empty 4.04.</param>
    void Handle(in CoapRequest request, ref CoapResponse response);

    /// <summary>
    /// Asks, at the first block of a request body that comes, who takes it (RFC 7959, 2.5). By default the engine gathers the body, up to
    /// <see cref="CoapEndpointOptions.MaxBodySize"/>, and hands it to <see cref="Handle"/> whole.
    /// </summary>
    /// <param name="request">The request; its payload is the first block, which the sink will be given as well, or empty if another block
    /// of a robust transfer came before it (RFC 9177).</param>
    /// <param name="response">Where a refusal goes: a code of class 4 or 5 refuses the body at its first block.</param>
    /// <returns>A sink, for a body that is too large to be whole: when it has all of it, the request is handled without payload.
    /// Null to have the body whole.</returns>
    ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) => null;
}
