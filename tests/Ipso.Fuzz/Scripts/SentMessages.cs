using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Fuzz.Scripts;

/// <summary>What an engine has sent: each message is judged, and the last ones are kept for a script to answer.</summary>
internal sealed class SentMessages(CoapFraming framing)
{
    private const int Kept = 8;
    private const int MaxLength = 2400;

    private readonly (PeerId To, int Length)[] _heads = new (PeerId To, int Length)[Kept];
    private readonly byte[] _bytes = new byte[Kept * MaxLength];
    private int _count;

    internal void Clear() => _count = 0;

    /// <summary>Judges a message by itself, and keeps it.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    internal string? Add(in PeerId to, ReadOnlySpan<byte> bytes, int maxLength)
    {
        if (bytes.Length > maxLength)
        {
            return $"a message is longer than may be: {bytes.Length} of {maxLength}";
        }

        if (!CoapMessage.TryParse(bytes, framing, extendedTokens: true, out CoapMessage message, out CoapParseError error))
        {
            return $"a message that was sent does not parse: {error}";
        }

        // What nobody answers is not kept.
        if (framing != CoapFraming.Datagram || message.Type is CoapType.Confirmable or CoapType.NonConfirmable)
        {
            int place = _count++ % Kept;
            _heads[place] = (to, bytes.Length);
            bytes.CopyTo(_bytes.AsSpan(place * MaxLength));
        }

        return Judge(message);
    }

    /// <summary>One of the last messages.</summary>
    /// <param name="which">0 for the last one, 1 for the one before.</param>
    /// <param name="to">Whom it went to.</param>
    /// <param name="message">The message.</param>
    /// <returns>False if there are none.</returns>
    internal bool TryGet(int which, out PeerId to, out CoapMessage message)
    {
        to = default;
        message = default;
        if (_count == 0)
        {
            return false;
        }

        int place = (_count - 1 - which % Math.Min(_count, Kept)) % Kept;
        to = _heads[place].To;
        return CoapMessage.TryParse(
            _bytes.AsSpan(place * MaxLength, _heads[place].Length), framing, extendedTokens: true, out message, out _);
    }

    private string? Judge(in CoapMessage message)
    {
        CoapCode code = message.Code;
        bool isDatagram = framing == CoapFraming.Datagram;
        bool fits = message.Type switch
        {
            _ when !isDatagram => code.IsRequest || code.IsResponse || code.IsSignal,
            CoapType.Reset => code.IsEmpty,
            CoapType.Acknowledgement => code.IsEmpty || code.IsResponse,
            CoapType.NonConfirmable => code.IsRequest || code.IsResponse,
            _ => code.IsEmpty || code.IsRequest || code.IsResponse,
        };
        if (!fits)
        {
            return $"a message of this type has no business with its code: {message.Type} {code}";
        }

        CoapOptionNumber last = 0;
        foreach (CoapOption option in message.Options)
        {
            if (!CoapOptionInfo.TryGet(code, option.Number, out CoapOptionInfo info))
            {
                return $"an option that does not exist was sent: {option.Number}";
            }

            if (!info.Allows(option.Value.Length) || (option.Number == last && !info.IsRepeatable))
            {
                return $"an option is repeated or of a wrong length: {option.Number}, {option.Value.Length} bytes";
            }

            last = option.Number;
        }

        return null;
    }
}
