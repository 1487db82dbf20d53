using Ipso.Coap;

namespace Ipso.Server.Operations;

/// <summary>What a request brings, in whatever format the device takes.</summary>
public interface IDeviceContent
{
    /// <summary>Whether it can be written in a format.</summary>
    /// <param name="format">A Content-Format.</param>
    bool Supports(ContentFormat format);

    /// <summary>Writes it.</summary>
    /// <param name="format">The format, one that <see cref="Supports"/>.</param>
    /// <returns>The payload; it may be the same memory each time.</returns>
    ReadOnlyMemory<byte> Write(ContentFormat format);
}

/// <summary>A payload that is there already, in one format.</summary>
/// <param name="format">Its format.</param>
/// <param name="payload">Its bytes; not copied.</param>
public sealed class ReadyContent(ContentFormat format, ReadOnlyMemory<byte> payload) : IDeviceContent
{
    private readonly ContentFormat _format = format;

    /// <inheritdoc/>
    public bool Supports(ContentFormat format) => format == _format;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Write(ContentFormat format) => payload;
}

/// <summary>A text in plain text (0).</summary>
/// <param name="text">The text.</param>
public sealed class TextContent(string text) : IDeviceContent
{
    /// <inheritdoc/>
    public bool Supports(ContentFormat format) => format == ContentFormat.PlainText;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Write(ContentFormat format) => System.Text.Encoding.UTF8.GetBytes(text);
}
