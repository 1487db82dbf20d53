using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server.Reporting;

/// <summary>
/// An observation of one device (LwM2M TS Core, 6.4.1). It is asked for again after each Register, which voids it at the device, and when a
/// device is heard of that did not answer, until it is cancelled, the device refuses it, or is registered no more.
/// </summary>
/// <param name="request">What is observed: <see cref="DeviceRequest.Observe"/> or <see cref="DeviceRequest.ObserveComposite"/>.</param>
public abstract class DeviceObservation(DeviceRequest request)
{
    /// <summary>What is observed.</summary>
    public DeviceRequest Request { get; } = request is { Observes: true }
        ? request
        : throw new ArgumentException("The request does not observe.", nameof(request));

    /// <summary>The same as a store has it.</summary>
    internal byte[] StoredRequest => field ??= RequestCodec.Write(Request);

    /// <summary>The device; <see langword="null"/> before it is observed.</summary>
    public RegisteredDevice? Device { get; internal set; }

    /// <summary>Whether notifications come.</summary>
    public bool IsEstablished { get; internal set; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded { get; internal set; }

    /// <summary>Whether it was established once: from then on the device has agreed to it.</summary>
    internal bool WasEstablished { get; set; }

    /// <summary>Whether the device is to be asked again when it is heard of.</summary>
    internal bool HasLapsed { get; set; }

    /// <summary>Whether a notification came that what is being fetched may not have.</summary>
    internal bool HasChanged { get; set; }

    /// <summary>The token that notifications bear.</summary>
    internal CoapToken Token { get; set; }

    /// <summary>The format that it was asked for in.</summary>
    internal ContentFormat? Accept { get; set; }

    /// <summary>
    /// The token that its store has it by: it stays until there is another, so that a server that ends while it asks again has not forgotten it.
    /// </summary>
    internal CoapToken KeptToken { get; set; }

    /// <summary>The exchange, where the engine keeps it.</summary>
    internal ExchangeId Exchange { get; set; }

    /// <summary>The request that is under way for it, to establish it or to fetch what is in several blocks.</summary>
    internal DeviceOperation? Asking { get; set; }

    internal uint LastSequence { get; set; }

    internal Instant LastArrival { get; set; }

    /// <summary>
    /// Told of each value, the one that answers the request first, inside a call into the server. Must not throw or block.
    /// </summary>
    /// <param name="response">What the device reports; an answer with success.</param>
    protected internal abstract void OnNotified(in DeviceResponse response);

    /// <summary>
    /// Told, once, that no more comes, inside a call into the server. Not told where the program has cancelled it. Must not throw or block.
    /// </summary>
    /// <param name="response">What the device has answered, or why it has not.</param>
    protected internal abstract void OnEnded(in DeviceResponse response);
}
