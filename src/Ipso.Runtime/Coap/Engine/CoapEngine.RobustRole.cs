using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// Robust transfer (RFC 9177) is reached through an object that only those endpoints have that are to know it: of devices those that were told so,
// and none over streams. So a native program with a device alone leaves it out.
public abstract partial class CoapEngine
{
    private RobustRole? _robust;

    /// <summary>From now on the endpoint knows Q-Block1 and Q-Block2; else they are options that it does not understand.</summary>
    private protected void KnowRobustTransfer() => _robust = new(this);

    private sealed class RobustRole(CoapEngine engine)
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void ReceiveBlock(in CoapMessage message, in RequestOptions known, BlockOption block, in PeerId from, Instant now) =>
            engine.TakeRobustRequestBlock(message, known, block, from, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void ReceiveRequest(in CoapMessage message, in RequestOptions known, BlockOption first, in PeerId from, Instant now) =>
            engine.TakeRobustRequest(message, known, first, from, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void QueueRest(int index, in CoapMessage request, in RequestOptions known, in PeerId peer, Instant now) =>
            engine.QueueRestOfRobust(index, request, known, peer, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryReadAhead(int index, long offset, Span<byte> destination, Instant now, out int length, out bool more) =>
            engine.TryReadAhead(index, offset, destination, now, out length, out more);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void KeepAnswer(in CoapMessage request, in RequestOptions known, in PeerId peer, Instant now, ReadOnlySpan<byte> answer) =>
            engine.KeepAnswerToRobust(request, known, peer, now, answer);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnTransferDue(int index, Instant now) => engine.OnRobustTransferDue(index, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit) => engine.TryTransmitRobust(buffer, now, out transmit);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Begin(int index, int length) => engine.BeginRobustRequest(index, length);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryFallBack(int index) => engine.TryFallBackFromRobust(index);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void GoOn(int index, Instant now) => engine.GoOnWithRobust(index, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnRequestDue(int index, Instant now) => engine.OnRobustRequestDue(index, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void TakeBlock(int index, in CoapMessage message, in ResponseOptions known, BlockOption block, Instant now) =>
            engine.TakeRobustResponseBlock(index, message, known, block, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TakeAnswer(int index, in CoapMessage message, in ResponseOptions known, Instant now) =>
            engine.TakeAnswerToRobust(index, message, known, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void FetchRest(int parent, in CoapMessage message, in ResponseOptions known, BlockOption block, Instant now) =>
            engine.FetchRestRobustly(parent, message, known, block, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Restart(int index, bool isInBlocks, bool confirmable) => engine.RestartRobustRequest(index, isInBlocks, confirmable);
    }
}
