using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

/// <summary>
/// Protects and unprotects whole messages (RFC 8613, 8): functions over spans, whose only state is the security context. Whatever comes
/// from the network, nothing throws.
/// </summary>
internal static class OscoreMessages
{
    /// <summary>
    /// How many bytes a message grows at most beside the ID Context: OSCORE option 3 + 1 + 5 + 1 + 7, code, Observe 4, marker, tag.
    /// </summary>
    public const int Overhead = 48;

    /// <summary>How many bytes a response grows at most: OSCORE option 2 + 1 + 5, code, Observe 4, marker, tag.</summary>
    public const int ResponseOverhead = 32;

    /// <summary>
    /// Protects a request (RFC 8613, 8.1). What is written depends on the sequence number that is taken, and goes out as it is.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="message">The request.</param>
    /// <param name="destination">Where the protected one goes.</param>
    /// <param name="length">Its length.</param>
    /// <param name="binding">Takes the number that responses are bound to.</param>
    public static OscoreFault ProtectRequest(
        SecurityContext context, in CoapMessage message, Span<byte> destination, out int length, ref MessageBinding binding)
    {
        length = 0;
        if (!context.TryTakeSequence(out ulong number))
        {
            return OscoreFault.NoSequenceNumber;
        }

        Span<byte> iv = stackalloc byte[OscoreOption.MaxPartialIv];
        iv = iv[..OscoreOption.WritePartialIv(iv, number)];
        var option = new OscoreOption
        {
            PartialIv = iv,
            HasKid = true,
            Kid = context.SenderId,
            HasKidContext = context.SendsIdContext,
            KidContext = context.SendsIdContext ? context.KidContext : default,
        };
        Span<byte> nonce = stackalloc byte[AeadLengths.MaxNonce];
        nonce = nonce[..context.NonceLength];
        CoseStructures.WriteNonce(nonce, context.CommonIv, context.SenderId, number);
        OscoreFault fault = Protect(context, message, option, nonce, context.SenderId, iv, destination, out length);
        if (fault == OscoreFault.None)
        {
            binding.Number = number;
            binding.NumberLength = (byte)iv.Length;
            binding.Epoch = context.Epoch;
            binding.Newest = 0;
        }

        return fault;
    }

    /// <summary>Protects a response or a notification (RFC 8613, 8.3).</summary>
    /// <param name="context">The context.</param>
    /// <param name="message">The response.</param>
    /// <param name="binding">The request that it is bound to.</param>
    /// <param name="hasOwnNumber">
    /// Whether it goes under a number of its own. If not, it goes under that of the request, which may be done once.
    /// </param>
    /// <param name="destination">Where the protected one goes.</param>
    /// <param name="length">Its length.</param>
    /// <param name="kidContext">What it says of the keys that it is under, if they are not those of the request; empty for nothing.</param>
    public static OscoreFault ProtectResponse(
        SecurityContext context, in CoapMessage message, in MessageBinding binding, bool hasOwnNumber, Span<byte> destination,
        out int length, ReadOnlySpan<byte> kidContext = default)
    {
        length = 0;
        ulong number = binding.Number;
        if (context.IsDisposed || (hasOwnNumber && !context.TryTakeSequence(out number)))
        {
            return OscoreFault.NoSequenceNumber;
        }

        Span<byte> iv = stackalloc byte[OscoreOption.MaxPartialIv];
        iv = iv[..(hasOwnNumber ? OscoreOption.WritePartialIv(iv, number) : 0)];
        Span<byte> requestIv = stackalloc byte[OscoreOption.MaxPartialIv];
        requestIv = requestIv[..binding.NumberLength];
        OscoreOption.WritePartialIv(requestIv, binding.Number, binding.NumberLength);
        Span<byte> nonce = stackalloc byte[AeadLengths.MaxNonce];
        nonce = nonce[..context.NonceLength];
        CoseStructures.WriteNonce(nonce, context.CommonIv, hasOwnNumber ? context.SenderId : context.RecipientId, number);
        var option = new OscoreOption { PartialIv = iv, HasKidContext = !kidContext.IsEmpty, KidContext = kidContext };
        return Protect(context, message, option, nonce, context.RecipientId, requestIv, destination, out length);
    }

