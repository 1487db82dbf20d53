using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

// Proof of address (RFC 9175, 2.3) is reached through an object that an endpoint has whose options ask for it, or which protects messages: a
// native program with neither leaves it out.
public abstract partial class CoapEngine
{
    private EchoRole? _echo;

    private bool MustProveAddress(in Arrival arrival) =>
        _options.AmplificationFactor > 0 && !IsReliable && _echo!.IsUnproven(arrival.From, arrival.Now);

    internal sealed class EchoRole(CoapEngine engine)
    {
        private readonly EchoValues _values = new(engine._random);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool IsUnproven(in PeerId peer, Instant now)
        {
            int index = engine._peers.Find(peer);
            return index < 0 || !engine._peers[index].IsProven || engine._peers[index].ProvenUntil <= now;
        }

        /// <summary>Whether a request comes back with a value that its client was given under its context.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal bool IsFresh(in Arrival arrival) =>
            arrival.Message.Options.TryGet(CoapOptionNumber.Echo, out ReadOnlySpan<byte> value)
            && _values.IsFresh(value, arrival.From, engine._binding.Context, arrival.Now, engine._options.EchoLifetime);

        /// <summary>RFC 9175, 2.3: an Echo value that comes back shows that the client is where its address says.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Take(in Arrival arrival)
        {
            if (IsFresh(arrival))
            {
                ref PeerTable.Peer peer = ref engine._peers[engine._peers.Get(arrival.From)];
                peer.IsProven = true;
                peer.ProvenUntil = arrival.Now + engine._options.EchoLifetime;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Demand(in Arrival arrival)
        {
            engine.Counters.EchoDemanded++;
            Span<byte> value = stackalloc byte[EchoValues.Length];
            _values.Write(value, arrival.From, engine._binding.Context, arrival.Now);
            CoapResponse response = new(engine._composer.Begin(), canObserve: false);
            response.Fail(CoapCode.Unauthorized);
            engine._composer.Head.SetEcho(value);
            engine.SendSmall(arrival, response);
        }
    }
}
