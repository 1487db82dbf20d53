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
        internal void Receive(in Arrival arrival)
        {
            if (arrival.Known.HasQBlock1)
            {
                engine.TakeRobustRequestBlock(arrival, arrival.Known.QBlock1);
            }
            else
            {
                engine.TakeRobustRequest(arrival, arrival.Known.QBlock2);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void SpareRoom(in Arrival arrival) => engine.SpareRoom(arrival);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void BecomeRobust(int index) => engine.BecomeRobust(index);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnComposed(int index, int exponent) => engine.OnComposed(index, exponent);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void QueueRest(int index, in Arrival arrival) => engine.QueueRestOfRobust(index, arrival);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryReadAhead(int index, long offset, Span<byte> destination, Instant now, out int length, out bool more) =>
            engine.TryReadAhead(index, offset, destination, now, out length, out more);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void KeepAnswer(in Arrival arrival) => engine.KeepAnswerToRobust(arrival);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool TryGoOn(int index, Instant now) => engine.TryGoOnWithRobust(index, now);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int FindSent(in PeerId peer, ushort messageId, ref int observer) => engine.FindSent(peer, messageId, ref observer);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnReset(in PeerId peer, ushort messageId) => engine.OnRobustReset(peer, messageId);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void OnRefused(in PeerId peer) => engine.OnRobustRefused(peer);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void EndReset(int index) => engine.EndReset(index);

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
