using Ipso.Benchmarks.Harness;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;

namespace Ipso.Benchmarks.Security;

/// <summary>A message is protected and unprotected: the result is its length, 0 where it is forged on the way and refused.</summary>
internal readonly struct OscoreCycle : IOperation
{
    private const int PayloadLength = 100;

    /// <summary>Header and token, three segments of path, marker and payload.</summary>
    internal const int PlainLength = 4 + 4 + (1 + 4) + (1 + 1) + (1 + 4) + 1 + PayloadLength;

    private readonly SecurityContext _sender;
    private readonly SecurityContext _recipient;
    private readonly byte[] _plain = new byte[PlainLength];
    private readonly byte[] _wire = new byte[PlainLength + OscoreMessages.Overhead];
    private readonly byte[] _workspace = new byte[PlainLength + OscoreMessages.Overhead];
    private readonly byte[] _back = new byte[PlainLength + OscoreMessages.Overhead];
    private readonly bool _isForged;

    internal OscoreCycle(AeadAlgorithm algorithm, AeadProvider provider, bool isForged)
    {
        _isForged = isForged;
        _sender = Make(1, 2, algorithm, provider);
        _recipient = Make(2, 1, algorithm, provider);
        CoapMessageWriter writer = new(_plain, CoapType.Confirmable, CoapCode.Put, 7, new CoapToken([1, 2, 3, 4]));
        writer.Option(CoapOptionNumber.UriPath, "3303"u8);
        writer.Option(CoapOptionNumber.UriPath, "0"u8);
        writer.Option(CoapOptionNumber.UriPath, "5700"u8);
        writer.Payload(new byte[PayloadLength]);
        if (writer.Finish() != PlainLength)
        {
            throw new WrongResultException("The message has another length.");
        }
    }

    public int Run()
    {
        MessageBinding binding = default;
        if (!CoapMessage.TryParse(_plain, out CoapMessage plain, out _)
            || OscoreMessages.ProtectRequest(_sender, plain, _wire, out int length, ref binding) != OscoreFault.None)
        {
            return -1;
        }

        if (_isForged)
        {
            _wire[length - 1] ^= 1;
        }

        if (!CoapMessage.TryParse(_wire.AsSpan(0, length), out CoapMessage message, out _)
            || !message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value)
            || !OscoreOption.TryRead(value, out OscoreOption option))
        {
            return -1;
        }

        OscoreFault fault = OscoreMessages.UnprotectRequest(_recipient, message, option, _workspace, _back, out length, out binding);
        if (fault == OscoreFault.None)
        {
            _recipient.Accept(binding.Number);
        }

        return fault == (_isForged ? OscoreFault.Undecryptable : OscoreFault.None) ? length : -1;
    }

    // Numbers of one length, however many there are.
    private static SecurityContext Make(byte sender, byte recipient, AeadAlgorithm algorithm, AeadProvider provider) =>
        new(new SecurityContextKeys
        {
            MasterSecret = "sixteen bytes ok"u8,
            SenderId = [sender],
            RecipientId = [recipient],
            Algorithm = algorithm,
            Aeads = provider,
            SequenceNumber = 1 << 24,
            HasLostReplayWindow = false,
        });
}
