using System.Text;
using Ipso.Links;

namespace Ipso.Lwm2m;

/// <summary>Links in the CoRE link format (RFC 6690), the value of a Corelnk resource (LwM2M TS 1.1 Core, Appendix C).</summary>
/// <param name="text">The links as RFC 6690 spells them, for example <c>&lt;/3303/0&gt;;pmin=10</c>.</param>
public readonly struct CoreLink(string text) : IEquatable<CoreLink>
{
    private readonly string? _text = text;

    /// <summary>The links as RFC 6690 spells them; empty where there are none.</summary>
    public string Text => _text ?? "";

    /// <summary>The links one by one, off a copy of the text in UTF-8 that is made for them.</summary>
    /// <returns>A reader at the first link; it tells where the text is malformed, too.</returns>
    public LinkFormatReader ReadLinks() => new(Encoding.UTF8.GetBytes(Text), LinkSyntax.Tolerant);

    /// <summary>The links one by one, without allocation.</summary>
    /// <param name="buffer">Where the text goes in UTF-8, for as long as the links are read; three bytes per character are enough.</param>
    /// <param name="links">A reader at the first link, of nothing where there is no room.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryReadLinks(Span<byte> buffer, out LinkFormatReader links)
    {
        bool fits = Encoding.UTF8.TryGetBytes(Text, buffer, out int length);
        links = new(buffer[..length], LinkSyntax.Tolerant);
        return fits;
    }

    /// <inheritdoc/>
    public bool Equals(CoreLink other) => Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CoreLink other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether two values spell the same links.</summary>
    public static bool operator ==(CoreLink left, CoreLink right) => left.Equals(right);

    /// <summary>Whether two values spell different links.</summary>
    public static bool operator !=(CoreLink left, CoreLink right) => !left.Equals(right);

    /// <summary>The links as RFC 6690 spells them.</summary>
    public override string ToString() => Text;
}
