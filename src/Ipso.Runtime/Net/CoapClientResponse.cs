using System.Text;
using Ipso.Coap;

namespace Ipso.Net;

/// <summary>A response or notification, copied out of the engine.</summary>
public sealed class CoapClientResponse
{
    private readonly string? _request;

    internal CoapClientResponse(in CoapMessage message, string? request = null)
    {
        _request = request;
        Code = message.Code;
        Payload = message.Payload.ToArray();
        ContentFormat = message.Options.TryGetUInt(CoapOptionNumber.ContentFormat, out uint format) && format <= ushort.MaxValue
            ? (ContentFormat)format
            : null;
        MaxAge = message.Options.TryGetUInt(CoapOptionNumber.MaxAge, out uint seconds) ? seconds : null;
        bool hasObserve = message.Options.TryGet(CoapOptionNumber.Observe, out ReadOnlySpan<byte> observe);
        Observe = hasObserve && ObserveSequence.TryRead(observe, out uint sequence) ? sequence : null;
        ETag = message.Options.TryGet(CoapOptionNumber.ETag, out ReadOnlySpan<byte> eTag) ? eTag.ToArray() : [];
        Location = ReadLocation(message.Options);
    }

    // What a ping ends with.
    private CoapClientResponse()
    {
        Payload = [];
        ETag = [];
    }

    internal static CoapClientResponse Pong { get; } = new();

    /// <summary>The response code; may be an error.</summary>
    public CoapCode Code { get; }

    /// <summary>The format of the payload; null if the server did not say.</summary>
    public ContentFormat? ContentFormat { get; }

    /// <summary>The payload; with an error code a diagnostic text, perhaps.</summary>
    public byte[] Payload { get; }

    /// <summary>How long the response is fresh, in seconds; null for the default of 60 (RFC 7252, 5.10.5).</summary>
    public uint? MaxAge { get; }

    /// <summary>The number of a notification, 0 to 2^24 - 1; null if this is none (RFC 7641, 2).</summary>
    public uint? Observe { get; }

    /// <summary>
    /// Of a notification: how long there was nothing to rely on before it came, since the observation had been lost and was registered
    /// anew, or since Max-Age had been over for 5 s or more (RFC 7641, 3.3.1). States in between may have been missed. Null if there was no
    /// gap.
    /// </summary>
    public TimeSpan? Gap { get; internal set; }

    /// <summary>The entity-tag; empty if there is none.</summary>
    public byte[] ETag { get; }

    /// <summary>
    /// The path of what was created, <c>/rd/5a3f</c>, from the Location-Path options; null if there are none. Bytes that cannot stand for
    /// themselves are percent-encoded.
    /// </summary>
    public string? Location { get; }

    /// <summary>The payload as text, for diagnostics and <c>text/plain</c>.</summary>
    /// <returns>The payload as UTF-8; bytes that are none become U+FFFD.</returns>
    public string GetText() => Encoding.UTF8.GetString(Payload);

    /// <summary>Demands a response of class 2.</summary>
    /// <returns>This response.</returns>
    /// <exception cref="CoapResponseException">The response is an error: its code and the diagnostic payload (RFC 7252, 5.5.2).</exception>
    public CoapClientResponse EnsureSuccess() => Code.IsSuccess
        ? this
        : throw new CoapResponseException(Code, ContentFormat is null ? GetText() : "", _request);

    /// <summary>The code and the size of the payload.</summary>
    /// <returns>For example <c>2.05 Content, 4 bytes</c>.</returns>
    public override string ToString() => $"{Code}, {Payload.Length} bytes";

    private static string? ReadLocation(CoapOptions options)
    {
        StringBuilder? location = null;
        foreach (ReadOnlySpan<byte> segment in options.Values(CoapOptionNumber.LocationPath))
        {
            location ??= new StringBuilder();
            location.Append('/').Append(Uri.EscapeDataString(Encoding.UTF8.GetString(segment)));
        }

        return location?.ToString();
    }
}