    /// <summary>
    /// Verifies and decrypts a request of a context (RFC 8613, 8.2). That its number is fresh is asked here; to mark it as received is
    /// left to the caller.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <param name="message">The request as it came.</param>
    /// <param name="option">Its OSCORE option.</param>
    /// <param name="workspace">As long as the payload.</param>
    /// <param name="destination">Where the request goes, as long as the one that came.</param>
    /// <param name="length">Its length.</param>
    /// <param name="binding">What responses are bound to, without the context's number.</param>
    public static OscoreFault UnprotectRequest(
        SecurityContext context, in CoapMessage message, in OscoreOption option, Span<byte> workspace, Span<byte> destination,
        out int length, out MessageBinding binding)
    {
        length = 0;
        binding = default;
        if (!option.HasKid || option.PartialIv.IsEmpty || message.Payload.Length <= context.TagLength)
        {
            return OscoreFault.Malformed;
        }

        ulong number = option.Sequence;
        if (!context.IsFresh(number))
        {
            return OscoreFault.Replayed;
        }

        Span<byte> nonce = stackalloc byte[AeadLengths.MaxNonce];
        nonce = nonce[..context.NonceLength];
        CoseStructures.WriteNonce(nonce, context.CommonIv, context.RecipientId, number);
        if (!TryDecrypt(context, message, nonce, context.RecipientId, option.PartialIv, workspace, out CoapMessage inner)
            || !inner.Code.IsRequest)
        {
            return OscoreFault.Undecryptable;
        }

        if (!context.TryBegin())
        {
            return OscoreFault.NoSequenceNumber;
        }

        binding.Number = number;
        binding.NumberLength = (byte)option.PartialIv.Length;
        binding.Epoch = context.Epoch;
        return TryMerge(message, inner, isNotification: false, 0, destination, out length) ? OscoreFault.None : OscoreFault.TooLong;
    }

    /// <summary>Verifies and decrypts a response (RFC 8613, 8.4), and marks it as received.</summary>
    /// <param name="context">The context of the request.</param>
    /// <param name="message">The response as it came.</param>
    /// <param name="option">Its OSCORE option.</param>
    /// <param name="binding">The request that it is to be bound to, and the newest response to that.</param>
    /// <param name="workspace">As long as the payload.</param>
    /// <param name="destination">
    /// Where the response goes, 4 bytes longer than the one that came. A notification bears the lower 24 bits of its number in Observe (RFC
    /// 8613, 4.1.3.5.2).
    /// </param>
    /// <param name="length">Its length.</param>
    public static OscoreFault UnprotectResponse(
        SecurityContext context, in CoapMessage message, in OscoreOption option, ref MessageBinding binding, Span<byte> workspace,
        Span<byte> destination, out int length)
    {
        length = 0;
        if (binding.NumberLength == 0 || message.Payload.Length <= context.TagLength)
        {
            return OscoreFault.Malformed;
        }

        // A notification is to be newer than those before it; a response without a number of its own can come but once.
        bool hasOwnNumber = !option.PartialIv.IsEmpty;
        ulong number = hasOwnNumber ? option.Sequence : binding.Number;
        if (hasOwnNumber ? number + 2 <= binding.Newest : binding.Newest > 0)
        {
            return OscoreFault.Replayed;
        }

        Span<byte> requestIv = stackalloc byte[OscoreOption.MaxPartialIv];
        requestIv = requestIv[..binding.NumberLength];
        OscoreOption.WritePartialIv(requestIv, binding.Number, binding.NumberLength);
        Span<byte> nonce = stackalloc byte[AeadLengths.MaxNonce];
        nonce = nonce[..context.NonceLength];
        CoseStructures.WriteNonce(nonce, context.CommonIv, hasOwnNumber ? context.RecipientId : context.SenderId, number);
        if (!TryDecrypt(context, message, nonce, context.SenderId, requestIv, workspace, out CoapMessage inner)
            || !inner.Code.IsResponse)
        {
            return OscoreFault.Undecryptable;
        }

        if (!TryMerge(message, inner, isNotification: true, hasOwnNumber ? (uint)number & 0xff_ffff : 0, destination, out length))
        {
            return OscoreFault.TooLong;
        }

        binding.Newest = hasOwnNumber ? number + 2 : 1;
        return OscoreFault.None;
    }

