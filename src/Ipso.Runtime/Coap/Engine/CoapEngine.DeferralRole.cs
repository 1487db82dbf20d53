using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// Responses that are put off are reached through an object that the first one makes, or the first request to a group: a native program whose
// handlers answer at once, such as a device, leaves them out, and has no memory for them.
public abstract partial class CoapEngine
{
    private DeferralRole? _deferral;
    private DeferredResponses? _deferred;

    /// <summary>The id of the next response that is put off; none if there is no room.</summary>
    internal ResponseId NextDeferral
    {
        get
        {
            MakeDeferral();
            return _deferred!.NextId;
        }
    }

    private void MakeDeferral()
    {
        _deferred ??= new DeferredResponses(_options.DeferredResponses, _options.MaxMessageSize, _kept);
        _deferral ??= new(this);
    }

    private sealed class DeferralRole(CoapEngine engine)
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Defer(in Arrival arrival, ReadOnlySpan<byte> body, bool isBodyApart) =>
            engine.Defer(arrival, body, isBodyApart);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnDeadline(Instant now) => engine.OnDeferredDeadline(now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit) => engine.TryTransmitDeferred(buffer, now, out transmit);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Free(int slot) => engine._deferred!.Free(slot - engine._firstDeferred);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void CloseAll(in PeerId peer) => engine.CloseDeferredOf(peer);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void NameUnderWay() => engine.NameDeferredUnderWay();
    }
}
