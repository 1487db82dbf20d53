using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;

namespace Ipso.Tests.Coap.Oscore;

// Messages and contexts to try things with.
public partial class OscoreMessageTests
{
    private static PeerIdentity? WhoSent(OscoreProtection protection, byte[] wire)
    {
        protection.UnprotectRequest(
            Parse(wire), default, new byte[wire.Length], new byte[wire.Length], out _, out MessageBinding binding, out _);
        return protection.IdentityOf(binding);
    }

    private static void WithObserve(ref CoapMessageWriter writer) => writer.Option(CoapOptionNumber.Observe, 0u);

    private delegate void Writing(ref CoapMessageWriter writer);

    private static byte[] Write(CoapFraming framing, CoapCode code, Writing writing)
    {
        byte[] buffer = new byte[1000];
        var writer = new CoapMessageWriter(buffer, framing, CoapType.Confirmable, code, 77, [1, 2, 3]);
        writing(ref writer);
        return buffer[..writer.Finish()];
    }

    private static CoapMessage Parse(byte[] bytes)
    {
        foreach (CoapFraming framing in Enum.GetValues<CoapFraming>())
        {
            if (CoapMessage.TryParse(bytes, framing, false, out CoapMessage message, out _) && !message.Code.IsEmpty
                && message.TokenBytes.SequenceEqual((ReadOnlySpan<byte>)[1, 2, 3]))
            {
                return message;
            }
        }

        throw new ArgumentException("No message.");
    }

    private static byte[] Protect(SecurityContext context, byte[] request, out MessageBinding binding)
    {
        byte[] wire = new byte[request.Length + OscoreMessages.Overhead + context.IdContext.Length];
        binding = default;
        Assert.Equal(OscoreFault.None, OscoreMessages.ProtectRequest(context, Parse(request), wire, out int length, ref binding));
        return wire[..length];
    }

    private static OscoreFault Unprotect(SecurityContext context, byte[] wire, out byte[] back, out MessageBinding binding)
    {
        CoapMessage message = Parse(wire);
        message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value);
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        back = new byte[wire.Length];
        OscoreFault fault = OscoreMessages.UnprotectRequest(
            context, message, option, new byte[wire.Length], back, out int length, out binding);
        back = back[..length];
        return fault;
    }

    private static OscoreFault UnprotectResponse(SecurityContext context, byte[] wire, ref MessageBinding binding, out byte[] back)
    {
        CoapMessage message = Parse(wire);
        message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value);
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        back = new byte[wire.Length + 4];
        OscoreFault fault = OscoreMessages.UnprotectResponse(
            context, message, option, ref binding, new byte[wire.Length], back, out int length);
        back = back[..length];
        return fault;
    }

    private static SecurityContext Make(
        AeadAlgorithm algorithm = AeadAlgorithm.AesCcm16Tag64Key128, HmacAlgorithm hmac = HmacAlgorithm.Sha256, byte[]? senderId = null,
        byte[]? recipientId = null, byte[]? idContext = null, bool sendsIdContext = true, ISequenceStorage? storage = null,
        ulong number = 0) =>
        new(new SecurityContextKeys
        {
            MasterSecret = s_secret,
            SenderId = senderId,
            RecipientId = recipientId,
            IdContext = idContext,
            Algorithm = algorithm,
            Hmac = hmac,
            SendsIdContext = sendsIdContext,
            Storage = storage,
            SequenceNumber = number,
            ReserveNumbers = 10,
        });

    private sealed class Storage : ISequenceStorage
    {
        public List<ulong> Stored { get; } = [];

        public bool Fails { get; set; }

        public bool Throws { get; set; }

        public ulong Next => Stored.Count == 0 ? 0 : Stored[^1];

        public bool TryStore(ulong next)
        {
            if (Throws)
            {
                throw new InvalidOperationException();
            }

            if (!Fails)
            {
                Stored.Add(next);
            }

            return !Fails;
        }
    }
}
