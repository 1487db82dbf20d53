namespace Ipso.Links;

/// <summary>
/// Reads links in the CoRE link format (RFC 6690), the Content-Format 40, off any bytes: nothing throws, nothing is allocated, and the time
/// is linear in the length. What is malformed ends the reading with an <see cref="Error"/>.
/// </summary>
/// <param name="text">The links, UTF-8. What the reader gives out are views into it.</param>
/// <param name="syntax">What is taken.</param>
/// <example>
/// <code>
/// LinkFormatReader links = new("&lt;/3303/0&gt;;rt=\"urn:oma:lwm2m:ext:3303\""u8);
/// while (links.Next())
/// {
///     Use(links.Current.Target);
/// }
/// </code>
/// </example>
public ref struct LinkFormatReader(ReadOnlySpan<byte> text, LinkSyntax syntax = LinkSyntax.Rfc6690)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly LinkSyntax _syntax = syntax;
    private int _position;
    private int _linkStart;
    private int _linkEnd;
    private bool _isAfterComma;

    /// <summary>The link that <see cref="Next"/> reached.</summary>
    public Link Current { get; private set; }

    /// <summary>What is wrong, once <see cref="Next"/> has said that there is no further link.</summary>
    public LinkError Error { get; private set; }

    /// <summary>Where the link at hand begins in the text.</summary>
    internal readonly int LinkStart => _linkStart;

    /// <summary>Where the link at hand ends in the text; what is behind it is a comma or nothing.</summary>
    internal readonly int LinkEnd => _linkEnd;

    /// <summary>Goes on to the next link and checks it to its end.</summary>
    /// <returns>Whether there is one. If not, either the text is at its end, or it is malformed: <see cref="Error"/> tells.</returns>
    public bool Next()
    {
        Current = default;
        if (Error.Fault != LinkFault.None)
        {
            return false;
        }

        SkipBlanks();
        if (_position == _text.Length && !_isAfterComma)
        {
            return false;
        }

        if (_position == _text.Length || _text[_position] != '<')
        {
            return Fail(LinkFault.ExpectedLink, _position);
        }

        _linkStart = _position;
        int start = _position + 1;
        int length = _text[start..].IndexOf((byte)'>');
        if (length < 0)
        {
            return Fail(LinkFault.UnterminatedTarget, _text.Length);
        }

        ReadOnlySpan<byte> target = _text.Slice(start, length);
        if (!LinkGrammar.IsTarget(target, _syntax, out int offset))
        {
            return Fail(LinkFault.InvalidTarget, start + offset);
        }

        _position = start + length + 1;
        return ReadParameters(target);
    }

    private bool ReadParameters(ReadOnlySpan<byte> target)
    {
        int start = _position;
        SkipBlanks();
        while (_position < _text.Length && _text[_position] == ';')
        {
            LinkFault fault = LinkGrammar.ReadParameter(_text, _syntax, ref _position, out _);
            if (fault != LinkFault.None)
            {
                return Fail(fault, _position);
            }

            SkipBlanks();
        }

        int end = _linkEnd = _position;
        _isAfterComma = _position < _text.Length;
        if (_isAfterComma && _text[_position++] != ',')
        {
            return Fail(LinkFault.ExpectedSeparator, end);
        }

        Current = new(target, new(_text[start..end]));
        return true;
    }

    private void SkipBlanks()
    {
        if (_syntax == LinkSyntax.Tolerant)
        {
            LinkGrammar.SkipBlanks(_text, ref _position);
        }
    }

    private bool Fail(LinkFault fault, int offset)
    {
        Error = new(fault, offset);
        return false;
    }
}
