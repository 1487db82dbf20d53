namespace Ipso.Links;

/// <summary>Why a text is not in the CoRE link format.</summary>
public enum LinkFault : byte
{
    /// <summary>It is.</summary>
    None,

    /// <summary>A link has to begin here, with a <c>&lt;</c>.</summary>
    ExpectedLink,

    /// <summary>A target does not end: its <c>&gt;</c> is missing.</summary>
    UnterminatedTarget,

    /// <summary>A target is no URI reference, or not of the kind that is asked for.</summary>
    InvalidTarget,

    /// <summary>A comma, a semicolon or the end has to come here.</summary>
    ExpectedSeparator,

    /// <summary>The name of a parameter has to come here.</summary>
    ExpectedName,

    /// <summary>The value of a parameter has to come here, a token or a quoted string.</summary>
    ExpectedValue,

    /// <summary>A quoted string does not end.</summary>
    UnterminatedString,

    /// <summary>A quoted string has a control character, or is not UTF-8.</summary>
    InvalidString,

    /// <summary>
    /// The value of a parameter whose name ends in <c>*</c> is not spelled <c>charset'language'text</c> (RFC 5987, 3.2.1).
    /// </summary>
    InvalidExtendedValue,

    /// <summary>A value is not of the kind that its parameter has; what kind that is, the protocol says that the links are for.</summary>
    WrongValue,
}

/// <summary>What is wrong with a text, and where.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Offset">The place in the text, in bytes.</param>
public readonly record struct LinkError(LinkFault Fault, int Offset);
