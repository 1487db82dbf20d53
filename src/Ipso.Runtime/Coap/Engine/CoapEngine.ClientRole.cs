using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// What requests of our own need, and what happens to them, comes with an object that the first of them makes: a device without servers takes no
// memory for exchanges, and a native program that makes no request leaves the client role out.
public abstract partial class CoapEngine
{
    private ClientRole? _client;

    // It is there as soon as there is a client role: whoever has an index of an exchange has both.
    private RequestLayer _requests = null!;

    /// <summary>
    /// Makes what comes with the first request, the first body in blocks and the first response that is put off: for those that count what is
    /// allocated after that.
    /// </summary>
    internal void TakeAllMemory()
    {
        _client ??= new(this);
        MakeDeferral();
        _ = (_body.Bytes, _original.Bytes, _piece.Bytes);
        _requests.TakeMemory();
        _pages.TakeMemory();
        _kept.TakeMemory();
    }

    private sealed class ClientRole
    {
        private readonly CoapEngine _engine;

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal ClientRole(CoapEngine engine)
        {
            _engine = engine;
            engine._requests = new(engine._options, engine._pages, engine._random, engine.Counters)
            {
                FirstId = engine.FirstExchangeId,
                Keeper = engine.NotificationHandler,
            };
        }

        internal ICoapNotificationHandler? Keeper
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            set => _engine._requests.Keeper = value;
        }

        internal Instant NextDeadline
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            get => _engine._requests.NextDeadline;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnDeadline(Instant now) => _engine.OnRequestsDue(now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryTakeEvent(out CoapEvent e) => _engine._requests.TryTakeEvent(out e);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int Find(in PeerId peer, in CoapMessage response) => _engine._requests.Find(peer, response.Token);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnSent(int index, Instant now) => _engine.OnRequestSent(index, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool OnReset(in PeerId from, ushort messageId) => _engine.OnLateReset(from, messageId);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnConnectionClosed(in PeerId peer) => _engine.EndExchangesWith(peer);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnRefused(in PeerId peer) => _engine.EndRefused(peer);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool Accept(int index, in CoapMessage message, Instant now) => _engine.AcceptResponse(index, message, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void End(int index, CoapEventKind kind, TransferFault fault) => _engine.EndRequest(index, kind, fault);
    }
}
