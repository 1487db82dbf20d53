using System.Text;
using Ipso.Coap;

namespace Ipso.Net;

/// <summary>What a handler of <see cref="CoapServer"/> answers.</summary>
/// <param name="Code">The response code.</param>
public sealed record CoapReply(CoapCode Code)
{
    /// <summary>The payload, of any length; not to be changed any more. With an error code a diagnostic text (RFC 7252, 5.5.2).</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>
    /// A payload that is read while it is sent, from its position on, in place of <see cref="Payload"/>; disposed when it is sent. One that
    /// can seek is read on the server's thread as blocks are asked for, and should be fast, as files and memory are; any other is read
    /// ahead, within <see cref="CoapServerOptions.StreamBuffer"/>. Not for what is observed.
    /// </summary>
    public Stream? Body { get; init; }

    /// <summary>The format of the payload; null to say nothing.</summary>
    public ContentFormat? ContentFormat { get; init; }

    /// <summary>How long the response may be cached, in seconds; null for the default of 60 (RFC 7252, 5.10.5).</summary>
    public uint? MaxAge { get; init; }

    /// <summary>The entity-tag, 1 to 8 bytes; empty for none. A client that names it is answered with 2.03 (RFC 7252, 5.10.6).</summary>
    public ReadOnlyMemory<byte> ETag { get; init; }

    /// <summary>The path of what was created, in URI form, <c>/rd/5a3f</c>; null for none (RFC 7252, 5.10.7).</summary>
    public string? Location { get; init; }

    /// <summary>2.04 Changed.</summary>
    public static CoapReply Changed { get; } = new(CoapCode.Changed);

    /// <summary>2.02 Deleted.</summary>
    public static CoapReply Deleted { get; } = new(CoapCode.Deleted);

    /// <summary>4.04 Not Found.</summary>
    public static CoapReply NotFound { get; } = new(CoapCode.NotFound);

    /// <summary>2.05 Content with a text.</summary>
    /// <param name="text">The text; goes out as <c>text/plain</c> in UTF-8.</param>
    /// <returns>The reply.</returns>
    public static CoapReply Content(string text) =>
        new(CoapCode.Content) { Payload = Encoding.UTF8.GetBytes(text), ContentFormat = Coap.ContentFormat.PlainText };

    /// <summary>2.05 Content.</summary>
    /// <param name="payload">The representation.</param>
    /// <param name="format">Its format; null to say nothing.</param>
    /// <returns>The reply.</returns>
    public static CoapReply Content(ReadOnlyMemory<byte> payload, ContentFormat? format) =>
        new(CoapCode.Content) { Payload = payload, ContentFormat = format };

    /// <summary>2.05 Content out of a stream (<see cref="Body"/>).</summary>
    /// <param name="body">The representation.</param>
    /// <param name="format">Its format; null to say nothing.</param>
    /// <returns>The reply.</returns>
    public static CoapReply Content(Stream body, ContentFormat? format) =>
        new(CoapCode.Content) { Body = body, ContentFormat = format };

    /// <summary>2.01 Created.</summary>
    /// <param name="location">The path of what was created, in URI form; null to say nothing.</param>
    /// <returns>The reply.</returns>
    public static CoapReply Created(string? location = null) => new(CoapCode.Created) { Location = location };

    /// <summary>An error with a diagnostic payload (RFC 7252, 5.5.2).</summary>
    /// <param name="code">A code of class 4 or 5.</param>
    /// <param name="diagnostic">A text for the human at the other end.</param>
    /// <returns>The reply.</returns>
    public static CoapReply Error(CoapCode code, string diagnostic = "") => new(code) { Payload = Encoding.UTF8.GetBytes(diagnostic) };
}
