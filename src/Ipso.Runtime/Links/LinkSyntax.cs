namespace Ipso.Links;

/// <summary>Which texts a <see cref="LinkFormatReader"/> takes.</summary>
public enum LinkSyntax : byte
{
    /// <summary>The grammar of RFC 6690, 2: targets are URI references of any kind, and there are no blanks around separators.</summary>
    Rfc6690,

    /// <summary>The same, and each target is a path from the root: no scheme, no host, no query and no fragment.</summary>
    AbsolutePaths,

    /// <summary>
    /// The grammar of RFC 6690 with blanks wherever two of its parts meet, and with the value of a parameter such as <c>title*</c>
    /// unchecked. The examples of the LwM2M specifications have blanks.
    /// </summary>
    Tolerant,
}
