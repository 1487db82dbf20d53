namespace Ipso.Coap.Engine;

/// <summary>
/// The options of a message, judged once (RFC 7252, 5.4): which values may be relied on, and whether one makes the message unacceptable.
/// </summary>
internal readonly struct RequestOptions
{
    public ContentFormat? ContentFormat { get; private init; }

    public ContentFormat? Accept { get; private init; }

    public ObserveAction? Observe { get; private init; }

    public bool IfNoneMatch { get; private init; }

    /// <summary>The block size that the peer asked for with Block2; no limit if it did not.</summary>
    public int MaxPayload { get; private init; }

    /// <summary>Judges the options of a request. The result is 0.00, or the error to answer with and the option that is to blame.</summary>
    public static CoapCode Check(in CoapMessage message, out RequestOptions known, out CoapOptionNumber offender)
    {
        ContentFormat? contentFormat = null;
        ContentFormat? accept = null;
        ObserveAction? observe = null;
        bool ifNoneMatch = false;
        int maxPayload = int.MaxValue;
        CoapOptionNumber previous = 0;
        bool isRead = message.Code == CoapCode.Get || message.Code == CoapCode.Fetch;
        known = default;
        offender = default;

        foreach (CoapOption option in message.Options)
        {
            // RFC 7252, 5.4.3 and 5.4.5: a value of a length out of range, and a repetition of an option that must not be repeated,
            // are treated like an option that is not understood.
            bool understood = OptionRules.Allows(option.Number, option.Value.Length)
                && (option.Number != previous || OptionRules.IsRepeatable(option.Number));
            previous = option.Number;
            uint value = 0;
            if (understood && option.Value.Length <= CoapUInt.MaxLength)
            {
                _ = CoapUInt.TryRead(option.Value, out value);
            }

            switch (option.Number)
            {
                case CoapOptionNumber.ProxyUri or CoapOptionNumber.ProxyScheme when understood:
                    offender = option.Number;
                    return CoapCode.ProxyingNotSupported;
                case CoapOptionNumber.Block2 when understood && isRead && IsFirstBlock(value):
                    maxPayload = 16 << (int)(value & 7);
                    break;
                case CoapOptionNumber.Block1 or CoapOptionNumber.Block2:
                    offender = option.Number;
                    return CoapCode.BadOption;
                case CoapOptionNumber.ContentFormat when understood:
                    contentFormat = (ContentFormat)value;
                    break;
                case CoapOptionNumber.Accept when understood:
                    accept = (ContentFormat)value;
                    break;
                case CoapOptionNumber.Observe when understood && isRead && value <= 1:
                    observe = (ObserveAction)value;
                    break;
                case CoapOptionNumber.IfNoneMatch when understood:
                    ifNoneMatch = true;
                    break;
                default:
                    if (!understood && option.Number.IsCritical)
                    {
                        offender = option.Number;
                        return CoapCode.BadOption;
                    }

                    break;
            }
        }

        known = new RequestOptions
        {
            ContentFormat = contentFormat,
            Accept = accept,
            Observe = observe,
            IfNoneMatch = ifNoneMatch,
            MaxPayload = maxPayload,
        };
        return CoapCode.Empty;
    }

    /// <summary>Judges the options of a response: whether it can be handed out, and the Observe value if there is one.</summary>
    public static bool CheckResponse(in CoapMessage message, out uint? observe)
    {
        observe = null;
        foreach (CoapOption option in message.Options)
        {
            switch (option.Number)
            {
                case CoapOptionNumber.Observe when observe is null && ObserveSequence.TryRead(option.Value, out uint value):
                    observe = value;
                    break;

                // A response of one block is complete; of several, the rest cannot be asked for.
                case CoapOptionNumber.Block2 when IsOnlyBlock(option.Value):
                    break;
                default:
                    if (option.Number.IsCritical)
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }

    // NUM 0 and M 0 (RFC 7959, 2.2).
    private static bool IsOnlyBlock(ReadOnlySpan<byte> value) =>
        value.Length <= 3 && CoapUInt.TryRead(value, out uint block) && block >> 3 == 0;

    // RFC 7959, 2.2: NUM 0 and a size exponent that is not the reserved 7. M means nothing in a request's Block2.
    private static bool IsFirstBlock(uint value) => value >> 4 == 0 && (value & 7) != 7;
}

/// <summary>Lengths and repetition of the options that a request may carry (the table at <see cref="CoapOptionNumber"/>).</summary>
internal static class OptionRules
{
    /// <summary>Whether the engine understands the option, and a value of this length is allowed.</summary>
    public static bool Allows(CoapOptionNumber number, int length) => number switch
    {
        CoapOptionNumber.IfMatch => length <= 8,
        CoapOptionNumber.UriHost => length is >= 1 and <= 255,
        CoapOptionNumber.ETag => length is >= 1 and <= 8,
        CoapOptionNumber.IfNoneMatch => length == 0,
        CoapOptionNumber.Observe => length <= 3,
        CoapOptionNumber.UriPort => length <= 2,
        CoapOptionNumber.UriPath => length <= 255,
        CoapOptionNumber.ContentFormat => length <= 2,
        CoapOptionNumber.UriQuery => length <= 255,
        CoapOptionNumber.Accept => length <= 2,
        CoapOptionNumber.Block2 or CoapOptionNumber.Block1 => length <= 3,
        CoapOptionNumber.ProxyUri => length is >= 1 and <= 1034,
        CoapOptionNumber.ProxyScheme => length is >= 1 and <= 255,
        _ => false,
    };

    /// <summary>Whether the option may occur more than once.</summary>
    public static bool IsRepeatable(CoapOptionNumber number) =>
        number is CoapOptionNumber.IfMatch or CoapOptionNumber.ETag or CoapOptionNumber.UriPath or CoapOptionNumber.UriQuery;
}
