namespace Ipso.Coap;

/// <summary>
/// The signals of reliable transports, read and written (RFC 8323, 5). Every writer gives the length of the message, or -1 if the buffer is
/// too small; none allocates.
/// </summary>
public static class CoapSignals
{
    /// <summary>Finds the first critical option of a signal that is not understood: it ends the connection (RFC 8323, 5.2).</summary>
    /// <param name="signal">A message of class 7.</param>
    /// <returns>The Option Number; 0, which is none, if all is understood.</returns>
    public static CoapOptionNumber FindBadOption(in CoapMessage signal)
    {
        foreach (CoapOption option in signal.Options)
        {
            if (option.Number.IsCritical && !CoapOptionInfo.TryGet(signal.Code, option.Number, out _))
            {
                return option.Number;
            }
        }

        return 0;
    }

    /// <summary>Whether a Ping or a Pong has the option Custody.</summary>
    /// <param name="signal">A Ping or a Pong.</param>
    /// <returns>True if it has, and empty as it must be.</returns>
    public static bool HasCustody(in CoapMessage signal) =>
        signal.Options.TryGet(CoapSignalOption.Custody, out ReadOnlySpan<byte> value) && value.IsEmpty;

    /// <summary>How long the sender of a Release asks its peer to stay away.</summary>
    /// <param name="release">A Release.</param>
    /// <returns>0 to 2^24 - 1 seconds; null if it does not say.</returns>
    public static TimeSpan? GetHoldOff(in CoapMessage release) =>
        release.Options.TryGet(CoapSignalOption.HoldOff, out ReadOnlySpan<byte> value) && value.Length <= 3
        && CoapUInt.TryRead(value, out uint seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Where the sender of a Release asks its peer to connect instead: authorities, such as <c>[2001:db8::1]:5683</c>.</summary>
    /// <param name="release">A Release.</param>
    /// <returns>None, one or several, as they came.</returns>
    public static CoapOptionValues GetAlternativeAddresses(in CoapMessage release) =>
        release.Options.Values(CoapSignalOption.AlternativeAddress);

    /// <summary>The option of our CSM that the sender of an Abort did not understand.</summary>
    /// <param name="abort">An Abort.</param>
    /// <returns>The Option Number; null if it does not say.</returns>
    public static CoapOptionNumber? GetBadCsmOption(in CoapMessage abort) =>
        abort.Options.TryGet(CoapSignalOption.BadCsmOption, out ReadOnlySpan<byte> value) && value.Length <= 2
        && CoapUInt.TryRead(value, out uint number)
            ? (CoapOptionNumber)number
            : null;

    /// <summary>Writes a CSM (RFC 8323, 5.3).</summary>
    /// <param name="buffer">Where the message goes.</param>
    /// <param name="framing">What it goes out in.</param>
    /// <param name="capabilities">What to say.</param>
    /// <returns>The length, or -1.</returns>
    public static int WriteCsm(Span<byte> buffer, CoapFraming framing, in CoapCapabilities capabilities)
    {
        CoapMessageWriter writer = Begin(buffer, framing, CoapCode.Csm, default);
        capabilities.WriteTo(ref writer);
        return writer.Finish();
    }

    /// <summary>Writes a Ping (RFC 8323, 5.4).</summary>
    /// <param name="buffer">Where the message goes.</param>
    /// <param name="framing">What it goes out in.</param>
    /// <param name="token">The token that the Pong is to bear.</param>
    /// <param name="custody">Whether the Pong is to wait until what came before is dealt with.</param>
    /// <returns>The length, or -1.</returns>
    public static int WritePing(Span<byte> buffer, CoapFraming framing, ReadOnlySpan<byte> token, bool custody = false) =>
        WriteWithCustody(buffer, framing, CoapCode.Ping, token, custody);

    /// <summary>Writes the Pong to a Ping (RFC 8323, 5.4).</summary>
    /// <param name="buffer">Where the message goes.</param>
    /// <param name="framing">What it goes out in.</param>
    /// <param name="token">The token of the Ping.</param>
    /// <param name="custody">Whether what came before the Ping is dealt with; only as an answer to such a Ping.</param>
    /// <returns>The length, or -1.</returns>
    public static int WritePong(Span<byte> buffer, CoapFraming framing, ReadOnlySpan<byte> token, bool custody = false) =>
        WriteWithCustody(buffer, framing, CoapCode.Pong, token, custody);

    /// <summary>Writes a Release (RFC 8323, 5.5).</summary>
    /// <param name="buffer">Where the message goes.</param>
    /// <param name="framing">What it goes out in.</param>
    /// <param name="alternativeAddress">Where to connect instead, UTF-8; empty for nowhere in particular.</param>
    /// <param name="holdOff">Seconds to stay away, 0 to 2^24 - 1; null to say nothing.</param>
    /// <param name="diagnostic">A text for people, UTF-8.</param>
    /// <returns>The length, or -1.</returns>
    public static int WriteRelease(
        Span<byte> buffer,
        CoapFraming framing,
        ReadOnlySpan<byte> alternativeAddress = default,
        uint? holdOff = null,
        ReadOnlySpan<byte> diagnostic = default)
    {
        CoapMessageWriter writer = Begin(buffer, framing, CoapCode.Release, default);
        if (!alternativeAddress.IsEmpty)
        {
            writer.Option(CoapSignalOption.AlternativeAddress, alternativeAddress);
        }

        if (holdOff is { } seconds)
        {
            writer.Option(CoapSignalOption.HoldOff, seconds);
        }

        writer.Payload(diagnostic);
        return writer.Finish();
    }

    /// <summary>Writes an Abort (RFC 8323, 5.6).</summary>
    /// <param name="buffer">Where the message goes.</param>
    /// <param name="framing">What it goes out in.</param>
    /// <param name="badCsmOption">The critical option of a CSM that is not understood, if that is the reason.</param>
    /// <param name="diagnostic">A text for people, UTF-8.</param>
    /// <returns>The length, or -1.</returns>
    public static int WriteAbort(
        Span<byte> buffer, CoapFraming framing, CoapOptionNumber? badCsmOption = null, ReadOnlySpan<byte> diagnostic = default)
    {
        CoapMessageWriter writer = Begin(buffer, framing, CoapCode.Abort, default);
        if (badCsmOption is { } number)
        {
            writer.Option(CoapSignalOption.BadCsmOption, (uint)number);
        }

        writer.Payload(diagnostic);
        return writer.Finish();
    }

    private static int WriteWithCustody(Span<byte> buffer, CoapFraming framing, CoapCode code, ReadOnlySpan<byte> token, bool custody)
    {
        CoapMessageWriter writer = Begin(buffer, framing, code, token);
        if (custody)
        {
            writer.Option(CoapSignalOption.Custody, ReadOnlySpan<byte>.Empty);
        }

        return writer.Finish();
    }

    private static CoapMessageWriter Begin(Span<byte> buffer, CoapFraming framing, CoapCode code, scoped ReadOnlySpan<byte> token) =>
        new(buffer, framing, CoapType.NonConfirmable, code, 0, token);
}
