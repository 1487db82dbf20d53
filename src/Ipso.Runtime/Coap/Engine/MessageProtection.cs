namespace Ipso.Coap.Engine;

/// <summary>
/// Protection of messages between two endpoints, whatever they travel over, such as OSCORE (RFC 8613): given to
/// <see cref="CoapEndpointOptions.Protection"/>, it is asked for each message that goes out, and for each that comes in protected.
/// </summary>
public abstract class MessageProtection
{
    private protected MessageProtection()
    {
    }

    /// <summary>How many bytes a response grows at most.</summary>
    internal abstract int ResponseOverhead { get; }

    /// <summary>How many bytes a request grows at most.</summary>
    internal abstract int RequestOverhead { get; }

    /// <summary>Whether a request that came without protection is refused with 4.01.</summary>
    internal abstract bool RefusesPlain(in PeerId from);

    /// <summary>The context that requests to a peer are protected by.</summary>
    /// <param name="to">The peer.</param>
    /// <param name="context">The context; 0 for none.</param>
    /// <returns>False if there is none, and nothing may go out in the clear.</returns>
    internal abstract bool TryGetContext(in PeerId to, out ulong context);

    /// <summary>Who the other one of a context is; null if the context is gone.</summary>
    internal abstract PeerIdentity? IdentityOf(ulong context);

    /// <summary>Protects a request by the context of its binding, which takes its number.</summary>
    /// <returns>The length; -1 if it cannot be protected.</returns>
    internal abstract int ProtectRequest(in CoapMessage message, ref MessageBinding binding, Span<byte> destination);

    /// <summary>Protects a response by the context of its binding.</summary>
    /// <returns>The length; -1 if it cannot be protected.</returns>
    internal abstract int ProtectResponse(in CoapMessage message, in MessageBinding binding, Span<byte> destination);

    /// <summary>Verifies and decrypts a request, and marks it as received.</summary>
    /// <param name="message">The request as it came, with an OSCORE option.</param>
    /// <param name="from">The peer, where requests to the other one of the context go from now on.</param>
    /// <param name="workspace">As long as the message.</param>
    /// <param name="destination">Where the request goes, as long as the message.</param>
    /// <param name="length">Its length.</param>
    /// <param name="binding">What the response is bound to.</param>
    /// <param name="isProven">Whether the request is known to be fresh. If not, it is not marked: <see cref="TryRecover"/> does that.</param>
    /// <returns>0.00, or the error to answer with, unprotected.</returns>
    internal abstract CoapCode UnprotectRequest(
        in CoapMessage message, in PeerId from, Span<byte> workspace, Span<byte> destination, out int length, out MessageBinding binding,
        out bool isProven);

    /// <summary>A request whose predecessors are not known has been proven fresh.</summary>
    /// <returns>False if it is a replay by now, and to be answered with 4.01.</returns>
    internal abstract bool TryRecover(in MessageBinding binding, in PeerId from);

    /// <summary>A request was not taken, and its repetition is not to count as a replay.</summary>
    internal abstract void TakeBack(in MessageBinding binding);

    /// <summary>Verifies and decrypts a response to a request of ours, and marks it as received.</summary>
    /// <param name="message">The response as it came, with an OSCORE option.</param>
    /// <param name="binding">What it is to be bound to.</param>
    /// <param name="workspace">As long as the message.</param>
    /// <param name="destination">Where the response goes, 4 bytes longer than the message.</param>
    /// <param name="length">Its length.</param>
    /// <returns>False if it is to be ignored.</returns>
    internal abstract bool TryUnprotectResponse(
        in CoapMessage message, ref MessageBinding binding, Span<byte> workspace, Span<byte> destination, out int length);
}
