using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The CoAP engines of a device: one for datagrams, and one for byte streams where it has servers over TCP. Who makes a request, or tells of
/// a change, need not know which.
/// </summary>
/// <param name="datagrams">The engine for datagrams.</param>
internal sealed class DeviceEngines(CoapEndpoint datagrams)
{
    private CoapStreamEndpoint? _streams;
    private Predicate<PeerId>? _isStream;

    /// <summary>The engine for datagrams.</summary>
    internal CoapEndpoint Datagrams => datagrams;

    /// <summary>The engine for byte streams; <see langword="null"/> where there is none.</summary>
    internal CoapStreamEndpoint? Streams => _streams;

    /// <summary>Whether messages of theirs are to be told of that a peer has acknowledged.</summary>
    internal bool TellsOfAcknowledgements
    {
        get => datagrams.TellsOfAcknowledgements;
        set
        {
            datagrams.TellsOfAcknowledgements = value;
            _streams?.TellsOfAcknowledgements = value;
        }
    }

    /// <inheritdoc cref="CoapEngine.ObserverCount"/>
    internal int ObserverCount => datagrams.ObserverCount + (_streams?.ObserverCount ?? 0);

    /// <summary>Adds the engine for byte streams.</summary>
    /// <param name="streams">The engine, whose exchanges have numbers of their own.</param>
    /// <param name="isStream">Whether a peer is a connection, be it one that is gone.</param>
    internal void Add(CoapStreamEndpoint streams, Predicate<PeerId> isStream)
    {
        streams.TellsOfAcknowledgements = TellsOfAcknowledgements;
        _isStream = isStream;
        _streams = streams;
    }

    /// <inheritdoc cref="CoapEngine.Request(in PeerId, in CoapRequestHead, ReadOnlySpan{byte})"/>
    internal ExchangeId Request(in PeerId to, in CoapRequestHead head, ReadOnlySpan<byte> payload = default) =>
        Of(to).Request(to, head, payload);

    /// <inheritdoc cref="CoapEngine.Forget(ExchangeId)"/>
    internal bool Forget(ExchangeId exchange) => Of(exchange).Forget(exchange);

    /// <inheritdoc cref="CoapEngine.IsUnheard(ExchangeId)"/>
    internal bool IsUnheard(ExchangeId exchange) => Of(exchange).IsUnheard(exchange);

    /// <inheritdoc cref="CoapEngine.Notify(ulong, bool)"/>
    internal void Notify(ulong tag, bool confirmable)
    {
        _ = datagrams.Notify(tag, confirmable);
        _ = _streams?.Notify(tag, confirmable);
    }

    /// <inheritdoc cref="CoapEngine.TryFindObserver(in CoapRequest, out ulong)"/>
    internal bool TryFindObserver(in CoapRequest request, out ulong tag) => Of(request.From).TryFindObserver(request, out tag);

    /// <inheritdoc cref="CoapEngine.HasObserver(ulong)"/>
    internal bool HasObserver(ulong tag) => datagrams.HasObserver(tag) || _streams?.HasObserver(tag) == true;

    /// <inheritdoc cref="CoapEngine.RemoveObservers(ulong)"/>
    internal void RemoveObservers(ulong tag)
    {
        datagrams.RemoveObservers(tag);
        _streams?.RemoveObservers(tag);
    }

    /// <summary>Takes the next event of either.</summary>
    internal bool TryTakeEvent(out CoapEvent e) =>
        datagrams.TryTakeEvent(out e) || (_streams is { } streams && streams.TryTakeEvent(out e));

    private CoapEngine Of(in PeerId peer) => _streams is { } streams && _isStream!(peer) ? streams : datagrams;

    private CoapEngine Of(ExchangeId exchange) =>
        _streams is { } streams && exchange.Slot >= streams.FirstExchangeId ? streams : datagrams;
}
