using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// What happens to requests of our own is reached through an object that the first request makes: a native program that makes none, such as
// a server, or a device without servers, leaves the client role out.
public abstract partial class CoapEngine
{
    private ClientRole? _client;

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

    private sealed class ClientRole(CoapEngine engine)
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool Accept(int index, in CoapMessage message, Instant now) => engine.AcceptResponse(index, message, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Refresh(int index) => engine.RegisterAnew(index);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void End(int index, CoapEventKind kind, TransferFault fault) => engine.EndRequest(index, kind, fault);
    }
}
