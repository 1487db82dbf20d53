namespace Ipso.Coap.Engine;

/// <summary>
/// The options of a request, judged once (RFC 7252, 5.4): which values may be relied on, and whether one makes the message unacceptable.
/// </summary>
internal struct RequestOptions
{
    public ContentFormat? ContentFormat;
    public ContentFormat? Accept;
    public ObserveAction? Observe;
    public uint? Size1;
    public bool WantsSize2;
    public bool IfNoneMatch;

    // The blocks; the default where there is none.
    public bool HasBlock1;
    public bool HasBlock2;
    public bool HasQBlock1;
    public bool HasQBlock2;
    public BlockOption Block1;
    public BlockOption Block2;

    /// <summary>A block of a robust transfer (RFC 9177).</summary>
    public BlockOption QBlock1;

    /// <summary>The first of the blocks that are asked for (RFC 9177); the option may be there several times.</summary>
    public BlockOption QBlock2;

    public bool HasETag;
    public bool HasEcho;

    /// <summary>The classes of response that the client does not want: bit 1 for class 2, bit 3 for 4, bit 4 for 5 (RFC 7967, 2).</summary>
    public byte NoResponse;

    /// <summary>Whether the request may be executed more than once: GET and FETCH change nothing (RFC 7252, 5.1; RFC 8132, 2).</summary>
    public bool IsSafe;

    public readonly bool HasBlocks => HasBlock1 | HasBlock2 | HasQBlock1 | HasQBlock2;

    /// <summary>Whether the client takes a response in a robust transfer: it says so by either option (RFC 9177, 4.1).</summary>
    public readonly bool IsRobust => HasQBlock1 | HasQBlock2;

    /// <summary>Whether a block of the response is asked for, in either kind of transfer.</summary>
    public readonly bool WantsBlock => HasBlock2 | HasQBlock2;

    /// <summary>That block.</summary>
    public readonly BlockOption WantedBlock => HasQBlock2 ? QBlock2 : Block2;

    public bool HasRequestTag;

    /// <summary>Judges the options of a request. The result is 0.00, or the error to answer with and the option that is to blame.</summary>
    public static CoapCode Check(in CoapMessage message, out RequestOptions known, out CoapOptionNumber offender)
    {
        known = default;
        offender = default;
        CoapOptionNumber previous = 0;
        known.IsSafe = message.Code == CoapCode.Get || message.Code == CoapCode.Fetch;

        foreach (CoapOption option in message.Options)
        {
            // RFC 7252, 5.4.3 and 5.4.5: a value of a length out of range, and a repetition of an option that must not be repeated,
            // are treated like an option that is not understood.
            bool understood = OptionRules.Allows(option.Number, option.Value.Length)
                && (option.Number != previous || OptionRules.IsRepeatable(option.Number));
            previous = option.Number;
            if (!understood)
            {
                if (option.Number.IsCritical)
                {
                    offender = option.Number;
                    return CoapCode.BadOption;
                }

                continue;
            }

            CoapCode error = Take(ref known, option);
            if (!error.IsEmpty)
            {
                offender = option.Number;
                return error;
            }
        }

        if (known.IsRobust && (known.HasBlock1 | known.HasBlock2))
        {
            // RFC 9177, 4.1: the two kinds of transfer do not mix.
            offender = known.HasQBlock1 ? CoapOptionNumber.QBlock1 : CoapOptionNumber.QBlock2;
            return CoapCode.BadOption;
        }

        return CoapCode.Empty;
    }