    private static OscoreFault Protect(
        SecurityContext context, in CoapMessage message, in OscoreOption option, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> kid,
        ReadOnlySpan<byte> requestIv, Span<byte> destination, out int length)
    {
        length = 0;
        bool isRequest = message.Code.IsRequest;
        bool hasObserve = message.Options.TryGet(CoapOptionNumber.Observe, out ReadOnlySpan<byte> observe);

        // RFC 8613, 4.2: what the outside sees is the same for all methods and codes, but for observations, which proxies are to know of.
        CoapCode outer = isRequest
            ? hasObserve ? CoapCode.Fetch : CoapCode.Post
            : hasObserve ? CoapCode.Content : CoapCode.Changed;
        var writer = new CoapMessageWriter(
            destination, message.Framing, message.Type, outer, message.MessageId, message.TokenBytes);
        if (!TryWriteOuter(ref writer, message, option, hasObserve, observe) || writer.IsOverflown)
        {
            return writer.IsOverflown ? OscoreFault.TooLong : OscoreFault.Unprotectable;
        }

        // The plaintext is a message of a WebSocket without its first byte and token: code, options, payload. That byte lies where the
        // payload marker will.
        int room = writer.BeginPayload().Length - context.TagLength;
        if (room < 1)
        {
            return OscoreFault.TooLong;
        }

        var inner = new CoapMessageWriter(
            destination.Slice(writer.Length, 1 + room), CoapFraming.WebSocket, default, message.Code, 0, default);
        foreach (CoapOption of in message.Options)
        {
            if (of.Number == CoapOptionNumber.Observe && !isRequest)
            {
                // RFC 8613, 4.1.3.5.2: the number of a notification is its Partial IV.
                inner.Option(of.Number, default(ReadOnlySpan<byte>));
            }
            else if (!IsOuter(of.Number))
            {
                inner.Option(of.Number, of.Value);
            }
        }

        inner.Payload(message.Payload);
        int plain = inner.Finish() - 1;
        if (plain < 0)
        {
            return OscoreFault.TooLong;
        }

        Span<byte> payload = writer.BeginPayload()[..(plain + context.TagLength)];
        Span<byte> aad = stackalloc byte[CoseStructures.MaxAad];
        aad = aad[..CoseStructures.WriteAad(aad, context.Algorithm, kid, requestIv)];
        context.Sender.Encrypt(nonce, payload[..plain], payload, aad);
        writer.EndPayload(payload.Length);
        length = writer.Finish();
        return OscoreFault.None;
    }

    // RFC 8613, 4.1: the options of class U, Observe for the proxies, and the OSCORE option in its place.
    private static bool TryWriteOuter(
        ref CoapMessageWriter writer, in CoapMessage message, in OscoreOption option, bool hasObserve, ReadOnlySpan<byte> observe)
    {
        Span<byte> value = stackalloc byte[8 + 7 + byte.MaxValue];
        value = value[..option.Write(value)];
        bool isWritten = false;
        bool wroteObserve = !hasObserve;
        foreach (CoapOption outer in message.Options)
        {
            if (outer.Number is CoapOptionNumber.ProxyUri or CoapOptionNumber.Oscore)
            {
                return false;
            }

            if (!IsOuter(outer.Number))
            {
                continue;
            }

            WriteBetween(ref writer, outer.Number, ref wroteObserve, ref isWritten, observe, value);
            writer.Option(outer.Number, outer.Value);
        }

        WriteBetween(ref writer, (CoapOptionNumber)ushort.MaxValue, ref wroteObserve, ref isWritten, observe, value);
        return true;
    }

