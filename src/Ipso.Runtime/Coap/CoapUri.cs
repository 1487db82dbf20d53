namespace Ipso.Coap;

/// <summary>
/// A URI of CoAP in its parts, ready to become options (RFC 7252, 6.4): a view into a buffer that holds it in normal form. Reading one is
/// total over any text and allocates nothing.
/// </summary>
/// <example>
/// <code>
/// if (CoapUri.TryParse("coap://example.net/3303/0?rt=a", stackalloc byte[64], out CoapUri uri, out CoapUriFault fault))
/// {
///     uri.WriteHostTo(ref writer);
///     uri.WritePathTo(ref writer);
///     uri.WriteQueryTo(ref writer);
/// }
/// </code>
/// </example>
public readonly ref struct CoapUri
{
    // The longest Uri-Host, Uri-Path and Uri-Query.
    internal const int MaxPiece = 255;

    /// <summary>The scheme; of a relative reference <see cref="CoapScheme.Coap"/>.</summary>
    public CoapScheme Scheme { get; internal init; }

    /// <summary>
    /// The host, UTF-8: a name in lower case without percent-encoding, or an address without brackets, perhaps with its zone
    /// (<c>fe80::1%eth0</c>). Empty of a relative reference.
    /// </summary>
    public ReadOnlySpan<byte> Host { get; internal init; }

    /// <summary>Whether the host is an address of IPv4 or IPv6: then it goes into no option (RFC 7252, 6.4, step 5).</summary>
    public bool IsAddress { get; internal init; }

    /// <summary>The port, of the scheme where the URI has none; 0 of a relative reference.</summary>
    public ushort Port { get; internal init; }

    /// <summary>The path with its percent-encoding and without <c>.</c> and <c>..</c>; empty, or from a slash on.</summary>
    public ReadOnlySpan<byte> Path { get; internal init; }

    /// <summary>The query with its percent-encoding, without the question mark.</summary>
    public ReadOnlySpan<byte> Query { get; internal init; }

    /// <summary>Whether there is a query, be it an empty one.</summary>
    public bool HasQuery { get; internal init; }

    /// <summary>Reads a URI.</summary>
    /// <param name="text">The URI. What is not ASCII stands for its UTF-8.</param>
    /// <param name="buffer">As long as the text in UTF-8, which is at most three times its length. The parts are views into it.</param>
    /// <param name="uri">The parts; of no meaning if the result is false.</param>
    /// <param name="fault"><see cref="CoapUriFault.None"/>, or what is wrong.</param>
    /// <returns>Whether the text is a URI of CoAP.</returns>
    public static bool TryParse(scoped ReadOnlySpan<char> text, Span<byte> buffer, out CoapUri uri, out CoapUriFault fault)
    {
        fault = CoapUriReader.Encode(text, buffer, out int length);
        return CoapUriReader.TryRead(buffer[..length], isRelative: false, out uri, ref fault);
    }

    /// <summary>Reads a URI in UTF-8.</summary>
    /// <param name="text">The URI.</param>
    /// <param name="buffer">As long as the text. The parts are views into it.</param>
    /// <param name="uri">The parts; of no meaning if the result is false.</param>
    /// <param name="fault"><see cref="CoapUriFault.None"/>, or what is wrong.</param>
    /// <returns>Whether the text is a URI of CoAP.</returns>
    public static bool TryParse(scoped ReadOnlySpan<byte> text, Span<byte> buffer, out CoapUri uri, out CoapUriFault fault)
    {
        fault = text.TryCopyTo(buffer) ? CoapUriFault.None : CoapUriFault.BufferTooSmall;
        return CoapUriReader.TryRead(buffer[..Math.Min(text.Length, buffer.Length)], isRelative: false, out uri, ref fault);
    }

    /// <summary>Reads what is asked of a server that is known: a path and perhaps a query.</summary>
    /// <param name="text">
    /// The reference, such as <c>/3303/0?rt=a</c>; the slash at its start may be left out. What is not ASCII stands for its UTF-8.
    /// </param>
    /// <param name="buffer">A byte longer than the text in UTF-8. The parts are views into it.</param>
    /// <param name="uri">The parts, without scheme, host and port; of no meaning if the result is false.</param>
    /// <param name="fault"><see cref="CoapUriFault.None"/>, or what is wrong.</param>
    /// <returns>Whether the text is such a reference.</returns>
    public static bool TryParseRelative(scoped ReadOnlySpan<char> text, Span<byte> buffer, out CoapUri uri, out CoapUriFault fault)
    {
        int slash = text.IsEmpty || text[0] is '/' or '?' or '#' ? 0 : 1;
        if (slash > buffer.Length)
        {
            uri = default;
            fault = CoapUriFault.BufferTooSmall;
            return false;
        }

        "/"u8[..slash].CopyTo(buffer);
        fault = CoapUriReader.Encode(text, buffer[slash..], out int length);
        return CoapUriReader.TryRead(buffer[..(slash + length)], isRelative: true, out uri, ref fault);
    }

    /// <summary>Writes the URI that a request is for (RFC 7252, 6.5).</summary>
    /// <param name="options">The options of the request.</param>
    /// <param name="scheme">The scheme that belongs to what the request came in.</param>
    /// <param name="address">
    /// The address that the request went to, of IPv4 or of IPv6 without brackets; it is the host of a request without Uri-Host.
    /// </param>
    /// <param name="port">The port that the request went to.</param>
    /// <param name="destination">Where to write; the URI is ASCII.</param>
    /// <param name="written">The bytes written; 0 if the result is false.</param>
    /// <returns>
    /// False if there is no room, if Uri-Host or Uri-Port have a length that is out of range, or if a segment of the path is <c>.</c> or
    /// <c>..</c>, which none may be.
    /// </returns>
    public static bool TryFormat(
        CoapOptions options, CoapScheme scheme, ReadOnlySpan<byte> address, ushort port, Span<byte> destination, out int written)
    {
        CoapUriWriter writer = new(destination);
        writer.Authority(options, scheme, address, port);
        writer.Path(options, CoapOptionNumber.UriPath, CoapOptionNumber.UriQuery);
        return writer.TryFinish(out written);
    }

    /// <summary>Writes what Location-Path and Location-Query say, a path from the root and perhaps a query (RFC 7252, 5.10.7).</summary>
    /// <param name="options">The options of the response.</param>
    /// <param name="destination">Where to write; the reference is ASCII.</param>
    /// <param name="written">The bytes written; 0 if the result is false.</param>
    /// <returns>False if there is no room, or a segment of the path is <c>.</c> or <c>..</c>, which none may be.</returns>
    public static bool TryFormatLocation(CoapOptions options, Span<byte> destination, out int written)
    {
        CoapUriWriter writer = new(destination);
        writer.Path(options, CoapOptionNumber.LocationPath, CoapOptionNumber.LocationQuery);
        return writer.TryFinish(out written);
    }

    /// <summary>Writes Uri-Host, unless the host is an address or there is none (RFC 7252, 6.4, step 5).</summary>
    /// <param name="writer">A message in which no option above 3 is written.</param>
    public void WriteHostTo(ref CoapMessageWriter writer)
    {
        if (!IsAddress && !Host.IsEmpty)
        {
            writer.Option(CoapOptionNumber.UriHost, Host);
        }
    }

    /// <summary>Writes Uri-Port, where the port is not the one that the request goes to (RFC 7252, 6.4, step 7).</summary>
    /// <param name="writer">A message in which no option above 7 is written.</param>
    /// <param name="destinationPort">The port that the request goes to.</param>
    public void WritePortTo(ref CoapMessageWriter writer, ushort destinationPort)
    {
        if (Port != destinationPort && Port != 0)
        {
            writer.Option(CoapOptionNumber.UriPort, Port);
        }
    }

    /// <summary>Writes a Uri-Path for each segment of the path; none for the path <c>/</c> (RFC 7252, 6.4, step 8).</summary>
    /// <param name="writer">A message in which no option above 11 is written.</param>
    public void WritePathTo(ref CoapMessageWriter writer)
    {
        if (Path.Length > 1)
        {
            Write(ref writer, CoapOptionNumber.UriPath, Path[1..], (byte)'/');
        }
    }

    /// <summary>Writes a Uri-Query for each argument of the query (RFC 7252, 6.4, step 9).</summary>
    /// <param name="writer">A message in which no option above 15 is written.</param>
    public void WriteQueryTo(ref CoapMessageWriter writer)
    {
        if (HasQuery)
        {
            Write(ref writer, CoapOptionNumber.UriQuery, Query, (byte)'&');
        }
    }

    private static void Write(ref CoapMessageWriter writer, CoapOptionNumber number, ReadOnlySpan<byte> list, byte separator)
    {
        // Reading the URI has decoded each piece before: here it cannot fail.
        Span<byte> value = stackalloc byte[CoapUriReader.MaxEncodedPiece];
        foreach (Range range in list.Split(separator))
        {
            _ = UriText.TryDecode(list[range], UriText.AllowedIn(number), value, out int length);
            writer.Option(number, value[..length]);
        }
    }
}
