using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Scripts;

/// <summary>
/// The engine over datagrams whose messages are protected by OSCORE, under a script. One of the peers has no context, and what another one
/// has sent before is not known. The cipher takes any tag: what a peer makes is whatever the script has.
/// </summary>
internal sealed class ProtectedScript : DatagramScript
{
    private const int WithoutContext = PeerCount - 1;
    private const int OfAnotherLife = PeerCount - 2;

    private readonly SecurityContext[] _peers = new SecurityContext[WithoutContext];
    private readonly byte[] _wire = new byte[4096];
    private readonly byte[] _workspace = new byte[4096];
    private readonly byte[] _inner = new byte[4096];
    private long _maxMemory;

    // The contexts are no part of the engine.
    protected override long MaxMemory => _maxMemory + 100_000;

    protected override CoapEngine Create(CoapEndpointOptions options, ScriptRandom random, ScriptedApplication application)
    {
        OscoreProtection protection = new(PeerCount);
        for (int i = 0; i < WithoutContext; i++)
        {
            byte peer = (byte)(i + 1);
            _peers[i] = Make([peer], [9, peer], isLost: false);
            SecurityContext ours = Make([9, peer], [peer], i == OfAnotherLife);
            _ = i == 0 ? protection.TryAdd(ours, AddressOf(0)) : protection.TryAdd(ours);
        }

        CoapEndpointOptions withProtection = options with { Protection = protection };
        _maxMemory = withProtection.MaxMemory;
        return base.Create(withProtection, random, application);
    }

    protected override void Deliver(int from, ReadOnlySpan<byte> message)
    {
        // Now and then as it is: what has no protection, or a wrong one.
        int peer = from % PeerCount;
        int length = 0;
        MessageBinding binding = new() { NumberLength = 1 };
        if (peer != WithoutContext && (from & 0x20) == 0
            && CoapMessage.TryParse(message, CoapFraming.Datagram, extendedTokens: true, out CoapMessage plain, out _))
        {
            OscoreFault fault = plain.Code.IsRequest
                ? OscoreMessages.ProtectRequest(_peers[peer], plain, _wire, out length, ref binding)
                : plain.Code.IsResponse
                    ? OscoreMessages.ProtectResponse(_peers[peer], plain, binding, hasOwnNumber: true, _wire, out length)
                    : OscoreFault.Unprotectable;
            length = fault == OscoreFault.None ? length : 0;
        }

        base.Deliver(from, length > 0 ? _wire.AsSpan(0, length) : message);
    }

    protected override void Judge(in PeerId to, ReadOnlySpan<byte> message)
    {
        int peer = IndexOf(to);
        if (peer is < 0 or WithoutContext || message.Length > Options.MaxMessageSize
            || !CoapMessage.TryParse(message, CoapFraming.Datagram, extendedTokens: true, out CoapMessage outer, out _)
            || !outer.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value))
        {
            base.Judge(to, message);
            return;
        }

        MessageBinding binding = new() { NumberLength = 1 };
        int length = 0;
        OscoreFault fault = !OscoreOption.TryRead(value, out OscoreOption option) ? OscoreFault.Malformed
            : outer.Code.IsRequest
                ? OscoreMessages.UnprotectRequest(_peers[peer], outer, option, _workspace, _inner, out length, out _)
                : OscoreMessages.UnprotectResponse(_peers[peer], outer, option, ref binding, _workspace, _inner, out length);
        if (fault == OscoreFault.None)
        {
            base.Judge(to, _inner.AsSpan(0, length));
        }
        else
        {
            Fail($"what was protected cannot be unprotected: {fault}");
        }
    }

    private static SecurityContext Make(ReadOnlySpan<byte> sender, ReadOnlySpan<byte> recipient, bool isLost) => new(new SecurityContextKeys
    {
        MasterSecret = "sixteen bytes ok"u8,
        SenderId = sender,
        RecipientId = recipient,
        Aeads = OscoreDecoders.OpenCipher,
        HasLostReplayWindow = isLost,
    });
}
