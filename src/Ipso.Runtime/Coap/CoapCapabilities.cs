namespace Ipso.Coap;

/// <summary>What one side of a connection has said of itself in its CSMs (RFC 8323, 5.3; RFC 8974, 2.2.1).</summary>
/// <param name="MaxMessageSize">The longest message that it takes, header included, in bytes.</param>
/// <param name="BlockWiseTransfer">Whether it takes part in block-wise transfers.</param>
/// <param name="MaxTokenLength">The longest token that it takes, 8 to <see cref="CoapToken.MaxExtendedLength"/> bytes.</param>
public readonly record struct CoapCapabilities(uint MaxMessageSize, bool BlockWiseTransfer, int MaxTokenLength)
{
    /// <summary>The base values, which hold until a CSM says otherwise: 1152 bytes, no block-wise transfer, tokens of 8 bytes.</summary>
    public static CoapCapabilities Base => new(1152, false, CoapToken.MaxLength);

    /// <summary>Whether it takes BERT blocks (RFC 8323, 6).</summary>
    public bool TakesBert => BlockWiseTransfer && MaxMessageSize > Base.MaxMessageSize;

    /// <summary>Takes what a CSM says to what is known: an option that is not in it leaves its setting as it was.</summary>
    /// <param name="csm">A message of the code 7.01.</param>
    /// <param name="updated">The capabilities after it; those of before if the result is false.</param>
    /// <param name="badOption">The critical option that is not understood; 0 if the result is true.</param>
    /// <returns>False if the connection is to be aborted, with a Bad-CSM-Option (RFC 8323, 5.3 and 5.6).</returns>
    public bool TryUpdate(in CoapMessage csm, out CoapCapabilities updated, out CoapOptionNumber badOption)
    {
        updated = this;
        badOption = CoapSignals.FindBadOption(csm);
        if (badOption != 0)
        {
            return false;
        }

        CoapOptions options = csm.Options;
        if (options.TryGet(CoapSignalOption.MaxMessageSize, out ReadOnlySpan<byte> size) && CoapUInt.TryRead(size, out uint maxMessageSize))
        {
            updated = updated with { MaxMessageSize = maxMessageSize };
        }

        if (options.TryGet(CoapSignalOption.BlockWiseTransfer, out ReadOnlySpan<byte> flag) && flag.IsEmpty)
        {
            updated = updated with { BlockWiseTransfer = true };
        }

        // RFC 8974, 2.2.1: below 8 it is ignored, above the greatest it is that.
        if (options.TryGet(CoapSignalOption.ExtendedTokenLength, out ReadOnlySpan<byte> token)
            && token.Length <= 3 && CoapUInt.TryRead(token, out uint maxTokenLength) && maxTokenLength >= CoapToken.MaxLength)
        {
            updated = updated with { MaxTokenLength = (int)Math.Min(maxTokenLength, CoapToken.MaxExtendedLength) };
        }

        return true;
    }

    /// <summary>Writes the options of a CSM: those that differ from the base.</summary>
    /// <param name="writer">A message of the code 7.01 to which nothing but the header has been written.</param>
    public void WriteTo(ref CoapMessageWriter writer)
    {
        if (MaxMessageSize != Base.MaxMessageSize)
        {
            writer.Option(CoapSignalOption.MaxMessageSize, MaxMessageSize);
        }

        if (BlockWiseTransfer)
        {
            writer.Option(CoapSignalOption.BlockWiseTransfer, ReadOnlySpan<byte>.Empty);
        }

        if (MaxTokenLength > CoapToken.MaxLength)
        {
            writer.Option(CoapSignalOption.ExtendedTokenLength, (uint)MaxTokenLength);
        }
    }
}
