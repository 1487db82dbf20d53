namespace Ipso.Lwm2m;

/// <summary>Links in the CoRE link format (RFC 6690), the value of a Corelnk resource (LwM2M TS 1.1 Core, Appendix C).</summary>
/// <param name="text">The links as RFC 6690 spells them, for example <c>&lt;/3303/0&gt;;pmin=10</c>.</param>
public readonly struct CoreLink(string text) : IEquatable<CoreLink>
{
    private readonly string? _text = text;

    /// <summary>The links as RFC 6690 spells them; empty where there are none.</summary>
    public string Text => _text ?? "";

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
