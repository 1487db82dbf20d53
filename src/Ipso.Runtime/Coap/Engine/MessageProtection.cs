using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

/// <summary>What is known of a request that was verified.</summary>
internal enum RequestStanding : byte
{
    /// <summary>It is fresh.</summary>
    Proven,

    /// <summary>It may be an old one: it has to prove itself first (<see cref="MessageProtection.TryRecover"/>).</summary>
    Unproven,

    /// <summary>Its keys are being fetched: it is not taken yet.</summary>
    Sought,

    /// <summary>It is under keys that are not in use, and may be an old one: new keys are to be offered.</summary>
    Renewing,
}

/// <summary>
/// Protection of messages between two endpoints, whatever they travel over, such as OSCORE (RFC 8613): given to
/// <see cref="CoapEndpointOptions.Protection"/>, it is asked for each message that goes out, and for each that comes in protected.
/// </summary>
public abstract class MessageProtection
{
    private protected MessageProtection()
    {
    }

    /// <summary>What an engine does with messages that are protected: of no program that makes no protection.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal CoapEngine.GuardRole MakeGuard(CoapEngine engine) => new(engine, this);

    /// <summary>The messages of slots as they go out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal SealedMessages MakeSealed(int slots, int maxMessageSize) => new(this, slots, maxMessageSize);

    /// <summary>Protects a message by the context of its binding.</summary>
    /// <returns>The length; -1 if it cannot be protected.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal int Protect(ReadOnlySpan<byte> message, ref MessageBinding binding, Span<byte> destination) =>
        !CoapMessage.TryParse(message, CoapFraming.Datagram, extendedTokens: true, out CoapMessage plain, out _) ? -1
        : plain.Code.IsRequest ? ProtectRequest(plain, ref binding, destination)
        : ProtectResponse(plain, binding, destination);

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

    /// <summary>Who the other one of a message is; null if its context is gone, or has other keys by now.</summary>
    internal abstract PeerIdentity? IdentityOf(in MessageBinding binding);

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
    /// <param name="standing">What is known of the request. One that is not proven is not marked.</param>
    /// <returns>0.00, or the error to answer with, unprotected.</returns>
    internal abstract CoapCode UnprotectRequest(
        in CoapMessage message, in PeerId from, Span<byte> workspace, Span<byte> destination, out int length, out MessageBinding binding,
        out RequestStanding standing);

    /// <summary>Protects the answer to a request whose client wants new keys: it offers them, and is under others.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="request">The request as it came.</param>
    /// <param name="binding">What the answer is bound to.</param>
    /// <param name="destination">Where it goes.</param>
    /// <returns>The length; -1 if it cannot be protected.</returns>
    internal abstract int ProtectOffer(in CoapMessage response, in CoapMessage request, in MessageBinding binding, Span<byte> destination);

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