    private static void WriteBetween(
        ref CoapMessageWriter writer, CoapOptionNumber before, ref bool wroteObserve, ref bool wroteOscore,
        scoped ReadOnlySpan<byte> observe, scoped ReadOnlySpan<byte> oscore)
    {
        if (!wroteObserve && before > CoapOptionNumber.Observe)
        {
            writer.Option(CoapOptionNumber.Observe, observe);
            wroteObserve = true;
        }

        if (!wroteOscore && before > CoapOptionNumber.Oscore)
        {
            writer.Option(CoapOptionNumber.Oscore, oscore);
            wroteOscore = true;
        }
    }

    private static bool TryDecrypt(
        SecurityContext context, in CoapMessage message, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> kid, ReadOnlySpan<byte> requestIv,
        Span<byte> workspace, out CoapMessage inner)
    {
        inner = default;
        Span<byte> aad = stackalloc byte[CoseStructures.MaxAad];
        aad = aad[..CoseStructures.WriteAad(aad, context.Algorithm, kid, requestIv)];
        ReadOnlySpan<byte> payload = message.Payload;
        Span<byte> plain = workspace.Slice(1, payload.Length - context.TagLength);
        workspace[0] = 0;
        return !context.IsDisposed
            && context.Recipient.TryDecrypt(nonce, payload, plain, aad)
            && CoapMessage.TryParse(workspace[..(1 + plain.Length)], CoapFraming.WebSocket, extendedTokens: false, out inner, out _)
            && !inner.Options.TryGet(CoapOptionNumber.Oscore, out _);
    }

    // The message that was protected: what was encrypted, and the options of class U around it (RFC 8613, 8.2 and 8.4, step 7). All others
    // of the outside are for proxies.
    private static bool TryMerge(
        in CoapMessage outer, in CoapMessage inner, bool isNotification, uint observe, Span<byte> destination, out int length)
    {
        var writer = new CoapMessageWriter(
            destination, outer.Framing, outer.Type, inner.Code, outer.MessageId, outer.TokenBytes);
        CoapOptions.Enumerator options = outer.Options.GetEnumerator();
        bool hasOuter = NextOuter(ref options);
        foreach (CoapOption option in inner.Options)
        {
            while (hasOuter && options.Current.Number <= option.Number)
            {
                // What is said inside is what counts.
                if (options.Current.Number < option.Number)
                {
                    writer.Option(options.Current.Number, options.Current.Value);
                }

                hasOuter = NextOuter(ref options);
            }

            if (option.Number == CoapOptionNumber.Observe && isNotification)
            {
                writer.Option(option.Number, observe);
            }
            else
            {
                writer.Option(option.Number, option.Value);
            }
        }

        for (; hasOuter; hasOuter = NextOuter(ref options))
        {
            writer.Option(options.Current.Number, options.Current.Value);
        }

        writer.Payload(inner.Payload);
        length = writer.Finish();
        return length >= 0;
    }

    private static bool NextOuter(ref CoapOptions.Enumerator options)
    {
        while (options.MoveNext())
        {
            if (IsOuter(options.Current.Number))
            {
                return true;
            }
        }

        return false;
    }

    // Class U (RFC 8613, 4.1.2; RFC 8768, 4); what nobody knows is of class E.
    private static bool IsOuter(CoapOptionNumber number) =>
        number is CoapOptionNumber.UriHost or CoapOptionNumber.UriPort or CoapOptionNumber.HopLimit or CoapOptionNumber.ProxyScheme
            or CoapOptionNumber.ProxyUri;
}