    private static CoapCode Take(ref RequestOptions known, in CoapOption option)
    {
        uint value = 0;
        if (option.Value.Length <= CoapUInt.MaxLength)
        {
            _ = CoapUInt.TryRead(option.Value, out value);
        }

        switch (option.Number)
        {
            case CoapOptionNumber.ProxyUri or CoapOptionNumber.ProxyScheme:
                return CoapCode.ProxyingNotSupported;
            case CoapOptionNumber.Block2:
                known.HasBlock2 = true;
                known.Block2 = BlockOption.FromValue(value);
                break;
            case CoapOptionNumber.Block1:
                known.HasBlock1 = true;
                known.Block1 = BlockOption.FromValue(value);
                break;
            case CoapOptionNumber.QBlock1:
                known.HasQBlock1 = true;
                known.QBlock1 = BlockOption.FromValue(value);
                break;
            case CoapOptionNumber.QBlock2 when !known.HasQBlock2:
                known.HasQBlock2 = true;
                known.QBlock2 = BlockOption.FromValue(value);
                break;
            case CoapOptionNumber.RequestTag:
                known.HasRequestTag = true;
                break;
            case CoapOptionNumber.ContentFormat:
                known.ContentFormat = (ContentFormat)value;
                break;
            case CoapOptionNumber.Accept:
                known.Accept = (ContentFormat)value;
                break;
            case CoapOptionNumber.Observe when known.IsSafe && value <= 1:
                known.Observe = (ObserveAction)value;
                break;
            case CoapOptionNumber.IfNoneMatch:
                known.IfNoneMatch = true;
                break;
            case CoapOptionNumber.ETag:
                known.HasETag = true;
                break;
            case CoapOptionNumber.Size1:
                known.Size1 = value;
                break;
            case CoapOptionNumber.Size2:
                known.WantsSize2 = true;
                break;
            case CoapOptionNumber.Echo:
                known.HasEcho = true;
                break;
            case CoapOptionNumber.NoResponse:
                known.NoResponse = (byte)value;
                break;

            // RFC 8768, 3: a Hop-Limit of 0 has no business on the wire.
            case CoapOptionNumber.HopLimit when value == 0:
                return CoapCode.BadRequest;
            default:
                break;
        }

        return CoapCode.Empty;
    }
}

/// <summary>The options of a response, judged once: see <see cref="RequestOptions"/>.</summary>
internal struct ResponseOptions
{
    public uint? Observe;
    public BlockOption? Block1;
    public BlockOption? Block2;
    public BlockOption? QBlock1;
    public BlockOption? QBlock2;
    public ContentFormat? ContentFormat;
    public uint? Size2;
    public uint? MaxAge;
    public CoapETag ETag;

    /// <summary>Judges the options of a response: whether it can be handed out.</summary>
    public static bool Check(in CoapMessage message, out ResponseOptions known)
    {
        known = default;
        CoapOptionNumber previous = 0;
        foreach (CoapOption option in message.Options)
        {
            bool understood = OptionRules.Allows(option.Number, option.Value.Length) && option.Number != previous;
            previous = option.Number;
            uint value = 0;
            if (!understood || !CoapUInt.TryRead(option.Value, out value))
            {
                value = 0;
            }

            switch (option.Number)
            {
                case CoapOptionNumber.Observe when understood:
                    known.Observe = value;
                    break;
                case CoapOptionNumber.Block1 when understood:
                    known.Block1 = BlockOption.FromValue(value);
                    break;
                case CoapOptionNumber.Block2 when understood:
                    known.Block2 = BlockOption.FromValue(value);
                    break;
                case CoapOptionNumber.QBlock1 when understood:
                    known.QBlock1 = BlockOption.FromValue(value);
                    break;
                case CoapOptionNumber.QBlock2 when understood:
                    known.QBlock2 = BlockOption.FromValue(value);
                    break;
                case CoapOptionNumber.ContentFormat when understood:
                    known.ContentFormat = (ContentFormat)value;
                    break;
                case CoapOptionNumber.Size2 when understood:
                    known.Size2 = value;
                    break;
                case CoapOptionNumber.MaxAge when understood:
                    known.MaxAge = value;
                    break;
                case CoapOptionNumber.ETag when understood:
                    known.ETag = new CoapETag(option.Value);
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
}

/// <summary>Lengths and repetition of the options that the engine understands (the table at <see cref="CoapOptionNumber"/>).</summary>
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
        CoapOptionNumber.MaxAge => length <= 4,
        CoapOptionNumber.UriQuery => length <= 255,
        CoapOptionNumber.HopLimit => length == 1,
        CoapOptionNumber.Accept => length <= 2,
        CoapOptionNumber.Block2 or CoapOptionNumber.Block1 or CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2 => length <= 3,
        CoapOptionNumber.Size1 or CoapOptionNumber.Size2 => length <= 4,
        CoapOptionNumber.ProxyUri => length is >= 1 and <= 1034,
        CoapOptionNumber.ProxyScheme => length is >= 1 and <= 255,
        CoapOptionNumber.Echo => length is >= 1 and <= 40,
        CoapOptionNumber.NoResponse => length <= 1,
        CoapOptionNumber.RequestTag => length <= 8,
        _ => false,
    };

    /// <summary>Whether the option may occur more than once in a request.</summary>
    public static bool IsRepeatable(CoapOptionNumber number) =>
        number is CoapOptionNumber.IfMatch or CoapOptionNumber.ETag or CoapOptionNumber.UriPath or CoapOptionNumber.UriQuery
            or CoapOptionNumber.QBlock2 or CoapOptionNumber.RequestTag;
}
